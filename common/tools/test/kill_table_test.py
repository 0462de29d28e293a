#!/usr/bin/env python3
"""Tests how wrong versions are described and told."""

import json
import pathlib
import sys
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOOLS))
import kill_table  # noqa: E402 (found only with the path above)

class KillTableTest(unittest.TestCase):
    """The texts that are changed, and the table's lines."""

    def test_a_text_that_is_gone_or_double_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder) / "q.cpp"
            source.write_text("one two two\n")
            self.assertEqual(
                kill_table.changed_text(source, {"from": "one", "to": "1"}),
                "1 two two\n")
            for text, times in (("three", "0 times"), ("two", "2 times")):
                with self.assertRaisesRegex(kill_table.Problem, times):
                    kill_table.changed_text(source, {"from": text, "to": ""})

    def test_a_slot_s_header_is_compiled_as_a_unit(self):
        with tempfile.TemporaryDirectory() as folder:
            chapter = pathlib.Path(folder)
            (chapter / "q.hpp").write_text("#pragma once\none\n")
            mutant = {"file": "q.hpp", "from": "one", "to": "1"}
            self.assertEqual(kill_table.changed_unit(chapter, mutant),
                             "#pragma once\n1\n")
            mutant["unit"] = "src/q.cpp"
            self.assertEqual(kill_table.changed_unit(chapter, mutant),
                             "#define STRATA_SLOTS 1\n1\n")

    def test_a_row_names_the_first_test_or_nobody(self):
        self.assertTrue(kill_table.row("a", (["t: one", "u"], 9))
                        .endswith("  2 of 9  t: one"))
        self.assertTrue(kill_table.row("a", ([], 9)).endswith("nobody"))
        self.assertTrue(kill_table.row("a", None).endswith("the compiler"))

    def test_the_repository_s_mutants_fit_their_sources(self):
        for path in sorted(kill_table.ROOT.glob(
                "chapters/*/test/mutants.json")):
            for mutant in json.loads(path.read_text())["mutants"]:
                kill_table.changed_text(path.parents[1] / mutant["file"],
                                        mutant)


if __name__ == "__main__":
    unittest.main()
