"""Formulas as MathML, made at build time by KaTeX in node.

The page then needs no script, no font and no network for them. Each formula
is rendered once and kept beside the doctrees. A tree without formulas needs
neither node nor KaTeX.
"""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
import shutil
import subprocess

from docutils import nodes
from sphinx.errors import ExtensionError

# Debian's modules; Node looks there only when told to.
NODE_PATH = "/usr/share/nodejs"
KATEX = "/usr/share/javascript/katex/katex.min.js"
RENDER = """
const katex = require(process.argv[1]);
const job = JSON.parse(require("fs").readFileSync(0, "utf8"));
process.stdout.write(katex.renderToString(job.tex, {
  displayMode: job.display, output: "mathml", throwOnError: true,
}));
"""


def run_katex(tex, display):
    """Return the MathML of one formula."""
    node = shutil.which("node") or shutil.which("nodejs")
    if not node or not pathlib.Path(KATEX).exists():
        raise ExtensionError(
            "strata_math: a formula needs node and KaTeX: "
            "make deps GROUP=book installs both")
    result = subprocess.run(
        [node, "-e", RENDER, KATEX], text=True, capture_output=True,
        input=json.dumps({"tex": tex, "display": display}), check=False,
        env={**os.environ, "NODE_PATH": NODE_PATH},
    )
    if result.returncode:
        lines = [line for line in result.stderr.split("\n")
                 if "Error" in line] or ["node failed"]
        raise ExtensionError(f"strata_math: {tex}: {lines[0]}")
    return result.stdout


def mathml(builder, tex, display):
    """Return the MathML of one formula, from the cache if it is there."""
    name = hashlib.sha1(f"{display} {tex}".encode()).hexdigest()
    cache = pathlib.Path(builder.doctreedir) / "math" / f"{name}.html"
    if not cache.exists():
        cache.parent.mkdir(parents=True, exist_ok=True)
        cache.write_text(run_katex(tex, display), encoding="utf-8")
    return cache.read_text(encoding="utf-8")


def visit_inline(translator, node):
    translator.body.append(mathml(translator.builder, node.astext(), False))
    raise nodes.SkipNode


def visit_block(translator, node):
    translator.body.append(
        translator.starttag(node, "div", "", CLASS="math-block")
        + mathml(translator.builder, node.astext(), True) + "</div>\n"
    )
    raise nodes.SkipNode


def setup(app):
    app.add_html_math_renderer(
        "katex_mathml", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
