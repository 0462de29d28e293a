"""What the book covers, and its glossary.

    .. seeds:: IQ-1 JG-5        the text around covers these source items;
                                prints nothing
    .. coverage:: chapters      counts of covered items, a row for each chapter
    .. coverage:: families      all items and their places, to unfold
    .. coverage:: corrections   the same for the corrections, D1 to D16
    .. chapter-terms:: 00 01    a glossary of the files _terms.txt of the front
                                matter (00) and of the chapters

Ids, counts and places in the sources come from common/tools/coverage.py, so
that the page and `make coverage` cannot differ. What a page adds are links:
directives call `note_seeds`, and the coverage page is written again whenever
that changes.

A line of a _terms.txt is `term: definition` in reST; indented lines continue
it, `term | other name: definition` gives two terms one entry, # comments.
"""

from __future__ import annotations

import functools
import importlib.util
import pathlib
import re

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.domains.std import Glossary
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import strata_nodes as sn

TOOL = pathlib.Path(__file__).parents[2] / "common" / "tools" / "coverage.py"
log = logging.getLogger(__name__)


def load_tool():
    """Load the tool by its path: its name is also that of a package."""
    spec = importlib.util.spec_from_file_location("strata_coverage_tool", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tool = load_tool()
# What the coverage directive can show; methods of Page.
PARTS = ("chapters", "families", "corrections")


def root_of(env):
    """Return the tree that the book is part of."""
    return pathlib.Path(env.srcdir).parent


@functools.lru_cache
def catalogue(root):
    """Return all source items; read once in a build."""
    return tool.catalogue(root)


# ---- what covers what --------------------------------------------------------

class seed_mark(nodes.Invisible, nodes.Element):
    """Where a page covers items; gone once the page is read."""


class coverage_list(nodes.General, nodes.Element):
    """Where the coverage page's lists go when all pages are known."""


def noted(env):
    """Return {page: [(item id, anchor)]} of the build environment."""
    if not hasattr(env, "strata_seeds"):
        env.strata_seeds = {}
    return env.strata_seeds


def note_seeds(env, docname, ids, anchor="", location=None):
    """Remember that a page covers items; warn of ids nobody knows.

    anchor is the HTML id of the place, or "" for the page as a whole.
    """
    known = catalogue(root_of(env)).by_id
    for each in ids:
        if each in known:
            noted(env).setdefault(docname, []).append((each, anchor))
        else:
            log.warning("no source item is called %s", each,
                        location=location or docname)


class Seeds(SphinxDirective):
    """Marks the text around as covering source items; shows nothing."""

    required_arguments = 1
    optional_arguments = 400

    def run(self):
        mark = seed_mark(ids_covered=self.arguments)
        self.set_source_info(mark)
        return [mark]


class Coverage(SphinxDirective):
    """Counts or lists the source items."""

    required_arguments = 1

    def run(self):
        which = self.arguments[0]
        if which not in PARTS:
            return sn.error(self, f"{which} is none of {', '.join(PARTS)}")
        pages = getattr(self.env, "strata_coverage_pages", set())
        self.env.strata_coverage_pages = pages | {self.env.docname}
        return [coverage_list(which=which)]


def take_marks(app, doctree):
    """Note the marks of a page with the section they stand in.

    They come before what directives have noted: running text is the better
    place to lead a reader to than a question.
    """
    others = noted(app.env).pop(app.env.docname, [])
    for mark in list(doctree.findall(seed_mark)):
        section = mark.parent
        while section is not None and not isinstance(section, nodes.section):
            section = section.parent
        anchor = section["ids"][0] if section is not None else ""
        note_seeds(app.env, app.env.docname, mark["ids_covered"], anchor, mark)
        mark.parent.remove(mark)
    if others:
        noted(app.env).setdefault(app.env.docname, []).extend(others)


def merge(app, env, docnames, other):
    for docname in docnames:
        if docname in noted(other):
            noted(env)[docname] = noted(other)[docname]
    env.strata_coverage_pages = (
        getattr(env, "strata_coverage_pages", set())
        | getattr(other, "strata_coverage_pages", set()))


def purge(app, env, docname):
    noted(env).pop(docname, None)
    getattr(env, "strata_coverage_pages", set()).discard(docname)


def pages_to_write(app, env):
    """Name the coverage page when what it shows has changed."""
    root = root_of(env)
    shown = repr((sorted(noted(env).items()), tool.find_uses(root),
                  tool.catalogue(root).items))
    if getattr(env, "strata_coverage_shown", None) == shown:
        return []
    env.strata_coverage_shown = shown
    return sorted(getattr(env, "strata_coverage_pages", ()))


# ---- the page ----------------------------------------------------------------

class Page:
    """Makes the nodes of the coverage page for one builder."""

    def __init__(self, app, docname):
        self.app, self.docname = app, docname
        root = root_of(app.env)
        self.known = catalogue(root)
        self.places, _ = tool.by_item(self.known, tool.find_uses(root))
        self.anchors = {}
        for page, marks in sorted(noted(app.env).items()):
            for item, anchor in marks:
                self.anchors.setdefault(item, {}).setdefault(page, anchor)

    def chapters(self):
        groups = [(chapter, title, [item for item in self.known.items
                                    if item.home[0] == chapter])
                  for chapter, title in tool.CHAPTERS.items()]
        rows = [(chapter, title, self.count(items))
                for chapter, title, items in groups]
        rows.append(("", "all", self.count(self.known.items)))
        yield table(["Home", "Chapter", "Covered"], rows, [12, 60, 28])

    def families(self):
        for family in self.known.families:
            yield self.family(family)

    def corrections(self):
        yield self.item_list(self.known.corrections)

    def count(self, items):
        covered = sum(item.id in self.places for item in items)
        return f"{covered} of {len(items)}"

    def family(self, family):
        return sn.fold("details", family.id,
                       [nodes.Text(f"{family.title}: "
                                   f"{self.count(family.items)}")],
                       [self.item_list(family.items)])

    def item_list(self, items):
        entries = []
        for item in items:
            words = nodes.paragraph("", "", nodes.strong(item.id, item.id),
                                    nodes.Text(f" {item.title}. "))
            words.extend(self.where(item))
            entries.append(nodes.list_item("", words))
        return nodes.bullet_list("", *entries, classes=["coverage"])

    def where(self, item):
        """Return links to the pages, or the chapter that is to come."""
        parts = [self.link(page, anchor) for page, anchor
                 in self.anchors.get(item.id, {}).items()]
        if not parts and item.id in self.places:
            parts = [nodes.Text(use.via or use.path)
                     for use in self.places[item.id]]
        if not parts:
            return [nodes.emphasis("", "Open: " + home_name(item) + ".")]
        joined = [parts[0]]
        for part in parts[1:]:
            joined += [nodes.Text(", "), part]
        return joined + [nodes.Text(".")]

    def link(self, page, anchor):
        uri = self.app.builder.get_relative_uri(self.docname, page)
        # Within the page itself the uri is empty.
        title = self.app.env.titles[page].astext()
        return nodes.reference(
            "", title, internal=True,
            refuri=uri + (f"#{anchor}" if anchor else ""))


def home_name(item):
    chapters = [home for home in item.home if home != "F"] or item.home
    if chapters[0] == "F":
        return tool.CHAPTERS["F"]
    return f"chapter {chapters[0][1:]}, {tool.CHAPTERS[chapters[0]]}"


def table(heads, rows, widths):
    """Return a table of plain texts, the first row its head."""
    def row(texts):
        return nodes.row("", *[nodes.entry("", nodes.paragraph("", text))
                               for text in texts])
    group = nodes.tgroup("", cols=len(heads))
    group.extend(nodes.colspec(colwidth=width) for width in widths)
    group += nodes.thead("", row(heads))
    group += nodes.tbody("", *[row(texts) for texts in rows])
    return nodes.table("", group, classes=["colwidths-auto", "counts"])


def fill_page(app, doctree, docname):
    for place in list(doctree.findall(coverage_list)):
        make = getattr(Page(app, docname), place["which"])
        place.replace_self(list(make()))


# ---- the glossary ------------------------------------------------------------

TERM = re.compile(r"^(?P<terms>[^\s:#][^:]*(?:::[^:]+)*):\s+(?P<text>.+)$")


def terms_file(book, number):
    """Return the path of a chapter's _terms.txt; 00 is the front matter."""
    if number == "00":
        return book / "front" / "_terms.txt"
    found = sorted((book / "chapters").glob(f"{number}-*"))
    return found[0] / "_terms.txt" if found else None


def read_terms(path):
    """Return [(terms, definition, line number)]; raise ValueError on dirt."""
    entries = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"),
                                  1):
        match = TERM.match(line)
        if match:
            terms = [term.strip() for term in match["terms"].split("|")]
            entries.append((terms, match["text"].strip(), number))
        elif line.startswith((" ", "\t")) and line.strip() and entries:
            terms, text, first = entries[-1]
            entries[-1] = (terms, f"{text} {line.strip()}", first)
        elif line.strip() and not line.startswith("#"):
            raise ValueError(f"{path.name}:{number}: not `term: definition`")
    return entries


