#!/usr/bin/env python3
"""Makes small wrong versions of a layer and counts the tests that notice.

Usage: kill_table.py BUILD_DIR CHAPTER

The versions stand in chapters/NN-name/test/mutants.json: a source, a text in
it, and what it becomes. Each is built beside the build folder, which does not
change (labkit/variant.py); then every test of the named programs runs in a
process of its own. The source may be the header of a slot whose "unit" is a
source: then it is compiled in the unit's place, which reaches the functions
that are not inlined. A version that no test notices is shown as such: either
it is as good as the right one, or a test is missing.
"""

import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "common"))
from labkit import variant  # noqa: E402 (found only with the path above)

TEST_SECONDS = 20
NAME_WIDTH = 40


class Problem(Exception):
    """mutants.json no longer fits the sources; the text says where."""


def changed_text(source, mutant):
    """Returns a source with one place changed."""
    text = source.read_text()
    if text.count(mutant["from"]) != 1:
        raise Problem(f"{source.name}: {mutant['from']!r} stands there "
                      f"{text.count(mutant['from'])} times, not once")
    return text.replace(mutant["from"], mutant["to"])


def changed_unit(chapter, mutant):
    """Returns what is compiled: a changed source, or the changed header of a
    slot as the translation unit that it is in builds with slots."""
    text = changed_text(chapter / mutant["file"], mutant)
    if "unit" not in mutant:
        return text
    return "#define STRATA_SLOTS 1\n" + text.replace("#pragma once\n", "", 1)


def tests_of(program, pattern):
    """Names the tests of a program."""
    done = subprocess.run([program, "--list-test-names-only", pattern],
                          text=True, capture_output=True, check=False)
    return [line.strip() for line in done.stdout.splitlines() if line.strip()]


def passes(program, test):
    """Runs one test in a process of its own."""
    try:
        done = subprocess.run([program, test.replace(",", "\\,")
                               .replace("[", "\\[")],
                              stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, check=False,
                              timeout=TEST_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def noticed_by(build, table, mutant, chapter, pool):
    """Returns (tests that fail, all tests), or None if it does not compile."""
    source = chapter / mutant.get("unit", mutant["file"])
    failing, total = [], 0
    with variant.Variant(build, table["layer"], source,
                         changed_unit(chapter, mutant)) as version:
        try:
            made = list(pool.map(lambda entry: version.program(entry["name"]),
                                 table["programs"]))
        except variant.Unbuilt:
            return None
        for entry, program in zip(table["programs"], made):
            tests = tests_of(program, entry["tests"])
            total += len(tests)
            good = pool.map(lambda test, p=program: passes(p, test), tests)
            failing += [t for t, fine in zip(tests, good) if not fine]
    return failing, total


def row(what, noticed):
    """Returns the table's line of one mutant."""
    if noticed is None:
        return f"{what:<44}  the compiler"
    failing, total = noticed
    first = failing[0] if failing else "nobody"
    if len(first) > NAME_WIDTH:
        first = first[:NAME_WIDTH - 3].rstrip() + "..."
    return f"{what:<44} {len(failing):>3} of {total}  {first}"


def main(arguments):
    build = pathlib.Path(arguments[0]).resolve()
    [chapter] = ROOT.glob(f"chapters/{int(arguments[1]):02}-*")
    table = json.loads((chapter / "test/mutants.json").read_text())
    print(f"{'what was changed':<44} fail       the first of them")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for mutant in table["mutants"]:
            print(row(mutant["what"], noticed_by(build, table, mutant,
                                                 chapter, pool)), flush=True)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (Problem, variant.Problem) as problem:
        sys.exit(f"kill_table: {problem}")
