#!/usr/bin/env python3
"""Shows that the matrix blames the right slot, over real wrong code.

Usage: python3 -m labkit.matrix_check

Of the last chapter with slots, one gets its starter and one its solution. The
first must be blamed, by name and with its chapter, and nothing else: not the
other slot, not the reference, not a chapter below.
"""

import sys

from . import build as build_module
from . import check, description, matrix

FOLDER = check.FOLDER


def chosen(catalog):
    """The slot that will be wrong and the one that will be right."""
    chapter = [c for c in catalog.chapters if len(c.slots) > 1][-1]
    labs = [e for e in chapter.exercises if e.slots]
    taught = [s for s in chapter.slots.values()
              if any(s.name in e.slots for e in labs)]
    return taught[0], taught[1]


def lab_of(slot):
    """An exercise that replaces a slot."""
    return next(e for e in slot.chapter.exercises if slot.name in e.slots)


def expected(wrong):
    """What the one line of blame begins with."""
    return (f"chapter {wrong.chapter.number:02} fails because of slot "
            f"{wrong.name}: ")


def main():
    catalog = description.load()
    wrong, right = chosen(catalog)
    check.put(lab_of(right), check.solution_of, FOLDER / "mine")
    check.put(lab_of(wrong), check.starter_of, FOLDER / "mine")

    def make_build(mine):
        return build_module.Build(catalog, folder=FOLDER / "build",
                                  mine_root=FOLDER / "mine", mine=tuple(mine))

    try:
        rows = matrix.run(make_build, [wrong, right])
    except build_module.SetupError as problem:
        sys.exit(f"matrix_check: {problem}")
    finally:
        check.put(lab_of(wrong), check.solution_of, FOLDER / "mine")
    print("\n".join(matrix.table(rows)))
    lines = matrix.blame(rows)
    print("\n".join(lines))
    fine = len(lines) == 1 and lines[0].startswith(expected(wrong))
    print(f"{int(fine)} passed, {int(not fine)} failed")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
