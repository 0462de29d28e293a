"""Recorded output and measured numbers in the text.

    .. recorded:: 01/ping-pong
       :lines: 1-4, 9-12
       :mark: Ann | Bob
       :caption: Two players, one ball

shows book/_recorded/01/ping-pong.out below the command that made it.
:claim:`switch-ratio` prints a number of claims.json, `claims-table` all.
"""

import pathlib
import re
import sys

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

import strata_listing as listing
from strata_snippet import CodeDirective

TOOLS = pathlib.Path(__file__).resolve().parents[2] / "common" / "tools"
sys.path.insert(0, str(TOOLS))
from recording import claims, files  # noqa: E402 (found by the line above)

CLAIMS_PAGE = "appendix/claims"
log = logging.getLogger(__name__)


def ranges(option, count):
    """Returns [(first, last), ...] of `1-3, 9`; checks them."""
    found = []
    for part in option.split(","):
        match = re.fullmatch(r"\s*(\d+)(?:-(\d+))?\s*", part)
        if not match:
            raise ValueError(f"lines: not a range: {part.strip()}")
        first, last = int(match[1]), int(match[2] or match[1])
        if not (found[-1][1] if found else 0) < first <= last <= count:
            raise ValueError(f"lines: {part.strip()} is not a range of the "
                             f"{count} lines, in order")
        found.append((first, last))
    return found


def cut(rows, option):
    """Returns the rows of `option`; says where others are left out."""
    if not option:
        return rows
    shown, end = [], 0
    for first, last in ranges(option, len(rows)):
        shown += left_out(first - end - 1) + rows[first - 1:last]
        end = last
    return shown + left_out(len(rows) - end)


def left_out(count):
    if count == 0:
        return []
    return [f"\u2026 {count} line{'s' if count > 1 else ''} left out"]


class RecordedOutput(CodeDirective):
    """What a program printed, below its command line."""

    required_arguments = 1
    option_spec = {
        "lines": directives.unchanged_required,
        "mark": directives.unchanged_required,
        "caption": directives.unchanged_required,
        "name": directives.unchanged_required,
        "class": directives.class_option,
    }

    def run(self):
        try:
            return self.make(self.arguments[0])
        except (OSError, ValueError) as error:
            raise self.error(f"recorded {self.arguments[0]}: {error}")

    def make(self, name):
        recording = files.read(self.config.strata_root, name)
        if recording.format != "text":
            raise ValueError("is data for figures, not text")
        for path in (recording.path, recording.output):
            self.env.note_dependency(str(path))
        if not recording.output.exists():
            raise ValueError(f"never recorded: make record REC={name}")
        output = recording.output.read_text().rstrip("\n").split("\n")
        rows = cut(output, self.options.get("lines"))
        if len(rows) > listing.LINES_MAX:
            log.warning("recorded %s: %d lines, at most %d fit a page; "
                        "choose with :lines:", name, len(rows),
                        listing.LINES_MAX, location=self.get_location())
        return self.nodes(name, recording, rows)

    def nodes(self, name, recording, rows):
        marked = listing.marked_rows(
            listing.split_texts(self.options.get("mark", "")), rows)
        identifier = self.identifier(f"out-{name}")
        block = listing.make_block(
            [f"$ {recording.shown}", *rows], "strata-recorded", identifier,
            [row + 1 for row in marked])
        caption = self.caption() or [nodes.Text("What it prints")]
        frame = listing.make_listing(
            block, caption, identifier,
            ["recorded", *self.options.get("class", [])])
        return self.finish(frame, block)


# ---- numbers ----------------------------------------------------------------


class claim_number(nodes.General, nodes.Inline, nodes.Element):
    """A measured number; becomes a link when all pages are known."""


class claims_list(nodes.General, nodes.Element):
    """The place of the table of all claims."""


def claim_uses(env):
    """Returns {docname: [claim, ...]}."""
    if not hasattr(env, "strata_claim_uses"):
        env.strata_claim_uses = {}
    return env.strata_claim_uses


def purge(app, env, docname):
    claim_uses(env).pop(docname, None)


def merge(app, env, docnames, other):
    claim_uses(env).update({name: uses
                            for name, uses in claim_uses(other).items()
                            if name in docnames})