class ChapterTerms(Glossary):
    """A glossary merged from the chapters' lists of terms, sorted."""

    has_content = False
    required_arguments = 1
    optional_arguments = 12

    def run(self):
        self.entries, self.seen, self.messages = [], {}, []
        for number in self.arguments:
            path = terms_file(pathlib.Path(self.env.srcdir), number)
            if path is not None and path.exists():
                self.take(number, path)
        self.content = as_glossary(self.entries)
        self.options["sorted"] = None
        return self.messages + (super().run() if self.entries else [])

    def take(self, number, path):
        """Add what a file defines, and complain of what is there already."""
        self.env.note_dependency(str(path))
        try:
            found = read_terms(path)
        except ValueError as problem:
            self.messages += sn.error(self, str(problem))
            return
        for terms, text, line in found:
            place = f"{path.parent.name}/{path.name}:{line}"
            again = [term for term in terms if term.lower() in self.seen]
            if again:
                self.complain(place, again[0])
                continue
            self.seen.update({term.lower(): place for term in terms})
            text += home_link(number, path)
            self.entries.append((terms, text, str(path), line))

    def complain(self, place, term):
        self.messages.append(self.state.document.reporter.warning(
            f"{place}: {term} is defined already in "
            f"{self.seen[term.lower()]}", line=self.lineno))


def home_link(number, path):
    """Return a link to the chapter that a term is from."""
    if number == "00":
        return ""
    return f" (:doc:`chapter {int(number)} <" \
           f"/chapters/{path.parent.name}/index>`)"


def as_glossary(entries):
    """Return the content that Sphinx's glossary directive expects."""
    lines, items = [], []

    def add(text, path, number):
        lines.append(text)
        items.append((path, number - 1))

    for terms, text, path, number in entries:
        for term in terms:
            add(term, path, number)
        add("   " + text, path, number)
        add("", path, number)
    return StringList(lines, items=items)


def setup(app):
    skip = (lambda translator, node: None, lambda translator, node: None)
    app.add_node(seed_mark, html=skip, latex=skip, text=skip)
    app.add_node(coverage_list, html=skip, latex=skip, text=skip)
    app.add_directive("seeds", Seeds)
    app.add_directive("coverage", Coverage)
    app.add_directive("chapter-terms", ChapterTerms)
    app.connect("doctree-read", take_marks)
    app.connect("env-merge-info", merge)
    app.connect("env-purge-doc", purge)
    app.connect("env-updated", pages_to_write)
    app.connect("doctree-resolved", fill_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
