"""Turns an exercise's README.md into nodes of the book.

The file is one source for two readers: GitHub shows it as it is, and the book
shows it as a part of the exercise's page. MyST reads the Markdown; its own
syntax (roles, directives, HTML) is switched off, because GitHub has none.

Links are relative to the file and name what exists. One to a page of the book
or to another exercise becomes a link to that page, one to a source becomes a
link to the source's page. What leads nowhere is a warning.
"""

from __future__ import annotations

import pathlib
import re
from urllib.parse import unquote, urldefrag

from docutils import frontend, nodes, utils
from sphinx.addnodes import pending_xref
from sphinx.util import logging

import source_text
from strata_sources import note_use, srcref

try:
    from myst_parser.parsers.docutils_ import Parser
except ImportError:  # until 0.17
    from myst_parser.docutils_ import Parser

NOT_ON_GITHUB = ("myst_role", "myst_target", "myst_line_comment",
                 "myst_block_break", "html_inline", "html_block",
                 "footnote_def", "footnote_inline", "footnote_ref",
                 "footnote_tail", "amsmath", "dollarmath")
COLUMNS_MAX = 78
SECRET = "solutions-private"
INVARIANT = re.compile(r"I-\d\d\.\d+")
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
LINES = re.compile(r"L(\d+)(?:-L?(\d+))?")
PATH = re.compile(r"\w[\w.-]*[/.][\w./-]*\w")  # words that name a file
PAGE = re.compile(r"book/(?P<page>.+)\.rst")
EXERCISE = re.compile(r"exercises/[^/]+/(?:labs|tasks|bugs)/(?P<name>[^/]+)/"
                      r"(?:README\.md)?")

log = logging.getLogger(__name__)


def settings():
    """Returns settings of docutils for MyST alone."""
    if hasattr(frontend, "get_default_settings"):
        made = frontend.get_default_settings(Parser)
    else:
        made = frontend.OptionParser(components=(Parser,)) \
            .get_default_values()
    made.myst_disable_syntax = NOT_ON_GITHUB
    made.myst_highlight_code_blocks = False
    made.report_level, made.halt_level = 5, 5  # the observer tells them
    return made


def parse(path):
    """Returns (title, nodes) of a README.md and the parser's complaints."""
    document = utils.new_document(str(path), settings())
    complaints = []
    document.reporter.attach_observer(
        lambda message: complaints.append(message)
        if message["level"] >= 2 else None)
    Parser().parse(path.read_text(encoding="utf-8"), document)
    first = document.children[0] if document.children else None
    if not isinstance(first, nodes.section):
        return "", list(document.children), complaints
    title, *body = first.children
    return title.astext(), body + document.children[1:], complaints


def is_invariant(node):
    """Tells whether code or strong words name an invariant, and no link."""
    return isinstance(node, (nodes.literal, nodes.strong)) and \
        INVARIANT.fullmatch(node.astext()) and \
        not isinstance(node.parent, nodes.reference)


class Reader:
    """Reads the README.md of one exercise for one page."""

    def __init__(self, directive, root, path):
        self.env = directive.env
        self.document = directive.state.document
        self.root, self.path = root, path

    def read(self, exercise):
        """Returns the nodes below the README's title, which is the
        exercise's, with or without its number."""
        self.env.note_dependency(str(self.path))
        found, body, complaints = parse(self.path)
        for message in complaints:
            self.warn(message, message.astext())
        wanted = rf"((lab|task|bug) )?({re.escape(exercise.id)}:? )?" \
            + re.escape(exercise.title)
        if not re.fullmatch(wanted, found, re.IGNORECASE):
            self.warn(None, f"its title is {found!r}, labs.json says "
                            f"{exercise.title!r}")
        inside = nodes.Element("", *body)
        self.adopt(inside)
        return inside.children

    def warn(self, node, text):
        line = (node.get("line") or node.line) if node is not None else 1
        log.warning("%s", text, location=f"{self.path}:{line}")

    def adopt(self, inside):
        """Makes foreign nodes ones of our page."""
        for section in inside.findall(nodes.section):
            section["ids"] = []
            self.document.note_implicit_target(section, section)
        for table in inside.findall(nodes.table):
            table["classes"].append("readme")
        for block in inside.findall(nodes.literal_block):
            self.adopt_block(block)
        for node in list(inside.findall(nodes.reference)):
            self.resolve(node)
        for node in list(inside.findall(is_invariant)):
            node.replace_self(source_text.reference_to_label(
                "inv", node.astext()))
        for image in inside.findall(nodes.image):
            self.warn(image, "the book shows no images of a README")

    def adopt_block(self, block):
        """Has the book's own highlighter show a block of code."""
        names = [name for name in block["classes"] if name != "code"]
        block["language"] = names[0] if names else "text"
        block["classes"] = []
        block["force"] = True
        for line in block.astext().split("\n"):
            if len(line) > COLUMNS_MAX:
                self.warn(block, f"{len(line)} columns of code, at most "
                                 f"{COLUMNS_MAX} fit: {line}")

    def resolve(self, node):
        """Turns a link relative to the README into one of the book's."""
        target = node.get("refuri") or node.get("refname") or ""
        if SCHEME.match(target):
            return
        made = self.target(node, *urldefrag(unquote(target)))
        if isinstance(made, str):
            self.warn(node, f"link to {target}: {made}")
            made = nodes.inline()
        words = node.astext()
        made.extend([nodes.literal(words, words)]
                    if PATH.fullmatch(words) else node.children)
        node.replace_self(made)

    def target(self, node, file, anchor):
        """Returns an empty node that links there, or what is wrong."""
        path = (self.path.parent / file).resolve()
        if not path.is_relative_to(self.root) or not path.exists():
            return "there is no such file in this tree"
        name = path.relative_to(self.root).as_posix()
        if name.startswith(SECRET):
            return "readers do not have that folder"
        page, exercise = PAGE.fullmatch(name), EXERCISE.fullmatch(
            name + ("/" if path.is_dir() else ""))
        if page and anchor:
            return self.cross_reference("ref", anchor)
        if page:
            return self.cross_reference("doc", "/" + page["page"])
        if exercise:
            return self.cross_reference("doc", "/labs/" + exercise["name"])
        if path.is_dir():
            return nodes.inline()
        lines = LINES.fullmatch(anchor)
        first = int(lines[1]) if lines else None
        last = int(lines[2] or lines[1]) if lines else None
        note_use(self.env, name, first, last, "", "")
        return srcref(file=name, first=first, last=last)

    def cross_reference(self, kind, target):
        """Returns a link that Sphinx resolves, and warns of if it cannot."""
        return pending_xref("", refdomain="std", reftype=kind,
                            reftarget=target, refexplicit=True,
                            refwarn=True, refdoc=self.env.docname)
