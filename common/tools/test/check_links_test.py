#!/usr/bin/env python3
"""Tests the check of links: what it finds, and what it lets pass."""

import pathlib
import sys
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOOLS))
import check_links  # noqa: E402 (found only with the path above)


class CheckLinksTest(unittest.TestCase):
    """Each test makes a site of a few lines in a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def findings(self):
        return check_links.check(self.root)[0]

    def only_finding(self):
        found = self.findings()
        self.assertEqual(len(found), 1, found)
        return found[0]

    def test_good_links_pass(self):
        self.write("index.html", '<a id="a" href="#a">x</a><a href="sub/b.html'
                   '#b%20c">x</a><img src="_static/p.svg?v=1"><a href="#top">'
                   '<a href="https://strata.example/none">x</a>'
                   '<a href="mailto:a@strata.example">x</a>'
                   '<link href="data:text/css,">')
        self.write("sub/b.html", '<p id="b c"><a href="../index.html">x</a>')
        self.write("_static/p.svg", "<svg/>")
        self.assertEqual(self.findings(), [])

    def test_a_missing_file_is_found_with_its_line(self):
        self.write("index.html", '<p>\n<a href="gone.html">x</a>')
        self.assertRegex(self.only_finding(),
                         r"index\.html:2: <a> 'gone\.html' names no file")

    def test_a_missing_anchor_is_found_in_this_and_in_another_page(self):
        self.write("index.html", '<a href="#no">x</a><a href="b.html#no">x</a>')
        self.write("b.html", "<p>")
        self.assertEqual(len(self.findings()), 2)

    def test_a_missing_script_is_found(self):
        self.write("index.html", '<script src="_static/x.js"></script>')
        self.assertIn("names no file", self.only_finding())

    def test_an_id_that_stands_twice_is_found(self):
        self.write("index.html", '<p id="a"></p>\n<p id="a"></p>')
        self.assertRegex(self.only_finding(), r':2: id "a" stands twice')

    def test_a_folder_is_no_page_on_disk(self):
        self.write("index.html", '<a href="sub/">x</a>')
        self.write("sub/index.html", "<p>")
        self.assertIn("name its index.html", self.only_finding())

    def test_a_link_from_the_servers_root_or_out_of_the_site_is_found(self):
        self.write("index.html", '<a href="/b.html">x</a>'
                   '<a href="../b.html">x</a>')
        found = self.findings()
        self.assertIn("server's root", found[0])
        self.assertIn("leads out of the site", found[1])

    def test_a_file_that_a_style_sheet_names_must_be_there(self):
        self.write("index.html", "<p>")
        self.write("_static/a.css", "p{background:url(data:,x)}\n"
                   "@font-face{src:url('fonts/a.woff2')}")
        self.assertIn("fonts/a.woff2", self.only_finding())

    def test_the_page_for_wrong_addresses_may_start_at_the_root(self):
        self.write("404.html", '<link href="/_static/a.css">')
        self.write("index.html", "<p>")
        self.assertEqual(self.findings(), [])

    def test_a_folder_without_pages_is_a_finding(self):
        self.assertIn("no pages", self.only_finding())


if __name__ == "__main__":
    unittest.main()
