"""Tests of the comparison of figure data."""

import json
import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "common" / "tools"))
from recording import data  # noqa: E402

EVENTS = [{"t": 1, "kind": "run"}, {"t": 2, "kind": "steal", "from": 3}]


class DataTest(unittest.TestCase):

    def check(self, how, recorded, fresh):
        return data.difference(json.dumps(recorded), json.dumps(fresh), how)

    def test_exact_takes_equal_values_only(self):
        self.assertEqual(self.check("exact", EVENTS, EVENTS), [])
        self.assertEqual(self.check("exact", EVENTS, [*EVENTS[:1], {
            **EVENTS[1], "from": 4}]), ["data[1].from: 4, recorded 3"])
        self.assertEqual(self.check("exact", EVENTS, EVENTS[:1]),
                         ["data: 1 elements, recorded are 2"])

    def test_shape_takes_other_values_and_other_lengths(self):
        self.assertEqual(self.check("shape", {"events": EVENTS},
                                    {"events": EVENTS[:1] * 5}), [])
        self.assertEqual(self.check("shape", [1], [2.5]), [])

    def test_shape_catches_what_changed(self):
        for expected, recorded, fresh in [
                ("data[]: has a new key to", EVENTS, [{
                    "t": 1, "kind": "run", "to": 1}]),
                ("data[]: lacks the key t", EVENTS, [{"kind": "run"}]),
                ("data.a: string, recorded is number", {"a": 1}, {"a": "1"}),
                ("data.a: is empty", {"a": [1]}, {"a": []}),
                ("data.a: boolean, recorded is number", {"a": 1},
                 {"a": True})]:
            with self.subTest(expected=expected):
                self.assertEqual(self.check("shape", recorded, fresh),
                                 [expected])

    def test_null_is_taken_where_it_was_seen(self):
        self.assertEqual(self.check("shape", [1, None], [None, 2]), [])
        self.assertNotEqual(self.check("shape", [1], [None]), [])


if __name__ == "__main__":
    unittest.main()
