"""Tests what is left out of the search index."""

import pathlib
import sys
import types
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "_ext"))

import strata_search  # noqa: E402


class DropRepetitionsTest(unittest.TestCase):
    def test_words_of_repeating_pages_go_and_others_stay(self):
        words = {"ring": {"chapters/02-scheduler/ring",
                          "appendix/coverage"},
                 "only-there": {"appendix/kill-matrix"}}
        indexer = types.SimpleNamespace(_mapping=words)
        builder = types.SimpleNamespace(indexer=indexer)
        strata_search.drop_repetitions(types.SimpleNamespace(builder=builder))
        self.assertEqual({"ring": {"chapters/02-scheduler/ring"}}, words)

    def test_the_repeating_pages_exist(self):
        book = pathlib.Path(__file__).resolve().parents[2]
        for name in strata_search.REPEATING:
            self.assertTrue((book / f"{name}.rst").exists(), name)

    def test_a_builder_without_an_index_is_left_alone(self):
        builder = types.SimpleNamespace()
        found = strata_search.drop_repetitions(
            types.SimpleNamespace(builder=builder))
        self.assertEqual([], found)


if __name__ == "__main__":
    unittest.main()
