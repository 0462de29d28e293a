#!/usr/bin/env python3
"""Tests the making of starters."""

import unittest

import support
from labkit import starter


class StarterTest(unittest.TestCase):
    """Markers in, starters out."""

    def test_the_body_is_replaced_and_the_rest_stays(self):
        text = starter.starter_of(support.SOURCE)
        self.assertIn("int unrelated() { return 1; }", text)
        self.assertIn("  // YOURS, lab 02.1: begin\n  // Return the answer.\n"
                      "  return 0;\n  // YOURS, lab 02.1: end\n", text)
        self.assertNotIn("sum", text)
        self.assertNotIn("[doc:", text)
        self.assertNotIn("[lab", text)

    def test_the_reference_loses_its_markers_only(self):
        text = starter.reference_of(support.SOURCE)
        self.assertIn("sum += 7", text)
        self.assertNotIn("[", text.replace("[]", ""))
        self.assertNotIn("return 0", text)

    def test_the_bodies_are_what_must_not_leak(self):
        self.assertEqual(len(starter.bodies_of(support.SOURCE)), 1)
        self.assertIn("  return sum;", starter.bodies_of(support.SOURCE)[0])

    def test_wrong_markers_are_named_with_their_line(self):
        for text, expected in [
                ("// [lab 02.1 begin]\n", "begin] has no end"),
                ("// [lab 02.1 else]\n", ":1: expected [lab .. begin]"),
                ("// [lab 02.1 begin]\n// [lab 02.2 else]\n",
                 ":2: expected [lab 02.1 else]"),
                ("// [lab 02.1 begin]\n// [lab 02.1 else]\nx\n",
                 ":3: a line between"),
                ("int x;\n", "no lab marker")]:
            with self.assertRaises(starter.MarkerError) as caught:
                starter.starter_of(text, "file")
            self.assertIn(expected, str(caught.exception))

    def test_a_changed_reference_makes_the_committed_starter_differ(self):
        tree = support.Tree(self)
        catalog = tree.load()
        committed = tree.exercises / "starters/answer.cpp"
        self.assertEqual(starter.write_starters(catalog, True), [committed])
        self.assertFalse(committed.exists())
        starter.write_starters(catalog)
        self.assertEqual(starter.write_starters(catalog, True), [])
        source = tree.sources / "answer.cpp"
        source.write_text(source.read_text().replace("unrelated", "other"))
        self.assertEqual(starter.write_starters(catalog, True), [committed])


if __name__ == "__main__":
    unittest.main()
