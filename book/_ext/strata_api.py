"""API pages: `.. strata-api:: strata/sched/go.hpp` shows one public header.

The directive writes what the header says about itself and then one Breathe
directive per entity, in the order of the source. (Breathe's doxygengroup
loses the namespaces of enumerations and free functions; doxygennamespace
descends and skips concepts.) Every signature gets a link to its line.

Doxygen runs here, too, when a header has changed: see doxygen_xml. A public
name without documentation, and a header that is on no page or on two, are
warnings, and so end a strict build.
"""

from __future__ import annotations

import hashlib
import pathlib
import re

from docutils import nodes
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

import doxygen_xml
import source_text

log = logging.getLogger(__name__)

# Breathe's directive for each kind of entity.
DIRECTIVES = {
    "class": "doxygenclass", "struct": "doxygenstruct",
    "union": "doxygenunion", "concept": "doxygenconcept",
    "enum": "doxygenenum", "function": "doxygenfunction",
    "typedef": "doxygentypedef", "variable": "doxygenvariable",
    "define": "doxygendefine",
}
WITH_MEMBERS = ("class", "struct", "union")
# What a page takes over from the comment that opens a header.
SECTIONS = ("Threads", "Lock order", "Memory order")
# The order of the fields below an entity; others go to the end.
FIELDS = ("Template Parameters", "Parameters", "Returns", "Pre", "Post",
          "Invariant", "Errors", "Memory order", "Blocks", "In Go")
LONG_NAMES = {"Pre": "Precondition", "Post": "Postcondition",
              "Template Parameters": "Template parameters"}
# What the pages are made by.
CODE = ("breathe_cxx20", "doxygen_xml", "doxygen_split", "source_facts",
        "source_text", "strata_api", "strata_reference")
USELESS_SPAN = re.compile(r'<span class="(?:pre|n|p|w)">([^<]*)</span>')
# Names from outside that signatures use; nothing here could be their target.
FOREIGN = ("std::", "pthread_", "__builtin_")


class source_link(nodes.General, nodes.Inline, nodes.TextElement):
    """A link to a line of a source; its words are its children.

    It becomes a reference once the builder is known.
    """


# --------------------------------------------------------------- directive


class StrataApi(SphinxDirective):
    """Shows all documented entities of one public header."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        header = self.arguments[0]
        path = doxygen_xml.header_path(header, root_of(self.env.app))
        if path is None:
            return [self.state.document.reporter.error(
                f"strata-api: no public header {header}", line=self.lineno)]
        self.note_use(header, path)
        box = nodes.container()
        self.state.nested_parse(self.entries(header, path), 0, box)
        places = reference(self.env.app).places
        for signature in box.findall(addnodes.desc_signature):
            complete_signature(signature, places)
        self.name_section(header)
        return [*self.introduction(path), *box.children]

    def name_section(self, header: str) -> None:
        """Makes comments that name the header's file link to this section."""
        name = reference(self.env.app).files[header]
        self.env.get_domain("std").note_hyperlink_target(
            name, self.env.docname, self.state.parent["ids"][0], header)

    def note_use(self, header: str, path: str) -> None:
        """Remembers the page, and reads it again when the header changes."""
        self.env.note_dependency(str(root_of(self.env.app) / path))
        pages_of(self.env).setdefault(header, set()).add(self.env.docname)

    def introduction(self, path: str) -> list[nodes.Node]:
        """Returns the header's own words about itself."""
        opening = source_text.read_opening(root_of(self.env.app) / path)
        brief = nodes.paragraph(classes=["api-brief"])
        brief += source_text.words(opening.brief)
        brief += [nodes.Text(" "), link_to(path, 1)]
        fields = nodes.field_list(classes=["api-header"])
        for name in SECTIONS:
            if name in opening.sections:
                text = source_text.joined(opening.sections[name])
                fields += field(name, nodes.paragraph("", "", *text))
        return [brief, fields] if fields.children else [brief]

    def entries(self, header: str, path: str) -> StringList:
        """Writes one Breathe directive per entity of the header.

        Each line counts as the entity's in the header, so that warnings name
        the place where the cause is.
        """
        lines, places = [], []
        for entity in reference(self.env.app).entities:
            if entity.header == header and can_be_found(entity):
                added = entry(entity)
                lines += added
                place = (str(root_of(self.env.app) / path), entity.line - 1)
                places += [place] * len(added)
        return StringList(lines, items=places)


