#!/usr/bin/env python3
"""Tests how wrong versions are made, compiled and told."""

import json
import pathlib
import sys
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOOLS))
import kill_table  # noqa: E402 (found only with the path above)

LINES = [
    "/usr/bin/c++ -O2 -Werror -MD -MT a/strata_x.dir/src/q.cpp.o "
    "-MF a/strata_x.dir/src/q.cpp.o.d -o a/strata_x.dir/src/q.cpp.o "
    "-c /tree/src/q.cpp",
    ": && /usr/bin/c++ -O2 a/x_tests.dir/t.cpp.o -o a/x_tests "
    "a/libstrata_x.a common/libstrata_common.a && cmake -P discover",
]


class KillTableTest(unittest.TestCase):
    """The commands of a small build, and the table's lines."""

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

    def test_the_changed_source_is_compiled_like_the_right_one(self):
        command = kill_table.compile_command(
            LINES, pathlib.Path("/tree/src/q.cpp"), pathlib.Path("/t/q.cpp"),
            pathlib.Path("/t/q.o"), "strata_x")
        self.assertEqual(command, "/usr/bin/c++ -iquote /tree/src -O2 -o "
                         "/t/q.o -c /t/q.cpp")
        with self.assertRaisesRegex(kill_table.Problem, "strata_y"):
            kill_table.compile_command(
                LINES, pathlib.Path("/tree/src/q.cpp"), pathlib.Path("/t/q"),
                pathlib.Path("/t/q.o"), "strata_y")

    def test_it_is_linked_in_front_of_the_library(self):
        command = kill_table.link_command(
            LINES, "strata_x", pathlib.Path("/t/x"), pathlib.Path("/t/q.o"))
        self.assertIn("-o /t/x /t/q.o a/libstrata_x.a", command)
        self.assertNotIn("discover", command)

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
