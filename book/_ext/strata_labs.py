"""The exercises of labs.json in the book: pages, cards, lists.

    .. labs:: 02         labs, tasks and bugs of chapter 2, as tables;
                         without a number, those of all chapters
    .. lab:: 02.1        the card of one
    .. lab-page:: 02.1   its whole page: card, README.md, tests, hints

Each chapter with a labs.json gets a page labs/NN-name and each exercise a
page labs/ID-SLUG below it. These pages are written into the folder labs
before Sphinx looks for pages; what is in that folder is never edited, and git
does not see it. A chapter's index lists /labs/NN-name in its toctree.

Names of hidden tests stay hidden; a page says how many there are.
"""

from __future__ import annotations

import pathlib
import re
import sys

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.addnodes import pending_xref
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import source_text
import strata_readme
from strata_coverage import note_seeds
from strata_nodes import element, error, fold, make
from strata_sources import note_use, srcref
from strata_teach import STARS_MAX, TitleCard, fact, minutes_in_words

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "common"))
from labkit import build, description  # noqa: E402 (found by the line above)

FOLDER = "labs"
SHELVES = {"labs": ("Lab", "Labs"), "tasks": ("Task", "Tasks"),
           "bugs": ("Bug", "Bugs")}
ABOUT_SHELVES = {
    "labs": "A lab makes a part of the layer yours.",
    "tasks": "A task is a small program with a goal of its own.",
    "bugs": "A bug is a program that misbehaves. Find out why, then mend it.",
}
TIERS = ("smoke", "specification", "model", "schedules", "sanitizers",
         "upward", "hidden", "cost")
# Between backquotes, or a name that only code has: live_, Slab::guard().
CODE = re.compile(r"``(.+?)``|`([^`]+)`|(?<![\w`])"
                  r"((?:\w+(?:::|\.|->))*(?:\w*_\w*|(?<=::)\w+)(?:\(\))?"
                  r"|[\w/-]+\.(?:hpp|cpp|S|json|md|txt)\b)")
LOOKS = {"labs", "lab-card"}  # classes that labs.css is about
# In the navigation: the link to a chapter's shelves, and the list below it.
BELOW_SHELVES = re.compile(
    r'(?P<link><a [^>]*href="(?:[^"]*/)?(?P<number>\d\d)-[\w-]+\.html"[^>]*>'
    r"(?:(?!</a>).)*</a>)<ul>.*?</ul>", re.DOTALL)
GENERATED = ".. Written from labs.json by the build of the book.\n\n"
SHELVES_PAGE = """\
.. _labs-{number}:

Labs, tasks and bugs
====================

How to work on one, from the first command to handing it in, is in the
:doc:`student's guide </front/student-guide>`.

.. labs:: {number}

.. toctree::
   :hidden:

"""

log = logging.getLogger(__name__)


# ---- what there is ----------------------------------------------------------
def root_of(config):
    return pathlib.Path(config.strata_labs_root).resolve()


def catalog_of(app):
    """Returns all exercises; what is wrong in them is a warning."""
    if getattr(app, "strata_catalog", None) is None:
        try:
            app.strata_catalog = description.load(root_of(app.config))
        except description.DescriptionError as mistakes:
            for line in str(mistakes).split("\n"):
                log.warning("labs.json: %s", line)
            app.strata_catalog = description.Catalog([])
    return app.strata_catalog


def depend_on_labs(env):
    """Has the page read again when a labs.json changes, or this code."""
    for path in root_of(env.config).glob("exercises/*/labs.json"):
        env.note_dependency(str(path))
    for code_file in (__file__, strata_readme.__file__):
        env.note_dependency(code_file)


def exercise_page(exercise):
    """Returns the document of an exercise."""
    return f"{FOLDER}/{exercise.folder.name}"


def chapter_page(chapter):
    """Returns the document that lists a chapter's exercises."""
    return f"{FOLDER}/{chapter.folder.name}"


def full_title(exercise):
    return f"{SHELVES[exercise.shelf][0]} {exercise.id}: {exercise.title}"


