#!/usr/bin/env python3
"""Packs a grader for one exercise, and runs as that grader.

Usage: python3 -m labkit.autograder pack LAB [OUT.zip]
       python3 -m labkit.autograder setup LAB
       python3 -m labkit.autograder run LAB SUBMISSION RESULTS.json
       python3 -m labkit.autograder classroom

The zip is what Gradescope takes: setup.sh and run_autograder at the top, and
the tree with the hidden tests of the exercise, without any solution but the
layers' own sources. Setting up makes a hand-out of that tree, in which the
references are objects built by this machine's compiler, and removes the
sources: what a submission could include or read at run time holds no answer.
Everything is built then, so that grading one submission costs one translation
unit. Neither step needs a network once the packages are there, nor a new
kernel: the runtime falls back by itself.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import zipfile

from . import build as build_module
from . import description, files, grade, handout, reports
from .description import ROOT
from .result import Outcome, Result

SETUP = """#!/bin/sh
# Run once, when the image is made. A missing package shows itself below.
set -eu
base=${{AUTOGRADER:-/autograder}}
cd "$base/source/strata"
sh common/tools/packages.sh install build test || true
PYTHONPATH=common python3 -m labkit.autograder setup {lab}
"""

RUN = """#!/bin/sh
# Run for each submission.
base=${{AUTOGRADER:-/autograder}}
cd "$base/source/grader" || exit 1
PYTHONPATH=common exec python3 -m labkit.autograder run {lab} \\
  "$base/submission" "$base/results/results.json"
"""

LEFT_OUT = ("book", ".ci", ".github")
BUILD_SECONDS = 200
# All tests of a submission; Gradescope ends a grader after ten minutes.
TESTS_SECONDS = int(os.environ.get("STRATA_GRADER_SECONDS", "300"))
INCLUDE = re.compile(r"^\s*(?:#|%:|\?\?=)\s*(?:include\w*|embed|import)\b(.*)",
                     re.MULTILINE)
PLAIN_NAME = re.compile(r'^\s*(?:"[\w.+-][\w./+-]*"|<[\w.+-][\w./+-]*>)\s*'
                        r"(?://.*|/\*.*)?$")
ASSEMBLED = re.compile(r"\.(?:incbin|include)\b")


def packed_files(root, exercise):
    """What goes into the zip: the tree without the book and with nothing
    private but the exercise's hidden tests."""
    hidden = build_module.Build(None, root=root).hidden_folder(exercise)
    for path in handout.tracked(root):
        if path.parts[0] in LEFT_OUT or "mine" in path.parts[:3]:
            continue
        if path.parts[0] == "solutions-private" and \
                hidden not in (root / path).parents:
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
        for path in packed_files(ROOT, exercise):
            archive.write(ROOT / path, f"strata/{path}")
    return out


def setup(lab):
    """Turns the tree this runs in into the grader's, beside it, and builds
    everything once over the starter."""
    grader = ROOT.parent / "grader"
    catalog = description.load()
    upto = max(chapter.number for chapter in catalog.chapters)
    handout.make(upto, grader, scratch=ROOT / "build/objects",
                 sanitizers=("",))
    for chapter in catalog.chapters:   # with their hidden tests
        name = pathlib.Path("exercises", chapter.folder.name, "labs.json")
        shutil.copyfile(ROOT / name, grader / name)
    private = grader / "solutions-private"
    shutil.copytree(ROOT / "solutions-private", private)
    private.chmod(0o700)
    subprocess.run([sys.executable, "-m", "labkit.autograder", "prebuild",
                    lab], cwd=grader, check=True,
                   env={**os.environ, "PYTHONPATH": "common"})
    shutil.rmtree(ROOT)


def prebuild(lab):
    """Builds everything once, over the starter."""
    catalog = description.load()
    exercise = catalog.exercise(lab)
    files.start(exercise)
    build = make_build(catalog, exercise, build_module.BUILD_SECONDS)
    build.build(list(exercise.programs))


def make_build(catalog, exercise, seconds=BUILD_SECONDS):
    """The grader's build, with the submission in place of the slots. Nothing
    of the submission may run while it is built."""
    return build_module.Build(
        catalog, seconds=seconds, mine=grade.slots_for(catalog, exercise),
        more_options=("-DSTRATA_DISCOVER_TESTS=OFF",))


