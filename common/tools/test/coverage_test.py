#!/usr/bin/env python3
"""Tests the coverage of source items, on a small book."""

import contextlib
import importlib.util
import io
import json
import pathlib
import tempfile
import unittest

# By path: "coverage" is also the name of a well-known package.
TOOL = pathlib.Path(__file__).resolve().parents[1] / "coverage.py"
spec = importlib.util.spec_from_file_location("strata_coverage_tool", TOOL)
coverage = importlib.util.module_from_spec(spec)
spec.loader.exec_module(coverage)

ITEMS = {
    "families": [{"id": "A", "title": "apples"}, {"id": "B", "title": "pears"}],
    "items": [{"id": "A-1", "title": "one", "home": ["C1"]},
              {"id": "A-2", "title": "two", "home": ["C2", "C1"]},
              {"id": "B-1", "title": "pear", "home": ["F"]}],
    "corrections": [{"id": "D1", "title": "wrong", "home": ["C2"]}]}


class CoverageTest(unittest.TestCase):
    """Each test writes a small book and looks at what is found in it."""

    def run_tool(self, files, arguments=()):
        """Returns status, output and errors of the tool on {path: text}."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            files = {"book/seed_items.json": json.dumps(ITEMS)} | files
            for name, text in files.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            out, err = io.StringIO(), io.StringIO()
            with contextlib.redirect_stdout(out), \
                    contextlib.redirect_stderr(err):
                status = coverage.main(list(arguments), root)
            return status, out.getvalue(), err.getvalue()

    def test_a_directive_and_an_option_cover(self):
        status, out, _ = self.run_tool({"book/front/a.rst": (
            "Title\n=====\n\n.. seeds:: A-1 D1\n\n"
            ".. exercise:: Do it\n   :stars: 2\n   :seeds: B-1\n\n   Text.\n")})
        self.assertEqual(status, 0)
        self.assertIn("book/front/a.rst:4", out)
        self.assertIn("book/front/a.rst:8", out)
        self.assertIn("C2  scheduler (1): A-2", out)

    def test_ids_may_go_on_in_the_next_line(self):
        found = list(coverage.marks_in_text(
            ".. seeds:: A-1\n   A-2\n\n   B-1\n\n"
            "   :seeds: B-1\n      A-1\n   :name: A-2\n"))
        self.assertEqual(found, [(1, "A-1"), (2, "A-2"),
                                 (6, "B-1"), (7, "A-1")])

    def test_a_quiz_covers_and_names_the_question(self):
        bank = {"chapter": 1, "questions": [
            {"id": "Q-01-01", "seeds": ["A-1"]},
            {"id": "Q-01-02", "options": [], "seeds": ["A-2"]}]}
        _, out, _ = self.run_tool({
            "exercises/01-x/quiz.json": json.dumps(bank, indent=1)})
        self.assertIn("exercises/01-x/quiz.json:5 (Q-01-01)", out)
        self.assertIn("(Q-01-02)", out)

    def test_labs_cover_at_any_depth(self):
        labs = {"labs": [{"id": "01.1", "parts": [{"seeds": ["B-1"]}]}]}
        _, out, _ = self.run_tool({"exercises/01-x/labs.json":
                                   json.dumps(labs)})
        self.assertIn("exercises/01-x/labs.json:1", out)

    def test_an_unknown_id_is_an_error_with_its_place(self):
        for page in [".. seeds:: A-9\n", ".. seeds:: A-1..2\n"]:
            status, _, err = self.run_tool({"book/a.rst": "\n" + page})
            self.assertEqual(status, 1)
            self.assertIn("book/a.rst:2: no source item is called A-", err)

    def test_totals_count_items_once(self):
        _, out, _ = self.run_tool({"book/a.rst": ".. seeds:: A-1\n",
                                   "book/b.rst": ".. seeds:: A-1 A-1\n"})
        self.assertRegex(out, r"A +apples +1 +2\n")
        self.assertRegex(out, r"all +1 +3\n")

    def test_arguments_select(self):
        page = {"book/a.rst": ".. seeds:: A-1 B-1\n"}
        for choice, there, not_there in [("A", "one", "pear"),
                                         ("B-1", "pear", "one"),
                                         ("C1", "one", "pear")]:
            _, out, _ = self.run_tool(page, [choice])
            listed = out.split("Covered:")[1]
            self.assertIn(there, listed)
            self.assertNotIn(not_there, listed)

    def test_the_real_catalogue_is_whole(self):
        known = coverage.catalogue()
        self.assertEqual(len(known.items), 426)
        self.assertEqual(len(known.corrections), 16)
        self.assertEqual(len(known.by_id), 442)
        for item in known.by_id.values():
            self.assertTrue(set(item.home) <= set(coverage.CHAPTERS), item)


if __name__ == "__main__":
    unittest.main()
