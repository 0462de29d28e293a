"""One document node for all small boxes of the book.

Most teaching directives are an HTML element around ordinary content: a
`<details>`, an `<aside>`, a term of a list. `element` is that node. It knows
its tag and attributes for HTML and one of a few roles for LaTeX; the other
builders print its children and nothing else.

LaTeX roles: "" (children only), "skip" (nothing), "box" (a titled box, the
title is in `title`), "strong" (a bold line), "choice" (a box to tick).
"""

from __future__ import annotations

from docutils import nodes
from docutils.statemachine import StringList

VOID_TAGS = {"input"}
TEXT_TAGS = {"p", "summary", "legend", "label", "dt", "dd",
             "h2", "h3", "h4", "h5", "h6"}


class element(nodes.General, nodes.Element):
    """An HTML element by name."""


class text_element(nodes.General, nodes.TextElement):
    """The same with words in it, which get typographic quotes."""


class inline_element(nodes.Inline, nodes.TextElement):
    """The same among words."""


def make(tag, *children, classes=(), latex="", title="", block=True, **attrs):
    """Return an `element`; `aria_label="x"` becomes aria-label="x"."""
    kind = inline_element
    if block:
        kind = text_element if tag in TEXT_TAGS else element
    names = {name.replace("_", "-"): text for name, text in attrs.items()}
    node = kind(
        tag=tag, attrs=names, latex=latex, title=title, classes=list(classes)
    )
    node.extend(children)
    return node


def words(directive, text):
    """Parse `text` as inline reST; return its nodes and messages."""
    return directive.state.inline_text(text, directive.lineno)


def parse_text(directive, text, source, parent):
    """Parse `text` from outside the page as body reST into `parent`."""
    lines = StringList(text.split("\n"), source=source)
    directive.state.nested_parse(lines, 0, parent)


def parse_content(directive, parent):
    """Parse the directive's own content into `parent`."""
    directive.state.nested_parse(
        directive.content, directive.content_offset, parent
    )
    return parent


def error(directive, text):
    """Return what a directive returns to fail at its line."""
    return [directive.state.document.reporter.error(
        f"{directive.name}: {text}", line=directive.lineno
    )]


def fold(kind, label, title=(), body=(), latex_title="", **options):
    """Return a <details> of class `kind` with a summary and a body."""
    head = make(
        "summary",
        make("span", nodes.Text(label), classes=["fold-label"], block=False),
        latex="skip",
    )
    if title:
        head += nodes.Text(" ")
        head += make("span", *title, classes=["fold-title"], block=False)
    inner = make("div", *body, classes=["fold-body"])
    return make(
        "details", head, inner, classes=[kind], latex="box",
        title=latex_title or label, **options
    )


def link_script(app, doctree, css_class, script):
    """Link a script from a page that has an element of a class."""
    if doctree is None or app.builder.format != "html":
        return
    if any(css_class in node["classes"] for node in doctree.findall(element)):
        app.add_js_file(script)


def visit_html(translator, node):
    """Open the tag."""
    attrs = {name: text for name, text in node["attrs"].items() if text != ""}
    suffix = "\n" if isinstance(node, element) else ""
    translator.body.append(
        translator.starttag(node, node["tag"], suffix, **attrs)
    )


def depart_html(translator, node):
    """Close the tag, if it is one that closes."""
    if node["tag"] in VOID_TAGS:
        return
    suffix = "" if isinstance(node, inline_element) else "\n"
    translator.body.append(f"</{node['tag']}>{suffix}")


LATEX = {
    "": ("", ""),
    "box": (
        "\n\\begin{sphinxadmonition}{note}{%s}\n", "\\end{sphinxadmonition}\n"
    ),
    "strong": ("\n\n\\sphinxstylestrong{", "}\\par\n"),
    "term": ("\n\\noindent\\sphinxstylestrong{", ":} "),
    "choice": ("\n\n\\noindent$\\square$ ", "\\par\n"),
}


def visit_latex(translator, node):
    """Write what stands before the children, or leave them all out."""
    if node["latex"] == "skip":
        raise nodes.SkipNode
    before = LATEX[node["latex"]][0]
    if "%s" in before:
        before %= translator.encode(node["title"]) + ":"
    translator.body.append(before)


def depart_latex(translator, node):
    """Write what stands behind the children."""
    translator.body.append(LATEX[node["latex"]][1])


def pass_by(translator, node):
    """Print the children only."""


def setup(app):
    plain = (pass_by, pass_by)
    for kind in (element, text_element, inline_element):
        app.add_node(
            kind,
            html=(visit_html, depart_html),
            latex=(visit_latex, depart_latex),
            text=plain, man=plain, texinfo=plain,
        )
    return {"parallel_read_safe": True, "parallel_write_safe": True}
