"""`.. house:: 1`: the map of the house, one floor lit.

Ten floors, one a chapter, drawn as inline SVG from the list below. A floor
whose chapter is in the book is drawn solid and is a link; one to come is
dashed. There are two drawings, a wide and a narrow one, and the style sheet
shows the one that fits, so that words stay readable on a phone.
"""

from __future__ import annotations

import dataclasses
from html import escape

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

import strata_nodes
from strata_nodes import error, parse_content


@dataclasses.dataclass(frozen=True)
class Floor:
    """A chapter: its folder, name and what it gives to those above."""

    number: int
    folder: str
    name: str
    gives: str


FLOORS = [Floor(number, f"{number:02}-{slug}", name, gives)
          for number, (slug, name, gives) in enumerate([
              ("context-switch", "Context switch",
               "many stacks on one thread"),
              ("scheduler", "Scheduler", "go, yield, work stealing"),
              ("park-ready", "Park and ready", "waiting, deadlock report"),
              ("semaphores", "Semaphores", "mutex, wait group, once"),
              ("channels", "Channels", "send, receive, select"),
              ("timers", "Timers", "sleep, ticker, deadline"),
              ("netpoll", "Network poller", "sockets that do not block"),
              ("gc", "Garbage collector", "spans, marking, write barrier"),
              ("preemption", "Preemption", "nobody keeps a processor"),
              ("profiling", "Profiling", "dumps, profiles, traces"),
          ], 1)]


class house(nodes.General, nodes.Element):
    """The drawing; `lit` is the number of the lit floor, 0 for none."""


@dataclasses.dataclass(frozen=True)
class Layout:
    """Sizes of one drawing, in pixels at scale 1."""

    name: str
    width: int
    floor: int
    margin: int
    number_x: int
    name_x: int
    gives_x: int | None


WIDE = Layout("wide", 640, 34, 28, 64, 84, 270)
NARROW = Layout("narrow", 340, 36, 8, 38, 52, None)
ROOF, GROUND = 58, 46


def text(x, y, words, css):
    """Return a line of text."""
    return f'<text x="{x}" y="{y}" class="{css}">{escape(words)}</text>'


def windows(layout, y):
    """Return the three windows at the right end of a floor."""
    right = layout.width - layout.margin
    return "".join(
        f'<rect class="window" x="{right - 26 * place}" y="{y + 10}" '
        f'width="15" height="{layout.floor - 20}" rx="1.5"/>'
        for place in (3, 2, 1)
    )


def draw_floor(floor, layout, y, lit, uri):
    """Return one floor with its top edge at y."""
    state = "built" if uri is not None else "planned"
    if lit:
        state += " lit"
    middle = y + layout.floor / 2 + 5
    width = layout.width - 2 * layout.margin
    parts = [
        f'<rect class="wall" x="{layout.margin}" y="{y}" width="{width}" '
        f'height="{layout.floor}"/>',
        text(layout.number_x, middle, str(floor.number), "number"),
        text(layout.name_x, middle, floor.name, "name"),
        windows(layout, y),
    ]
    if layout.gives_x:
        parts.append(text(layout.gives_x, middle, floor.gives, "gives"))
    inner = "".join(parts)
    if uri:
        inner = f'<a href="{escape(uri)}">{inner}</a>'
    return f'<g class="floor {state}">{inner}</g>'


def draw_roof(layout):
    """Return the roof, which is the reader's program."""
    left, right = layout.margin, layout.width - layout.margin
    middle = layout.width // 2
    points = (f"{left - 8},{ROOF} {middle - 70},8 {middle + 70},8 "
              f"{right + 8},{ROOF}")
    return (f'<g class="roof"><polygon points="{points}"/>'
            + text(middle, ROOF - 18, "your program", "middle") + "</g>")


