#!/usr/bin/env python3
"""Says which source items the book covers, and where.

Usage: coverage.py [ITEM|FAMILY|CHAPTER]...
       for example  coverage.py   coverage.py IQ   coverage.py IQ-5 C2

The book grew from a set of study documents. book/seed_items.json numbers
what is in them, with the chapters that are an item's home. A text says what
it covers with ``.. seeds:: IQ-1 JG-5``, with the option ``:seeds:`` of other
directives, or with the field "seeds" in the JSON files of exercises/. An id
that nobody knows is an error: exit status 1, and a line with its place.
"""

import collections
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

CHAPTERS = {
    "F": "front matter and appendices", "C1": "context switch",
    "C2": "scheduler", "C3": "park and ready", "C4": "semaphores",
    "C5": "channels", "C6": "timers", "C7": "network", "C8": "memory",
    "C9": "preemption", "C10": "profiling"}

Item = collections.namedtuple("Item", "id title home")
Family = collections.namedtuple("Family", "id title items")
# A place that claims to cover an item. `via` is the question or lab that
# says so, empty for running text.
Use = collections.namedtuple("Use", "id path line via")

# `.. seeds:: A-1 B-2` and `:seeds: A-1`; more indented lines continue it.
MARK = re.compile(r"^(?P<indent>\s*)(?:\.\. seeds::|:seeds:)(?P<ids>.*)$")


class Catalogue:
    """All items there are, in families, and the corrections D1 to D16."""

    def __init__(self, path):
        told = json.loads(path.read_text(encoding="utf-8"))
        items = [Item(**item) for item in told["items"]]
        self.corrections = [Item(**item) for item in told["corrections"]]
        self.families = [
            Family(family["id"], family["title"],
                   [item for item in items if family_of(item) == family["id"]])
            for family in told["families"]]
        self.by_id = {item.id: item for item in items + self.corrections}

    @property
    def items(self):
        return [item for family in self.families for item in family.items]


def family_of(item):
    return item.id.split("-")[0]


def catalogue(root=ROOT):
    return Catalogue(root / "book" / "seed_items.json")


def marks_in_text(text):
    """Yields (line number, id) for each id that a page's source names."""
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        match = MARK.match(lines[number])
        number += 1
        if not match:
            continue
        deeper = len(match["indent"]) + 1
        ids = match["ids"].split()
        yield from ((number, each) for each in ids)
        while number < len(lines) and continues(lines[number], deeper):
            number += 1
            yield from ((number, each) for each in lines[number - 1].split())


def continues(line, deeper):
    """Says whether a line goes on with the ids of the line before it."""
    indent = len(line) - len(line.lstrip())
    return bool(line.strip()) and indent >= deeper and \
        not line.lstrip().startswith((":", ".."))


def marks_in_json(text):
    """Yields (line number, id, owner) for the fields "seeds" of a JSON file.

    The line is that of the owner's id, which stands on one line in our files.
    """
    def walk(node):
        if isinstance(node, dict):
            for each in node.get("seeds", []):
                yield str(node.get("id", "")), each
            node = list(node.values())
        if isinstance(node, list):
            for child in node:
                yield from walk(child)

    for owner, each in walk(json.loads(text)):
        at = text.find(f'"{owner}"') if owner else -1
        yield text.count("\n", 0, max(at, 0)) + 1, each, owner


def find_uses(root=ROOT):
    """Returns every use in the book's pages and in exercises/."""
    uses = []
    for path in sorted((root / "book").rglob("*.rst")):
        place = path.relative_to(root).as_posix()
        for line, each in marks_in_text(path.read_text(encoding="utf-8")):
            uses.append(Use(each, place, line, ""))
    exercises = root / "exercises"
    for path in sorted([*exercises.glob("*/quiz.json"),
                        *exercises.glob("*/labs.json")]):
        place = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8")
        for line, each, owner in marks_in_json(text):
            uses.append(Use(each, place, line, owner))
    return uses


def by_item(known, uses):
    """Splits uses into {id: [uses]} and the list of those nobody knows."""
    places, unknown = collections.defaultdict(list), []
    for use in uses:
        (places[use.id] if use.id in known.by_id else unknown).append(use)
    return places, unknown


def said(use):
    return f"{use.path}:{use.line}" + (f" ({use.via})" if use.via else "")


def wanted(item, filters):
    return not filters or item.id in filters or family_of(item) in filters \
        or bool(set(item.home) & set(filters))


def print_families(known, places):
    def row(name, title, items):
        covered = sum(item.id in places for item in items)
        print(f"{name:<8}{title:<40}{covered:>7}{len(items):>5}")

    print(f"{'family':<8}{'what it is':<40}covered   of")
    for family in known.families:
        row(family.id, family.title, family.items)
    row("", "all", known.items)
    row("D", "corrections of common accounts", known.corrections)


def print_covered(items, places):
    print("\nCovered:")
    for item in items:
        for nth, use in enumerate(places.get(item.id, ())):
            head = f"{item.id:<7}{item.title:<46}" if nth == 0 else " " * 53
            print(f"  {head} {said(use)}")


def with_need(item):
    """An item of the front matter may have to wait for a chapter: say so."""
    waits = item.home[0] == "F" and len(item.home) > 1
    return f"{item.id}({item.home[1]})" if waits else item.id


def print_open(items, places):
    print("\nOpen, by the chapter that is their home:")
    for chapter, title in CHAPTERS.items():
        missing = [item for item in items
                   if item.home[0] == chapter and item.id not in places]
        if missing:
            print(f"  {chapter:<3} {title} ({len(missing)}): "
                  f"{' '.join(map(with_need, missing))}")


def main(arguments, root=ROOT):
    known = catalogue(root)
    places, unknown = by_item(known, find_uses(root))
    items = [item for item in known.items + known.corrections
             if wanted(item, arguments)]
    print_families(known, places)
    print_covered(items, places)
    print_open(items, places)
    for use in unknown:
        print(f"{use.path}:{use.line}: no source item is called {use.id}",
              file=sys.stderr)
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
