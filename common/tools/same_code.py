#!/usr/bin/env python3
"""Show that strata::atomic compiles to what std::atomic compiles to.

    same_code.py [--compiler g++] [--objdump objdump] COMMON_DIR

compiles test/same_code/{std,strata}.cpp without STRATA_EXPLORE, compares the
machine code of each function, and on x86 counts the locked instructions of
an uncontended RankedLock pair: there must be two. Needs objdump.
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

FUNCTION = re.compile(r"^[0-9a-f]+ <(.+?)\(.*>:$")
INSTRUCTION = re.compile(r"^\s+[0-9a-f]+:\s+(.*?)\s*(?:(?:# |//).*)?$")
TARGET = re.compile(r"\b[0-9a-f]+ <.+?(\+0x[0-9a-f]+)?>$")
LOCKED_PAIR = 2


def disassemble(compiler, objdump, common, source, folder):
    """Return {function: [instruction, ...]} of a source file."""
    output = folder / (source.stem + ".o")
    subprocess.run(
        [*compiler, "-std=c++20", "-O2", f"-I{common / 'include'}", "-c",
         str(source), "-o", str(output)], check=True)
    listing = subprocess.run(
        [objdump, "-d", "-C", "--no-show-raw-insn", str(output)],
        check=True, capture_output=True, text=True).stdout
    functions = {}
    body = None
    for line in listing.splitlines():
        if match := FUNCTION.match(line):
            body = functions.setdefault(match[1], [])
        elif (match := INSTRUCTION.match(line)) and body is not None:
            # Of a jump target only the offset in its function counts.
            text = TARGET.sub(lambda target: target[1] or "", match[1])
            if not text.startswith(("nop", "xchg   %ax,%ax", "cs nop",
                                    "data16")):
                body.append(text)
    return functions


def compare(expected, actual):
    """Print each function that differs; return how many do."""
    different = 0
    for name in sorted(expected.keys() | actual.keys()):
        ours, theirs = actual.get(name), expected.get(name)
        if ours != theirs:
            different += 1
            print(f"{name}:\n  std:    {theirs}\n  strata: {ours}")
    return different


def count_locked(instructions):
    """Count the x86 instructions that lock a cache line."""
    locked = re.compile(r"lock |xchg\s.*\(")
    return sum(bool(locked.match(text)) for text in instructions)


def main():
    """Compare, count, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--compiler", default="c++")
    parser.add_argument("--objdump", default="objdump")
    parser.add_argument("common", type=pathlib.Path)
    options = parser.parse_args()
    compiler = options.compiler.split()
    sources = options.common / "test" / "same_code"
    with tempfile.TemporaryDirectory() as name:
        std, strata, lock = (
            disassemble(compiler, options.objdump, options.common,
                        sources / file, pathlib.Path(name))
            for file in ("std.cpp", "strata.cpp", "ranked_lock.cpp"))
    different = compare(std, strata)
    print(f"{len(std)} functions compared, {different} differ")
    if not std or different:
        return 1
    pair = lock["lock_and_unlock"]
    if not any("%r" in text for text in pair):
        return 0  # not x86
    locked = count_locked(pair)
    print(f"{locked} locked instructions in lock and unlock, "
          f"{LOCKED_PAIR} expected")
    return 0 if locked == LOCKED_PAIR else 1


if __name__ == "__main__":
    sys.exit(main())
