"""Repair furo as Debian and Ubuntu ship it.

They do not bundle what furo's authors bundle, and two files cannot work as
they are:

* scripts/furo.js begins with an ES `import`. Debian 12 links it as a classic
  script: a syntax error, so no theme switch and no scroll spy. Debian 13
  links it as a module, which browsers refuse to load from a file;
* styles/furo.css of Debian 12 imports /javascript/normalize.css/..., an
  address that only Debian's Apache serves.

The templates hold markup that the HTML standard forbids or that screen
readers stumble over. They are repaired while Jinja loads them.

Each repair names the text it replaces and fails when that text is not there,
so that a changed furo is not patched halfway. A furo that is bundled is left
alone. Tried with 2022.12.07 (Debian 12) and 2024.08.06 (Debian 13).
"""

from __future__ import annotations

import pathlib
import re

import furo
from docutils import nodes
from sphinx.errors import ExtensionError

NORMALIZE = pathlib.Path("/usr/share/nodejs/normalize.css/normalize.css")
NORMALIZE_IMPORT = "@import url(/javascript/normalize.css/normalize.css);"
GUMSHOE = "scripts/gumshoe-patched.js"


def replaced(text, pattern, new, place):
    """Replace a pattern that must be there."""
    result, count = re.subn(pattern, new, text, flags=re.M)
    if count == 0:
        raise ExtensionError(
            f"furo_debian: {place} of furo {furo.__version__} has no "
            f"{pattern!r}: the repair does not know this furo")
    return result


def needs_repair():
    """Say whether the installed furo lacks what its authors bundle."""
    static = pathlib.Path(furo.__file__).parent / "theme/furo/static"
    return (static / GUMSHOE).exists()


# ---- scripts and style sheets -----------------------------------------------
def whole_script(script, gumshoe):
    """Return furo.js with the library it imports, as a classic script."""
    place = "furo.js"
    script = replaced(
        script, r'^import (\* as )?Gumshoe from "\./gumshoe-patched\.js";\n',
        "", place)
    script = replaced(script, r"^ *console\.log\(.*\);\n", "", place)
    # Gumshoe throws on a table of contents whose only link is "#".
    script = replaced(
        script, r"^  new Gumshoe\(",
        "  if (document.querySelector("
        "'.toc-tree a[href^=\"#\"]:not([href=\"#\"])'))\n"
        "    new Gumshoe(", place)
    return f"{gumshoe}\n(function () {{\n{script}\n}})();\n"


def whole_style(style):
    """Return furo.css with normalize.css in it instead of an import."""
    if NORMALIZE_IMPORT in style:
        if not NORMALIZE.exists():
            raise ExtensionError(
                f"furo_debian: no {NORMALIZE}: make deps GROUP=book "
                "installs node-normalize.css")
        style = style.replace(NORMALIZE_IMPORT,
                              NORMALIZE.read_text(encoding="utf-8"))
    if not re.search(r"normalize\.css v\d", style):
        raise ExtensionError("furo_debian: furo.css has no normalize.css")
    return minified(style)


def minified(style):
    """Return a style sheet without comments and most blanks.

    The authors' own is minified, Debian's weighs 10 KiB more.
    """
    style = re.sub(r"/\*.*?\*/", "", style, flags=re.S)
    style = re.sub(r"\s+", " ", style)
    return re.sub(r" ?([{};,]) ?", r"\1", style)


def repair_assets(app, exception):
    """Rewrite furo's script and style in the output folder."""
    if exception or app.builder.format != "html" or not needs_repair():
        return
    static = pathlib.Path(app.outdir) / "_static"
    gumshoe = static / GUMSHOE
    if not gumshoe.exists():  # a build that copied no static files
        return
    library = gumshoe.read_text(encoding="utf-8")
    for name, repair in (
            ("scripts/furo.js", lambda text: whole_script(text, library)),
            ("styles/furo.css", whole_style)):
        file = static / name
        text = repair(file.read_text(encoding="utf-8"))
        file.write_text(text, encoding="utf-8")
    gumshoe.unlink()


# ---- templates --------------------------------------------------------------
def repair_page(text):
    """Repair page.html, the frame of all pages."""
    place = "page.html"
    text = replaced(text, r'<div class="visually-hidden">([^<]*)</div>',
                    r'<span class="visually-hidden">\1</span>', place)
    text = replaced(text, r'<div class="brand">(\{\{[^<]*)</div>',
                    r'<span class="brand">\1</span>', place)
    text = replaced(text, r'<aside class="sidebar-drawer">',
                    '<aside class="sidebar-drawer" aria-label="The book">',
                    place)
    text = replaced(text, r'<aside class="toc-drawer',
                    '<aside aria-label="On this page" class="toc-drawer',
                    place)
    if "skip-to-content" in text:
        return text
    # Before 2023 there was no link that skips the menus.
    text = replaced(text, r'<article role="main">',
                    '<article role="main" id="furo-main-content">', place)
    return replaced(
        text, r'^<div class="page">',
        '<a class="skip-to-content muted-link" href="#furo-main-content">'
        'Skip to content</a>\n<div class="page">', place)


def repair_search(text):
    """Give the search page a heading."""
    return replaced(text, r'<div id="search-results"></div>',
                    '<h1>{{ _("Search") }}</h1>\n'
                    '<div id="search-results"></div>', "search.html")


TEMPLATES = {"page.html": repair_page, "search.html": repair_search}


def repair_templates(app):
    """Have the loader of templates hand out repaired ones."""
    templates = getattr(app.builder, "templates", None)
    if app.builder.format != "html" or not templates or not needs_repair():
        return
    original = templates.get_source

    def get_source(environment, template):
        text, *rest = original(environment, template)
        repair = TEMPLATES.get(template)
        return (repair(text) if repair else text, *rest)

    templates.get_source = get_source


# ---- pages ------------------------------------------------------------------
NAVIGATION_LABEL = re.compile(
    r'<div class="visually-hidden">(Toggle [^<]*)</div>')


def valid_navigation(markup):
    """Repair furo's navigation: no <div> in a label, levels on headings."""
    markup = NAVIGATION_LABEL.sub(
        r'<span class="visually-hidden">\1</span>', markup)
    return markup.replace('role="heading">', 'role="heading" aria-level="2">')


def link_as_classic(files):
    """Link furo.js as the classic script that it is after the repair."""
    for file in files:
        if "scripts/furo.js" in str(getattr(file, "filename", file)):
            file.attributes.pop("type", None)


def repair_context(app, pagename, templatename, context, doctree):
    """Repair what the templates are filled with."""
    if app.builder.format != "html" or not needs_repair():
        return
    link_as_classic(context["script_files"])
    for name in ("furo_navigation_tree", "body"):
        if isinstance(context.get(name), str):
            context[name] = valid_navigation(context[name])


def single_ids(app, doctree, docname):
    """Take the ids off furo's wrappers, whose tables have them too."""
    for wrapper in doctree.findall(nodes.container):
        if {"table-wrapper", "math-wrapper"} & set(wrapper["classes"]):
            wrapper["ids"] = []


def setup(app):
    app.connect("builder-inited", repair_templates)
    # After furo (500), which computes the navigation.
    app.connect("html-page-context", repair_context, priority=900)
    app.connect("doctree-resolved", single_ids)
    app.connect("build-finished", repair_assets)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
