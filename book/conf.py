"""Configuration of the book. `make book` builds it, README.md says more."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "_ext"))

import strata_palette  # noqa: E402  (it is in the folder just added)

project = "Strata"
author = "The Strata authors"
copyright = "2026, the Strata authors"
version = release = "0.1"
language = "en"

extensions = [
    "breathe_cxx20",
    "strata_api",
    "strata_reference",
    "strata_wasm",
    "strata_code",
    "strata_nodes",
    "strata_teach",
    "strata_figures",
    "strata_widgets",
    "strata_math",
    "strata_coverage",
    "strata_labs",
    "strata_kills",
    "strata_search",
    "strata_pages",
    "furo_debian",
]
if os.environ.get("STRATA_SPELL"):
    extensions.append("sphinxcontrib.spelling")

root_doc = "index"
exclude_patterns = [
    "_build", "_ext", "_recorded", "_static", "_templates", "decisions",
    "test", "README.md",
]
templates_path = ["_templates"]

# ---- references and numbers -------------------------------------------------
nitpicky = True
default_role = "any"
primary_domain = "cpp"
numfig = True
numfig_secnum_depth = 1
numfig_format = {
    "figure": "Figure %s",
    "table": "Table %s",
    "code-block": "Listing %s",
    "exercise": "Exercise %s",
    "section": "Section %s",
}

# ---- code, figures, formulas ------------------------------------------------
highlight_language = "cpp"
pygments_style = "strata_style.Day"
pygments_dark_style = "strata_style.Night"
html_math_renderer = "katex_mathml"
graphviz_output_format = "svg"
graphviz_dot_args = [
    "-Gbgcolor=transparent",
    "-Nfontname=DejaVu Sans", "-Efontname=DejaVu Sans",
    "-Nfontsize=11", "-Efontsize=10",
]

# ---- pages ------------------------------------------------------------------
html_theme = "furo"
html_title = "Strata"
html_secnumber_suffix = " "
html_static_path = ["_static"]
html_css_files = [
    "fonts.css", "book.css", "teach.css", "figures.css", "print.css",
]
html_js_files = [("page.js", {"defer": "defer"})]
html_copy_source = False
html_show_sphinx = False
html_domain_indices = False
html_theme_options = {
    "light_css_variables": {**strata_palette.FONTS, **strata_palette.LIGHT},
    "dark_css_variables": strata_palette.DARK,
}

# ---- spelling, run by `make check-book` -------------------------------------
spelling_lang = "en_US"
spelling_word_list_filename = "spelling_wordlist.txt"
# The default asks git for names, and warns where there is no history yet.
spelling_ignore_contributor_names = False
spelling_filters = ["strata_spelling.Identifiers"]
