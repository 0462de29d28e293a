"""Tests of the figures that run in the page, as far as the build makes them."""

import json
import re
import unittest

from small_site import BOOK, Site

STEPS = (BOOK / "test/fixtures/small-steps.json").read_text()
TRACE = (BOOK / "test/fixtures/small-trace.json").read_text()
INDEX = "Book\n====\n\n"
WIDGET = """\
.. widget:: stepper
   :data: 01/two
   :view: tree
   :name: fig-two

   Two keys.

   A legend.
"""


class WidgetTest(unittest.TestCase):

    def site(self, text, files=None):
        site = Site(["strata_widgets"], {
            "book/_recorded/01/two.json": STEPS,
            "book/_recorded/01/run.json": TRACE,
            **(files or {}), "book/index.rst": INDEX + text})
        self.addCleanup(site.close)
        return site

    def page(self, text):
        """Builds a site that must not warn; returns its page."""
        site = self.site(text)
        self.assertEqual(site.build(), "")
        return site.page()

    def warning(self, text, files=None):
        return self.site(text, files).build()

    def test_a_figure_has_number_caption_legend_and_name(self):
        page = self.page("See :numref:`fig-two`.\n\n" + WIDGET)
        self.assertIn('<span class="std std-numref">Fig. 1</span>', page)
        self.assertRegex(page, r'<figure [^>]*id="fig-two"')
        self.assertRegex(page, r'caption-text">Two keys\.')
        self.assertIn("A legend.", page)

    def test_the_data_is_a_script_with_the_whole_recording(self):
        site = self.site(WIDGET)
        site.build()
        source = re.search(r'data-src="([^"]+)"', site.page())[1]
        script = site.path(source).read_text()
        self.assertIn('["01/two"]=', script)
        payload = script.split("]=", 1)[1].rstrip(";\n")
        self.assertEqual(json.loads(payload), json.loads(STEPS))

    def test_changed_data_gets_a_new_address(self):
        site = self.site(WIDGET)
        site.build()
        before = re.search(r'data-src="([^"]+)"', site.page())[1]
        site.write({"book/_recorded/01/two.json":
                    STEPS.replace("Two keys", "More keys")})
        site.build()
        self.assertNotIn(before, site.page())

    def test_only_pages_with_figures_link_scripts_and_style(self):
        site = self.site(WIDGET + "\n.. toctree::\n\n   other\n",
                         {"book/other.rst": "Other\n=====\n"})
        site.build()
        scripts = re.findall(r'src="_static/(widgets/\S+\.js)"', site.page())
        self.assertEqual(scripts, [
            f"widgets/{name}.js" for name in
            ("common", "shapes", "draw_tree", "stage", "stepper")])
        self.assertIn("widgets.css", site.page())
        self.assertNotIn("widgets", site.page("other.html"))

    def test_there_are_stills_for_wide_pages_and_phones(self):
        page = self.page(WIDGET)
        stills = re.findall(r'<svg class="drawn (\w+)" role="img" '
                            r'aria-label="Two keys" viewBox', page)
        self.assertEqual(stills, ["wide", "narrow"])
        self.assertIn(">81</text>", page)  # of the step with most on it

    def test_stills_of_the_same_data_are_the_same(self):
        self.assertEqual(self.page(WIDGET), self.page(WIDGET))

    def test_a_trace_has_lanes(self):
        page = self.page(".. widget:: trace\n   :data: 01/run\n"
                         "   :view: g\n   :alt: Main & child\n\n   A run.\n")
        self.assertIn('aria-label="Main &amp; child"', page)
        self.assertIn(">child G2</text>", page)
        for state in ("running", "runnable", "waiting"):
            self.assertIn(f'class="t-{state}"', page)

    def test_what_is_wrong_is_an_error(self):
        two = ".. widget:: stepper\n   :data: 01/two\n\n   A.\n"
        for expected, text in [
                ("no kind 'movie', only", two.replace("stepper", "movie")),
                ("No such file", two.replace("01/two", "01/three")),
                ("wants :data:", ".. widget:: trace\n\n   A.\n"),
                ("no view 'bush', only", two.replace(
                    "\n\n", "\n   :view: bush\n\n")),
                ("Content block expected", ".. widget:: stepper\n"
                 "   :data: 01/two\n")]:
            with self.subTest(expected):
                self.assertIn(expected, self.warning(text))

    def test_broken_data_is_an_error(self):
        broken = {"book/_recorded/01/two.json": "{"}
        self.assertIn("ERROR", self.warning(WIDGET, broken))
        empty = {"book/_recorded/01/two.json":
                 STEPS.replace('"root"', '"trunk"')}
        self.assertIn("no still of 01/two", self.warning(WIDGET, empty))

    def test_a_listing_to_light_must_be_on_the_page(self):
        text = WIDGET.replace(":view: tree", ":view: tree\n   :lights: lst-x")
        self.assertIn("no listing 'lst-x' on this page", self.warning(text))
        listing = ".. container::\n   :name: lst-x\n\n   Text.\n\n"
        self.assertEqual(self.warning(listing + text), "")

    def test_other_formats_get_words(self):
        site = self.site(WIDGET)
        site.build("text")
        self.assertIn("Two keys", site.page("index.txt", "text"))


if __name__ == "__main__":
    unittest.main()
