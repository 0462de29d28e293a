"""Links from the text to sources, and what is known of these links.

:src:`chapters/02-scheduler/src/idle.cpp:12-30` links to lines of a source, or
without lines to all of it. Each such link, and each listing, is remembered
for the page of the source.
"""

import pathlib
import re

from docutils import nodes
from sphinx.util.docutils import SphinxRole

PLACE = re.compile(r"(?P<file>[^:]+?)(?::(?P<first>\d+)(?:-(?P<last>\d+))?)?")


class srcref(nodes.General, nodes.Inline, nodes.Element):
    """A link to lines of a source; resolved when all pages are known.

    Its children are the link's words; without any, it names the source.
    """


def note_use(env, source, first, last, identifier, caption):
    """Remembers that the listing `identifier` explains lines of `source`."""
    uses = strata_uses(env).setdefault(source, {})
    uses.setdefault(env.docname, []).append(
        (first, last, identifier, caption))


def strata_uses(env):
    """Returns {source: {docname: [(first, last, id, caption)]}}."""
    if not hasattr(env, "strata_uses"):
        env.strata_uses = {}
    return env.strata_uses


def purge(app, env, docname):
    for uses in strata_uses(env).values():
        uses.pop(docname, None)


def merge(app, env, docnames, other):
    for source, uses in strata_uses(other).items():
        ours = strata_uses(env).setdefault(source, {})
        ours.update({name: uses[name] for name in docnames if name in uses})


def short_name(source, docname):
    """Returns the name of a source as a reader of the page knows it."""
    chapter = re.match(r"chapters/[^/]+/", docname)
    if chapter and source.startswith(chapter[0]):
        source = source[len(chapter[0]):]
    return re.sub(r"^(?:.*/)?include/|^chapters/", "", source)


def label(node, docname):
    """Returns the words of a link to a source."""
    text = short_name(node["file"], docname)
    if node.get("first"):
        text += f":{node['first']}"
    if node.get("last") and node["last"] != node["first"]:
        text += f"\u2013{node['last']}"
    return text


class SourceRole(SphinxRole):
    """`:src:`: a link to a file, or to lines of it."""

    def run(self):
        match = PLACE.fullmatch(self.text)
        problem = self.problem(match)
        if problem:
            message = self.inliner.reporter.error(
                f"src: {problem}", line=self.lineno)
            return [self.inliner.problematic(
                self.rawtext, self.rawtext, message)], [message]
        first, last = (int(match[name]) if match[name] else None
                       for name in ("first", "last"))
        note_use(self.env, match["file"], first, last or first, "", "")
        return [srcref(file=match["file"], first=first, last=last)], []

    def problem(self, match):
        """Returns what is wrong with the place, or None."""
        if not match:
            return f"not a file or file:first-last: {self.text}"
        path = pathlib.Path(self.config.strata_root, match["file"])
        if not path.is_file():
            return f"no file {match['file']}"
        self.env.note_dependency(str(path))
        last = int(match["last"] or match["first"] or 1)
        if last > path.read_text().count("\n"):
            return f"{match['file']} has no line {last}"
        return None


def page_name(source):
    return f"source/{source}"


def resolve(app, doctree, docname):
    """Turns each srcref into a link; where no pages are, into its words."""
    has_pages = app.builder.name in ("html", "dirhtml")
    for node in list(doctree.findall(srcref)):
        words = node.children or [nodes.literal(
            "", label(node, docname), classes=["srcref"])]
        if has_pages:
            uri = app.builder.get_relative_uri(
                docname, page_name(node["file"]))
            if node.get("first"):
                uri += f"#L-{node['first']}"
            words = nodes.reference("", "", *words, refuri=uri,
                                    internal=True, classes=["srcref"])
        node.replace_self(words)


def setup(app):
    app.add_node(srcref)
    app.add_role("src", SourceRole())
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("doctree-resolved", resolve)
    return {"version": "1", "parallel_read_safe": True,
            "parallel_write_safe": True}
