"""The kill matrix: `.. kill-matrix::` shows which tests notice what.

Two recordings feed it. book/_recorded/kill-matrix.json has the wrong solutions
of the zoo and the public tests that fail over each; `python3 -m labkit.zoo
--write` makes it. book/_recorded/mutants.json counts small automatic changes;
`python3 -m labkit.mutate --write` makes that. Neither holds a name of a hidden
test. What a test is worth for a reader, its tier, comes from labs.json.
"""

from __future__ import annotations

import json
import pathlib

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import strata_labs
from strata_labs import catalog_of, count, depend_on_labs
from strata_nodes import error, fold, make, words

MATRIX, MUTANTS = "kill-matrix.json", "mutants.json"
NONE = "\N{MIDDLE DOT}"
KILL = "\N{BLACK CIRCLE}"
VERDICTS = {"equivalent": "no wrong version at all",
            "survives": "not noticed"}

log = logging.getLogger(__name__)


def share(part, whole):
    """Returns a share in percent; a whole of nothing is all right."""
    return f"{100 * part // whole if whole else 100} %"


def public_tests(chapter):
    """Returns {name: tier} of a chapter's public tests, lowest tier first."""
    tests = {test.name: test.tier for exercise in chapter.exercises
             if exercise.shelf == "labs" for test in exercise.public_tests}
    return dict(sorted(tests.items(), key=lambda item: item[1]))


def short(bug):
    """Returns "4" for Z02-4: the page's heading says the chapter."""
    return bug.split("-")[-1]


