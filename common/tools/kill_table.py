#!/usr/bin/env python3
"""Makes small wrong versions of a layer and counts the tests that notice.

Usage: kill_table.py BUILD_DIR CHAPTER

The versions stand in chapters/NN-name/test/mutants.json: a source, a text in
it, and what it becomes. The changed source is compiled by the command that
compiled the right one and linked in front of the library, so nothing in the
build folder changes; then every test of the named programs runs in a process
of its own. A version that no test notices is shown as such: either it is as
good as the right one, or a test is missing.
"""

import concurrent.futures
import functools
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
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


def shell(command, folder):
    """Runs a command; returns what it printed when it failed, else None."""
    done = subprocess.run(command, cwd=folder, shell=True, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False)
    return done.stdout if done.returncode else None


@functools.cache
def commands(build, program):
    """Returns the commands that make a program, the link last."""
    done = subprocess.run(["ninja", "-C", str(build), "-t", "commands",
                           program], text=True, capture_output=True,
                          check=True)
    return done.stdout.splitlines()


def compile_command(lines, source, changed, output, library):
    """Returns the command that compiles the changed source."""
    for line in lines:
        if line.endswith(f"-c {source}") and f"/{library}.dir/" in line:
            words = shlex.split(line)
            words[words.index("-o") + 1] = str(output)
            words[-1:] = [str(changed)]
            # Headers beside the right source are found from there.
            words[1:1] = ["-iquote", str(source.parent)]
            drop = {"-MD", "-Werror"}
            words = [w for w in words if w not in drop]
            for option in ("-MT", "-MF"):
                at = words.index(option)
                del words[at:at + 2]
            return shlex.join(words)
    raise Problem(f"no command compiles {source.name} for {library}")


def link_command(lines, library, output, extra):
    """Returns the link with one more object in front of the library."""
    link = lines[-1].split(" && ")[1]
    words = shlex.split(link)
    words[words.index("-o") + 1] = str(output)
    at = next(i for i, word in enumerate(words)
              if word.endswith(f"/lib{library}.a"))
    words.insert(at, str(extra))
    return shlex.join(words)


def make(build, program, library, source, changed, folder):
    """Builds a program over the changed source.

    @return its path, or None when the change does not compile.
    """
    lines = commands(build, program)
    extra = folder / f"{program}.o"
    output = folder / program
    failed = shell(compile_command(lines, source, changed, extra, library),
                   build)
    if failed is not None:
        return None
    failed = shell(link_command(lines, library, output, extra), build)
    if failed is not None:
        raise Problem(f"{program} does not link:\n{failed[-600:]}")
    return output


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
    source = chapter / mutant["file"]
    failing, total = [], 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        changed = folder / source.name
        changed.write_text(changed_text(source, mutant))
        made = list(pool.map(
            lambda entry: make(build, entry["name"], entry["library"], source,
                               changed, folder), table["programs"]))
        if None in made:
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
    except Problem as problem:
        sys.exit(f"kill_table: {problem}")
