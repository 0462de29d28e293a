"""Runs all chapters over each of the reader's slots alone.

A failure high up is thus traced to the slot that causes it: the row in which
it appears is the one to look at. The first row is the reference; what fails
there is not the reader's fault. A chapter's row ends at its first failure:
one is enough for blame, and a wrong slot may make every test hang.
"""

import dataclasses
import pathlib
import re
import subprocess
import xml.etree.ElementTree as ElementTree

from . import processes
from .build import BuildError

TEST_SECONDS = 30
TOUR_SECONDS = 120
TARGETS = ("chapter_tests", "tour")


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
    """Builds all tests and the tour over a choice of slots, and runs them."""
    row = Row(name)
    try:
        build.build(TARGETS)
    except BuildError as error:
        row.error = str(error)
        return row
    for folder in sorted((build.root / "chapters").glob("[0-9][0-9]-*")):
        run_chapter(build, int(folder.name[:2]), row)
    run_tour(build, row)
    return row


def run_chapter(build, chapter, row):
    """Runs the tests of one chapter up to the first that fails."""
    report = build.folder / "matrix.xml"
    report.unlink(missing_ok=True)
    subprocess.run(
        ["ctest", "--test-dir", str(build.folder), "-L",
         rf"^ch{chapter:02}\.(unit|explore)$", "-j", str(build.jobs),
         "--timeout", str(TEST_SECONDS), "--stop-on-failure",
         "--output-junit", str(report)], capture_output=True, check=False)
    if report.exists():
        read_report(report, row)


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
        elif case.get("status") == "fail":
            row.failed[chapter].append(case.get("name"))


def run_tour(build, row):
    """Runs the tour's programs; one that ends badly is a failure of its
    chapter."""
    listed = build.folder / "tour.txt"
    for line in listed.read_text().splitlines() if listed.exists() else ():
        chapter, program = line.split(" ", 1)
        if row.failed.setdefault(int(chapter), []):
            continue
        row.passed.setdefault(int(chapter), 0)
        status, _ = processes.finish([program], build.root, TOUR_SECONDS)
        if status == 0:
            row.passed[int(chapter)] += 1
        else:
            row.failed[int(chapter)].append(
                f"tour {pathlib.Path(program).name}")


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
    """Draws slots by chapters; a cell is `ok` or `BAD`."""
    chapters = sorted({c for row in rows for c in (*row.passed, *row.failed)})
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
    return "BAD" if failed else "ok"


def blame(rows):
    """Says which slot each failure is due to, in sentences."""
    reference, lines = rows[0], []
    for row in rows[1:]:
        if row.error:
            lines.append(f"{row.name}: {row.error}")
        for chapter, names in sorted(row.failed.items()):
            if names and not reference.failed.get(chapter):
                lines.append(f"chapter {chapter:02} fails because of slot "
                             f"{row.name}: {names[0]}")
    if not reference.is_green:
        lines.append("the reference itself is not green, and nothing is said "
                     "about those chapters: see make test")
    return lines or ["no slot of yours breaks anything"]