def take_in(exercise, submission):
    """Copies a submission's files over the starter.

    A file is found by its name anywhere in the submission, because students
    upload folders, zips of folders and single files.

    @return what is wrong with the submission, or an empty text.
    """
    for name in exercise.files:
        base = pathlib.PurePosixPath(name).name
        found = sorted(p for p in submission.rglob(base)
                       if p.is_file() and not p.is_symlink())
        if not found:
            return f"missing in the submission: {base}"
        wrong = forbidden(found[0].read_text(errors="replace"))
        if wrong:
            return f"{base}: {wrong}"
        mine = files.mine_path(exercise, name)
        mine.parent.mkdir(parents=True, exist_ok=True)
        mine.unlink(missing_ok=True)
        shutil.copyfile(found[0], mine)
    return ""


def forbidden(text):
    """Says which line of a submission reads other files than headers by
    their plain names, or returns an empty text."""
    text = text.replace("\\\n", "")
    for match in INCLUDE.finditer(text):
        if not PLAIN_NAME.match(match[1]) or ".." in match[1]:
            return f"the grader does not take {match[0].strip()}"
    match = ASSEMBLED.search(text)
    return f"the grader does not take {match[0]}" if match else ""


def run(lab, submission, results):
    """Grades one submission; always writes results, whatever happens."""
    catalog = description.load()
    exercise = catalog.exercise(lab)
    tests = grade.tests_of(exercise, hidden=True)
    wrong = take_in(exercise, submission)
    try:
        result = refused(exercise, tests, wrong) if wrong else grade.grade(
            make_build(catalog, exercise), exercise, tests, powerless=True,
            seconds_in_all=TESTS_SECONDS)
    except (build_module.SetupError, OSError) as problem:
        result = refused(exercise, tests, f"the grader is broken: {problem}")
    if not wrong and files.is_untouched(exercise):
        refuse(result, "the file is still the starter")
    write(result, results)
    print(f"{exercise.id}: {result.points} of {result.points_max} points")
    return result


def refused(exercise, tests, why):
    """The result of a submission that is not run."""
    return Result(exercise, outcomes=[
        Outcome(test=test, status="unbuilt", message=why) for test in tests])


def refuse(result, why):
    """Takes back what tests gave."""
    for outcome in result.outcomes:
        if outcome.passed:
            outcome.status, outcome.message = "fail", why


def write(result, results):
    """Writes the one result in all its forms, beside results.json."""
    results.parent.mkdir(parents=True, exist_ok=True)
    results.write_text(json.dumps(reports.gradescope([result]), indent=1)
                       + "\n")
    (results.parent / "result.json").write_text(result.to_json() + "\n")
    (results.parent / "junit.xml").write_text(reports.junit([result]))


def classroom():
    """Grades every exercise that has been started.

    @return the line that a workflow of GitHub Classroom hands on.
    """
    catalog = description.load()
    done = []
    for exercise in catalog.exercises:
        if not exercise.tests or not files.is_started(exercise):
            continue
        result = grade.grade(make_build(catalog, exercise), exercise,
                             grade.tests_of(exercise),
                             seconds_in_all=TESTS_SECONDS)
        if files.is_untouched(exercise):
            refuse(result, "the file is still the starter")
        print(f"{exercise.id}: {result.points} of {result.points_max} points",
              file=sys.stderr)
        done.append(result)
    return "result=" + reports.classroom(done)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    for name in ("pack", "setup", "prebuild", "run"):
        verbs.add_parser(name).add_argument("lab")
    verbs.choices["pack"].add_argument("out", nargs="?", type=pathlib.Path)
    verbs.choices["run"].add_argument("submission", type=pathlib.Path)
    verbs.choices["run"].add_argument("results", type=pathlib.Path)
    verbs.add_parser("classroom")
    given = parser.parse_args(arguments)
    if given.verb == "pack":
        out = given.out or ROOT / f"build/autograder-{given.lab}.zip"
        print(f"written: {pack(given.lab, out)}")
    elif given.verb == "run":
        run(given.lab, given.submission, given.results)
    elif given.verb == "classroom":
        print(classroom())
    else:
        {"setup": setup, "prebuild": prebuild}[given.verb](given.lab)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (description.DescriptionError, build_module.BuildError,
            build_module.SetupError, handout.HandoutError,
            files.FileProblem) as known:
        sys.exit(f"autograder: {known}")