def write_pages(app):
    """Writes the pages' sources; touches only what changed."""
    home = pathlib.Path(app.srcdir) / FOLDER
    wanted = {}
    for chapter in catalog_of(app).chapters:
        number = f"{chapter.number:02}"
        below = "".join(f"   {exercise.folder.name}\n"
                        for exercise in chapter.exercises)
        wanted[f"{chapter.folder.name}.rst"] = \
            f"{GENERATED}{SHELVES_PAGE.format(number=number)}{below}"
        for exercise in chapter.exercises:
            wanted[f"{exercise.folder.name}.rst"] = (
                f"{GENERATED}.. lab-page:: {exercise.id}\n")
    if home.is_dir():
        for path in home.glob("*.rst"):
            if path.name not in wanted:
                path.unlink()
    for name, text in wanted.items():
        path = home / name
        if not path.exists() or path.read_text() != text:
            home.mkdir(exist_ok=True)
            path.write_text(text)


# ---- small parts ------------------------------------------------------------
def text_of(words):
    """Returns nodes for a text of labs.json.

    It is written for the terminal as well, so it has no markup but
    backquotes, and code is known by its looks.
    """
    made, end = [], 0
    for match in CODE.finditer(words):
        made += [nodes.Text(words[end:match.start()]),
                 code(next(filter(None, match.groups())))]
        end = match.end()
    return [*made, nodes.Text(words[end:])]


def paragraphs_of(words):
    """Returns a paragraph for each one of the text."""
    return [nodes.paragraph("", "", *text_of(" ".join(part.split())))
            for part in words.split("\n\n")]


def stars(count):
    """Returns stars that are read aloud as a number."""
    return make("span", nodes.Text("★" * count + "☆" * (STARS_MAX - count)),
                classes=["stars"], block=False, latex="skip", role="img",
                aria_label=f"{count} of {STARS_MAX} stars")


def spoken_minutes(exercise):
    """Returns "20 to 40 min"."""
    low, high = exercise.minutes
    if low == high:
        return minutes_in_words(low)
    if low < 60 and high <= 120:
        return f"{low} to {high} min"
    return f"{minutes_in_words(low)} to {minutes_in_words(high)}"


def points(tests):
    return sum(test.points for test in tests)


def hidden_tests(exercise):
    return [test for test in exercise.tests if test.hidden]


def joined(parts, glue=", "):
    """Puts a comma between groups of nodes."""
    line = []
    for part in parts:
        line += ([nodes.Text(glue)] if line else []) + list(part)
    return line


def code(text):
    return nodes.literal(text, text)


