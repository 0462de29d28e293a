"""Reference pages made from the sources, and the roles that link to them.

`.. strata-names::`         Strata's names and Go's, from `@goname`
`.. strata-lock-order::`    ranks, locks and who takes them
`.. strata-memory-order::`  both ends of each pair, from `[MO:tag]`
`.. strata-invariants::`    what must hold, where it says so, what tests it

`:inv:` and `:mo:` link to an invariant and to a pair; an unknown label is a
warning. What is shown comes from source_facts.
"""

from __future__ import annotations

import pathlib
from typing import Callable, Iterable

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective, SphinxRole

import doxygen_xml
import source_facts
import source_text
import strata_api
from strata_sources import note_use

# The page and the prefix of the anchors that each role links to.
TARGETS = {"inv": ("appendix/invariants", ""),
           "mo": ("appendix/memory-order", "mo-")}
LAYERS = {0: "Common", 1: "Context switch", 2: "Scheduler"}
PUBLISHES = ("release",)
SEES = ("acquire", "consume")
TEST_RANK = "kTest"


# ------------------------------------------------------------- facts, labels


def output(app: Sphinx) -> pathlib.Path:
    """Returns the folder of the collected facts, beside the doctrees."""
    return pathlib.Path(app.doctreedir).parent / "reference"


def update_facts(app: Sphinx) -> None:
    source_facts.update(output(app), strata_api.root_of(app))
    app.strata_facts = None


def facts(app: Sphinx) -> source_facts.Facts:
    """Returns the collected facts, read once per build."""
    if getattr(app, "strata_facts", None) is None:
        app.strata_facts = source_facts.load(output(app))
    return app.strata_facts


def meanings(app: Sphinx, kind: str) -> dict[str, str]:
    """Returns what each label of a kind stands for, in a sentence."""
    if kind == "inv":
        return {fact.label: fact.statement for fact in facts(app).invariants}
    found: dict[str, str] = {}
    for end in facts(app).orders:
        if end.kind == "told" or end.tag not in found:
            found[end.tag] = end.sentence
    return found


def anchor(kind: str, label: str) -> str:
    """Returns the id of a label's entry on its page."""
    return TARGETS[kind][1] + label.lower().replace(".", "-")


class LabelRole(SphinxRole):
    """`:inv:` and `:mo:`."""

    def run(self):
        link = source_text.reference_to_label(self.name, self.text)
        self.set_source_info(link)
        return [link], []


def resolve_label(app: Sphinx, env: BuildEnvironment, node: nodes.Element,
                  content: nodes.Element) -> nodes.Element | None:
    """Links a label to its entry; None makes Sphinx warn."""
    kind, label = node.get("reftype"), node.get("reftarget", "")
    if node.get("refdomain") != "" or kind not in TARGETS:
        return None
    meaning = meanings(app, kind).get(label)
    if meaning is None:
        return None
    page = app.builder.get_relative_uri(env.docname, TARGETS[kind][0])
    return nodes.reference("", "", content, internal=True,
                           refuri=f"{page}#{anchor(kind, label)}",
                           reftitle=meaning.replace("`", ""),
                           classes=["label"])


# --------------------------------------------------------------- small nodes


def paragraph(*children: nodes.Node, **options) -> nodes.paragraph:
    return nodes.paragraph("", "", *children, **options)


def code(text: str) -> nodes.literal:
    return nodes.literal(text, text)


def words(text: str) -> list[nodes.Node]:
    """Turns a sentence of a source into nodes, with links at its labels."""
    box = paragraph(*source_text.words(text))
    source_text.link_tags(box)
    return box.children


def separated(parts: Iterable[list[nodes.Node]],
              between: str = ", ") -> list[nodes.Node]:
    """Joins groups of nodes with a text between them."""
    joined: list[nodes.Node] = []
    for part in parts:
        joined += ([nodes.Text(between)] if joined else []) + list(part)
    return joined


