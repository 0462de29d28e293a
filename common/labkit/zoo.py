#!/usr/bin/env python3
"""Runs every wrong solution of the zoo and says which tests kill it.

Usage: python3 -m labkit.zoo [--chapter N] [--bug ID] [--quick] [--write]
                             [--kills]

A bug is a patch against one source of the reference. It is built as a reader's
file would be, the tests of all labs of its chapter run over it, and every test
that fails kills it. A bug that survives, a score that is not the expected one,
or too few bugs killed by public tests alone is an error. --quick asks the
tests first that killed it last time and is content with one. --write puts the
kill matrix into book/_recorded, where the book shows it; --kills prints what
each test of labs.json kills.
"""

import argparse
import concurrent.futures
import contextlib
import json
import os
import sys

from . import description, patches, yardstick
from .description import ROOT

MATRIX = ROOT / "book/_recorded/kill-matrix.json"
PUBLIC_SHARE_MIN = 0.7
BUGS_MIN = 8    # a chapter


def failing(yard, bug, version, tests, enough=None):
    """The tests that fail over a bug, in the order in which they ran.

    @param enough  ends the search when so many have failed; None: all run.
    """
    found = []
    for test in tests:
        if yard.notices(version, test):
            found.append(test)
        if len(found) == enough:
            break
    return found


def judge_all(yard, bugs, pool):
    """Runs all tests over all bugs: two bugs at a time on two processors,
    and at the end, alone, the tests that compare times.

    @return the failing tests of each bug, by its id.
    """
    cheap = [t for t in yard.tests if t.tier != yardstick.COST_TIER]
    costly = [t for t in yard.tests if t.tier == yardstick.COST_TIER]
    with contextlib.ExitStack() as stack:
        versions = [stack.enter_context(
            yard.version(bug.source, patches.patched(bug))) for bug in bugs]
        found = list(pool.map(
            lambda pair: failing(yard, *pair, cheap), zip(bugs, versions)))
        for killers, bug, version in zip(found, bugs, versions):
            killers += failing(yard, bug, version, costly)
    return {bug.id: killers for bug, killers in zip(bugs, found)}


def judge_quickly(yard, bugs, pool, known):
    """As judge_all, but content with one killer, the known ones first."""
    def judge(bug):
        order = sorted(yard.tests, key=lambda test: test.name
                       not in known.get(bug.id, ()))
        with yard.version(bug.source, patches.patched(bug)) as version:
            return failing(yard, bug, version, order, enough=1)
    return dict(zip((bug.id for bug in bugs), pool.map(judge, bugs)))


def scores_of(bug, killers):
    """What the grader of each lab about the bug's slot gives for it."""
    scores = []
    for lab in yardstick.slot_labs(bug.chapter):
        if bug.slot.name in lab.slots:
            lost = sum(test.points for test in lab.tests
                       if any(same(test, killer) for killer in killers))
            scores.append({"lab": lab.id, "of": 100, "points": 100 - lost})
    return scores


def same(test, other):
    """Two labs may use one test, with points of their own."""
    return (test.program, test.name) == (other.program, other.name)


def row_of(bug, killers):
    """A bug's row of the matrix: hidden tests are counted, not named."""
    public = [test.name for test in killers if not test.hidden]
    return {"bug": bug.id, "title": bug.title, "symptom": bug.symptom,
            "origin": bug.origin, "file": bug.file,
            "tier": min((t.tier for t in killers), default=None),
            "killed_by": public, "public": len(public),
            "hidden": len(killers) - len(public),
            "scores": scores_of(bug, killers)}


def line_of(row, tests):
    """A bug's line for the terminal."""
    killed = row["public"] + row["hidden"]
    scores = " ".join(f"{s['lab']}={s['points']}" for s in row["scores"])
    return (f"{row['bug']:<7} {'killed' if killed else 'SURVIVES':<8} by "
            f"{killed:>2} of {tests} tests, {row['public']:>2} public, first "
            f"T{row['tier']}; {scores or 'no slot':<8} {row['title']}")


