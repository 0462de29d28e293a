"""Builds small books out of {path: text}, for the tests of extensions."""

import contextlib
import io
import pathlib
import sys
import tempfile

BOOK = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(BOOK / "_ext"))

from sphinx.application import Sphinx  # noqa: E402
from sphinx.util.console import nocolor  # noqa: E402
from sphinx.util.docutils import docutils_namespace  # noqa: E402

CONF = """\
project = "Test"
html_theme = "basic"
numfig = True
numfig_format = {"code-block": "Listing %s"}
extensions = EXTENSIONS
html_static_path = []
"""


class Site:
    """A tree with a book; each build says what it warned of."""

    def __init__(self, extensions, files):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name).resolve()
        self.write({"book/conf.py": CONF.replace("EXTENSIONS",
                                                 repr(extensions))})
        self.write(files)

    def write(self, files):
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def build(self, builder="html"):
        """Builds what has changed; returns the warnings."""
        warnings = io.StringIO()
        nocolor()
        with contextlib.redirect_stderr(io.StringIO()), docutils_namespace():
            app = Sphinx(str(self.root / "book"), str(self.root / "book"),
                         str(self.root / builder), str(self.root / "doctrees"),
                         builder, status=None, warning=warnings)
            app.build()
        return warnings.getvalue()

    def path(self, name, builder="html"):
        return self.root / builder / name

    def page(self, name="index.html", builder="html"):
        return self.path(name, builder).read_text()

    def close(self):
        self.folder.cleanup()
