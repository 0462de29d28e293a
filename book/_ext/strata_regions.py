"""Finds the parts of our sources that the book shows.

A part is named by two lines that hold nothing but a comment:

    // [doc:push]   ...   // [/doc:push]

Regions may nest. The markers are never shown, and neither is what belongs to
the labs alone: `// [lab ...]` and the starter's lines `//| ...`. A name stands
for one region in the whole tree, so that it is enough to find the code again.
"""

import dataclasses
import pathlib
import re

MARKER = re.compile(r"^\s*(?://|#|/\*)\s*\[(/?)doc:([\w.-]+)\]"
                    r"\s*(?:\*/)?\s*$")
ANY_MARKER = re.compile(r"\[/?doc:[\w.-]+\]")
LAB_ONLY = re.compile(r"^\s*//(?:\s*\[/?lab [^\]]*\]\s*$|\|)")
LINES_MAX = 40  # of a listing
COLUMNS_MAX = 76
FOLDERS = ("common", "chapters", "exercises")
SUFFIXES = {".hpp", ".cpp", ".S", ".py", ".cmake", ".txt", ".sh"}


class RegionError(ValueError):
    """A region that is missing, double or out of order."""


@dataclasses.dataclass(frozen=True)
class Line:
    """One line of a source as a listing shows it."""

    number: int
    text: str
    is_context: bool = False


def marker(line):
    """Returns (closes, name) of a marker line, or None."""
    match = MARKER.match(line)
    return (bool(match[1]), match[2]) if match else None


def is_hidden(line):
    """Tells whether a line is for tools, not for the reader."""
    return bool(marker(line) or LAB_ONLY.match(line))


def regions(lines):
    """Returns {name: (opening, closing)} by line numbers from 1."""
    found, opened = {}, []
    for number, line in enumerate(lines, 1):
        mark = marker(line)
        if not mark:
            if ANY_MARKER.search(line):
                raise RegionError(f"line {number}: a marker stands alone "
                                  "on its line")
            continue
        closes, name = mark
        if not closes:
            if name in found or name in [other for other, _ in opened]:
                raise RegionError(f"line {number}: [doc:{name}] opens twice")
            opened.append((name, number))
        elif not opened or opened[-1][0] != name:
            raise RegionError(f"line {number}: [/doc:{name}] closes what "
                              "is not open there")
        else:
            found[name] = (opened.pop()[1], number)
    if opened:
        raise RegionError(f"line {opened[-1][1]}: [doc:{opened[-1][0]}] "
                          "is never closed")
    return found


def without_markers(lines, first, last, is_context=False):
    """Returns lines first to last, counted from 1, as Line objects."""
    return [Line(number, lines[number - 1], is_context)
            for number in range(max(first, 1), min(last, len(lines)) + 1)
            if not is_hidden(lines[number - 1])]


def stripped(lines):
    """Drops blank lines at both ends."""
    lines = list(lines)
    while lines and not lines[0].text.strip():
        lines.pop(0)
    while lines and not lines[-1].text.strip():
        lines.pop()
    return lines


def dedented(lines):
    """Removes the indentation that all lines have in common."""
    indents = [len(line.text) - len(line.text.lstrip())
               for line in lines if line.text.strip()]
    cut = min(indents, default=0)
    return [dataclasses.replace(line, text=line.text[cut:].rstrip())
            for line in lines]


def context_before(lines, first, count):
    found = without_markers(lines, 1, first - 1, True)
    return stripped(found[len(found) - count:] if count else [])


def context_after(lines, last, count):
    return stripped(without_markers(lines, last + 1, len(lines), True)[:count])


def extract(text, name=None, context=0, drop_doc=False):
    """Returns the Lines of region `name` of a source, or of all of it."""
    lines = text.split("\n")
    known = regions(lines)
    if name is not None and name not in known:
        there = ", ".join(sorted(known)) or "none"
        raise RegionError(f"no region [doc:{name}]; there is: {there}")
    first, last = known[name] if name else (0, len(lines) + 1)
    body = stripped(without_markers(lines, first + 1, last - 1))
    if drop_doc:
        body = stripped(line for line in body
                        if not line.text.lstrip().startswith("///"))
    if not body:
        raise RegionError(f"region {name or 'of the whole file'} is empty")
    return dedented(context_before(lines, first, context) + body
                    + context_after(lines, last, context))


def in_tree(root):
    """Returns {name: [place, ...]} of the regions that the tree opens."""
    places = {}
    for folder in FOLDERS:
        for path in sorted(pathlib.Path(root, folder).rglob("*")):
            if path.suffix not in SUFFIXES or not path.is_file():
                continue
            lines = path.read_text(errors="replace").split("\n")
            for number, line in enumerate(lines, 1):
                mark = marker(line)
                if mark and not mark[0]:
                    place = f"{path.relative_to(root)}:{number}"
                    places.setdefault(mark[1], []).append(place)
    return places
