"""Code in the text: `snippet` from a built source, and `sketch`.

    .. snippet:: chapters/02-scheduler/src/steal.cpp
       :region: runq-grab
       :mark: compare_exchange | n / 2
       :context: 2
       :caption: Half of the ring moves
       :name: lst-put
       :nodoc:
"""

import pathlib

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import strata_listing as listing
import strata_regions as regions
import strata_sources as sources

SKETCH_LINES_MAX = 8
SKETCH_NOTE = "a sketch, not from a source"
log = logging.getLogger(__name__)


class CodeDirective(SphinxDirective):
    """What snippet and sketch share."""

    def identifier(self, fallback):
        """Returns the HTML id; that of :name: when there is one."""
        if "name" in self.options:
            return nodes.make_id(self.options["name"])
        given = self.env.temp_data.setdefault("strata_listing_ids", {})
        given[fallback] = given.get(fallback, 0) + 1
        count = f"-{given[fallback]}" if given[fallback] > 1 else ""
        return nodes.make_id(fallback + count)

    def caption(self):
        """Returns the nodes of :caption:."""
        if "caption" not in self.options:
            return []
        parsed, messages = self.state.inline_text(self.options["caption"],
                                                  self.lineno)
        return [*parsed, *messages]

    def finish(self, frame, block):
        """Gives the nodes their place in the text, and the name."""
        for node in (frame, block):
            self.set_source_info(node)
        self.add_name(frame)
        frame["ids"] = list(dict.fromkeys(frame["ids"]))
        return [frame]

    def warn_if_big(self, rows, what, first=1):
        if problem := listing.too_big(rows, first):
            log.warning("%s: %s", what, problem,
                        location=self.get_location())


class Snippet(CodeDirective):
    """A region of a source, with a link to where it stands."""

    required_arguments = 1
    option_spec = {
        "region": directives.unchanged_required,
        "mark": directives.unchanged_required,
        "context": directives.nonnegative_int,
        "caption": directives.unchanged_required,
        "name": directives.unchanged_required,
        "nodoc": directives.flag,
        "class": directives.class_option,
    }

    def run(self):
        try:
            return self.make(self.arguments[0])
        except (OSError, ValueError) as error:
            raise self.error(f"snippet {self.arguments[0]}: {error}")

    def make(self, source):
        """Returns the listing's nodes."""
        path = pathlib.Path(self.config.strata_root, source)
        self.env.note_dependency(str(path))
        region = self.options.get("region")
        lines = regions.extract(path.read_text(), region,
                                self.options.get("context", 0),
                                "nodoc" in self.options)
        body = [line for line in lines if not line.is_context]
        self.warn_if_big([line.text for line in body], source,
                         body[0].number)
        identifier = self.identifier(f"code-{region or path.stem}")
        block = self.block(lines, path, identifier)
        first, last = body[0].number, body[-1].number
        title = self.caption()
        sources.note_use(self.env, source, first, last, identifier,
                         "".join(node.astext() for node in title))
        place = sources.srcref(file=source, first=first, last=last)
        frame = listing.make_listing(
            block, [*title, nodes.Text(" "), place], identifier,
            self.options.get("class", []))
        return self.finish(frame, block)

    def block(self, lines, path, identifier):
        rows = ["" if line.is_context else line.text for line in lines]
        marked = listing.marked_rows(
            listing.split_texts(self.options.get("mark", "")), rows)
        block = listing.make_block([line.text for line in lines],
                                   listing.language_of(path), identifier,
                                   marked)
        block["numbers"] = [line.number for line in lines]
        block["dim"] = [row for row, line in enumerate(lines, 1)
                        if line.is_context]
        return block


class Sketch(CodeDirective):
    """A few lines that stand in no source, and say so."""

    has_content = True
    option_spec = {
        "mark": directives.unchanged_required,
        "caption": directives.unchanged_required,
        "name": directives.unchanged_required,
        "class": directives.class_option,
    }

    def run(self):
        rows = [line.rstrip() for line in self.content]
        if not 1 <= len(rows) <= SKETCH_LINES_MAX:
            raise self.error(f"sketch: {len(rows)} lines, it may have 1 to "
                             f"{SKETCH_LINES_MAX}")
        self.warn_if_big(rows, "sketch")
        identifier = self.identifier("sketch")
        try:
            marked = listing.marked_rows(
                listing.split_texts(self.options.get("mark", "")), rows)
        except ValueError as error:
            raise self.error(f"sketch: {error}")
        block = listing.make_block(rows, "cpp", identifier, marked)
        note = nodes.inline("", SKETCH_NOTE, classes=["sketch-note"])
        caption = [*self.caption(), nodes.Text(" "), note]
        frame = listing.make_listing(
            block, caption, identifier,
            ["sketch", *self.options.get("class", [])])
        return self.finish(frame, block)


def report_double_names(app):
    """Warns of region names that stand for two places."""
    for name, places in regions.in_tree(app.config.strata_root).items():
        if len(places) > 1:
            log.warning("region [doc:%s] stands twice: %s", name,
                        " and ".join(places))


def setup(app):
    app.add_directive("snippet", Snippet)
    app.add_directive("sketch", Sketch)
    app.connect("builder-inited", report_double_names)
    return {"version": "1", "parallel_read_safe": True,
            "parallel_write_safe": True}