def count(number, word):
    """Returns "1 test" or "3 tests"."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def table(headings, rows, widths, classes=()):
    """Returns a table whose first column heads the rows."""
    made = nodes.table(classes=["labs", *classes], align="default")
    group = nodes.tgroup(cols=len(headings))
    made += group
    for width in widths:
        group += nodes.colspec(colwidth=width)
    group += nodes.thead("", row([[nodes.Text(text)] for text in headings]))
    group += nodes.tbody("", *map(row, rows))
    return made


def row(cells):
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", *cell))
                           for cell in cells))


def console(*commands):
    """Returns commands as a block that can be copied."""
    text = "\n".join(f"$ {command}" for command in commands)
    return nodes.literal_block(text, text, language="console")


class LabDirective(SphinxDirective):
    """What the directives share."""

    required_arguments = 1

    def catalog(self):
        """Returns all exercises."""
        depend_on_labs(self.env)
        return catalog_of(self.env.app)

    def exercise(self):
        """Returns the exercise that the argument names, or None."""
        wanted = self.arguments[0].strip()
        return next((exercise for exercise in self.catalog().exercises
                     if exercise.id == wanted), None)

    def link(self, document, *children):
        """Returns a link to a document of the book."""
        return pending_xref("", *children, refdomain="std", reftype="doc",
                            reftarget=f"/{document}", refexplicit=True,
                            refwarn=True, refdoc=self.env.docname)

    def link_to_page(self, document):
        """Returns a link that says the title of a page of the book."""
        return pending_xref("", nodes.inline(document, document),
                            refdomain="std", reftype="doc",
                            reftarget=f"/{document}", refexplicit=False,
                            refwarn=True, refdoc=self.env.docname)

    def link_to_source(self, path, *children, first=None, last=None):
        """Returns a link to the page of a source."""
        name = path.relative_to(root_of(self.config)).as_posix()
        note_use(self.env, name, first, last, "", "")
        return srcref("", *children, file=name, first=first, last=last)


# ---- the card ---------------------------------------------------------------
class Card(LabDirective):
    """`.. lab:: 02.1`: what one wants to know before the start."""

    def run(self):
        exercise = self.exercise()
        if exercise is None:
            return error(self, f"there is no exercise {self.arguments[0]}")
        return [self.card(exercise), self.commands(exercise)]

    def card(self, exercise, named=True):
        """Returns the card; its name is a link unless the page is its own."""
        card = make("div", classes=["title-card", "lab-card"], role="note",
                    aria_label=f"{full_title(exercise)} at a glance")
        if named:
            name = self.link(exercise_page(exercise),
                             nodes.inline("", full_title(exercise)))
            card += make("p", name, classes=["card-name"], latex="strong")
        card += make("p", *text_of(exercise.goal), classes=["card-claim"],
                     latex="strong")
        card += make("dl", *(fact(term, value) for term, value
                             in self.facts(exercise) if value),
                     classes=["card-facts"])
        self.set_source_info(card)
        return card

    def facts(self, exercise):
        """Yields a term and the nodes of its value."""
        yield "Effort", [stars(exercise.stars), nodes.Text(
            " " + spoken_minutes(exercise))]
        yield "Slot" if len(exercise.slots) == 1 else "Slots", joined(
            [code(name)] for name in exercise.slots)
        yield "You edit", joined(
            [code(path.relative_to(root_of(self.config)).as_posix())]
            for path in exercise.paths)
        yield "Symptom", self.symptom(exercise)
        yield "Builds on", joined(map(self.named, exercise.needs))
        yield "Read first", [self.link_to_page(exercise.section)] \
            if exercise.section else []
        yield "Tests", [nodes.Text(self.tests(exercise))]
        yield "Defends", joined(
            [source_text.reference_to_label("inv", label)]
            for label in sorted({test.invariant for test in exercise.tests
                                 if test.invariant and not test.hidden},
                                key=natural))

    def symptom(self, exercise):
        """Returns how the program of a bug misbehaves."""
        told = exercise.symptom
        if told is None:
            return []
        verb = "prints " if told.links else "the linker says "
        end = f", and ends with status {told.exit}" if told.exit else ""
        return [nodes.Text(verb), code(told.shows), nodes.Text(end)]

    def named(self, identifier):
        """Returns a link to another exercise."""
        other = self.catalog().exercise(identifier)
        return [self.link(exercise_page(other),
                          nodes.inline("", f"{other.id} {other.title}"))]

    def tests(self, exercise):
        """Returns in words how many tests and points there are."""
        total = sum(entry["points"] for entry in exercise.rubric)
        if not exercise.tests:
            return f"none; an essay of {total} points, judged by a rubric"
        public, hidden = exercise.public_tests, hidden_tests(exercise)
        said = f"{count(len(public), 'public test')}, " \
               f"{count(points(public), 'point')}"
        if hidden:
            said += f"; {len(hidden)} hidden, {count(points(hidden), 'point')}"
        tiers = sorted({test.tier for test in exercise.tests})
        said += "; tier " if len(tiers) == 1 else "; tiers "
        said += " ".join(f"T{tier}" for tier in tiers)
        return said + ("; and a rubric" if total else "")

    def commands(self, exercise):
        """Returns the commands of this exercise."""
        verbs = ["start", "run", "test", "hint"]
        if build.own_program(exercise) is None:
            verbs.remove("run")
        if exercise.kind == "essay":
            verbs.remove("test")
        block = console(*(f"./lab {verb} {exercise.id}" for verb in verbs))
        self.set_source_info(block)
        return block


def invariant_of(test):
    """Returns a link to what a test defends."""
    if not test.invariant:
        return [nodes.Text("–")]
    return [source_text.reference_to_label("inv", test.invariant)]


def natural(label):
    """Sorts I-02.10 behind I-02.9."""
    return [int(part) for part in re.findall(r"\d+", label)]


# ---- the page ---------------------------------------------------------------
class Page(Card):
    """`.. lab-page:: 02.1`: all that the book has about an exercise."""

    def run(self):
        exercise = self.exercise()
        if exercise is None:
            return error(self, f"there is no exercise {self.arguments[0]}")
        page = self.section(full_title(exercise), f"lab-{exercise.id}")
        page += self.card(exercise, named=False)
        page += self.commands(exercise)
        page += self.readme(exercise)
        page += [part for part in (self.rubric(exercise),
                                   self.test_table(exercise),
                                   self.hints(exercise)) if part]
        note_seeds(self.env, self.env.docname, exercise.seeds, "",
                   self.get_location())
        return [page]

    def section(self, title, name):
        """Returns an empty section with an id of its own."""
        section = nodes.section(ids=[nodes.make_id(name)])
        section += nodes.title("", "", *text_of(title))
        self.set_source_info(section)
        return section

    def readme(self, exercise):
        """Returns what the exercise's own file says."""
        path = exercise.folder / "README.md"
        if not path.exists():
            log.warning("%s has no README.md", exercise.folder.name,
                        location=self.get_location())
            return []
        reader = strata_readme.Reader(self, root_of(self.config), path)
        return reader.read(exercise)

    def rubric(self, exercise):
        """Returns how an essay is judged."""
        if not exercise.rubric:
            return None
        section = self.section("How it is judged", "lab-rubric")
        section += table(
            ["Points", "What is asked"],
            [[[nodes.Text(str(entry["points"]))],
              text_of(entry["criterion"])] for entry in exercise.rubric],
            [12, 88])
        return section

    def test_table(self, exercise):
        """Returns the public tests, and how many others there are."""
        if not exercise.tests:
            return None
        section = self.section("Tests", "lab-tests")
        headings, widths = ["Test", "Tier", "Points"], [54, 18, 10]
        rows = [[self.test_name(exercise, test),
                 [nodes.Text(f"T{test.tier}"), make(
                     "span", nodes.Text(f" {TIERS[test.tier]}"),
                     classes=["tier-name"], block=False)],
                 [nodes.Text(str(test.points))]]
                for test in exercise.public_tests]
        if any(test.invariant for test in exercise.public_tests):
            headings, widths = [*headings, "Invariant"], [*widths, 18]
            for line, test in zip(rows, exercise.public_tests):
                line.append(invariant_of(test))
        section += table(headings, rows, widths, ["tests"])
        hidden = hidden_tests(exercise)
        if hidden:
            tiers = sorted({test.tier for test in hidden})
            section += nodes.paragraph("", nodes.Text(
                f"A course adds {count(len(hidden), 'hidden test')} with "
                f"{count(points(hidden), 'point')}, of "
                + ("tier " if len(tiers) == 1 else "tiers ")
                + ", ".join(f"T{tier}" for tier in tiers)
                + ": other seeds, sizes and orders of the same claims."))
        return section

    def test_name(self, exercise, test):
        """Returns a test's name, linked to its source."""
        text = nodes.inline("", test.name)
        found = find_test(exercise, test)
        if found is None:
            return [text]
        path, line = found
        self.env.note_dependency(str(path))
        return [self.link_to_source(path, text, first=line, last=line)]

    def hints(self, exercise):
        """Returns the hints, each folded."""
        section = self.section("Hints", "lab-hints")
        for number, text in enumerate(exercise.hints, 1):
            section += fold("hint", f"Hint {number}",
                            body=paragraphs_of(text))
        return section


