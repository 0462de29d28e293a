"""Loads Breathe and makes up for two of its shortcomings.

Breathe 4.34 drops the requires clause of a class template; that is patched
here. A Breathe that prints it itself is left alone, and one that neither
prints it nor has what the patch needs ends the build. The requires clauses of
functions need no patch, because `doxygen_xml` has moved them to where each
version finds them.

Every version writes HTML that checkers refuse: one id for all headings of one
name, and lists or notes within paragraphs. Both are repaired in the document.
"""

from __future__ import annotations

import inspect

import breathe
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

RUBRIC_ID = "breathe-section-title"


def prints_requires() -> bool:
    """Tells whether this Breathe knows the requires clause of a class."""
    from breathe.renderer import sphinxrenderer
    return "requiresclause" in inspect.getsource(sphinxrenderer)


def patch_class_requires() -> None:
    """Lets Breathe print the requires clause of a class template."""
    try:
        from breathe.parser.compoundsuper import compounddefType
        from breathe.parser.compound import compounddefTypeSub
        from breathe.renderer.sphinxrenderer import SphinxRenderer
        read = compounddefType.buildChildren
        prefix = SphinxRenderer.create_template_prefix
    except (ImportError, AttributeError) as gone:
        raise ExtensionError(
            f"breathe_cxx20 does not fit Breathe {breathe.__version__}: "
            f"{gone}; it has to learn how that version works") from gone

    def read_clause(self, child, name):
        if name == "requiresclause":
            self.requiresclause = " ".join(text_below(child).split())
        return read(self, child, name)

    def prefix_with_clause(self, declaration):
        clause = getattr(declaration, "requiresclause", "")
        text = prefix(self, declaration)
        return f"{text} requires {clause}" if clause else text

    if prefix.__name__ == prefix_with_clause.__name__:
        return  # an earlier build of this process has been here
    compounddefTypeSub.buildChildren = read_clause
    SphinxRenderer.create_template_prefix = prefix_with_clause


def text_below(node) -> str:
    """Collects the text below an element of xml.dom.minidom."""
    return "".join(
        child.data if child.nodeType in (child.TEXT_NODE,
                                         child.CDATA_SECTION_NODE)
        else text_below(child) for child in node.childNodes)


# ---------------------------------------------------------------- valid HTML


def repair_document(app: Sphinx, document: nodes.document) -> None:
    """Makes what Breathe put into a page valid HTML."""
    for rubric in document.findall(nodes.rubric):
        rubric["ids"] = [name for name in rubric["ids"]
                         if not name.startswith(RUBRIC_ID)]
    for paragraph in list(document.findall(nodes.paragraph)):
        if any(is_block(child) for child in paragraph.children):
            paragraph.replace_self(split_paragraph(paragraph))


def is_block(node: nodes.Node) -> bool:
    """Tells a list, note or listing from words."""
    if isinstance(node, (nodes.Inline, nodes.Text)):
        return False
    return isinstance(node, (nodes.Body, addnodes.desc))


def split_paragraph(paragraph: nodes.paragraph) -> list[nodes.Node]:
    """Takes the blocks out of a paragraph, which goes on behind them."""
    parts: list[nodes.Node] = []
    words = nodes.paragraph()
    for child in list(paragraph.children):
        if is_block(child):
            parts += [words, child]
            words = nodes.paragraph()
        else:
            words += child
    parts.append(words)
    return [part for part in parts
            if not isinstance(part, nodes.paragraph) or part.astext().strip()]


def setup(app: Sphinx) -> dict:
    if not prints_requires():
        patch_class_requires()
    app.setup_extension("breathe")
    app.connect("doctree-read", repair_document)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