class ClaimRole(SphinxRole):
    """`:claim:`: a number that `make record` measured."""

    def run(self):
        self.env.note_dependency(str(claims.path(self.config.strata_root)))
        try:
            known = claims.read(self.config.strata_root)
            if self.text not in known:
                raise ValueError(f"no claim {self.text} in claims.json")
            if "value" not in known[self.text]:
                record = known[self.text]["record"]
                raise ValueError(f"{self.text} is not measured yet: "
                                 f"make record REC={record}")
        except ValueError as error:
            message = self.inliner.reporter.error(
                f"claim: {error}", line=self.lineno)
            return [self.inliner.problematic(
                self.rawtext, self.rawtext, message)], [message]
        claim_uses(self.env).setdefault(self.env.docname, []).append(
            self.text)
        return [claim_number(claim=self.text,
                             words=claims.shown(known[self.text]))], []


def claim_id(name):
    return nodes.make_id(f"claim-{name}")


def resolve_number(app, docname, node):
    """Returns the number as a link to its row in the table."""
    words = nodes.inline("", node["words"], classes=["claim"])
    if CLAIMS_PAGE not in app.env.all_docs or app.builder.format != "html":
        return words
    uri = app.builder.get_relative_uri(docname, CLAIMS_PAGE)
    return nodes.reference("", "", words, internal=True,
                           refuri=f"{uri}#{claim_id(node['claim'])}",
                           classes=["claim"])


class ClaimsTable(SphinxDirective):
    """All numbers of the book, each with its command and its range."""

    def run(self):
        root = self.config.strata_root
        self.env.note_dependency(str(claims.path(root)))
        try:
            for claim in claims.read(root).values():
                recording = files.read(root, claim["record"])
                self.env.note_dependency(str(recording.path))
        except ValueError as error:
            raise self.error(f"claims-table: {error}")
        return [claims_list()]


def cell(*paragraphs):
    """Returns a cell of the table; each argument lists a paragraph's nodes."""
    return nodes.entry("", *[nodes.paragraph("", "", *children)
                             for children in paragraphs if children])


def used_in(app, docname, name):
    """Returns the links to the pages that print a claim."""
    links = []
    for page, used in sorted(claim_uses(app.env).items()):
        if name in used:
            title = app.env.titles[page].astext()
            uri = app.builder.get_relative_uri(docname, page)
            links += [nodes.Text(", " if links else "In "),
                      nodes.reference("", title, refuri=uri, internal=True)]
    return links or [nodes.Text("On no page yet")]


def allowed(claim):
    """Returns the range of a claim in words."""
    if claim["low"] == claim["high"]:
        return f"always {claim['low']:g}"
    return f"{claim['low']:g} to {claim['high']:g}"


def row(app, docname, claim):
    """Returns the table's row of one claim."""
    recording = files.read(app.config.strata_root, claim["record"])
    what = [nodes.Text(claim["what"])] if "what" in claim else []
    return nodes.row(
        "", cell([nodes.strong("", claims.shown(claim))], what,
                 used_in(app, docname, claim["id"])),
        cell([nodes.literal("", recording.shown)],
             [nodes.Text(allowed(claim))]),
        cell([nodes.Text(f"{claim['date']}, {claim['machine']}")]),
        ids=[claim_id(claim["id"])])


def table(app, docname):
    """Returns the table of the claims that were measured."""
    known = claims.read(app.config.strata_root).values()
    rows = [row(app, docname, claim) for claim in known if "value" in claim]
    if not rows:
        return nodes.paragraph("", "Nothing is measured yet.")
    heads = ["Number", "Command, and the range", "Measured"]
    head = nodes.row("", *[cell([nodes.Text(text)]) for text in heads])
    columns = [nodes.colspec(colwidth=width) for width in (42, 38, 20)]
    return nodes.table("", nodes.tgroup(
        "", *columns, nodes.thead("", head), nodes.tbody("", *rows),
        cols=len(columns)), classes=["claims"])


def resolve(app, doctree, docname):
    for node in list(doctree.findall(claim_number)):
        node.replace_self(resolve_number(app, docname, node))
    for node in list(doctree.findall(claims_list)):
        node.replace_self(table(app, docname))


def rewrite_table(app, env):
    """Returns the claims page when another page's use of claims changed."""
    uses = {name: list(used) for name, used in claim_uses(env).items()}
    old = getattr(env, "strata_claim_uses_shown", None)
    env.strata_claim_uses_shown = uses
    changed = uses != old and CLAIMS_PAGE in env.all_docs
    return [CLAIMS_PAGE] if changed else []


def setup(app):
    app.add_directive("recorded", RecordedOutput)
    app.add_directive("claims-table", ClaimsTable)
    app.add_role("claim", ClaimRole())
    app.add_node(claim_number)
    app.add_node(claims_list)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("env-updated", rewrite_table)
    app.connect("doctree-resolved", resolve)
    return {"version": "1", "parallel_read_safe": True,
            "parallel_write_safe": True}
