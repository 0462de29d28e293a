#!/usr/bin/env python3
"""Packs a grader for one lab, and runs as that grader.

Usage: python3 -m labkit.autograder pack LAB [OUT.zip]
       python3 -m labkit.autograder run LAB SUBMISSION RESULTS.json

The zip is what Gradescope takes: setup.sh and run_autograder at the top, and
a tree with the layer's sources, tests (hidden ones included) and this kit. It
is built when the image is set up, so that grading one submission costs one
translation unit. Neither step needs a network once the packages are there,
nor a new kernel: the runtime falls back by itself.
"""

import argparse
import json
import pathlib
import shutil
import sys
import zipfile

from . import build as build_module
from . import description, files, grade, handout, reports
from .description import ROOT
from .result import Outcome, Result

SETUP = """#!/bin/sh
# Gradescope runs this once, when the image is made.
set -eu
cd /autograder/source
./strata/common/tools/packages.sh install build test || true
cd strata
python3 -c "import sys; sys.path.insert(0, 'common')
from labkit import autograder
autograder.prebuild('{lab}')"
"""

RUN = """#!/bin/sh
# Gradescope runs this for each submission.
base=${{AUTOGRADER:-/autograder}}
cd "$base/source/strata" || exit 1
mkdir -p "$base/results"
PYTHONPATH=common exec python3 -m labkit.autograder run {lab} \\
  "$base/submission" "$base/results/results.json"
"""

LEFT_OUT = ("book", ".ci")


def packed_files(root):
    """What goes into the zip: all the tree but the book and the zoo."""
    for path in handout.tracked(root):
        if path.parts[0] in LEFT_OUT or "zoo" in path.parts:
            continue
        if "mine" in path.parts[:3] or not (root / path).is_file():
            continue
        yield path


def pack(lab, out):
    """Writes the zip. @return the path."""
    exercise = description.load().exercise(lab)
    out.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (("setup.sh", SETUP), ("run_autograder", RUN)):
            info = zipfile.ZipInfo(name)
            info.external_attr = 0o755 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text.format(lab=exercise.id))
        for path in packed_files(ROOT):
            archive.write(ROOT / path, f"strata/{path}")
    return out


def prebuild(lab):
    """Builds everything once, over the starter."""
    catalog = description.load()
    exercise = catalog.exercise(lab)
    files.start(exercise)
    build = make_build(catalog, exercise)
    build.build(list(exercise.programs))


def make_build(catalog, exercise):
    """The grader's build, with the submission in place of the slots."""
    return build_module.Build(
        catalog, mine=grade.slots_for(catalog, exercise))


def take_in(exercise, submission):
    """Copies a submission's files over the starter.

    A file is found by its name anywhere in the submission, because students
    upload folders, zips of folders and single files.

    @return names of the files that are missing.
    """
    missing = []
    for name in exercise.files:
        mine = files.mine_path(exercise, name)
        base = pathlib.PurePosixPath(name).name
        found = sorted(p for p in submission.rglob(base) if p.is_file())
        if not found:
            missing.append(base)
            continue
        mine.parent.mkdir(parents=True, exist_ok=True)
        if mine.exists():
            mine.unlink()
        shutil.copyfile(found[0], mine)
    return missing


def run(lab, submission, results):
    """Grades one submission; always writes results, whatever happens."""
    catalog = description.load()
    exercise = catalog.exercise(lab)
    tests = grade.tests_of(exercise, hidden=True)
    missing = take_in(exercise, submission)
    if missing:
        result = Result(exercise, asked=tuple(tests))
        result.outcomes = [
            Outcome(test=test, status="unbuilt",
                    message="missing in the submission: "
                    + ", ".join(missing)) for test in tests]
    else:
        result = grade.grade(make_build(catalog, exercise), exercise, tests)
    if exercise.slots and not missing and files.is_untouched(exercise):
        for outcome in result.outcomes:
            if outcome.passed:
                outcome.status = "fail"
                outcome.message = "the file is still the starter"
    results.parent.mkdir(parents=True, exist_ok=True)
    results.write_text(json.dumps(reports.gradescope([result]), indent=1)
                       + "\n")
    (results.parent / "junit.xml").write_text(reports.junit([result]))
    (results.parent / "classroom.txt").write_text(
        reports.classroom([result]) + "\n")
    print(f"{exercise.id}: {result.points} of {result.points_max} points")
    return result


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    one = verbs.add_parser("pack")
    one.add_argument("lab")
    one.add_argument("out", nargs="?", type=pathlib.Path)
    one = verbs.add_parser("run")
    one.add_argument("lab")
    one.add_argument("submission", type=pathlib.Path)
    one.add_argument("results", type=pathlib.Path)
    given = parser.parse_args(arguments)
    if given.verb == "run":
        run(given.lab, given.submission, given.results)
        return 0
    out = given.out or ROOT / f"build/autograder-{given.lab}.zip"
    print(f"written: {pack(given.lab, out)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
