"""Runs all chapters' tests over each of the reader's slots alone.

A failure high up is thus traced to the slot that causes it: the row in which
it appears is the one to look at. The first row is the reference; what fails
there is not the reader's fault.
"""

import dataclasses
import pathlib
import re
import subprocess
import xml.etree.ElementTree as ElementTree

from .build import BuildError

LABEL = r"^ch[0-9]+\.(unit|explore)$"
TEST_SECONDS = 60


@dataclasses.dataclass
class Row:
    """How the chapters fare over one choice of slots."""
    name: str
    passed: dict = dataclasses.field(default_factory=dict)  # chapter: number
    failed: dict = dataclasses.field(default_factory=dict)  # chapter: names
    error: str = ""

    @property
    def is_green(self):
        return not self.error and not any(self.failed.values())


def run_row(build, name):
    """Builds everything over a choice of slots and runs all chapters."""
    row = Row(name)
    try:
        build.build(["all"])
    except BuildError as error:
        row.error = str(error)
        return row
    report = build.folder / "matrix.xml"
    subprocess.run(
        ["ctest", "--test-dir", str(build.folder), "-L", LABEL,
         "-j", str(build.jobs), "--timeout", str(TEST_SECONDS),
         "--output-junit", str(report)],
        capture_output=True, check=False)
    read_report(report, row)
    return row


def read_report(report, row):
    """Counts passed and failed tests by chapter."""
    for case in ElementTree.parse(pathlib.Path(report)).iter("testcase"):
        match = re.match(r"ch(\d+)\.", case.get("name"))
        if match is None:
            continue
        chapter = int(match[1])
        row.passed.setdefault(chapter, 0)
        row.failed.setdefault(chapter, [])
        if case.get("status") == "run":
            row.passed[chapter] += 1
        elif case.get("status") != "disabled":
            row.failed[chapter].append(case.get("name"))


def run(make_build, slots, on_row=None):
    """Runs the reference and each slot alone.

    @param make_build  makes a build.Build out of a tuple of slots.
    @param slots       the reader's slots that exist.
    @return list of Row, the reference first.
    """
    rows = []
    for chosen in [()] + [(slot,) for slot in slots]:
        name = chosen[0].name if chosen else "reference"
        rows.append(run_row(make_build(chosen), name))
        if on_row is not None:
            on_row(rows[-1])
    return rows


def table(rows):
    """Draws slots by chapters; a cell is `ok` or the number of failures."""
    chapters = sorted({c for row in rows for c in row.passed})
    width = max(len(row.name) for row in rows)
    lines = [" " * width + "".join(f"  ch {c:02}" for c in chapters)]
    for row in rows:
        cells = "".join(f"  {cell(row, c):>5}" for c in chapters)
        if row.error:
            cells = "  does not build"
        lines.append(f"{row.name:<{width}}{cells}")
    return lines


def cell(row, chapter):
    """One cell of the table."""
    failed = row.failed.get(chapter)
    if failed is None:
        return "-"
    return f"{len(failed)} bad" if failed else "ok"


def blame(rows):
    """Says which slot each failure is due to, in sentences."""
    lines = []
    reference = rows[0]
    for row in rows[1:]:
        if row.error:
            lines.append(f"{row.name}: {row.error}")
        for chapter, names in sorted(row.failed.items()):
            fresh = [n for n in names
                     if n not in reference.failed.get(chapter, [])]
            if fresh:
                lines.append(f"chapter {chapter:02} fails because of slot "
                             f"{row.name}: {fresh[0]}"
                             + (f" and {len(fresh) - 1} more"
                                if len(fresh) > 1 else ""))
    if not reference.is_green:
        lines.append("the reference itself is not green: see make test")
    return lines or ["no slot of yours breaks anything"]
