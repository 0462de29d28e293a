"""A page for each source file, tied both ways to the text that explains it.

A listing links to its lines; the source's page says which listing explains
which lines, on top and at the lines.

A page is written only when something it shows has changed: Sphinx writes
added pages at each build, and there are hundreds of sources.
"""

import functools
import hashlib
import html
import json
import pathlib

from pygments import lex
from pygments.lexers import get_lexer_by_name
from pygments.token import Token, STANDARD_TYPES

import strata_listing as listing
import strata_regions as regions
from strata_sources import page_name, strata_uses

GLOBS = ["common/**/include/**/*.hpp", "common/src/**/*.cpp",
         "chapters/*/include/**/*.hpp", "chapters/*/src/**/*.[hcS]*",
         "chapters/*/steps/*.[hc]pp", "chapters/*/tour/*.[hc]pp",
         "chapters/*/figures/*.[hc]pp", "chapters/*/examples/*.[hc]pp"]
STATE = "strata_source_pages.json"
# Classes of names and punctuation are left out: they look like plain text,
# and would make half of a page.
PLAIN = (Token.Name, Token.Punctuation, Token.Text)
COLORED = (Token.Name.Function, Token.Name.Class, Token.Name.Label)
LEXERS = {"strata-asm": listing.Assembly}


def sources(app):
    """Returns the public sources and those that the text mentions."""
    root = pathlib.Path(app.config.strata_root)
    found = {str(path.relative_to(root))
             for pattern in app.config.strata_source_globs
             for path in root.glob(pattern) if path.is_file()}
    used = {source for source, uses in strata_uses(app.env).items() if uses}
    return sorted(found | {source for source in used
                           if (root / source).is_file()})


def css_class(token):
    """Returns the class of a token, "" when it looks like plain text."""
    if token in PLAIN or (any(token in kind for kind in PLAIN) and not
                          any(token in kind for kind in COLORED)):
        return ""
    while token not in STANDARD_TYPES:
        token = token.parent
    return STANDARD_TYPES[token]


def highlighted_lines(text, language):
    """Returns the lines of a source as HTML, with few classes."""
    lines = [""]
    lexer = LEXERS[language]() if language in LEXERS \
        else get_lexer_by_name(language)
    for token, value in lex(text, lexer):
        name = css_class(token)
        for index, part in enumerate(value.split("\n")):
            if index:
                lines.append("")
            if part:
                part = html.escape(part, quote=False)
                lines[-1] += (f'<span class="{name}">{part}</span>'
                              if name and part.strip() else part)
    while lines and not lines[-1]:
        lines.pop()
    return lines


def explained(app, source):
    """Returns (first, last, docname, id, words) of the listings, in order."""
    found = []
    for docname, uses in strata_uses(app.env).get(source, {}).items():
        numbers = app.env.toc_fignumbers.get(docname, {}).get("code-block",
                                                              {})
        for first, last, identifier, caption in uses:
            if first is None or docname not in app.env.titles:
                continue
            number = ".".join(map(str, numbers.get(identifier, ())))
            words = f"Listing {number}" if number else "the text"
            found.append((first, last, docname, identifier,
                          f"{words}, {caption}" if caption else words))
    return sorted(set(found))


def link(app, source, docname, identifier, words, name=""):
    """Returns the HTML of a link from a source's page to the text."""
    uri = app.builder.get_relative_uri(page_name(source), docname)
    uri += f"#{identifier}" if identifier else ""
    name = f' class="{name}"' if name else ""
    return f'<a{name} href="{uri}">{html.escape(words, quote=False)}</a>'


def summary(app, source, uses):
    """Returns the list on top: what the book explains of this file."""
    if not uses:
        return "<p>No listing of the book shows this file yet.</p>"
    items = []
    for first, last, docname, identifier, words in uses:
        title = app.env.titles[docname].astext()
        lines = f"Lines {first}\u2013{last}" if first < last \
            else f"Line {first}"
        items.append(
            f'<li><a href="#L-{first}">{lines}</a>: '
            f"{link(app, source, docname, identifier, words)}, in "
            f"<cite>{html.escape(title, quote=False)}</cite></li>")
    return ('<nav class="explained" aria-label="Where the book explains '
            f'this file"><ul>{"".join(items)}</ul></nav>')


def code(app, source, plain, lines, uses):
    """Returns the listing with its numbers, marks and links."""
    told = {line for first, last, *_ in uses
            for line in range(first, last + 1)}
    rows = []
    for number, (text, line) in enumerate(zip(plain, lines), 1):
        for first, _, docname, identifier, words in uses:
            if first == number:
                rows.append(link(app, source, docname, identifier, words,
                                 "told-by"))
        if regions.is_hidden(text):
            continue
        name = ' class="told"' if number in told else ""
        rows.append(f'<span id="L-{number}"{name}><i>{number}</i>{line}\n'
                    "</span>")
    return ('<div class="highlight source-listing wide"><pre tabindex="0">'
            f'{"".join(rows)}</pre></div>')


