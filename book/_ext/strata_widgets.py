"""Figures that run in the page: trace viewer, steppers, C++ as WebAssembly.

    .. widget:: stepper
       :data: 02/ring-steps
       :view: ring
       :lights: lst-runq-put lst-runq-grab
       :name: fig-ring-steps

       The caption, and maybe a legend.

The data is book/_recorded/02/ring-steps.json, made by a program that runs the
real code. It is shipped as a script that fills window.STRATA_DATA, because a
page that was opened from a folder may not fetch anything.

The page holds a still picture of each figure: readers without JavaScript and
printed pages show that. It is drawn by node, from the same data and by the
same JavaScript as the moving figure, so that the two cannot differ.
"""

from __future__ import annotations

import hashlib
import json
import pathlib
import re
import subprocess
from dataclasses import dataclass
from html import escape

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from strata_house import add_caption
from strata_nodes import error

log = logging.getLogger(__name__)
HERE = pathlib.Path(__file__).resolve().parent
SCRIPTS = HERE.parent / "_static" / "widgets"
STILLS = HERE / "widget_stills.js"
PURE = ("shapes", "draw_", "trace_model")  # scripts that touch no document


@dataclass(frozen=True)
class Kind:
    """What a kind of figure needs in the page."""

    scripts: tuple[str, ...]
    draws: bool = False  # with the drawing of its view, draw_VIEW.js
    needs_data: bool = True


KINDS = {
    "trace": Kind(("trace_model", "trace")),
    "stepper": Kind(("stage", "stepper"), draws=True),
    "runq-lab": Kind(("stage", "runq_wasm", "runq_picture", "runq-lab"),
                     draws=True, needs_data=False),
}


def scripts_of(kind, view):
    """Return the names of a figure's scripts, in the order of loading."""
    drawing = ("shapes", f"draw_{view}") if KINDS[kind].draws else ()
    return ["common", *drawing, *KINDS[kind].scripts]


def views_of(kind):
    """Return the names that `:view:` may have."""
    if not KINDS[kind].draws:
        return ["", "p", "g"]
    return sorted(file.stem[5:] for file in SCRIPTS.glob("draw_*.js"))


class widget(nodes.General, nodes.Element):
    """A running figure, without its caption."""


class Widget(SphinxDirective):
    """Makes a numbered figure; the content is its caption and legend."""

    has_content = True
    required_arguments = 1
    option_spec = {
        "data": directives.unchanged_required,
        "view": directives.unchanged_required,
        "lights": directives.unchanged_required,
        "name": directives.unchanged_required,
        "alt": directives.unchanged_required,
        "height": directives.nonnegative_int,
        "wide": directives.flag,
    }

    def run(self):
        self.assert_has_content()
        kind = self.arguments[0]
        if kind not in KINDS:
            return error(self, f"no kind {kind!r}, only {', '.join(KINDS)}")
        try:
            return [self.make_figure(kind)]
        except (OSError, ValueError) as mistake:
            return error(self, f"{kind}: {mistake}")

    def make_figure(self, kind):
        """Return the figure node with widget, caption and legend."""
        path, data = self.read_data(kind)
        view = self.options.get("view", data.get("view", ""))
        if view not in views_of(kind):
            raise ValueError(f"no view {view!r}, only "
                             f"{', '.join(views_of(kind))}")
        inner = widget(
            kind=kind,
            src=str(path or ""),
            name=self.options.get("data", ""),
            view=view,
            lights=re.split(r"[\s,]+", self.options.get("lights", "")),
            label=self.options.get("alt") or title_of(data),
            height=self.options.get("height", 0),
        )
        if not inner["label"]:
            raise ValueError("wants :alt:, what there is to see, in words")
        self.set_source_info(inner)
        figure = nodes.figure("", inner, classes=["widget-figure"])
        if "wide" in self.options:
            figure["classes"].append("wide")
        self.set_source_info(figure)
        add_caption(self, figure)
        self.add_name(figure)
        return figure

    def read_data(self, kind):
        """Return the recording's path and content; nothing is all right."""
        if "data" not in self.options:
            if KINDS[kind].needs_data:
                raise ValueError("wants :data:, a recording")
            return None, {}
        name = self.options["data"]
        path = pathlib.Path(self.env.srcdir, "_recorded", f"{name}.json")
        self.env.note_dependency(str(path))
        return path, json.loads(path.read_text(encoding="utf-8"))


def title_of(data):
    """Return the title that the recording program gave its run, or ""."""
    return data.get("title") or data.get("otherData", {}).get("title", "")


