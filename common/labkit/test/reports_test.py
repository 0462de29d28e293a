#!/usr/bin/env python3
"""Tests what graders of others are told."""

import base64
import json
import unittest
import xml.etree.ElementTree as ElementTree

import support
from labkit import reports
from labkit.result import Outcome, Result


class ReportsTest(unittest.TestCase):
    """One result, three formats."""

    def setUp(self):
        exercise = support.Tree(self).load().exercise("02.1")
        public, hidden = exercise.tests
        self.result = Result(exercise, ("sched/answer",), outcomes=[
            Outcome(test=public, status="pass", seconds=0.25),
            Outcome(test=hidden, status="hang", message="no end \x1b after",
                    seed="7")])

    def test_the_internal_result_has_sums_and_slots(self):
        values = json.loads(self.result.to_json())
        self.assertEqual((values["points"], values["points_max"]), (3, 5))
        self.assertEqual(values["slots_of_reader"], ["sched/answer"])
        self.assertEqual(values["tests"][1]["seed"], "7")

    def test_junit_counts_and_explains_failures(self):
        suite = ElementTree.fromstring(reports.junit([self.result]))[0]
        self.assertEqual(suite.get("failures"), "1")
        failure = suite.findall("testcase")[1].find("failure")
        self.assertEqual(failure.get("message"), "hang")
        self.assertIn("no end", failure.text)

    def test_gradescope_hides_what_is_hidden(self):
        values = reports.gradescope([self.result])
        self.assertEqual(values["score"], 3)
        public, hidden = values["tests"]
        self.assertEqual((public["score"], public["visibility"]),
                         (3, "visible"))
        self.assertEqual(hidden["visibility"], "after_due_date")
        self.assertEqual(hidden["output"], "a hidden test")
        self.assertEqual(values["stdout_visibility"], "hidden")

    def test_classroom_is_base64_of_json(self):
        values = json.loads(base64.b64decode(
            reports.classroom([self.result])))
        self.assertEqual((values["status"], values["max_score"]),
                         ("fail", 5))
        self.assertEqual(values["tests"][0]["status"], "pass")


if __name__ == "__main__":
    unittest.main()
