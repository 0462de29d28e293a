"""Tests of the numbers of the prose: picking, ratios, ranges, the file."""

import json
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "common" / "tools"))
from recording import claims  # noqa: E402

TABLE = """\
frames   plain     own
     0   22.8 ns   3.5 ns   0.15
     4   49.6 ns   5.0 ns   0.10
total 1'000'000
"""
CLAIM = {"id": "c", "record": "01/a", "text": "{} times", "low": 0.05,
         "high": 0.2, "pick": r"^ +4 .* ([0-9.]+)$"}


class ClaimsTest(unittest.TestCase):

    def file(self, *listed):
        """Returns a root whose claims.json lists these."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        pathlib.Path(folder.name, "book").mkdir()
        claims.path(folder.name).write_text(json.dumps({"claims": listed}))
        return folder.name

    def test_a_number_is_picked_from_its_line(self):
        self.assertEqual(claims.measure(CLAIM, TABLE), ("0.10", 0.1))

    def test_marks_of_thousands_are_no_part_of_the_value(self):
        claim = {**CLAIM, "pick": r"^total (\S+)$"}
        self.assertEqual(claims.measure(claim, TABLE),
                         ("1'000'000", 1000000.0))

    def test_a_ratio_has_two_digits(self):
        claim = {**CLAIM, "ratio": [r"^ +4 +(\S+)", r"^ +0 +(\S+)"]}
        del claim["pick"]
        self.assertEqual(claims.measure(claim, TABLE)[0], "2.2")
        self.assertEqual(claims.rounded(0.0625), "0.062")
        self.assertEqual(claims.rounded(123.4), "123")

    def test_a_value_out_of_range_is_a_drift(self):
        self.assertIsNone(claims.drift(CLAIM, TABLE))
        self.assertIn("0.10 is not within 0.2 to 1",
                      claims.drift({**CLAIM, "low": 0.2, "high": 1}, TABLE))

    def test_a_pattern_that_matches_nothing_is_a_drift(self):
        self.assertIn("does not match", claims.drift(CLAIM, "nothing"))

    def test_malformed_claims_are_errors(self):
        lacking = {key: CLAIM[key] for key in CLAIM if key != "low"}
        for expected, listed in [
                ("lacks low", [lacking]),
                ("unknown key colour", [{**CLAIM, "colour": "red"}]),
                ("either pick or ratio", [{**CLAIM, "ratio": ["a", "b"]}]),
                ("no {}", [{**CLAIM, "text": "fast"}]),
                ("stands twice", [CLAIM, CLAIM])]:
            with self.subTest(expected=expected):
                with self.assertRaisesRegex(ValueError, expected):
                    claims.read(self.file(*listed))

    def test_an_update_leaves_other_claims_as_they_are(self):
        root = self.file(CLAIM, {**CLAIM, "id": "d", "value": "7"})
        claims.update(root, {"c": {"value": "0.1"}})
        known = claims.read(root)
        self.assertEqual(claims.shown(known["c"]), "0.1 times")
        self.assertEqual(claims.shown(known["d"]), "7 times")

    def test_the_book_has_well_formed_claims(self):
        claims.read(ROOT)


if __name__ == "__main__":
    unittest.main()
