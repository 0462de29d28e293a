#!/usr/bin/env python3
"""Tests that labs.json is read, and that a wrong one is named."""

import json
import unittest

import support
from labkit import description


class DescriptionTest(unittest.TestCase):
    """Each test loads a small tree."""

    def refused(self, expected, **changes):
        with self.assertRaises(description.DescriptionError) as caught:
            support.Tree(self, **changes).load()
        self.assertIn(expected, str(caught.exception))

    def test_a_good_file_is_read(self):
        catalog = support.Tree(self).load()
        exercise = catalog.exercise("02.1")
        self.assertIs(exercise, catalog.exercise("answer"))
        self.assertEqual(exercise.points if hasattr(exercise, "points")
                         else sum(t.points for t in exercise.tests), 5)
        self.assertEqual(exercise.tests[0].section, exercise.section)
        self.assertEqual(catalog.slot("answer").qualified, "sched/answer")
        self.assertEqual(len(exercise.public_tests), 1)

    def test_an_unknown_id_names_the_known_ones(self):
        catalog = support.Tree(self).load()
        with self.assertRaisesRegex(description.DescriptionError,
                                    "'09.9'; there are: 02.1"):
            catalog.exercise("09.9")
        with self.assertRaisesRegex(description.DescriptionError,
                                    "slot 'x'; there are: answer"):
            catalog.slot("x")

    def test_a_missing_member_is_named(self):
        entry = support.lab()
        del entry["goal"]
        self.refused("labs[0]: 'goal' is missing", labs=[entry])

    def test_an_unknown_member_is_named(self):
        self.refused("labs[0].color: no such member",
                     labs=[support.lab(color="red")])

    def test_wrong_types_and_ranges_are_named(self):
        self.refused("labs[0].stars: 9 is above 5",
                     labs=[support.lab(stars=9)])
        self.refused("labs[0].stars: expected integer",
                     labs=[support.lab(stars="3")])
        self.refused("labs[0].id: '2.1' does not match",
                     labs=[support.lab(id="2.1")])
        self.refused("labs[0].hints: ", labs=[support.lab(hints=["one"])])
        self.refused("labs[0].kind: 'talk' is none of",
                     labs=[support.lab(kind="talk")])

    def test_what_a_schema_cannot_say(self):
        self.refused("'02.1' is also 02.1",
                     labs=[support.lab(), support.lab(slug="again")])
        self.refused("the id names another chapter",
                     labs=[support.lab(id="03.1")])
        self.refused("no slot 'nothing'",
                     labs=[support.lab(slots=["nothing"])])
        self.refused("needs 02.9", labs=[support.lab(needs=["02.9"])])
        self.refused("an essay needs a rubric",
                     labs=[support.lab(kind="essay")])
        self.refused("no public test", labs=[support.lab(
            tests=[dict(support.HIDDEN)])])

    def test_a_broken_file_is_named(self):
        tree = support.Tree(self)
        (tree.exercises / "labs.json").write_text("{")
        with self.assertRaisesRegex(description.DescriptionError,
                                    "labs.json: Expecting"):
            tree.load()

    def test_the_repository_s_own_files_are_good(self):
        catalog = description.load()
        for path in sorted((description.ROOT / "exercises").glob(
                "*/labs.json")):
            self.assertIn(json.loads(path.read_text())["chapter"],
                          [c.number for c in catalog.chapters])


if __name__ == "__main__":
    unittest.main()