def wrong_with(bug, row, killers):
    """Says what is not as a bug's entry or labs.json expects, as lines."""
    if not killers:
        return [f"{bug.id} survives: {bug.title}"]
    wrong = []
    if row["tier"] != bug.tier:
        wrong.append(f"{bug.id}: first killed in T{row['tier']}, zoo.json "
                     f"says T{bug.tier}")
    for score in row["scores"]:
        low, high = (bug.scores or {}).get(score["lab"], (-1, -1))
        lost, kept = by_chance(bug, score["lab"], killers)
        if not low - lost <= score["points"] <= high + kept:
            wrong.append(f"{bug.id}: lab {score['lab']} gives it "
                         f"{score['points']} points, zoo.json expects "
                         f"{low} to {high}")
    for lab in yardstick.slot_labs(bug.chapter):
        for test in lab.tests:
            if bug.id in test.kills and \
                    test.tier not in yardstick.CHANCE_TIERS and \
                    not any(same(test, killer) for killer in killers):
                wrong.append(f"{bug.id}: labs.json says that {test.name!r} "
                             "kills it")
    return wrong


def by_chance(bug, lab_id, killers):
    """The points of a lab's tests that notice by chance.

    @return (those that were lost this time, those that were not)
    """
    lost = kept = 0
    for lab in yardstick.slot_labs(bug.chapter):
        for test in lab.tests:
            if lab.id != lab_id or test.tier not in yardstick.CHANCE_TIERS:
                continue
            if any(same(test, killer) for killer in killers):
                lost += test.points
            else:
                kept += test.points
    return lost, kept


def wrong_with_all(rows):
    """Says what is wrong with a chapter's rows together, as lines."""
    wrong = []
    if len(rows) < BUGS_MIN:
        wrong.append(f"{len(rows)} bugs; {BUGS_MIN} are asked for")
    share = sum(row["public"] > 0 for row in rows) / max(1, len(rows))
    if share < PUBLIC_SHARE_MIN:
        wrong.append(f"public tests alone kill {share:.0%}; "
                     f"{PUBLIC_SHARE_MIN:.0%} is asked for")
    return wrong


def print_kills(chapter, found):
    """Prints, for labs.json, what each test kills."""
    for lab in yardstick.slot_labs(chapter):
        for test in lab.tests:
            kills = [bug for bug, killers in found.items()
                     if any(same(test, killer) for killer in killers)]
            print(f"{lab.id} {test.name!r}: {json.dumps(kills)}")


def read_matrix():
    """The matrix as it was recorded, by chapter."""
    return json.loads(MATRIX.read_text()) if MATRIX.exists() else {}


def run_chapter(catalog, chapter, given, pool):
    """Runs the zoo of one chapter. @return (rows, what is wrong)"""
    bugs = [bug for bug in patches.read_zoo(chapter)
            if bug.fits_machine and given.bug in (None, bug.id)]
    if not bugs:
        return [], []
    yard = yardstick.Yardstick(
        catalog, chapter,
        yardstick.tests_of(yardstick.slot_labs(chapter)))
    yard.prepare(pool)
    if given.quick:
        known = {row["bug"]: row["killed_by"]
                 for row in read_matrix().get(f"{chapter.number:02}", [])}
        found = judge_quickly(yard, bugs, pool, known)
    else:
        found = judge_all(yard, bugs, pool)
    rows, wrong = [], []
    for bug in bugs:
        rows.append(row_of(bug, found[bug.id]))
        print(line_of(rows[-1], len(yard.tests)), flush=True)
        if not given.quick:
            wrong += wrong_with(bug, rows[-1], found[bug.id])
        elif not found[bug.id]:
            wrong.append(f"{bug.id} survives: {bug.title}")
    if given.kills:
        print_kills(chapter, found)
    if given.bug is None and not given.quick:
        wrong += wrong_with_all(rows)
    return rows, wrong


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--chapter", type=int)
    parser.add_argument("--bug")
    for option in ("--quick", "--write", "--kills"):
        parser.add_argument(option, action="store_true")
    given = parser.parse_args(arguments)
    catalog = description.load()
    matrix, wrong, bugs = read_matrix(), [], 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for chapter in catalog.chapters:
            if given.chapter not in (None, chapter.number):
                continue
            rows, found = run_chapter(catalog, chapter, given, pool)
            bugs, wrong = bugs + len(rows), wrong + found
            if rows:
                matrix[f"{chapter.number:02}"] = rows
    if given.write and not (given.quick or given.bug):
        MATRIX.write_text(json.dumps(matrix, indent=1) + "\n")
    for line in wrong:
        print(line)
    print(f"{max(0, bugs - len(wrong))} passed, {len(wrong)} failed")
    return 1 if wrong or not bugs else 0


if __name__ == "__main__":
    sys.exit(main())