def can_be_found(entity: doxygen_xml.Entity) -> bool:
    """Specializations and literal operators have names Breathe mistakes."""
    return "<" not in entity.name and '""' not in entity.name


def entry(entity: doxygen_xml.Entity) -> list[str]:
    """Returns the directive for one entity, as lines."""
    lines = [f".. {DIRECTIVES[entity.kind]}:: "
             f"{entity.name}{entity.parameters}",
             f"   :project: {doxygen_xml.folder_name(entity.header)}"]
    if entity.kind in WITH_MEMBERS:
        lines.append("   :members:")
    lines.append("")
    if entity.kind == "concept":  # Breathe prints its name, not its demands
        lines += [".. code-block:: cpp", ""]
        lines += [f"   {line}" for line in entity.definition.split("\n")]
        lines.append("")
    return lines


def complete_signature(signature: addnodes.desc_signature,
                       places: dict[str, doxygen_xml.Place]) -> None:
    """Adds [[nodiscard]] and the link to the source, known by Doxygen's id."""
    names = [name for target in signature.findall(nodes.target)
             for name in target["ids"]]
    place = next((places[name] for name in names if name in places), None)
    if place is None:
        return
    del signature["ids"][1:]  # how older versions of Sphinx spelled the name
    line = declarator(signature)
    if place.scope and not own(line, addnodes.desc_addname):
        line.insert(name_position(line),
                    addnodes.desc_addname(place.scope, place.scope))
    if place.nodiscard:
        line.insert(before_name(line), nodiscard())
    line += link_to(place.file, place.line)


def declarator(signature: addnodes.desc_signature) -> nodes.Element:
    """Returns the line that holds the name: not template, not requires."""
    for line in own(signature, addnodes.desc_signature_line):
        if getattr(line, "sphinx_line_type", "") == "declarator":
            return line
    return signature[-1] if signature.get("is_multiline") else signature


def name_position(line: nodes.Element) -> int:
    """Finds where the namespace goes that Breathe leaves out."""
    return next(position for position, child in enumerate(line.children)
                if isinstance(child, addnodes.desc_name))


def before_name(line: nodes.Element) -> int:
    """Finds where an attribute goes: first, but behind class or struct."""
    for position, child in enumerate(line.children):
        if isinstance(child, nodes.target):
            continue
        if child.astext() in ("class", "struct", "enum class"):
            return position + 2
        return position
    return len(line.children)


def nodiscard() -> nodes.Element:
    """Returns the attribute as part of a signature."""
    words = nodes.inline(classes=["api-attribute"])
    words += addnodes.desc_sig_keyword("", "[[nodiscard]]")
    words += addnodes.desc_sig_space()
    return words


def finish_page(app: Sphinx, document: nodes.document) -> None:
    """Brings what Breathe wrote on an API page into one form.

    Runs after breathe_cxx20 has taken lists out of paragraphs.
    """
    if not is_api_page(app, app.env.docname):
        return
    for content in document.findall(addnodes.desc_content):
        gather_fields(content)
    source_text.link_tags(document)


