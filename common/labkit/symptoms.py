#!/usr/bin/env python3
"""Shows that each bug's program misbehaves as its page says.

Usage: python3 -m labkit.symptoms [ID]...

A hunt for a bug is worth its time only if the bug is there. So labs.json says
of each bug's program what it shows until somebody repairs it, and here the
starter is built and run: it must show exactly that.
"""

import argparse
import dataclasses
import resource
import subprocess
import sys

from . import build as build_module
from . import description
from .description import ROOT

FOLDER = ROOT / "build/lab"   # shared with the zoo and the loop
SECONDS = 60
DID_NOT_LINK = None


@dataclasses.dataclass(frozen=True)
class Shown:
    """What a program did: its exit status, or DID_NOT_LINK, and its words."""
    exit: object
    text: str


def limited(megabytes):
    """Returns what limits a child's address space, or None for no limit."""
    if not megabytes:
        return None
    size = megabytes << 20
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (size, size))


def observe(build, exercise):
    """Builds and runs an exercise's program. @return a Shown."""
    symptom = exercise.symptom
    target = build_module.own_program(exercise)
    try:
        build.build([target])
    except build_module.BuildError as error:
        return Shown(DID_NOT_LINK, str(error))
    try:
        done = subprocess.run(
            [str(build.program(target)), *symptom.arguments], text=True,
            errors="replace", stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
            stderr=subprocess.STDOUT, timeout=SECONDS, check=False,
            preexec_fn=limited(symptom.address_megabytes))
    except subprocess.TimeoutExpired:
        return Shown("no end", f"no end after {SECONDS} s")
    return Shown(done.returncode, done.stdout)


def missing(symptom, shown):
    """Says what of a symptom was not seen, as lines; none if all was."""
    lines = []
    expected = symptom.exit if symptom.links else DID_NOT_LINK
    if shown.exit != expected:
        lines.append(f"ended with {said(shown.exit)}, not {said(expected)}")
    if symptom.shows not in shown.text:
        lines.append(f"does not show {symptom.shows!r}, but:")
        lines += ["  | " + line for line in shown.text.splitlines()[-8:]]
    return lines


def said(status):
    """Words for an end."""
    return "no program" if status is DID_NOT_LINK else f"status {status}"


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("ids", nargs="*", help="such as 02.b1; all of them")
    given = parser.parse_args(arguments)
    catalog = description.load()
    # No file of a reader is there, so the starters are what is built.
    build = build_module.Build(catalog, folder=FOLDER,
                               mine_root=FOLDER / "nobody")
    passed = failed = 0
    for exercise in catalog.exercises:
        if exercise.symptom is None or \
                given.ids and exercise.id not in given.ids:
            continue
        wrong = missing(exercise.symptom, observe(build, exercise))
        passed, failed = passed + (not wrong), failed + bool(wrong)
        print(f"{exercise.id}  {'FAILED' if wrong else 'shows'}  "
              f"{exercise.symptom.shows}", flush=True)
        print("\n".join("  " + line for line in wrong), end="\n" * bool(wrong))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