def table(headings: list[str], rows: list[list[list[nodes.Node]]],
          widths: list[int], classes: list[str]) -> nodes.table:
    """Returns a table; each cell is the nodes of one paragraph."""
    group = nodes.tgroup(cols=len(widths))
    group += [nodes.colspec(colwidth=width) for width in widths]
    group += nodes.thead("", table_row([[nodes.Text(heading)]
                                        for heading in headings]))
    group += nodes.tbody("", *map(table_row, rows))
    return nodes.table("", group, classes=["reference", *classes])


def table_row(cells: list[list[nodes.Node]]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", paragraph(*cell))
                           for cell in cells))


def bullets(items: Iterable[list[nodes.Node]]) -> nodes.bullet_list:
    return nodes.bullet_list("", *(nodes.list_item("", paragraph(*item))
                                   for item in items))


def fields(*found: tuple[str, list[nodes.Node]]) -> nodes.field_list:
    """Returns a list of headings with what they say; empty ones left out."""
    entries = [strata_api.field(name, *body) for name, body in found if body]
    return nodes.field_list("", *entries, classes=["api-fields"])


# --------------------------------------------------------------- directives


class Generated(SphinxDirective):
    """What the directives share."""

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(output(self.env.app) / "facts.pickle"))
        return self.content_nodes(facts(self.env.app))

    def content_nodes(self, found: source_facts.Facts) -> list[nodes.Node]:
        raise NotImplementedError

    def link(self, place: source_facts.Place) -> list[nodes.Node]:
        """Links to a line of a source, which thereby gets a page."""
        if pathlib.Path(place.file).suffix not in source_facts.SUFFIXES:
            return [code(place.file)]
        note_use(self.env, place.file, None, None, "", "")
        name = pathlib.Path(place.file).name
        return [strata_api.source_link(
            "", "", code(f"{name}:{place.line}"), file=place.file,
            line=place.line, classes=["place"])]

    def section(self, title: list[nodes.Node], name: str,
                *content: nodes.Node) -> nodes.section:
        """Returns a section of the page with an id of its own."""
        section = nodes.section(ids=[name])
        section += nodes.title("", "", *title)
        section += content
        return section


class Names(Generated):
    """`strata-names`: what is called what."""

    def content_nodes(self, found):
        ours = [[self.entry(name), in_go(name.theirs, name.go_file),
                 words(name.brief)] for name in found.go_names]
        theirs = [[in_go(theirs, name.go_file), self.entry(name)]
                  for theirs, name in by_go_name(found.go_names)]
        return [
            self.section([nodes.Text("From Strata to Go")], "names-ours",
                         table(["Strata", "Go", "What it does"], ours,
                               [26, 30, 44], ["names"])),
            self.section([nodes.Text("From Go to Strata")], "names-theirs",
                         table(["Go", "Strata"], theirs, [50, 50],
                               ["names"])),
        ]

    def entry(self, name: source_facts.GoName) -> list[nodes.Node]:
        """Links to the API entry, or to the source of what has none."""
        identifier = self.documented_at(name.place)
        if identifier is None:
            return [code(name.ours), nodes.Text(" "), *self.link(name.place)]
        link = pending_xref("", nodes.Text(name.ours), refdomain="std",
                            reftype="ref", reftarget=identifier,
                            refexplicit=True, refdoc=self.env.docname)
        return [nodes.literal("", "", link)]

    def documented_at(self, place: source_facts.Place) -> str | None:
        """Finds Doxygen's id of what the comment at a place stands above."""
        below = [(found.line, identifier) for identifier, found in
                 strata_api.reference(self.env.app).places.items()
                 if found.file == place.file and found.line > place.line]
        return min(below)[1] if below else None


def in_go(name: str, file: str) -> list[nodes.Node]:
    """Returns a name of Go's with the file that holds it."""
    where = nodes.inline("", file, classes=["muted"])
    return [code(name), nodes.Text(" "), where]


def by_go_name(names: list[source_facts.GoName]
               ) -> list[tuple[str, source_facts.GoName]]:
    """Lists each of Go's names once, in alphabetical order."""
    pairs = [(theirs, name) for name in names
             for theirs in name.theirs.split(", ")]
    return sorted(pairs, key=lambda pair: pair[0].lower())


