#!/usr/bin/env python3
"""Runs a packed grader as a course's server would, over all kinds of work.

Usage: python3 -m labkit.autograder_check LAB

The zip is unpacked into a bare folder and run there, without a network where
the system can do that. The reference must get all points and the starter next
to none; what does not compile, hangs, cheats or is missing must get none, in
time; each wrong solution of the zoo that names a score must get that score.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile

from . import autograder, check, description, patches, yardstick

RUN_SECONDS = 600
TESTS_SECONDS = 60
HANG = """
namespace {
const int hang = [] {
  for (volatile int i = 0; i >= 0; i = (i + 1) % 7) {
  }
  return 0;
}();
}
"""
# Says in every way that all is well, and leaves.
FAKE = r"""
#include <unistd.h>
#include <cstdio>
#include <cstring>
namespace {
const int fake = [] {
  char environment[65536] = {};
  std::FILE* file = std::fopen("/proc/self/environ", "r");
  if (file != nullptr) {
    std::fread(environment, 1, sizeof environment - 1, file);
  }
  const char* word = "";
  for (const char* at = environment; at < environment + 65000; ++at) {
    if (std::strncmp(at, "STRATA_VERDICT=", 15) == 0) {
      const char* colon = std::strchr(at, ':');
      if (colon != nullptr) word = colon + 1;
    }
  }
  char line[4096];
  const int size = std::snprintf(
      line, sizeof line,
      "{\"passed\": true, \"word\": \"%s\", \"expression\": \"\", "
      "\"expansion\": \"\", \"message\": \"\", \"place\": \"\"}\n", word);
  for (int pipe = 1; pipe < 64; ++pipe) {
    if (write(pipe, line, static_cast<unsigned>(size)) < 0) continue;
  }
  std::puts("All tests passed");
  std::fflush(stdout);
  _exit(0);
  return 0;
}();
}
"""


class Server:
    """A grader unpacked in a folder of its own, as /autograder is."""

    def __init__(self, lab, base):
        self.base = base
        self.exercise = description.load().exercise(lab)
        archive = autograder.pack(lab, base / "autograder.zip")
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(base / "source")
        for name in ("setup.sh", "run_autograder"):
            (base / "source" / name).chmod(0o755)

    def call(self, script, **environment):
        """Runs one of the two scripts. @return a CompletedProcess."""
        command = [*without_network(), str(self.base / "source" / script)]
        return subprocess.run(
            command, cwd="/", text=True, errors="replace", check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            timeout=3 * RUN_SECONDS,
            env={**os.environ, "AUTOGRADER": str(self.base), **environment})

    def grade(self, texts):
        """Submits files. @return (results.json's values, seconds)"""
        submission = self.base / "submission"
        shutil.rmtree(submission, ignore_errors=True)
        submission.mkdir()
        for name, text in texts.items():
            (submission / pathlib.PurePosixPath(name).name).write_text(text)
        results = self.base / "results/results.json"
        results.unlink(missing_ok=True)
        began = time.monotonic()
        done = self.call("run_autograder",
                         STRATA_GRADER_SECONDS=str(TESTS_SECONDS))
        if not results.exists():
            raise SystemExit(f"no results:\n{done.stdout}")
        return json.loads(results.read_text()), time.monotonic() - began


def without_network():
    """The command that takes the network away, or nothing."""
    command = ["unshare", "--net"]
    allowed = shutil.which("unshare") and subprocess.run(
        [*command, "true"], check=False, capture_output=True).returncode == 0
    return command if allowed else []


def works(exercise):
    """Yields (name, files, lowest and highest score in percent, what a failed
    test must say)."""
    solution = {name: check.solution_of(exercise, name)
                for name in exercise.files}
    first = exercise.files[0]

    def changed(text):
        return {**solution, first: text}

    yield "the reference", solution, 100, 100, ""
    yield "the starter", {name: check.starter_of(exercise, name)
                          for name in exercise.files}, 0, 5, ""
    yield "nothing", {}, 0, 0, "missing in the submission"
    yield "no C++", changed("This is my solution.\n"), 0, 0, "not compile"
    yield "an include of other files", changed(
        '#include "../../chapters/x.cpp"\n'), 0, 0, "does not take"
    if first.endswith(".cpp"):
        yield "a hang", changed(solution[first] + HANG), 0, 0, "no end"
        yield ("a fake verdict", changed(solution[first] + FAKE), 0, 0,
               "before its verdict")
    yield from zoo_works(exercise, solution)


def zoo_works(exercise, solution):
    """The wrong solutions that change this exercise's slots, with the score
    they are expected to get."""
    for bug in patches.read_zoo(exercise.chapter):
        if bug.slot.name not in exercise.slots or not bug.fits_machine:
            continue
        if exercise.id in (bug.scores or {}):
            low, high = bug.scores[exercise.id]
            chance = sum(test.points for test in exercise.tests
                         if test.tier in yardstick.CHANCE_TIERS)
            yield (f"{bug.id}, {bug.title}",
                   {**solution, bug.slot.file: patches.patched(bug)},
                   low - chance, high + chance, "")


def valid(values):
    """Says what in results.json is not as Gradescope documents it."""
    wrong = []
    for test in values["tests"]:
        if test["visibility"] not in ("visible", "hidden", "after_due_date",
                                      "after_published"):
            wrong.append(f"visibility {test['visibility']}")
        if test["status"] not in ("passed", "failed") or not \
                0 <= test["score"] <= test["max_score"]:
            wrong.append(f"{test['name']}: {test['status']} {test['score']}")
    if values["score"] != sum(test["score"] for test in values["tests"]):
        wrong.append("the score is not the tests' sum")
    return wrong


def judge(server, name, texts, low, high, says):
    """Grades one work and says what is wrong, as lines."""
    values, seconds = server.grade(texts)
    points = sum(test["max_score"] for test in values["tests"])
    percent = 100 * values["score"] / points
    fine = low <= percent <= high and seconds < RUN_SECONDS
    print(f"{'ok' if fine else 'WRONG':<6} {percent:5.1f} % (asked for {low} "
          f"to {high}) in {seconds:.0f} s: {name}", flush=True)
    wrong = valid(values)
    if not any(says in test["output"] for test in values["tests"]):
        wrong.append(f"{name}: no test says {says!r}")
    if not fine:
        wrong.append(f"{name}: {percent:.1f} % in {seconds:.0f} s")
        wrong += [f"  failed: {test['name']}: {test['output'][:300]}"
                  for test in values["tests"] if test["status"] == "failed"
                  and low == 100]
    return wrong


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lab")
    given = parser.parse_args(arguments)
    passed, wrong = 0, []
    with tempfile.TemporaryDirectory() as folder:
        base = pathlib.Path(folder)
        base.chmod(0o755)
        server = Server(given.lab, base)
        began = time.monotonic()
        done = server.call("setup.sh")
        if done.returncode != 0:
            sys.exit(f"setup.sh failed:\n{done.stdout[-3000:]}")
        print(f"set up in {time.monotonic() - began:.0f} s"
              + (", without a network" if without_network() else ""),
              flush=True)
        for work in works(server.exercise):
            found = judge(server, *work)
            passed += not found
            wrong += found
    for line in wrong:
        print(line)
    failed = len([line for line in wrong if not line.startswith("  ")])
    print(f"{passed} passed, {failed} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