def draw_ground(layout, y):
    """Return the ground, which is the operating system."""
    words = "Linux: threads, futex, mmap, epoll"
    return (
        f'<g class="ground"><line x1="0" y1="{y}" x2="{layout.width}" '
        f'y2="{y}"/>' + text(layout.width // 2, y + 27, words, "middle")
        + "</g>"
    )


def draw(layout, lit, uris):
    """Return the whole SVG; `uris` maps numbers of chapters to links."""
    foot = ROOF + layout.floor * len(FLOORS)
    parts = [draw_roof(layout)]
    for floor in FLOORS:
        y = foot - layout.floor * floor.number
        parts.append(draw_floor(
            floor, layout, y, floor.number == lit, uris.get(floor.number)
        ))
    parts.append(draw_ground(layout, foot))
    label = describe(lit, uris)
    # A picture may not hold links for screen readers, a group may.
    role = "group" if any(uris.values()) else "img"
    return (
        f'<svg class="house house-{layout.name}" role="{role}" '
        f'aria-label="{escape(label)}" '
        f'viewBox="0 0 {layout.width} {foot + GROUND}">'
        + "".join(parts) + "</svg>"
    )


def describe(lit, uris):
    """Return in words what the drawing shows."""
    words = "A house of ten floors, one for each chapter, on the ground of " \
            "the operating system, under the roof of your program."
    if lit:
        words += f" Floor {lit}, {FLOORS[lit - 1].name}, is lit."
    built = [str(number) for number in sorted(uris)]
    if built:
        words += f" In this book so far: {', '.join(built)}."
    return words


def chapters_in_book(env):
    """Return {number: document} of the chapters that have a page."""
    found = {}
    for floor in FLOORS:
        document = f"chapters/{floor.folder}/index"
        if document in env.found_docs:
            found[floor.number] = document
    return found


def visit_html(translator, node):
    builder = translator.builder
    here = builder.current_docname
    uris = {}
    for number, document in chapters_in_book(builder.env).items():
        uris[number] = ""
        if number != node["lit"] and document != here:
            uris[number] = builder.get_relative_uri(here, document)
    translator.body.append(
        translator.starttag(node, "div", "", CLASS="house-frame")
        + draw(WIDE, node["lit"], uris) + draw(NARROW, node["lit"], uris)
        + "</div>\n"
    )
    raise nodes.SkipNode


def visit_words(translator, node):
    """Write the floors as words for builders without SVG."""
    names = "; ".join(f"{floor.number} {floor.name}" for floor in FLOORS)
    sentence = describe(node["lit"], {}) + " Bottom up: " + names + "."
    encode = getattr(translator, "encode", str)
    add = getattr(translator, "add_text", None)
    if add:
        add(sentence)
    else:
        translator.body.append(encode(sentence) + "\n")
    raise nodes.SkipNode


class House(SphinxDirective):
    """`.. house:: 1` is a numbered figure, without caption a bare map."""

    has_content = True
    optional_arguments = 1
    option_spec = {"name": directives.unchanged_required}

    def run(self):
        lit = int(self.arguments[0]) if self.arguments else 0
        if not 0 <= lit <= len(FLOORS):
            return error(self, f"the house has no floor {lit}")
        drawing = house(lit=lit)
        if not self.content:
            return [drawing]
        figure = nodes.figure("", drawing, classes=["house-figure"])
        self.set_source_info(figure)
        add_caption(self, figure)
        self.add_name(figure)
        return [figure]


def add_caption(directive, figure):
    """Make the content's first paragraph the caption, the rest a legend."""
    body = parse_content(directive, nodes.Element())
    if not body.children:
        return
    first = body.children[0]
    caption = nodes.caption(first.rawsource, "", *first.children)
    directive.set_source_info(caption)
    figure += caption
    if len(body.children) > 1:
        figure += nodes.legend("", *body.children[1:])


def setup(app):
    app.setup_extension("strata_nodes")
    words = (visit_words, strata_nodes.pass_by)
    app.add_node(house, html=(visit_html, None), latex=words, text=words,
                 man=words, texinfo=words)
    app.add_directive("house", House)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
