"""Figures that are part of the page: Graphviz and drawings as inline SVG.

Inline, because an <object> or <img> is out of reach for the page's CSS: these
follow dark mode through `currentColor` and through classes that name a
meaning (run, runnable, wait, hit, mute), not a color.
"""

from __future__ import annotations

import hashlib
import pathlib
import re
import subprocess
from html import escape
from xml.etree import ElementTree

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.ext import graphviz
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import strata_nodes
from strata_house import add_caption
from strata_nodes import error

log = logging.getLogger(__name__)
SVG = "http://www.w3.org/2000/svg"
WORDS_MIN = 12  # pixels; a frame scrolls before its words get smaller
WORDS_USUAL = 16  # where a drawing does not say how large its words are


def short_hash(text):
    """Return a few characters that stand for the text."""
    return hashlib.sha1(text.encode()).hexdigest()[:6]


def own_ids(svg, prefix):
    """Put `prefix` before all ids of an SVG and before what refers to them."""
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}\1)", svg)
    return re.sub(r'href="#([^"]+)"', rf'href="#{prefix}\1"', svg)


# ---- graphviz ---------------------------------------------------------------
def run_dot(translator, code, node):
    """Return what dot makes of the code, from the cache if it is there."""
    config = translator.config
    command = [config.graphviz_dot, *config.graphviz_dot_args, "-Tsvg"]
    key = hashlib.sha1("\0".join([*command, code]).encode()).hexdigest()
    cache = pathlib.Path(translator.builder.doctreedir) / "dot" / f"{key}.svg"
    if cache.exists():
        return cache.read_text(encoding="utf-8")
    result = subprocess.run(command, input=code, text=True,
                            capture_output=True, check=False)
    # dot reports some errors with status 0.
    if result.returncode or result.stderr:
        log.warning("dot: %s", result.stderr.strip(), location=node)
    if result.returncode:
        raise nodes.SkipNode
    cache.parent.mkdir(parents=True, exist_ok=True)
    cache.write_text(result.stdout, encoding="utf-8")
    return result.stdout


def follow_theme(svg):
    """Let black be the page's ink, white nothing, and fonts the page's."""
    svg = re.sub(r"<!--.*?-->\n?", "", svg, flags=re.S)
    svg = re.sub(r"<title>[^<]*</title>\n?", "", svg)
    svg = re.sub(r'fill="white" stroke="(transparent|none)"',
                 'fill="none" stroke="none"', svg)
    for kind in ("fill", "stroke"):
        svg = svg.replace(f'{kind}="black"', f'{kind}="currentColor"')
    svg = re.sub(r' font-family="[^"]*"', "", svg)
    return svg.replace("xlink:", "").replace(
        ' xmlns:xlink="http://www.w3.org/1999/xlink"', "")


def sized(svg, width, label):
    """Say how wide an SVG is, how far it may shrink, and what it shows.

    Takes the words of the drawing that are smallest and lets it shrink until
    those are as small as words may be.
    """
    start, rest = svg.split(">", 1)
    for name in ("width", "height", "style", "role", "aria-label"):
        start = re.sub(rf'\s{name}="[^"]*"', "", start)
    sizes = re.findall(r'font-size[:=]\s*"?([\d.]+)', svg)
    smallest = min(map(float, sizes), default=WORDS_USUAL)
    smallest *= width / width_of(svg)
    least = round(width * min(1, WORDS_MIN / smallest))
    return (
        f'{start} width="{width}" style="min-width:{least}px" role="img" '
        f'aria-label="{escape(label)}">{rest}'
    )


def width_of(svg):
    """Return the width of the viewBox."""
    box = re.search(r'viewBox="([^"]+)"', svg)[1]
    return round(float(box.replace(",", " ").split()[2]))


def visit_graphviz_html(translator, node):
    label = node.get("alt") or "diagram"
    svg = run_dot(translator, node["code"], node)
    svg = follow_theme(svg[svg.index("<svg"):])
    page = translator.builder.current_docname
    place = f"{page} {len(translator.body)} {node['code']}"
    # dot counts in points.
    svg = sized(svg, round(width_of(svg) * 4 / 3), label)
    svg = own_ids(svg, f"dot-{short_hash(place)}-")
    translator.body.append(
        translator.starttag(node, "div", "", CLASS="graphviz drawing-frame")
        + svg + "</div>\n"
    )
    raise nodes.SkipNode