def sentence(text):
    """Returns a text with a full stop."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def heads_rows(table):
    """Makes the first column of a table head its rows."""
    next(iter(table.findall(nodes.colspec)))["stub"] = 1
    return table


class KillMatrix(SphinxDirective):
    """`.. kill-matrix::`: a section for each chapter that has a zoo."""

    def run(self):
        matrix, mutants = self.recorded(MATRIX), self.recorded(MUTANTS)
        if matrix is None:
            return error(self, f"book/_recorded/{MATRIX} is not there")
        chapters = {f"{chapter.number:02}": chapter for chapter
                    in catalog_of(self.env.app).chapters}
        depend_on_labs(self.env)
        self.env.note_dependency(__file__)
        made = []
        for number, rows in sorted(matrix.items()):
            if rows and number in chapters:
                made.append(self.chapter(chapters[number], rows,
                                         (mutants or {}).get(number, [])))
        return made or error(self, "no chapter has a zoo yet")

    def recorded(self, name):
        """Returns a recording, or None if there is none."""
        path = pathlib.Path(self.env.srcdir, "_recorded", name)
        self.env.note_dependency(str(path))
        return json.loads(path.read_text()) if path.exists() else None

    def chapter(self, chapter, rows, mutants):
        """Returns all that is known of one chapter's tests."""
        section = nodes.section(ids=[f"kills-{chapter.number:02}"])
        self.set_source_info(section)
        section += nodes.title("", f"Chapter {chapter.number}")
        tiers = public_tests(chapter)
        self.check(rows, tiers)
        section += self.paragraph(self.summary(rows))
        section += self.by_tier(rows, tiers)
        section += self.by_test(rows, tiers)
        if mutants:
            section += self.mutants(mutants)
        return section

    def check(self, rows, tiers):
        """Warns of tests that labs.json does not know as public ones."""
        for row in rows:
            for name in row["killed_by"]:
                if name not in tiers:
                    log.warning("kill matrix: %s is killed by %r, which is "
                                "no public test of a lab", row["bug"], name,
                                location=self.get_location())

    def paragraph(self, text):
        return nodes.paragraph("", "", *words(self, text)[0])

    def summary(self, rows):
        """Says how many wrong solutions die, and by which tests."""
        killed = sum(bool(row["public"] or row["hidden"]) for row in rows)
        public = sum(bool(row["public"]) for row in rows)
        all_of = "All" if killed == len(rows) else f"{killed} of"
        return (f"{all_of} {len(rows)} wrong solutions are noticed. The "
                f"public tests alone notice {public} of them, "
                f"{share(public, len(rows))}.")

    # -- bugs by tier ---------------------------------------------------------
    def by_tier(self, rows, tiers):
        """Returns the table of bugs, with the tests of each tier that fail."""
        used = sorted({tiers[name] for row in rows
                       for name in row["killed_by"] if name in tiers})
        headings = ["Wrong solution", *(f"T{tier}" for tier in used),
                    "Hidden", "Points"]
        body = [[self.bug(row), *self.counts(row, tiers, used),
                 [nodes.Text(str(row["hidden"] or NONE))],
                 self.points(row)] for row in rows]
        widths = [60, *[6] * len(used), 8, 12]
        table = strata_labs.table(headings, body, widths, ["kills"])
        return heads_rows(table)

    def bug(self, row):
        """Returns what is wrong, how it shows, and who met it."""
        parts = [nodes.Text(f"{short(row['bug'])}. {row['title']} "),
                 make("span", nodes.Text(sentence(row["symptom"])),
                      classes=["symptom"], block=False)]
        origin = row.get("origin")
        if origin:
            text = nodes.Text(origin["text"])
            link = nodes.reference("", "", text, refuri=origin["url"]) \
                if origin.get("url") else text
            parts += [nodes.Text(" "), make(
                "span", nodes.Text("Met in: "), link,
                classes=["symptom"], block=False)]
        return parts

    def counts(self, row, tiers, used):
        """Returns a cell per tier: how many of its tests fail."""
        found = [tiers.get(name) for name in row["killed_by"]]
        return [[nodes.Text(str(found.count(tier) or NONE))]
                for tier in used]

    def points(self, row):
        """Returns what the wrong solution scores in its lab."""
        return [nodes.Text(", ".join(
            f"{score['points']}\N{NO-BREAK SPACE}of\N{NO-BREAK SPACE}"
            f"{score['of']}" for score in row.get("scores", [])) or NONE)]

    # -- tests by bug ---------------------------------------------------------
    def by_test(self, rows, tiers):
        """Returns the whole matrix, folded: a row for each public test."""
        headings = ["Test", "Tier", *(short(row["bug"]) for row in rows)]
        body = [[[nodes.Text(name)], [nodes.Text(f"T{tier}")],
                 *(self.cell(name in row["killed_by"]) for row in rows)]
                for name, tier in tiers.items()]
        widths = [50, 8, *[5] * len(rows)]
        table = strata_labs.table(headings, body, widths,
                                  ["kills", "tests-by-bug"])
        title = f"All {count(len(tiers), 'public test')}, one by one"
        return fold("details", title, body=[heads_rows(table)])

    def cell(self, killed):
        """Returns a mark that is read aloud, or nothing."""
        if not killed:
            return [nodes.Text("")]
        return [make("span", nodes.Text(KILL), block=False, role="img",
                     aria_label="fails")]

    # -- mutants --------------------------------------------------------------
    def mutants(self, slots):
        """Returns the counts of small automatic changes, slot by slot."""
        counted = sum(slot["made"] - slot["equivalent"] for slot in slots)
        killed = sum(slot["killed"] for slot in slots)
        box = nodes.container()
        box += self.paragraph(
            "A second measure is dumber and more thorough. A program changes "
            "one place of a lab's code at a time: it drops a lock, weakens a "
            "memory order, turns a plus into a minus. Some changes make no "
            "difference that anybody could see; these are called equivalent "
            f"and are not counted. Of {counted} others {killed} are noticed, "
            f"a mutation score of {share(killed, counted)}.")
        body = [[[nodes.literal("", slot["slot"])],
                 *([nodes.Text(str(slot[key]))] for key in
                   ("made", "equivalent", "killed", "survive"))]
                for slot in slots]
        box += heads_rows(strata_labs.table(
            ["Slot", "Changes", "Equivalent", "Noticed", "Not noticed"],
            body, [28, 18, 18, 18, 18], ["kills"]))
        notes = [(slot["slot"], note) for slot in slots
                 for note in slot.get("notes", [])]
        if notes:
            box += self.notes(notes)
        return box

    def notes(self, notes):
        """Returns why some changes went unnoticed."""
        items = nodes.bullet_list("", *(nodes.list_item("", nodes.paragraph(
            "", "", nodes.literal("", slot),
            nodes.Text(f", {note['operator']}: {VERDICTS[note['verdict']]}. "
                       f"{note['reason']}"))) for slot, note in notes))
        return fold("details", "Those that no test notices, and why",
                    body=[items])


def setup(app):
    app.setup_extension("strata_labs")
    app.add_directive("kill-matrix", KillMatrix)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
