"""Tests of inline figures: drawings, Graphviz, the map of the house."""

import re
import unittest

from small_site import Site

HEAD = "First\n=====\n\n"
SVG = """\
<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 100">
  <!-- a comment -->
  <marker id="tip"/>
  <path class="k-hit" marker-end="url(#tip)" d="M0 0h9"/>
  <text font-size="15">head</text>
</svg>
"""
DRAWING = ".. drawing:: ring.svg\n   :alt: a ring\n\n   The *ring*.\n"


class FiguresTest(unittest.TestCase):

    def site(self, text, **files):
        site = Site(["strata_figures"], {
            "book/index.rst": HEAD + text, "book/ring.svg": SVG, **files})
        self.addCleanup(site.close)
        self.said = site.build()
        return site

    def page(self, text, **files):
        html = self.site(text, **files).page()
        self.assertEqual(self.said, "")
        return html

    # ---- drawings
    def test_a_drawing_is_inlined_and_says_what_it_shows(self):
        html = self.page(DRAWING)
        self.assertIn('role="img" aria-label="a ring"', html)
        self.assertIn("The <em>ring</em>.", html)
        self.assertNotIn("a comment", html)

    def test_ids_are_those_of_one_figure_alone(self):
        html = self.page(DRAWING + "\n" + DRAWING.replace("*ring*", "twin"),)
        ids = re.findall(r'id="(svg-\w+-tip)"', html)
        for one in ids:
            self.assertIn(f"url(#{one})", html)
        self.assertNotIn('id="tip"', html)
        self.assertEqual(len(set(ids)), 2)

    def test_it_shrinks_until_its_words_have_12_pixels(self):
        self.assertIn('width="640" style="min-width:512px"',
                      self.page(DRAWING))

    def test_a_phone_may_see_another_drawing(self):
        html = self.page(
            DRAWING.replace(":alt:", ":narrow: slim.svg\n   :alt:"),
            **{"book/slim.svg": SVG.replace("640", "320")})
        self.assertIn("only-wide", html)
        self.assertIn('only-narrow"><svg', html)

    def test_a_drawing_without_words_is_an_error(self):
        self.site(".. drawing:: ring.svg\n\n   A ring.\n")
        self.assertIn("wants :alt:", self.said)

    def test_what_is_no_svg_is_an_error(self):
        for text, said in (("<p>", "not XML"), ("<svg/>", "the root"),
                           (SVG.replace("viewBox", "box"), "no viewBox")):
            self.site(DRAWING, **{"book/ring.svg": text})
            self.assertIn(said, self.said)

    # ---- Graphviz
    def test_a_graph_follows_the_page(self):
        html = self.page(".. graphviz::\n   :alt: two nodes\n\n"
                         "   digraph { a [class=run]; a -> b }\n")
        self.assertIn('aria-label="two nodes"', html)
        self.assertIn('class="node run"', html)
        self.assertIn('stroke="currentColor"', html)
        self.assertNotIn('"black"', html)
        self.assertNotIn("<title>a", html)

    def test_a_mistake_of_dot_is_a_warning(self):
        self.site(".. graphviz::\n   :alt: x\n\n   digraph { a -> }\n")
        self.assertIn("dot: ", self.said)

    # ---- the house
    def test_the_house_has_ten_floors_and_lights_one(self):
        html = self.page(".. house:: 2\n\n   The map.\n")
        wide = html[html.index("house-wide"):html.index("house-narrow")]
        self.assertEqual(wide.count('class="floor'), 10)
        self.assertEqual(len(re.findall(r'floor [^"]*lit"', wide)), 1)
        self.assertIn("Floor 2, Scheduler, is lit", wide)

    def test_chapters_that_exist_are_links(self):
        chapter = "chapters/01-context-switch/index"
        html = self.page(
            f".. house::\n\n.. toctree::\n\n   {chapter}\n",
            **{f"book/{chapter}.rst": "One\n===\n"})
        self.assertIn(f'<a href="{chapter}.html"><rect', html)
        self.assertEqual(html.count('class="floor built"'), 2)
        self.assertEqual(html.count('class="floor planned"'), 18)

    def test_there_is_no_eleventh_floor(self):
        self.site(".. house:: 11\n")
        self.assertIn("no floor 11", self.said)


if __name__ == "__main__":
    unittest.main()