# ---- the page ---------------------------------------------------------------
def ship_data(builder, node):
    """Write the data as a script; return its name under _static."""
    data = json.loads(pathlib.Path(node["src"]).read_text(encoding="utf-8"))
    payload = json.dumps(data, separators=(",", ":"))
    stamp = hashlib.sha1(payload.encode()).hexdigest()[:8]
    name = node["name"].replace("/", "-")
    file = pathlib.Path(builder.outdir, "_static", "data", f"{name}-{stamp}.js")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        f"(window.STRATA_DATA=window.STRATA_DATA||{{}})"
        f"[{json.dumps(node['name'])}]={payload};\n",
        encoding="utf-8",
    )
    return f"_static/data/{file.name}"


def draw_stills(builder, node):
    """Return the still pictures as HTML, from the cache if they are there."""
    scripts = [SCRIPTS / f"{name}.js"
               for name in scripts_of(node["kind"], node["view"])
               if name.startswith(PURE)]
    inputs = [STILLS, *scripts, pathlib.Path(node["src"])]
    key = hashlib.sha1(node["view"].encode())
    for file in inputs:
        key.update(file.read_bytes())
    cache = pathlib.Path(builder.doctreedir, "stills", key.hexdigest())
    if not cache.exists():
        cache.parent.mkdir(parents=True, exist_ok=True)
        cache.write_text(run_node(inputs, node), encoding="utf-8")
    return cache.read_text(encoding="utf-8")


def run_node(inputs, node):
    """Run the still drawing program; warn when it fails."""
    command = ["node", *map(str, inputs), node["view"]]
    try:
        result = subprocess.run(command, text=True, capture_output=True,
                                check=False)
    except FileNotFoundError:
        log.warning("widget: stills need node, package nodejs", location=node)
        raise nodes.SkipNode from None
    if result.returncode:
        log.warning("widget: no still of %s: %s", node["name"],
                    result.stderr.strip(), location=node)
        raise nodes.SkipNode
    return result.stdout


def visit_widget_html(translator, node):
    builder = translator.builder
    attributes = {
        "data-kind": node["kind"],
        "data-view": node["view"],
        "data-label": node["label"],
        "data-lights": " ".join(node["lights"]),
    }
    if node["height"]:
        attributes["style"] = f"--h:{node['height']}px"
    still = f"<p>{escape(node['label'])}</p>"
    if node["src"]:
        up = "../" * builder.current_docname.count("/")
        attributes["data-src"] = up + ship_data(builder, node)
        attributes["data-name"] = node["name"]
        label = escape(node["label"])
        still = draw_stills(builder, node).replace("@LABEL@", label)
    start = translator.starttag(node, "div", CLASS="strata-widget",
                                **attributes)
    translator.body.append(
        f'{start}<div class="widget-still">{still}</div></div>\n')
    raise nodes.SkipNode


def visit_widget_words(translator, node):
    """Write what there is to see, where nothing can move."""
    if hasattr(translator, "add_text"):
        translator.add_text(node["label"])
    else:
        translator.body.append(translator.encode(node["label"]) + "\n")
    raise nodes.SkipNode


def add_page_files(app, pagename, templatename, context, doctree):
    """Link scripts and style only to pages that have such a figure."""
    figures = doctree.findall(widget) if doctree else ()
    scripts = [name for node in figures
               for name in scripts_of(node["kind"], node["view"])]
    if scripts:
        app.add_css_file("widgets.css")
    for name in dict.fromkeys(scripts):
        app.add_js_file(f"widgets/{name}.js")


def check_lights(app, doctree, docname):
    """Warn when a figure is to light a listing that its page does not have.

    Builders that put the book onto one page have no table of ids, so the
    ids are gathered from the nodes.
    """
    ids = {name for node in doctree.findall(nodes.Element)
           for name in node["ids"]}
    for node in doctree.findall(widget):
        for name in filter(None, node["lights"]):
            if nodes.make_id(name) not in ids:
                log.warning("widget: no listing %r on this page", name,
                            location=node)


def setup(app):
    app.setup_extension("strata_house")
    words = (visit_widget_words, None)
    app.add_node(widget, html=(visit_widget_html, None), latex=words,
                 text=words, man=words)
    app.add_directive("widget", Widget)
    app.connect("doctree-resolved", check_lights)
    # Before the theme's repair (500) copies the list of scripts.
    app.connect("html-page-context", add_page_files, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