def gather_fields(content: addnodes.desc_content) -> None:
    """Makes one list of all that is said about an entity under a heading.

    Breathe prints parameters as fields, but the paragraphs of the aliases
    (`@errors`, `@memorder`, ...) as lists of definitions.
    """
    fields = [(str(item[0].astext()), item[1].children)
              for child in own(content, nodes.definition_list)
              for item in child]
    fields += [(str(item[0].astext()), item[1].children)
               for child in own(content, nodes.field_list) for item in child]
    if not fields:
        return
    gathered = nodes.field_list(classes=["api-fields"])
    for name, body in sorted(fields, key=lambda found: rank_of(found[0])):
        gathered += field(LONG_NAMES.get(name, name), *body)
    position = first_behind_words(content)
    for child in own(content, (nodes.definition_list, nodes.field_list)):
        content.remove(child)
    content.insert(position, gathered)


def own(content: nodes.Element, kind) -> list[nodes.Element]:
    """Returns the direct children of a kind, without those of members."""
    return [child for child in content.children if isinstance(child, kind)]


def rank_of(name: str) -> int:
    return FIELDS.index(name) if name in FIELDS else len(FIELDS)


def first_behind_words(content: nodes.Element) -> int:
    """Finds the place behind the description, before members."""
    for position, child in enumerate(content.children):
        if isinstance(child, (nodes.definition_list, nodes.field_list)):
            return position
    return len(content.children)


def field(name: str, *body: nodes.Node) -> nodes.field:
    """Returns one entry of a list of fields."""
    return nodes.field("", nodes.field_name("", name),
                       nodes.field_body("", *body))


# ------------------------------------------------------------ [source] links


def link_to(file: str, line: int) -> source_link:
    """Returns the [source] link of an entry."""
    return source_link("", "[source]", file=file, line=line,
                       classes=["srclink"], if_no_pages="drop")


def resolve_links(app: Sphinx, document: nodes.document,
                  docname: str) -> None:
    """Turns source_links into references where there are source pages."""
    for link in list(document.findall(source_link)):
        if app.builder.name in ("html", "dirhtml"):
            link.replace_self(reference_to(app, docname, link))
        elif link.get("if_no_pages") == "drop":
            link.parent.remove(link)
        else:
            link.replace_self(link.children)


def reference_to(app: Sphinx, docname: str,
                 link: source_link) -> nodes.reference:
    """Returns the reference that a source_link stands for."""
    file, line = link["file"], link["line"]
    page = app.builder.get_relative_uri(docname, f"source/{file}")
    return nodes.reference("", "", *link.children, internal=True,
                           refuri=f"{page}#L-{line}",
                           classes=link["classes"],
                           reftitle=f"{file}:{line}")


# ------------------------------------------------------------------ weight


def slim(app: Sphinx, pagename: str, template: str, context: dict,
         document: nodes.document | None) -> None:
    """Drops marks from API pages that no style uses: half of their bytes.

    Sphinx wraps every word of a signature in a span of its own, often in two.
    """
    if is_api_page(app, pagename):
        context["body"] = USELESS_SPAN.sub(
            r"\1", USELESS_SPAN.sub(r"\1", context["body"]))


# ------------------------------------------------------------ before reading


def configure(app: Sphinx, config: Config) -> None:
    """Brings the XML up to date and tells Breathe and Sphinx about it."""
    doxygen_xml.update(output(app), root_of(app))
    app.strata_reference = None
    config.breathe_projects = doxygen_xml.projects(output(app),
                                                   reference(app))
    config.breathe_show_include = False  # names a label that nobody defines
    config.breathe_show_enumvalue_initializer = True
    config.breathe_order_parameters_first = True
    # Sphinx sorts this list so, in place: any other order would read as a
    # changed configuration and make every build a full one.
    config.cpp_index_common_prefix = sorted(
        (f"{name}::" for name in reference(app).namespaces), reverse=True)


def root_of(app: Sphinx) -> pathlib.Path:
    """Returns the root of the repository, which strata_code has found."""
    return pathlib.Path(app.config.strata_root)


def output(app: Sphinx) -> pathlib.Path:
    """Returns the folder of Doxygen's output, beside the doctrees."""
    return pathlib.Path(app.doctreedir).parent / "doxygen"


