"""Tests of coverage marks, the coverage page and the merged glossary."""

import json
import re
import unittest

from small_site import Site

ITEMS = {
    "families": [{"id": "A", "title": "apples"}],
    "items": [{"id": "A-1", "title": "Red", "home": ["C1"]},
              {"id": "A-2", "title": "Green", "home": ["F", "C2"]}],
    "corrections": [{"id": "D1", "title": "Sour", "home": ["C2"]}]}
INDEX = """\
Index
=====

.. toctree::

   page
   terms

.. coverage:: chapters

.. coverage:: families

.. coverage:: corrections
"""
PAGE = """\
Page
====

A section
---------

.. seeds:: A-1

Words.
"""
TERMS = "Terms\n=====\n\n.. chapter-terms:: 00 01\n"


def plain(html):
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


class CoverageExtensionTest(unittest.TestCase):
    """Each test builds a small book."""

    def site(self, files=None):
        site = Site(["strata_nodes", "strata_coverage"], {
            "book/seed_items.json": json.dumps(ITEMS),
            "book/index.rst": INDEX, "book/page.rst": PAGE,
            "book/terms.rst": TERMS,
            "book/chapters/01-first/index.rst": ":orphan:\n\nFirst\n=====\n",
            "book/front/_terms.txt": "# ours\nstone: Hard.\n",
            "book/chapters/01-first/_terms.txt":
                "pebble | gravel: A small\n  :term:`stone`.\n",
            **(files or {})})
        self.addCleanup(site.close)
        return site

    def test_a_mark_shows_nothing_and_is_linked_from_the_lists(self):
        site = self.site()
        self.assertEqual(site.build(), "")
        self.assertNotIn("A-1", site.page("page.html"))
        self.assertIn('href="page.html#a-section"', site.page())
        text = plain(site.page())
        self.assertIn("A-1 Red. Page .", text)
        self.assertIn("A-2 Green. Open: chapter 2, scheduler.", text)
        self.assertIn("D1 Sour. Open: chapter 2, scheduler.", text)
        self.assertIn("C1 context switch 1 of 1", text)
        self.assertIn("all 1 of 2", text)

    def test_an_unknown_id_is_a_warning_with_its_line(self):
        site = self.site({"book/page.rst": PAGE.replace("A-1", "A-9")})
        self.assertRegex(site.build(),
                         r"page\.rst:7: WARNING: .* is called A-9")

    def test_the_lists_follow_a_change_of_another_page(self):
        site = self.site()
        site.build()
        site.write({"book/page.rst": PAGE.replace("A-1", "A-1 A-2 D1")})
        self.assertEqual(site.build(), "")
        self.assertIn("all 2 of 2", plain(site.page()))
        site.write({"book/page.rst": "Page\n====\n"})
        site.build()
        self.assertIn("all 0 of 2", plain(site.page()))

    def test_a_bank_covers_without_a_page(self):
        site = self.site({"exercises/01-x/quiz.json": json.dumps(
            {"questions": [{"id": "Q-01-07", "seeds": ["A-2"]}]})})
        site.build()
        self.assertIn("A-2 Green. Q-01-07.", plain(site.page()))

    def test_terms_are_merged_and_name_their_chapter(self):
        site = self.site()
        self.assertEqual(site.build(), "")
        text = plain(site.page("terms.html"))
        self.assertRegex(text, r"pebble.*gravel.*A small stone . \( chapter 1")
        self.assertLess(text.index("pebble"), text.index("stone ¶"))

    def test_a_term_defined_twice_is_a_warning(self):
        site = self.site({"book/chapters/01-first/_terms.txt":
                          "Stone: Softer.\n"})
        self.assertRegex(site.build(), r"01-first/_terms\.txt:1: Stone is "
                         r"defined already in front/_terms\.txt:2")

    def test_a_line_that_is_no_term_is_an_error(self):
        site = self.site({"book/front/_terms.txt": "just words\n"})
        self.assertIn("_terms.txt:1: not `term: definition`", site.build())

    def test_an_unknown_part_is_an_error(self):
        site = self.site({"book/index.rst": INDEX.replace("families", "all")})
        self.assertIn("all is none of chapters, families", site.build())


if __name__ == "__main__":
    unittest.main()
