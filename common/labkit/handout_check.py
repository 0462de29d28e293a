#!/usr/bin/env python3
"""Uses a hand-out as its readers do, in a folder of its own.

Usage: python3 -m labkit.handout_check UPTO

The tree is made twice, which must give the same hash. It must hold no
solution, build on its own and pass its chapters' tests; there the first lab of
each chapter that replaces a slot must be red as it is handed out, and green
with the solution in place.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

from . import check, description, handout

BUILD_TESTS = """import sys
sys.path.insert(0, "common")
from labkit import build, description
build.Build(description.load()).build(["chapter_tests"])
"""


def run_in(tree, *command):
    """Runs a command in the tree. @return a CompletedProcess."""
    return subprocess.run(command, cwd=tree, text=True, errors="replace",
                          check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)


def make(upto, out):
    """Makes the tree twice. @return lines that say what is wrong."""
    wrong = handout.make(upto, out)
    names, digest = handout.fingerprint(out)
    print(f"{len(names)} files, sha256 {digest}", flush=True)
    shutil.rmtree(out)
    handout.make(upto, out)
    if handout.fingerprint(out)[1] != digest:
        wrong.append("made again, the tree has another hash")
    return wrong


def check_lab(tree, exercise):
    """Tests a lab's starter and its solution in the tree.

    @return lines that say what is wrong.
    """
    wrong = []
    done = run_in(tree, "./lab", "test", exercise.id)
    if done.returncode != 1 or f"\n{exercise.id}: 0 of " not in done.stdout:
        wrong.append(f"{exercise.id}: the starter is not red:\n{done.stdout}")
    for name in exercise.files:
        mine = (tree / "exercises" / exercise.chapter.folder.name / "mine"
                / name)
        mine.write_text(check.solution_of(exercise, name))
    done = run_in(tree, "./lab", "test", exercise.id)
    if done.returncode != 0:
        wrong.append(f"{exercise.id}: the solution is not green:\n"
                     f"{done.stdout}")
    return wrong


def check_chapters(tree):
    """Builds the chapters' tests over the objects and runs them.

    @return lines that say what is wrong.
    """
    done = run_in(tree, sys.executable, "-c", BUILD_TESTS)
    if done.returncode == 0:
        done = run_in(tree, "ctest", "--test-dir", "build/lab", "-L",
                      r"^ch[0-9]+\.(unit|explore)$", "-j", "2",
                      "--timeout", "120", "--output-on-failure")
        print(next((line for line in done.stdout.splitlines()
                    if "tests passed" in line), ""), flush=True)
    return [] if done.returncode == 0 else [
        f"the chapters' tests: {done.stdout[-3000:]}"]


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("upto", type=int)
    given = parser.parse_args(arguments)
    passed, wrong = 0, []

    def note(name, found):
        nonlocal passed
        passed += not found
        wrong.extend(found)
        print(f"{'WRONG' if found else 'ok':<6} {name}", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder) / "tree"
        note("nothing leaks, and the hash stays", make(given.upto, tree))
        said = json.loads((tree / "exercises/handout.json").read_text())
        note("it says what it is", [] if said["upto"] == given.upto else
             [f"handout.json: {said}"])
        note("the chapters' tests", check_chapters(tree))
        for chapter in description.load().chapters:
            labs = [e for e in chapter.exercises if e.kind == "slot"
                    and e.files[0].endswith(".cpp")]
            if labs and chapter.number <= given.upto:
                note(f"lab {labs[0].id}, starter and solution",
                     check_lab(tree, labs[0]))
    for line in wrong:
        print(line)
    print(f"{passed} passed, {len(wrong)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