def report_findings(app: Sphinx) -> None:
    """Warns of what is undocumented, at its place in the header."""
    for file, line, message in reference(app).findings:
        log.warning(message, location=f"{file}:{line}")


def reference(app: Sphinx) -> doxygen_xml.Reference:
    """Returns what Doxygen found, read once per build."""
    if getattr(app, "strata_reference", None) is None:
        app.strata_reference = doxygen_xml.load(output(app))
    return app.strata_reference


# ------------------------------------------------------------- after reading


def pages_of(env: BuildEnvironment) -> dict[str, set[str]]:
    """Returns which pages show which header."""
    if not hasattr(env, "strata_api_pages"):
        env.strata_api_pages = {}
    return env.strata_api_pages


def is_api_page(app: Sphinx, docname: str) -> bool:
    return any(docname in pages for pages in pages_of(app.env).values())


def forget_page(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    for pages in pages_of(env).values():
        pages.discard(docname)


def merge_pages(app: Sphinx, env: BuildEnvironment, docnames: list[str],
                other: BuildEnvironment) -> None:
    for header, pages in pages_of(other).items():
        pages_of(env).setdefault(header, set()).update(pages)


def check_headers(app: Sphinx, env: BuildEnvironment) -> None:
    """Every public header stands on exactly one page."""
    for header in doxygen_xml.public_headers(root_of(app)):
        pages = sorted(pages_of(env).get(header, ()))
        if not pages:
            log.warning("no API page shows the public header %s", header)
        elif len(pages) > 1:
            log.warning("%s is on several API pages: %s", header,
                        ", ".join(pages))


def resolve_name(app: Sphinx, env: BuildEnvironment, node: nodes.Element,
                 content: nodes.Element) -> nodes.Element | None:
    """Finds what Sphinx does not; takes foreign names for no references.

    A namespace is nothing that a page declares. And in `context::Stack` the
    first word may also be a member of the class at hand, which hides the
    namespace from Sphinx, though not from C++.
    """
    if node.get("refdomain") != "cpp":
        return None
    name = node.get("reftarget", "")
    if name.startswith(FOREIGN) or is_namespace(app, name):
        return content
    for full in (f"{space}::{name}" for space in reference(app).namespaces):
        for found, _, _, page, anchor, _ in env.get_domain("cpp").get_objects():
            if found == full:
                return make_refnode(app.builder, node["refdoc"], page, anchor,
                                    content)
    return None


def is_namespace(app: Sphinx, name: str) -> bool:
    """Tells whether a name, perhaps without its start, is a namespace."""
    if name.split("::")[0] == "detail":
        return True
    return any(f"::{space}".endswith(f"::{name}")
               for space in reference(app).namespaces)


def digest() -> str:
    """Changes when the code of this part does: then all pages are stale."""
    folder = pathlib.Path(__file__).parent
    code = [(folder / f"{name}.py").read_bytes() for name in CODE]
    return hashlib.sha256(b"".join(code)).hexdigest()


def setup(app: Sphinx) -> dict:
    app.add_config_value("strata_api_digest", digest(), "env")
    app.setup_extension("breathe_cxx20")
    app.setup_extension("strata_code")
    app.setup_extension("strata_reference")  # uses what is known here
    app.add_directive("strata-api", StrataApi)
    app.add_node(source_link)
    app.add_css_file("reference.css")
    app.connect("config-inited", configure)
    app.connect("builder-inited", report_findings)
    app.connect("env-purge-doc", forget_page)
    app.connect("env-merge-info", merge_pages)
    app.connect("env-check-consistency", check_headers)
    app.connect("missing-reference", resolve_name)
    app.connect("doctree-read", finish_page, priority=600)
    app.connect("doctree-resolved", resolve_links)
    app.connect("html-page-context", slim)
    return {"version": "1", "parallel_read_safe": True,
            "parallel_write_safe": True}
