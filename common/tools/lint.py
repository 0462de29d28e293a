#!/usr/bin/env python3
"""Checks the style of the tree; each rule is one line of a table or one
function below. Prints `path:line: rule: message` for each finding.

Exceptions stand in chapters/NN-name/lint-allow.txt and common/lint-allow.txt:
`rule path reason`, the path relative to that file. One that nothing needs any
more is a finding itself.
"""

import pathlib
import re
import sys

COLUMNS_MAX = 80
FUNCTION_LINES_MAX = 60
HEADER_LINES_MAX = 40
# A tag's memory order stands at most this many lines below the tag.
TAG_REACH_LINES = 8

OS_HEADERS = (r"(sys/\w+|linux/\w+|unistd|pthread|signal|fcntl|poll|sched|"
              r"dlfcn|ucontext|spawn|time)\.h")
OS_FOLDERS = {"os", "arch", "test", "testkit", "steps", "bench"}
DOCUMENTS = ("*.md", "chapters/*/README.md", "book/**/*.md")
INVARIANT = r"\bI-\d\d\.\d+\b"
NO_TREE = {"build", "tests"}  # folders that hold no sources of Strata


def is_header(path):
    return path.suffix == ".hpp"


def is_test(path):
    return "test" in path.parts


def may_see_os(path):
    return not OS_FOLDERS.isdisjoint(path.parts)


def may_see_boost_context(path):
    return "01-context-switch" in path.parts or "peers" in path.parts


def always(path):
    return True


# Rule, where it looks (text: with comments; code: without comments and
# strings), pattern, for which files, message.
LINE_RULES = [
    ("columns", "text", rf"^.{{{COLUMNS_MAX + 1},}}", always,
     f"longer than {COLUMNS_MAX} columns"),
    ("blank", "text", r"[ \t]+$|\t", lambda p: p.suffix != ".S",
     "blank at the end of the line, or a tab"),
    ("todo", "text", r"\b(TODO|FIXME|XXX)\b", always, "unfinished business"),
    ("machine-path", "text", r"(?<![\w.])/(home|root|work|Users)/", always,
     "path of one machine"),
    ("detach", "code", r"\bdetach\s*\(", always, "threads are joined"),
    ("weak", "code", r"__attribute__\s*\(\(.*\bweak\b|#pragma weak|gnu::weak",
     always, "weak symbols are silently dead in static libraries"),
    ("volatile", "code", r"(?<!asm )(?<!__asm__ )\bvolatile\b(?!.*sig_atomic_t)",
     lambda p: not is_test(p), "volatile is not for threads"),
    ("using-namespace", "code", r"\busing namespace\b", is_header,
     "leaks names into every file that includes this one"),
    ("sleep", "code", r"\b(sleep_for|sleep_until|usleep|nanosleep|sleep)\s*\(",
     is_test, "tests wait with eventually(...)"),
    ("os-header", "code", rf"#include <{OS_HEADERS}>",
     lambda p: not may_see_os(p), "OS headers stay under os/ and arch/"),
    ("boost", "code", r"#include <boost/(context|fiber)/",
     lambda p: not may_see_boost_context(p),
     "Boost.Context is chapter 1's alone"),
    ("catch", "code", r"#include <catch2/", lambda p: p.name != "catch.hpp",
     "tests include strata/testkit/catch.hpp"),
]

STRING_OR_COMMENT = re.compile(
    r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.DOTALL)
ATOMIC_CALL = re.compile(
    r"[.>](load|store|exchange|compare_exchange_\w+|"
    r"fetch_(?:add|sub|and|or|xor))\(")
ORDER = re.compile(r"order\b|(?i:relaxed|acquire|release|acq_?rel|seq_?cst)|"
                   r"\bsuccess\b|\bfailure\b")
NO_FUNCTION = re.compile(r"\s*(template\s*<.*>\s*)?"
                         r"(namespace|class|struct|enum|union)\b", re.DOTALL)
PREPROCESSOR = re.compile(r"^[ \t]*#.*?(?<!\\)$", re.MULTILINE | re.DOTALL)
RELEASES = re.compile(r"memory_order(_|::)(release|acq_rel|seq_cst)")
ACQUIRES = re.compile(r"memory_order(_|::)(acquire|acq_rel|seq_cst|consume)")


class File:
    """A source file in two views with equal line numbers."""

    def __init__(self, path, name):
        self.path, self.name = path, name
        self.text = path.read_text(errors="replace")
        self.lines = self.text.splitlines()
        self.code = blank_out(self.text)
        self.code_lines = self.code.splitlines()