def body(app, source):
    """Returns the HTML of a source's page below the site's frame."""
    path = pathlib.Path(app.config.strata_root, source)
    uses = explained(app, source)
    listed = code(app, source, path.read_text().split("\n"),
                  cached_lines(app, path), uses)
    return (f'<section><h1 class="source-title">{html.escape(path.name)}</h1>'
            f'<p class="source-path"><code>{html.escape(source)}</code></p>'
            + summary(app, source, uses) + listed + "</section>")


def digest(*parts):
    return hashlib.sha1(repr(parts).encode()).hexdigest()


def cached_lines(app, path):
    """Highlights a source once per content."""
    text, language = path.read_text(), listing.language_of(path)
    key = digest(text, language, own_code())
    store = pathlib.Path(app.doctreedir, "strata_sources", f"{key}.json")
    if not store.exists():
        store.parent.mkdir(exist_ok=True)
        store.write_text(json.dumps(highlighted_lines(text, language)))
    return json.loads(store.read_text())


@functools.lru_cache(maxsize=None)
def own_code():
    """Returns what changes when this extension does."""
    return pathlib.Path(__file__).read_text() + \
        pathlib.Path(listing.__file__).read_text()


def surroundings(app):
    """Returns a digest of what all pages share: frame, tree of contents."""
    env, home = app.env, pathlib.Path(app.confdir)
    frame = [(str(path), path.stat().st_mtime_ns)
             for folder in ("_templates", "_static")
             for path in sorted((home / folder).rglob("*"))
             if path.suffix in (".html", ".css", ".js")]
    titles = sorted((name, title.astext())
                    for name, title in env.titles.items())
    settings = [(value.name, repr(value.value)) for value in app.config
                if value.rebuild in ("html", "env")
                and not callable(value.value)]
    return digest(frame, titles, sorted(env.toctree_includes.items()),
                  sorted(settings), own_code())


def read_state(app):
    try:
        return json.loads(pathlib.Path(app.doctreedir, STATE).read_text())
    except (OSError, ValueError):
        return {}


def writes_pages(app):
    return app.builder.name in ("html", "dirhtml")


def seen(app):
    """Returns a digest of which sources there are, and of which age."""
    root = pathlib.Path(app.config.strata_root)
    return digest([(source, (root / source).stat().st_mtime_ns)
                   for source in sources(app)])


def outdated(app, env, added, changed, removed):
    """Has the first page read again when a source changed.

    Sphinx adds no pages when no page of the text is out of date.
    """
    if not writes_pages(app) or added or changed:
        return []
    fresh = read_state(app).get("seen") == seen(app)
    return [] if fresh else [app.config.root_doc]


def pages(app):
    """Yields the pages that have changed."""
    if not writes_pages(app):
        return
    old, new = read_state(app).get("pages", {}), {}
    shared = surroundings(app)
    for source in sources(app):
        content = body(app, source)
        name = page_name(source)
        new[name] = digest(content, shared, str(app.outdir))
        written = pathlib.Path(app.builder.get_outfilename(name)).exists()
        if written and old.get(name) == new[name]:
            continue
        yield name, {"title": source, "body": content, "metatags": "",
                     "toc": "", "display_toc": False}, "page.html"
    for name in old.keys() - new.keys():
        pathlib.Path(app.builder.get_outfilename(name)).unlink(True)
    pathlib.Path(app.doctreedir, STATE).write_text(
        json.dumps({"seen": seen(app), "pages": new}))


def share_toctree(app, pagename, templatename, context, doctree):
    """Lets the pages of one depth share the table of contents.

    None of them stands in it, and it is what takes longest to make.
    """
    if not pagename.startswith("source/"):
        return
    if not hasattr(app.builder, "strata_toctrees"):
        app.builder.strata_toctrees = {}
    made, make = app.builder.strata_toctrees, context["toctree"]

    def toctree(**options):
        key = (pagename.count("/"), tuple(sorted(options.items())))
        if key not in made:
            made[key] = make(**options)
        return made[key]

    context["toctree"] = toctree


def setup(app):
    app.add_config_value("strata_source_globs", GLOBS, "html")
    app.connect("env-get-outdated", outdated)
    app.connect("html-collect-pages", pages)
    app.connect("html-page-context", share_toctree, priority=100)
    return {"version": "1", "parallel_read_safe": True,
            "parallel_write_safe": True}
