#!/usr/bin/env python3
"""Says what this machine has for Strata, a line each, and what to install.

A line starts with ok, old or missing. Exit status 1 if what `make test` needs
is not there.
"""

import ctypes
import mmap
import pathlib
import platform
import re
import shutil
import subprocess
import sys

TOOLS = pathlib.Path(__file__).resolve().parent

# Command, its oldest version that will do, package, group.
COMMANDS = [
    ("make", (4, 0), "make", "build"),
    ("git", (2, 20), "git", "build"),
    ("g++", (12,), "g++", "build"),
    ("cmake", (3, 22), "cmake", "build"),
    ("ninja", (1, 10), "ninja-build", "build"),
    ("python3", (3, 9), "python3", "build"),
    ("doxygen", (1, 9), "doxygen", "book"),
    ("node", (12,), "nodejs", "book"),
    ("wasm-ld", (14,), "lld", "book"),
    ("chromium", (100,), "chromium", "site"),
    ("java", (11,), "default-jre-headless", "site"),
    ("npm", (8,), "npm", "site"),
    ("clang++", (14,), "clang", "test"),
    ("gdb", (10,), "gdb", "test"),
    ("clang-format", (14,), "clang-format", "lint"),
    ("clang-tidy", (14,), "clang-tidy", "lint"),
    ("go", (1, 19), "golang-go", "bench"),
    ("aarch64-linux-gnu-g++", (12,), "g++-aarch64-linux-gnu", "cross"),
    ("qemu-aarch64", (6,), "qemu-user", "cross"),
]
# A file that the package brings, below one of the usual roots.
FILES = [
    ("include/boost/context/detail/fcontext.hpp", "libboost-context-dev",
     "build"),
    ("include/catch2", "catch2", "build"),
    ("bin/dot", "graphviz", "book"),
    ("lib/python3/dist-packages/sphinx", "python3-sphinx", "book"),
    ("lib/python3/dist-packages/breathe", "python3-breathe", "book"),
    ("lib/python3/dist-packages/myst_parser", "python3-myst-parser", "book"),
    ("lib/python3/dist-packages/furo", "furo", "book"),
    ("share/javascript/katex", "libjs-katex", "book"),
    ("share/nodejs/normalize.css", "node-normalize.css", "book"),
    ("lib/wasm32-wasi/libc.a", "wasi-libc", "book"),
    ("include/wasm32-wasi/c++", "libc++-dev-wasm32", "book"),
    ("lib/python3/dist-packages/sphinxcontrib/spelling",
     "python3-sphinxcontrib.spelling", "site"),
    ("share/hunspell/en_US.dic", "hunspell-en-us", "site"),
    ("include/boost/fiber/all.hpp", "libboost-fiber-dev", "bench"),
    ("include/valgrind/valgrind.h", "valgrind", "test"),
]
ROOTS = [pathlib.Path("/usr"), pathlib.Path("/usr/local")]

MADV_GUARD_INSTALL = 102
MAX_MAP_COUNT_USUAL = 65530


class Report:
    """Prints the lines and remembers what is to be installed."""

    def __init__(self):
        self.wanted = {}

    def line(self, state, what, remark=""):
        print(f"{state:<8} {what:<24} {remark}".rstrip())

    def want(self, group, package):
        self.wanted.setdefault(group, []).append(package)


def version_of(command):
    """Returns the first number with a dot (or alone) that a tool prints."""
    argument = "version" if command == "go" else "--version"
    said = subprocess.run([command, argument], capture_output=True, text=True,
                          check=False)
    match = re.search(r"(\d+(?:\.\d+)+)", said.stdout + said.stderr)
    match = match or re.search(r"(\d+)", said.stdout + said.stderr)
    return tuple(int(part) for part in match[1].split(".")) if match else (0,)


def check_commands(report):
    for command, oldest, package, group in COMMANDS:
        if shutil.which(command) is None:
            report.line("missing", command, f"for: {group}")
            report.want(group, package)
            continue
        version = version_of(command)
        text = ".".join(map(str, version))
        if version < oldest:
            needed = ".".join(map(str, oldest))
            report.line("old", command, f"{text}; {needed} is needed")
            report.want(group, package)
        elif command == "cmake" and version < (3, 24):
            report.line("ok", command, f"{text}; headers are not checked to "
                        "stand alone before 3.24")
        else:
            report.line("ok", command, text)


def check_files(report):
    for name, package, group in FILES:
        if any((root / name).exists() for root in ROOTS):
            report.line("ok", package)
        else:
            report.line("missing", package, f"for: {group}")
            report.want(group, package)


def kernel_guards():
    """Tries to install a guard on a page of our own."""
    page = mmap.mmap(-1, mmap.PAGESIZE)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.madvise(ctypes.c_void_p(address),
                        ctypes.c_size_t(mmap.PAGESIZE),
                        MADV_GUARD_INSTALL) == 0


def read_number(path):
    try:
        return int(pathlib.Path(path).read_text())
    except (OSError, ValueError):
        return None


def check_kernel(report):
    report.line("ok", "kernel", f"{platform.release()} {platform.machine()}")
    if kernel_guards():
        report.line("ok", "MADV_GUARD_INSTALL", "guards without mappings")
    else:
        report.line("missing", "MADV_GUARD_INSTALL", "comes with Linux 6.13; "
                    "guards cost a mapping each, about 32,000 goroutines")
    maps = read_number("/proc/sys/vm/max_map_count")
    if maps is not None:
        state = "ok" if maps >= MAX_MAP_COUNT_USUAL else "old"
        report.line(state, "vm.max_map_count", str(maps))
    bits = read_number("/proc/sys/vm/mmap_rnd_bits")
    if bits is not None and bits > 28:
        report.line("ok", "vm.mmap_rnd_bits", f"{bits}: make tsan runs with "
                    "a fixed address layout")


def listed_packages():
    rows = (line.split("|") for line in
            (TOOLS / "packages.txt").read_text().splitlines())
    return {row[0].strip(): row[1].strip().split(",")
            for row in rows if len(row) == 3}


def main():
    report = Report()
    listed = listed_packages()
    for *_, package, group in COMMANDS + FILES:
        assert group in listed.get(package, ""), f"{package}: not listed"
    check_commands(report)
    check_files(report)
    check_kernel(report)
    for group, packages in report.wanted.items():
        print(f"\nfor {group}: apt-get install -y {' '.join(packages)}"
              f"   (or: make deps GROUP={group})")
    if "build" not in report.wanted:
        print("\nmake test has all it needs.")
    return 1 if "build" in report.wanted else 0


if __name__ == "__main__":
    sys.exit(main())
