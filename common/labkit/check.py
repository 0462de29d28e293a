#!/usr/bin/env python3
"""Checks the labs themselves: references are green, starters are red.

Usage: python3 -m labkit.check [ID]... [--repeat N]

All exercises share one build in which every slot is the reader's: first with
all solutions in place, which must pass every test, hidden ones included; then
with one exercise's starter at a time, which must compile and be worth next to
nothing. A starter that passes would let a reader be done by doing nothing, and
a test that the solution fails would let nobody be done.
"""

import argparse
import sys

from . import build as build_module
from . import description, grade, starter
from .description import ROOT

FOLDER = ROOT / "build/lab-check"
STARTER_SHARE_MAX = 0.05
STARTER_SECONDS = 4       # red tests may hang; nobody waits long for them
POINTS = 100
PUBLIC_POINTS_MIN = 60


class CheckError(Exception):
    """Something is missing that a check needs; the text names it."""


def solution_of(exercise, name):
    """The text that solves one file of an exercise.

    @raise CheckError when there is none.
    """
    for slot in exercise.chapter.slots.values():
        if slot.file == name:
            text = starter.reference_of(slot.reference.read_text())
            return starter.as_unit(text, name)
    path = (ROOT / "solutions-private" / exercise.chapter.folder.name
            / "solutions" / name)
    if not path.exists():
        raise CheckError(f"{exercise.id}: there is no {path}")
    return path.read_text()


def starter_of(exercise, name):
    """The text that a reader starts from."""
    return (exercise.chapter.folder / "starters" / name).read_text()


def put(exercise, text_of, mine_root):
    """Writes an exercise's files where a reader's would be; a file that is
    right already stays untouched, so that nothing is built twice."""
    for name in exercise.files:
        path = mine_root / exercise.chapter.folder.name / "mine" / name
        text = text_of(exercise, name)
        if path.exists() and path.read_text() == text:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def make_build(catalog, folder=FOLDER):
    """The one build: every slot is the reader's."""
    return build_module.Build(catalog, folder=folder / "build",
                              mine_root=folder / "mine",
                              mine=tuple(catalog.slots.values()))


def rules(exercise):
    """Says which rules a description breaks, as lines."""
    points = sum(test.points for test in exercise.tests)
    public = sum(test.points for test in exercise.public_tests)
    wrong = []
    if points != POINTS:
        wrong.append(f"its points sum to {points}, not {POINTS}")
    if public < PUBLIC_POINTS_MIN:
        wrong.append(f"public tests are worth {public} points, not "
                     f"{PUBLIC_POINTS_MIN}")
    return wrong


def check_solution(build, exercise, repeat=1):
    """Grades the solution. @return lines that say what is wrong."""
    tests = grade.tests_of(exercise, hidden=True)
    wrong = []
    for _ in range(repeat):
        result = grade.grade(build, exercise, tests)
        wrong += [f"the solution fails: {o.test.name}: {o.status} "
                  f"{o.expansion or o.message}"
                  for o in result.outcomes if not o.passed]
        if wrong:
            break
    return wrong


def check_starter(build, exercise):
    """Grades the starter. @return lines that say what is wrong."""
    tests = grade.tests_of(exercise, hidden=True)
    put(exercise, starter_of, build.mine_root)
    result = grade.grade(build, exercise, tests, dump=False,
                         seconds=STARTER_SECONDS)
    put(exercise, solution_of, build.mine_root)
    unbuilt = [o for o in result.outcomes if o.status == "unbuilt"]
    if unbuilt and (exercise.symptom is None or exercise.symptom.links):
        return [f"the starter does not compile: {unbuilt[0].message}"]
    if result.points > STARTER_SHARE_MAX * result.points_max:
        return [f"the starter gets {result.points} of {result.points_max} "
                "points: " + ", ".join(o.test.name for o in result.outcomes
                                       if o.passed)]
    return []


def run(catalog, wanted=(), repeat=1, folder=FOLDER):
    """Checks exercises; without names all of them.

    @return (how many were checked, lines that say what is wrong)
    """
    exercises = [e for e in catalog.exercises if e.kind != "essay"]
    build = make_build(catalog, folder)
    for exercise in exercises:
        put(exercise, solution_of, build.mine_root)
    chosen = [catalog.exercise(name) for name in wanted] or exercises
    build.build(sorted({t.program for e in chosen for t in e.tests}))
    found = []
    for exercise in chosen:
        wrong = rules(exercise) + check_solution(build, exercise, repeat)
        if repeat == 1:
            wrong += check_starter(build, exercise)
        print(f"{exercise.id}  {'WRONG' if wrong else 'solution green, '}"
              f"{'' if wrong else 'starter red'}", flush=True)
        found += [f"{exercise.id}: {line}" for line in wrong]
    return len(chosen), found


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("exercise", nargs="*")
    parser.add_argument("--repeat", type=int, default=1,
                        help="run the solutions that often, starters not")
    given = parser.parse_args(arguments)
    try:
        count, wrong = run(description.load(), given.exercise, given.repeat)
    except (CheckError, build_module.BuildError, build_module.SetupError,
            description.DescriptionError) as problem:
        sys.exit(f"check: {problem}")
    for line in wrong:
        print(line)
    bad = len({line.split(":")[0] for line in wrong})
    print(f"{count - bad} passed, {bad} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
