#!/usr/bin/env python3
"""Runs every wrong solution of the zoo and says which tests kill it.

Usage: python3 -m labkit.zoo [--chapter N] [--bug ID] [--write]

A bug is a patch against the reference. It is put where a reader's file would
be, the tests of all labs of its chapter run over it, and every test that fails
kills it. The outcome is the kill matrix, which the book shows; --write puts it
into book/_recorded. Without --write a bug that survives, or one that no public
test kills although its entry says so, is an error.
"""

import argparse
import json
import sys

from . import build as build_module
from . import description, grade, patches, runner
from .description import ROOT

FOLDER = ROOT / "build/zoo"
MATRIX = ROOT / "book/_recorded/kill-matrix.json"
PUBLIC_SHARE_MIN = 0.7


def tests_of(chapter):
    """All tests of a chapter's labs, each once."""
    found = {}
    for exercise in chapter.exercises:
        if exercise.shelf == "labs":
            for test in grade.tests_of(exercise, hidden=True):
                found.setdefault((test.program, test.name), test)
    return list(found.values())


def kill(catalog, chapter, bug, folder):
    """Runs all tests over one bug.

    @return a list of [test name, tier, visibility, killed].
    """
    mine_root = FOLDER / "mine" / bug["id"]
    patches.apply(chapter, bug, folder / f"{bug['id']}.patch", mine_root)
    build = build_module.Build(
        catalog, folder=FOLDER / "build", mine_root=mine_root,
        mine=(patches.slot_of(chapter, bug["file"]),))
    tests = tests_of(chapter)
    build.build(list(dict.fromkeys(test.program for test in tests)))
    cells = []
    for test in tests:
        outcome = runner.run(test, build.program(test.program))
        cells.append([test.name, test.tier, test.visibility,
                      not outcome.passed])
    return cells


def run_chapter(catalog, chapter, only):
    """Runs the zoo of one chapter. @return its rows of the matrix."""
    folder = ROOT / "solutions-private" / chapter.folder.name / "zoo"
    if not (folder / "zoo.json").exists():
        return []
    rows = []
    for bug in patches.read_zoo(folder):
        if only not in (None, bug["id"]):
            continue
        cells = kill(catalog, chapter, bug, folder)
        killers = [name for name, _, _, killed in cells if killed]
        public = [name for name, _, seen, killed in cells
                  if killed and seen == "public"]
        rows.append({"bug": bug["id"], "title": bug["title"],
                     "symptom": bug["symptom"], "tier": bug["tier"],
                     "killed_by": killers, "public": len(public)})
        print(f"{bug['id']}  {'killed' if killers else 'SURVIVES':<9} by "
              f"{len(killers)} of {len(cells)} tests, {len(public)} of them "
              f"public: {bug['title']}", flush=True)
    return rows


def verdict(rows):
    """Says what is wrong with a zoo's rows, as lines."""
    if not rows:
        return []
    wrong = [f"{row['bug']} survives: {row['title']}"
             for row in rows if not row["killed_by"]]
    share = sum(row["public"] > 0 for row in rows) / len(rows)
    if share < PUBLIC_SHARE_MIN:
        wrong.append(f"public tests alone kill {share:.0%}; "
                     f"{PUBLIC_SHARE_MIN:.0%} is asked for")
    return wrong


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--chapter", type=int)
    parser.add_argument("--bug")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args(arguments)
    catalog = description.load()
    matrix, wrong, bugs = {}, [], 0
    for chapter in catalog.chapters:
        if given.chapter not in (None, chapter.number):
            continue
        rows = run_chapter(catalog, chapter, given.bug)
        matrix[f"{chapter.number:02}"] = rows
        bugs += len(rows)
        if given.bug is None:
            wrong += verdict(rows)
    if given.write:
        MATRIX.write_text(json.dumps(matrix, indent=1) + "\n")
    for line in wrong:
        print(line)
    print(f"{bugs - len(wrong)} passed, {len(wrong)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
