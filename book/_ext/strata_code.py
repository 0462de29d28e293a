"""How code, outputs and numbers get into the book; loads the parts.

strata_regions       finds named regions in sources
strata_listing       the block of code that all directives share
strata_snippet       `snippet`, `sketch`
strata_sources       `:src:`, and which text explains which lines
strata_source_pages  a page per source
strata_recorded      `recorded`, `:claim:`, `claims-table`
"""

import hashlib
import pathlib

PARTS = ("strata_listing", "strata_sources", "strata_source_pages",
         "strata_snippet", "strata_recorded")


def find_root(app, config):
    """Makes the root absolute; by default it is the book's parent."""
    config.strata_root = str(
        pathlib.Path(app.confdir, config.strata_root).resolve())


def digest():
    """Returns what changes when a part does: then all pages are stale."""
    code = [pathlib.Path(__file__).with_name(f"{part}.py").read_bytes()
            for part in ("strata_regions", *PARTS)]
    return hashlib.sha1(b"".join(code)).hexdigest()


def setup(app):
    app.add_config_value("strata_root", "..", "")
    app.add_config_value("strata_code_digest", digest(), "env")
    app.connect("config-inited", find_root, priority=100)
    for part in PARTS:
        app.setup_extension(part)
    app.add_css_file("code.css")
    return {"version": "1", "parallel_read_safe": True,
            "parallel_write_safe": True}
