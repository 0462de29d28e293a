#!/usr/bin/env python3
"""Tests how versions of a source are compiled and linked."""

import pathlib
import unittest

import support  # noqa: F401 (finds the kit)
from labkit import variant

LINES = [
    "/usr/bin/c++ -O2 -g -Werror -MD -MT a/strata_x.dir/src/q.cpp.o "
    "-MF a/strata_x.dir/src/q.cpp.o.d -o a/strata_x.dir/src/q.cpp.o "
    "-c /tree/src/q.cpp",
    ": && cmake -E rm -f a/libstrata_x.a && /usr/bin/ar qc a/libstrata_x.a",
    ": && /usr/bin/c++ -O2 a/crash/y.o -o a/crash/x_crash_y "
    "a/libstrata_x.a && :",
    ": && /usr/bin/c++ -O2 a/x_tests.dir/t.cpp.o -o a/x_tests "
    "a/libstrata_x.a common/libstrata_common.a && cmake -P discover",
]


class VariantTest(unittest.TestCase):
    """The commands of a small build."""

    def test_the_changed_source_is_compiled_like_the_right_one(self):
        command = variant.compile_command(
            LINES, pathlib.Path("/tree/src/q.cpp"), pathlib.Path("/t/q.cpp"),
            pathlib.Path("/t/q.o"), "strata_x")
        self.assertEqual(command, "/usr/bin/c++ -iquote /tree/src -O2 -o "
                         "/t/q.o -c /t/q.cpp")
        with self.assertRaisesRegex(variant.Problem, "strata_y"):
            variant.compile_command(
                LINES, pathlib.Path("/tree/src/q.cpp"), pathlib.Path("/t/q"),
                pathlib.Path("/t/q.o"), "strata_y")

    def test_links_are_told_from_archives(self):
        self.assertEqual(list(variant.links(LINES)),
                         ["a/crash/x_crash_y", "a/x_tests"])

    def test_it_is_linked_in_front_of_the_library(self):
        command = variant.link_command(
            variant.links(LINES)["a/x_tests"], "strata_x",
            pathlib.Path("/t/x"), pathlib.Path("/t/q.o"))
        self.assertIn("-o /t/x /t/q.o a/libstrata_x.a", command)
        self.assertNotIn("discover", command)

    def test_the_form_of_the_library_is_read_from_the_link(self):
        words = ["c++", "a/libstrata_x_explore.a", "libstrata_xy.a"]
        self.assertEqual(variant.library_in(words, "x"), "strata_x_explore")
        self.assertIsNone(variant.library_in(words, "z"))


class OnceTest(unittest.TestCase):
    """What is made once for all who ask."""

    def make(self):
        version = variant.Variant(pathlib.Path("/none"), "x",
                                  pathlib.Path("/tree/src/q.cpp"), "int q;\n")
        self.addCleanup(version.__exit__)
        return version

    def test_a_thing_is_made_once(self):
        version, asked = self.make(), []
        for _ in range(2):
            version.once("thing", lambda: asked.append(1))
        self.assertEqual(asked, [1])

    def test_a_failure_is_everybody_s(self):
        version = self.make()

        def fail():
            raise variant.Unbuilt("no")

        for _ in range(2):
            with self.assertRaises(variant.Unbuilt):
                version.once("thing", fail)

    def test_the_changed_text_lies_under_the_source_s_name(self):
        version = self.make()
        self.assertEqual(version.changed.name, "q.cpp")
        self.assertEqual(version.changed.read_text(), "int q;\n")


if __name__ == "__main__":
    unittest.main()
