"""Tests of the repair of furo: it mends what it knows and nothing else."""

import pathlib
import sys
import tempfile
import unittest
from unittest import mock

BOOK = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(BOOK / "_ext"))

import furo  # noqa: E402
import furo_debian  # noqa: E402
from small_site import Site  # noqa: E402
from sphinx.errors import ExtensionError  # noqa: E402

THEME = pathlib.Path(furo.__file__).parent / "theme/furo"
INDEX = "First\n=====\n\nOne\n---\n\nText.\n\nTwo\n---\n\nText.\n"


def theme(name):
    return (THEME / name).read_text(encoding="utf-8")


@unittest.skipUnless(furo_debian.needs_repair(),
                     "this furo needs no repair")
class RepairTest(unittest.TestCase):

    def test_the_script_is_a_classic_one_and_silent(self):
        script = furo_debian.whole_script(
            theme("static/scripts/furo.js"), "/* gumshoe */")
        self.assertTrue(script.startswith("/* gumshoe */"))
        self.assertNotIn("import ", script)
        self.assertNotIn("console.log", script)

    def test_the_style_imports_nothing(self):
        style = furo_debian.whole_style(theme("static/styles/furo.css"))
        self.assertNotIn("@import", style)
        self.assertIn("text-size-adjust: 100%", style)  # of normalize.css

    def test_a_changed_furo_fails_loudly(self):
        for name, repair in (
                ("page.html", furo_debian.repair_page),
                ("search.html", furo_debian.repair_search),
                ("static/styles/furo.css", furo_debian.whole_style)):
            text = theme(name).replace("<", "[").replace("normalize", "n")
            with self.assertRaisesRegex(ExtensionError, "furo_debian"):
                repair(text)
        with self.assertRaisesRegex(ExtensionError, "furo_debian"):
            furo_debian.whole_script("no import here", "")

    def test_no_button_or_label_holds_a_block(self):
        page = furo_debian.repair_page(theme("page.html"))
        self.assertNotIn('<div class="visually-hidden">', page)

    def test_a_page_is_whole(self):
        site = Site(["furo_debian"], {"book/index.rst": INDEX})
        self.addCleanup(site.close)
        conf = site.path("conf.py", "book")
        conf.write_text(conf.read_text().replace("basic", "furo"))
        self.assertEqual(site.build(), "")
        self.assertIn('href="#furo-main-content"', site.page())
        self.assertIn('id="furo-main-content"', site.page())
        self.assertIn("<h1>Search</h1>", site.page("search.html"))
        script = site.page("_static/scripts/furo.js")
        self.assertNotIn("import ", script)
        self.assertFalse(
            site.path("_static/scripts/gumshoe-patched.js").exists())
        site.build()  # and again, from files that were copied anew
        self.assertEqual(site.page("_static/scripts/furo.js"), script)


class OtherFuroTest(unittest.TestCase):

    def test_a_bundled_furo_is_left_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            elsewhere = str(pathlib.Path(folder) / "__init__.py")
            with mock.patch.object(furo, "__file__", elsewhere):
                self.assertFalse(furo_debian.needs_repair())


if __name__ == "__main__":
    unittest.main()