class LockOrder(Generated):
    """`strata-lock-order`: the ranks, and every lock."""

    def content_nodes(self, found):
        ranks = doxygen_xml.lock_ranks(strata_api.root_of(self.env.app))
        product = [rank for rank in ranks if not rank[0].startswith(TEST_RANK)]
        rows = [[[nodes.Text(str(number))], [code(name)], words(protects),
                 self.locks_of(name, found.locks)]
                for name, number, protects in ranks]
        headings = ["Rank", "Name", "Protects", "Lock"]
        return [*self.graph(product),
                table(headings, rows, [8, 20, 44, 28], ["locks"]),
                *map(self.lock, found.locks)]

    def graph(self, ranks) -> list[nodes.Node]:
        """Draws the order from the outermost lock to the innermost."""
        box = nodes.container()
        lines = StringList(graph_lines(ranks), "lock order")
        self.state.nested_parse(lines, 0, box)
        return box.children

    def locks_of(self, rank: str, locks) -> list[nodes.Node]:
        """Names the locks of a rank, or says that there is none."""
        own = [[nodes.reference("", "", code(lock.name), internal=True,
                                refid=lock_anchor(lock))]
               for lock in locks if lock.rank == rank]
        if rank.startswith(TEST_RANK):
            return [nodes.Text("tests only")]
        return separated(own) or [nodes.Text("none yet")]

    def lock(self, lock: source_facts.Lock) -> nodes.section:
        """Describes one lock."""
        guarded = separated([code(field)] for field in lock.guarded)
        taken = [[code(section.function), nodes.Text(" "),
                  *self.link(section.place)] for section in lock.sections]
        said = [[*words(sentence), nodes.Text(" "), *self.link(place)]
                for place, sentence in lock.said]
        about = fields(
            ("Rank", [paragraph(code(lock.rank))]),
            ("Defined", [paragraph(*self.link(lock.place))]),
            ("Guards", [paragraph(*guarded)] if guarded else []),
            ("Said of its order", [bullets(said)] if said else []),
            ("Taken by", [bullets(taken)] if taken else []))
        return self.section([code(lock.name)], lock_anchor(lock), about)


def lock_anchor(lock: source_facts.Lock) -> str:
    return "lock-" + lock.name.lower().replace("::", "-").rstrip("_")


def graph_lines(ranks: list[tuple[str, int, str]]) -> list[str]:
    """Writes the graph of the lock order as a graphviz directive."""
    spoken = ", then ".join(name for name, _, _ in ranks)
    lines = [".. graphviz::",
             f"   :alt: Locks from the outermost to the innermost: {spoken}",
             "   :caption: A thread that holds a lock takes only locks "
             "further down", "   :name: fig-lock-order", "",
             "   digraph locks {", "     node [shape=box]"]
    for name, number, protects in ranks:
        lines.append(f'     {name} [label="{number}  {name}\\n{protects}"]')
    chain = " -> ".join(name for name, _, _ in ranks)
    return lines + [f"     {chain}", "   }", ""]


class MemoryOrder(Generated):
    """`strata-memory-order`: both ends of every pair."""

    def content_nodes(self, found):
        tags: dict[str, list[source_facts.OrderEnd]] = {}
        for end in found.orders:
            tags.setdefault(end.tag, []).append(end)
        return [self.pair(tag, ends) for tag, ends in sorted(tags.items())]

    def pair(self, tag: str, ends) -> nodes.section:
        """Describes one pair: its word, who publishes, who sees."""
        told = [paragraph(*words(capitalized(end.sentence)), nodes.Text(" "),
                          *self.link(end.place))
                for end in ends if end.kind == "told"]
        held = [[code(end.name), nodes.Text(" "), *self.link(end.place)]
                for end in ends if end.kind == "word"]
        about = fields(
            ("Word", [paragraph(*separated(held))] if held else []),
            ("Publishes", self.side(ends, "publishes")),
            ("Sees", self.side(ends, "sees")),
            ("Both", self.side(ends, "both")))
        return self.section([code(tag)], anchor("mo", tag), *told, about)

    def side(self, ends, side: str) -> list[nodes.Node]:
        """Lists the accesses on one side."""
        items = [self.access(end) for end in ends
                 if end.kind == "access" and side_of(end) == side]
        return [bullets(items)] if items else []

    def access(self, end: source_facts.OrderEnd) -> list[nodes.Node]:
        """Describes one access."""
        text = f"{end.operation}, {spoken_orders(end)}"
        says = [nodes.Text(": "), *words(end.sentence)] if end.sentence else []
        return [code(end.name), nodes.Text(f" ({text}) "),
                *self.link(end.place), *says]