# ---- drawing ----------------------------------------------------------------
class drawing(nodes.General, nodes.Element):
    """A drawing made by hand or by a program.

    `svgs` holds its text and, if there is one, that of its narrow twin.
    """


class Drawing(SphinxDirective):
    """`.. drawing:: figures/ring.svg`: a numbered figure, inlined.

    `:narrow:` names a second file that phones see instead.
    """

    has_content = True
    required_arguments = 1
    option_spec = {
        "alt": directives.unchanged_required,
        "name": directives.unchanged_required,
        "narrow": directives.unchanged_required,
        "wide": directives.flag,
    }

    def run(self):
        self.assert_has_content()
        if "alt" not in self.options:
            return error(self, "wants :alt:, what the picture says in words")
        names = [self.arguments[0]]
        if "narrow" in self.options:
            names.append(self.options["narrow"])
        try:
            svgs = [self.read(name) for name in names]
        except ValueError as mistake:
            return error(self, str(mistake))
        picture = drawing(svgs=svgs, alt=self.options["alt"])
        figure = nodes.figure("", picture, classes=["drawing-figure"])
        if "wide" in self.options:
            figure["classes"].append("wide")
        self.set_source_info(figure)
        add_caption(self, figure)
        self.add_name(figure)
        return [figure]


    def read(self, name):
        """Return the SVG of a file beside the page."""
        relative, path = self.env.relfn2path(name)
        self.env.note_dependency(relative)
        try:
            return read_svg(pathlib.Path(path))
        except (OSError, ValueError) as mistake:
            raise ValueError(f"{name}: {mistake}") from None


def read_svg(path):
    """Return the <svg> element of a file, cleaned for HTML."""
    text = path.read_text(encoding="utf-8")
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as mistake:
        raise ValueError(f"not XML: {mistake}") from None
    if root.tag != f"{{{SVG}}}svg":
        raise ValueError("the root is not an <svg> of SVG's namespace")
    if "viewBox" not in root.attrib:
        raise ValueError("no viewBox, so it cannot be scaled")
    # In HTML the text itself is inlined: ElementTree would rename tags.
    text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.S)
    return text[text.index("<svg"):].rstrip()


def visit_drawing_html(translator, node):
    page = translator.builder.current_docname
    frames = ["drawing drawing-frame"]
    if len(node["svgs"]) > 1:
        frames = [f"{frames[0]} only-wide", f"{frames[0]} only-narrow"]
    for css, svg in zip(frames, node["svgs"]):
        place = f"{page} {len(translator.body)} {svg}"
        prefix = f"svg-{short_hash(place)}-"
        translator.body.append(
            translator.starttag({}, "div", "", CLASS=css)
            + own_ids(sized(svg, width_of(svg), node["alt"]), prefix)
            + "</div>\n"
        )
    raise nodes.SkipNode


def visit_drawing_words(translator, node):
    """Write the alternative text for builders without inline SVG."""
    add = getattr(translator, "add_text", None)
    if add:
        add(node["alt"])
    else:
        translator.body.append(translator.encode(node["alt"]) + "\n")
    raise nodes.SkipNode


def setup(app):
    app.setup_extension("sphinx.ext.graphviz")
    app.setup_extension("strata_nodes")
    app.setup_extension("strata_house")
    app.add_node(
        graphviz.graphviz, override=True,
        html=(visit_graphviz_html, None),
        latex=(graphviz.latex_visit_graphviz, None),
        text=(graphviz.text_visit_graphviz, None),
        man=(graphviz.man_visit_graphviz, None),
        texinfo=(graphviz.texinfo_visit_graphviz, None),
    )
    words = (visit_drawing_words, strata_nodes.pass_by)
    app.add_node(drawing, html=(visit_drawing_html, None), latex=words,
                 text=words, man=words)
    app.add_directive("drawing", Drawing)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