def find_test(exercise, test):
    """Returns the file and line of a public test, or None."""
    needle = f'"{test.name}"'.replace("\\", "\\\\")
    homes = [exercise.folder / "tests",
             exercise.chapter.sources.parent / "test",
             *sorted(exercise.chapter.folder.glob("*/*/tests"))]
    for home in homes:
        for path in sorted(home.rglob("*_test.cpp")):
            text = path.read_text(encoding="utf-8")
            at = text.find(needle)
            if at >= 0:
                return path, text.count("\n", 0, at) + 1
    return None


# ---- a chapter's own card ---------------------------------------------------
class ChapterCard(TitleCard, LabDirective):
    """`.. title-card:: 2`, with slots and labs as labs.json has them."""

    def chapter(self, number):
        return next((chapter for chapter in self.catalog().chapters
                     if chapter.number == number), None)

    def slots(self, number):
        chapter = self.chapter(number)
        if chapter is None or not chapter.slots:
            return super().slots(number)
        return ", ".join(f"{slot.title} (``{slot.name}``)"
                         for slot in chapter.slots.values())

    def more(self, number):
        chapter = self.chapter(number)
        labs = [exercise for exercise in chapter.exercises
                if exercise.shelf == "labs"] if chapter else []
        if labs:
            yield "Labs", joined(
                [self.link(exercise_page(lab), nodes.inline(
                    "", f"{lab.id} {lab.title}"))] for lab in labs)