def blank_out(text):
    """Replaces comments and strings by blanks."""
    return STRING_OR_COMMENT.sub(
        lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def line_rules(file):
    for rule, view, pattern, concerns, message in LINE_RULES:
        if not concerns(file.name):
            continue
        lines = file.lines if view == "text" else file.code_lines
        for number, line in enumerate(lines, 1):
            if re.search(pattern, line):
                yield number, rule, message


def file_header(file):
    """Every file opens with what it is, in at most 40 lines of comment."""
    if not re.match(r"/// @file\n/// @brief \S", file.text):
        yield 1, "file-header", "does not open with /// @file, /// @brief"
        return
    length = next((number for number, line in enumerate(file.lines)
                   if not line.startswith("///")), len(file.lines))
    if length > HEADER_LINES_MAX:
        yield 1, "file-header", f"longer than {HEADER_LINES_MAX} lines"
    if is_header(file.name) and "#pragma once" not in file.code:
        yield 1, "pragma-once", "a header without #pragma once"


def function_length(file):
    """Measures every block that follows a parenthesis."""
    opened, line, statement = [], 1, ""
    for letter in file.code:
        if letter == "{":
            code = PREPROCESSOR.sub("", statement)
            is_code = "(" in code and not NO_FUNCTION.match(code)
            opened.append((line, is_code))
        elif letter == "}" and opened:
            start, is_code = opened.pop()
            if is_code and line - start - 1 > FUNCTION_LINES_MAX:
                yield (start, "function-length", f"{line - start - 1} lines, "
                       f"at most {FUNCTION_LINES_MAX}")
        line += letter == "\n"
        statement = "" if letter in ";{}" else statement + letter


def call_arguments(code, start):
    """Returns the text between the parenthesis before `start` and its end."""
    depth = 1
    for end in range(start, len(code)):
        depth += {"(": 1, ")": -1}.get(code[end], 0)
        if depth == 0:
            return code[start:end]
    return code[start:]


def memory_orders(file):
    """No default order, and a reason for each sequentially consistent one."""
    for call in ATOMIC_CALL.finditer(file.code):
        if not ORDER.search(call_arguments(file.code, call.end())):
            number = file.code.count("\n", 0, call.start()) + 1
            yield number, "memory-order", f"{call[1]}() without its order"
    for number, line in enumerate(file.code_lines, 1):
        if not is_test(file.name) and "memory_order_seq_cst" in line:
            near = file.lines[max(0, number - 4):number]
            if not any(re.search("(?<!/)//(?!/)", text) for text in near):
                yield number, "seq-cst", "seq_cst without a sentence why"


def each_file(files):
    rules = (line_rules, file_header, function_length, memory_orders)
    for file in files:
        for rule in rules:
            for number, name, message in rule(file):
                yield file.name, number, name, message


def order_tags(files):
    """Every tag has a release side and an acquire side."""
    places = {}
    for file in files:
        for number, line in enumerate(file.lines):
            for tag in re.findall(r"//.*?\[MO:([\w-]+)\]", line):
                below = file.code_lines[number:number + TAG_REACH_LINES]
                place = (file.name, number + 1, "\n".join(below))
                places.setdefault(tag, []).append(place)
    for tag, found in sorted(places.items()):
        name, number, _ = found[0]
        code = "\n".join(below for _, _, below in found)
        if len(found) < 2:
            yield name, number, "order-tag", f"[MO:{tag}] stands alone"
        elif not (RELEASES.search(code) and ACQUIRES.search(code)):
            yield (name, number, "order-tag",
                   f"[MO:{tag}] lacks its release or its acquire side")


def doc_markers(files):
    """Regions for the book open and close in one file, under one name."""
    seen = {}
    for file in files:
        is_open = None
        for number, line in enumerate(file.lines, 1):
            marker = re.search(r"// \[(/?)doc:([\w-]+)\]", line)
            if not marker:
                continue
            closes, name = bool(marker[1]), marker[2]
            if closes and name != is_open:
                yield file.name, number, "doc-marker", f"{name} was not open"
            elif not closes and (is_open or name in seen):
                other = is_open or seen[name]
                yield file.name, number, "doc-marker", f"{name}: see {other}"
            is_open = None if closes else name
            seen.setdefault(name, f"{file.name}:{number}")
        if is_open:
            yield file.name, len(file.lines), "doc-marker", f"{is_open} is open"


def test_mirrors(files):
    """src/x.cpp has test/x_test.cpp; assembly's surroundings are exempt."""
    tests = {(home(file.name), file.name.name) for file in files
             if is_test(file.name)}
    for file in files:
        parts = file.name.parts
        if "src" in parts and "arch" not in parts and file.path.suffix == ".cpp":
            wanted = (home(file.name), f"{file.name.stem}_test.cpp")
            if wanted not in tests:
                yield file.name, 1, "test-mirror", f"has no {wanted[1]}"


def defined_invariants(files):
    """Returns {label: place} of what the files' Invariants sections claim."""
    defined = {}
    for file in files:
        section = ""
        for number, line in enumerate(file.lines, 1):
            if heading := re.match(r"/// (\w[\w ]*)$", line):
                section = heading[1]
            claim = re.match(rf"///\W+({INVARIANT}) ", line)
            if claim and section == "Invariants" and not is_test(file.name):
                defined.setdefault(claim[1], (file.name, number))
    return defined


def named_invariants(name, lines):
    """Returns {label: place} of the labels in the lines of one file."""
    return {label: (name, number) for number, line in enumerate(lines, 1)
            for label in re.findall(INVARIANT, line)}


def invariants(root, files):
    """Every invariant is named by a test, and every name has an invariant."""
    defined, tested, told = defined_invariants(files), {}, {}
    for file in filter(lambda file: is_test(file.name), files):
        tested |= named_invariants(file.name, file.lines)
    for pattern in DOCUMENTS:
        for path in sorted(root.glob(pattern)):
            told |= named_invariants(path.relative_to(root),
                                     path.read_text().splitlines())
    for label in sorted(defined.keys() - tested.keys()):
        yield *defined[label], "invariant", f"no test names {label}"
    for label, place in sorted((told | tested).items()):
        if label not in defined:
            yield *place, "invariant", f"{label} is not defined"


def home(name):
    """Returns the folder whose test/ a source belongs to."""
    return name.parts[:2] if name.parts[0] == "chapters" else name.parts[:1]


def package_lines(root):
    """Packages in documents are those of the list the tools read."""
    listing = root / "common/tools/packages.txt"
    if not listing.exists():
        return
    rows = [line.split("|") for line in listing.read_text().splitlines()]
    known = {row[0].strip() for row in rows if len(row) == 3}
    for document in sorted(root.glob("*.md")):
        for number, line in enumerate(document.read_text().splitlines(), 1):
            for words in re.findall(r"apt(?:-get)? install (?:-y )?([^`&|]+)",
                                    line):
                for word in set(words.split()) - known:
                    yield (document.relative_to(root), number, "packages",
                           f"{word} is not in packages.txt")


def read_allowed(root):
    """Returns {(rule, path): place} of the exceptions, with their reasons."""
    allowed = {}
    for listing in [root / "common/lint-allow.txt",
                    *sorted(root.glob("chapters/*/lint-allow.txt"))]:
        if not listing.exists():
            continue
        folder = listing.parent.relative_to(root)
        for number, line in enumerate(listing.read_text().splitlines(), 1):
            words = line.split(None, 2)
            if line.startswith("#") or not words:
                continue
            place = (listing.relative_to(root), number)
            key = tuple(words[:2]) if len(words) == 3 else ("", "")
            allowed[(key[0], folder / key[1])] = place
    return allowed


def read_sources(root):
    names = []
    for folder in ("common", "chapters"):
        for suffix in ("hpp", "cpp", "S"):
            names += sorted((root / folder).rglob(f"*.{suffix}"))
    return [File(path, path.relative_to(root)) for path in names
            if NO_TREE.isdisjoint(path.relative_to(root).parts)]


def lint(root):
    """Returns all findings below `root` as (path, line, rule, message)."""
    files = read_sources(root)
    findings = [finding for check in (each_file, order_tags, doc_markers,
                                      test_mirrors)
                for finding in check(files)]
    findings += package_lines(root)
    findings += invariants(root, files)
    allowed = read_allowed(root)
    needed = {(rule, name) for name, _, rule, _ in findings}
    kept = [finding for finding in findings
            if (finding[2], finding[0]) not in allowed]
    kept += [(*place, "lint-allow", "an exception without need or reason")
             for key, place in allowed.items() if key not in needed]
    return sorted(kept)


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    findings = lint(root)
    for name, number, rule, message in findings:
        print(f"{name}:{number}: {rule}: {message}")
    print(f"lint: {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
