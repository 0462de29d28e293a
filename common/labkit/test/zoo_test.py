#!/usr/bin/env python3
"""Tests what is made of the outcomes of a zoo."""

import unittest
import unittest.mock

import support
from labkit import patches, yardstick, zoo


class Version:
    """Stands in for a built bug."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


class Yard:
    """Stands in for the built reference: some tests notice."""

    def __init__(self, tests, noticing):
        self.tests, self.noticing, self.asked = tests, noticing, []

    def version(self, _source, _text):
        return Version()

    def notices(self, _version, test):
        self.asked.append(test.name)
        return test.name in self.noticing


class ZooTest(unittest.TestCase):
    """One bug in the slot of lab 02.1, with a public and a hidden test."""

    def setUp(self):
        self.chapter = support.Tree(self).load().chapters[0]
        self.lab = self.chapter.exercises[0]
        self.tests = yardstick.tests_of(yardstick.slot_labs(self.chapter))
        self.bug = patches.Bug(
            id="Z02-1", title="One too many", symptom="It says 43",
            file="src/answer.cpp", tier=1, chapter=self.chapter,
            scores={"02.1": [97, 97]})

    def row(self, *names):
        killers = [t for t in self.tests if t.name in names]
        return zoo.row_of(self.bug, killers), killers

    def test_a_row_names_public_tests_and_counts_hidden_ones(self):
        row, _ = self.row("answer: is 42", "answer: is always 42")
        self.assertEqual(row["killed_by"], ["answer: is 42"])
        self.assertEqual((row["public"], row["hidden"]), (1, 1))
        self.assertEqual(row["tier"], 1)
        self.assertEqual(row["scores"],
                         [{"lab": "02.1", "of": 100, "points": 95}])

    def test_a_survivor_is_wrong(self):
        self.assertIn("survives", zoo.wrong_with(self.bug, *self.row())[0])

    def test_a_score_out_of_its_range_is_wrong(self):
        self.assertEqual(
            zoo.wrong_with(self.bug, *self.row("answer: is 42")), [])
        [line] = zoo.wrong_with(self.bug, *self.row(
            "answer: is 42", "answer: is always 42"))
        self.assertIn("gives it 95 points, zoo.json expects 97 to 97", line)

    def test_a_test_that_notices_by_chance_may_or_may_not(self):
        row = self.row("answer: is 42", "answer: is always 42")
        by_chance = {test.tier for test in row[1]}
        with unittest.mock.patch.object(yardstick, "CHANCE_TIERS",
                                        by_chance):
            self.assertEqual(zoo.wrong_with(self.bug, *row), [])

    def test_too_few_bugs_and_too_few_public_killers_are_wrong(self):
        hidden, _ = self.row("answer: is always 42")
        wrong = zoo.wrong_with_all([hidden])
        self.assertIn("1 bugs; 8 are asked for", wrong[0])
        self.assertIn("public tests alone kill 0%", wrong[1])
        public, _ = self.row("answer: is 42")
        self.assertEqual(zoo.wrong_with_all([public] * 8), [])

    def test_the_known_killer_is_asked_first_and_is_enough(self):
        yard = Yard(self.tests, ["answer: is always 42"])
        with unittest.mock.patch.object(patches, "patched"):
            found = zoo.judge_quickly(yard, [self.bug], Serial(),
                                      {"Z02-1": ["answer: is always 42"]})
        self.assertEqual(yard.asked, ["answer: is always 42"])
        self.assertEqual([t.name for t in found["Z02-1"]], yard.asked)

    def test_a_test_of_two_labs_runs_once(self):
        self.assertEqual(
            len(yardstick.tests_of([self.lab, self.lab])), 2)


class Serial:
    """A pool without threads."""

    def map(self, function, values):
        return map(function, values)


class RecordTest(unittest.TestCase):
    """What the book shows."""

    def test_no_name_of_a_hidden_test_is_in_the_record(self):
        if not zoo.MATRIX.exists():
            self.skipTest("nothing was recorded yet")
        text = zoo.MATRIX.read_text()
        catalog = zoo.description.load()
        public = {t.name for e in catalog.exercises for t in e.public_tests}
        for exercise in catalog.exercises:
            for test in exercise.tests:
                if test.hidden and test.name not in public:
                    self.assertNotIn(test.name, text)


if __name__ == "__main__":
    unittest.main()