def side_of(end: source_facts.OrderEnd) -> str:
    """Says what an access does for its pair."""
    order = end.orders[0] if end.orders else ""
    if end.operation == "load" or order in SEES:
        return "sees"
    if end.operation == "store" or order in PUBLISHES:
        return "publishes"
    return "both"


def spoken_orders(end: source_facts.OrderEnd) -> str:
    """Says an access's order, and that of a failed exchange if it counts."""
    first, failed = end.orders[0], end.orders[1:]
    if failed and failed[0] != "relaxed":
        return f"{first}; {failed[0]} on failure"
    return first


def capitalized(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


class Invariants(Generated):
    """`strata-invariants`: what must hold, layer by layer."""

    def content_nodes(self, found):
        layers: dict[int, list[nodes.Node]] = {}
        for fact in found.invariants:
            layer = source_facts.numbers(fact.label)[0]
            layers.setdefault(layer, []).extend(self.invariant(fact))
        return [self.section([nodes.Text(layer_title(layer))],
                             f"invariants-{layer:02}", *entries)
                for layer, entries in sorted(layers.items())]

    def invariant(self, fact: source_facts.Invariant) -> list[nodes.Node]:
        """Describes one invariant."""
        claim = paragraph(nodes.strong("", fact.label), nodes.Text(" "),
                          *words(fact.statement),
                          ids=[anchor("inv", fact.label)],
                          classes=["invariant"])
        checked = separated(self.link(place) for place in fact.asserts)
        tests = [self.test(place, name) for place, name in fact.tests]
        return [claim, fields(
            ("Stated", [paragraph(*self.link(fact.place))]),
            ("Asserted", [paragraph(*checked)] if checked else []),
            ("Tested by", [bullets(tests)] if tests else []))]

    def test(self, place: source_facts.Place, name: str) -> list[nodes.Node]:
        """Names a test, or the comment in a test that names the invariant."""
        text = name.removeprefix("// ")
        return [nodes.Text(f"{text} "), *self.link(place)]


class ChapterInvariants(Generated):
    """`chapter-invariants:: 2`: what must hold in one layer, as a list."""

    required_arguments = 1

    def content_nodes(self, found):
        layer = int(self.arguments[0])
        claims = [fact for fact in found.invariants
                  if source_facts.numbers(fact.label)[0] == layer]
        if not claims:
            return [self.state.document.reporter.error(
                f"chapter-invariants: layer {layer} states none",
                line=self.lineno)]
        return [bullets(self.claim(fact) for fact in claims)]

    def claim(self, fact: source_facts.Invariant) -> list[nodes.Node]:
        """The label, as a link to all that is known of it, and the words."""
        label = source_text.reference_to_label("inv", fact.label)
        self.set_source_info(label)
        return [label, nodes.Text(" "), *words(fact.statement)]


def layer_title(layer: int) -> str:
    name = LAYERS.get(layer, "")
    return f"{layer}  {name}" if layer else name


def setup(app: Sphinx) -> dict:
    directives: dict[str, Callable] = {
        "strata-names": Names, "strata-lock-order": LockOrder,
        "strata-memory-order": MemoryOrder, "strata-invariants": Invariants,
        "chapter-invariants": ChapterInvariants}
    for name, directive in directives.items():
        app.add_directive(name, directive)
    for kind in TARGETS:
        app.add_role(kind, LabelRole())
    app.connect("builder-inited", update_facts)
    app.connect("missing-reference", resolve_label)
    return {"version": "1", "parallel_read_safe": True,
            "parallel_write_safe": True}
