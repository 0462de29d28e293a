#!/usr/bin/env python3
"""Tests how the check of the site reads what its programs say."""

import contextlib
import io
import json
import pathlib
import sys
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOOLS))
import check_site  # noqa: E402 (found only with the path above)


class Ended:
    """Stands for a program that has ended."""

    def __init__(self, status, text):
        self.status, self.text = status, text

    def output(self):
        return self.status, self.text


class CheckSiteTest(unittest.TestCase):
    """Each test has a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.out = pathlib.Path(folder.name)

    def spelling(self, text, status=0):
        (self.out / "doctrees-spelling").mkdir(exist_ok=True)
        report = self.out / "spelling/chapters/a.spelling"
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(text)
        return check_site.spelling_findings(self.out, Ended(status, ""))

    def test_an_error_of_html_is_told_with_page_and_line(self):
        said = json.dumps({"messages": [
            {"url": "file:/x/html/a/b.html", "lastLine": 7,
             "message": "Stray end tag.", "extract": "a\n </p>"}]})
        self.assertEqual(check_site.nu_findings(Ended(1, said)),
                         ["a/b.html:7: Stray end tag. Here: a </p>"])

    def test_a_checker_that_does_not_run_is_a_finding(self):
        found = check_site.nu_findings(Ended(1, "no such jar"))
        self.assertIn("no such jar", found[0])

    def test_a_word_is_told_once_with_its_first_line(self):
        found = self.spelling("book/a.rst:3: (teh)  of teh scheduler\n"
                              "book/a.rst:9: (teh)  and teh rest\n")
        self.assertEqual(found, ["book/a.rst:3: 'teh' in \"of teh scheduler\""
                                 " (2 times)"])

    def test_no_unknown_word_is_no_finding(self):
        self.assertEqual(self.spelling(""), [])

    def test_a_builder_that_does_not_run_is_a_finding(self):
        found = check_site.spelling_findings(self.out, Ended(2, "no module"))
        self.assertIn("no module", found[0])

    def test_findings_fail_a_check_and_say_what_to_do(self):
        sums, said = check_site.Sums(), io.StringIO()
        with contextlib.redirect_stdout(said):
            sums.report("links", [], "2 pages", "mend them")
            sums.report("words", ["a.html: TODO"], "2 pages", "finish it")
        self.assertEqual((sums.passed, sums.failed), (1, 1))
        self.assertIn("-> finish it", said.getvalue())
        self.assertNotIn("mend them", said.getvalue())

    def test_the_lock_file_names_no_address(self):
        lock = (check_site.TESTS / "package-lock.json").read_text()
        self.assertNotIn("http", lock)


if __name__ == "__main__":
    unittest.main()
