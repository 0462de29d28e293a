"""Trim what each page loads: scripts only where they are needed.

* jQuery and what hangs on it go: Sphinx 5.3 links them and no longer uses
  them (later versions do not have them);
* furo's rules for extensions that this book does not use go;
* scripts are deferred, fonts preloaded where there is a server;
* the copy button comes only to pages with something to copy;
* the search shows summaries only where it may fetch pages: from a file, each
  fetch is an error in the console.
"""

from __future__ import annotations

import copy

import sphinx
from docutils import nodes

OLD_SPHINX = sphinx.version_info < (6,)
UNUSED_STYLES = ("furo-extensions",)
JQUERY = ("jquery", "underscore", "frameworks_compat")
COPY_BUTTON = "copy.js"
PRELOADED = ("serif", "sans")

# From file:// a preload is a cross-origin error in the console.
PRELOAD = """<script>
if (location.protocol !== "file:") {
  for (const name of %s) {
    const link = document.createElement("link");
    Object.assign(link, {
      rel: "preload", as: "font", type: "font/woff2", crossOrigin: "",
      href: "%s" + name + ".woff2",
    });
    document.head.append(link);
  }
}
</script>"""
SUMMARIES = 'DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = ' \
            'location.protocol !== "file:";'


def name_of(file):
    """Return the name of a script or style sheet, whatever Sphinx's type."""
    return str(getattr(file, "filename", file) or "")


def without(files, parts):
    """Return the files whose name holds none of the parts."""
    return [file for file in files
            if not any(part in name_of(file) for part in parts)]


def deferred(file):
    """Return a copy of a script that waits for the page."""
    file = copy.copy(file)  # one object serves all pages
    file.attributes = {"defer": "defer", **file.attributes}
    return file


def trim_page(app, pagename, templatename, context, doctree):
    """Change the lists of what a page links."""
    if app.builder.format != "html":
        return
    scripts = context["script_files"]
    if OLD_SPHINX:
        scripts = without(scripts, JQUERY)
    # search.html runs its scripts at once and in order.
    if OLD_SPHINX and pagename != "search":
        scripts = [deferred(file) for file in scripts]
    context["script_files"] = scripts
    context["css_files"] = without(context["css_files"], UNUSED_STYLES)
    fonts = context["pathto"]("_static/fonts/", resource=True)
    context["metatags"] = (context.get("metatags") or "") + (
        PRELOAD % (list(PRELOADED), fonts))


def add_copy_button(app, pagename, templatename, context, doctree):
    """Link the copy button from pages with something to copy."""
    if doctree is None or app.builder.format != "html":
        return
    if any(True for _ in doctree.findall(nodes.literal_block)):
        app.add_js_file(COPY_BUTTON)


def hush_search(app, pagename, templatename, context, doctree):
    """Turn the summaries off where they cannot be fetched."""
    if pagename == "search":
        app.add_js_file(None, body=SUMMARIES, priority=300)


def setup(app):
    app.connect("html-page-context", add_copy_button)
    app.connect("html-page-context", hush_search)
    # After furo (500), which looks for its own files.
    app.connect("html-page-context", trim_page, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