# ---- the lists --------------------------------------------------------------
class Lists(LabDirective):
    """`.. labs:: 02`: the shelves of a chapter; without a number, of all."""

    required_arguments = 0
    optional_arguments = 1
    option_spec = {"shelf": lambda text: directives.choice(
        text, tuple(SHELVES))}

    def run(self):
        chapters = self.catalog().chapters
        if not self.arguments:
            return [node for chapter in chapters
                    for node in self.whole(chapter)]
        number = int(self.arguments[0])
        found = [each for each in chapters if each.number == number]
        if not found:
            return error(self, f"chapter {number} has no labs.json")
        return self.shelves(found[0])

    def whole(self, chapter):
        """Returns a chapter's shelves below its name."""
        name = self.link(chapter_page(chapter), nodes.inline(
            "", f"Chapter {chapter.number}"))
        return [nodes.rubric("", "", name), *self.shelves(chapter)]

    def shelves(self, chapter):
        only = self.options.get("shelf")
        made = []
        for shelf, (_, title) in SHELVES.items():
            found = [exercise for exercise in chapter.exercises
                     if exercise.shelf == shelf]
            if found and only in (None, shelf):
                made += self.shelf(found, None if only else title)
        return made

    def shelf(self, exercises, title):
        """Returns the table of one shelf, below its name."""
        shelf = exercises[0].shelf
        made = [nodes.rubric("", title)] if title else []
        made.append(nodes.paragraph("", ABOUT_SHELVES[shelf]))
        headings = ["", "Effort", "Makes yours", "Tests"]
        headings[0] = SHELVES[shelf][0]
        rows = [[self.title_of(exercise),
                 [stars(exercise.stars), nodes.Text(" "), make(
                     "span", nodes.Text(spoken_minutes(exercise)),
                     classes=["minutes"], block=False)],
                 joined([code(name)] for name in exercise.slots)
                 or [nodes.Text("–")],
                 [nodes.Text(self.tests(exercise))]]
                for exercise in exercises]
        widths = [42, 22, 22, 14]
        if not any(exercise.slots for exercise in exercises):
            for line in (headings, widths, *rows):
                del line[2]
        made.append(table(headings, rows, widths, ["shelf"]))
        return made

    def title_of(self, exercise):
        """Returns the id and the title, which is a link."""
        return [nodes.Text(f"{exercise.id} "), self.link(
            exercise_page(exercise), nodes.inline("", exercise.title))]

    def tests(self, exercise):
        if not exercise.tests:
            return "rubric"
        return str(len(exercise.tests))


def purge_catalog(app):
    """Has the next build read the files again, and writes the pages."""
    app.strata_catalog = None
    write_pages(app)


def add_style(app, pagename, templatename, context, doctree):
    """Links labs.css from pages that show labs."""
    if doctree is None or app.builder.format != "html":
        return
    shown = [*doctree.findall(nodes.table), *doctree.findall(element)]
    if any(LOOKS & set(node["classes"]) for node in shown):
        app.add_css_file("labs.css")


def trim_toctree(app, pagename, templatename, context, doctree):
    """Lists a chapter's exercises in the navigation of its exercises alone.

    All pages have the whole navigation; with those of all chapters it would
    be the largest part of them.
    """
    if app.builder.format != "html" or "toctree" not in context:
        return
    make_tree = context["toctree"]
    own = pagename[len(FOLDER) + 1:][:2] \
        if pagename.startswith(FOLDER + "/") else None

    def toctree(**options):
        return BELOW_SHELVES.sub(
            lambda match: match[0] if match["number"] == own
            else match["link"], make_tree(**options))

    context["toctree"] = toctree


def setup(app):
    for extension in ("strata_nodes", "strata_teach", "strata_sources"):
        app.setup_extension(extension)
    app.add_config_value("strata_labs_root", str(ROOT), "env")
    app.add_directive("title-card", ChapterCard, override=True)
    app.add_directive("lab", Card)
    app.add_directive("labs", Lists)
    app.add_directive("lab-page", Page)
    app.connect("builder-inited", purge_catalog)
    app.connect("html-page-context", add_style)
    # Before furo (500), which makes its navigation of it.
    app.connect("html-page-context", trim_toctree, priority=200)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
