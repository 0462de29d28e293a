"""Tests of the form that outputs are shown in, and of their comparison."""

import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "common" / "tools"))
from recording import text  # noqa: E402


class ShownFormTest(unittest.TestCase):

    def shown(self, printed):
        return text.shown_form(printed, "/tree", "/tree/build/asan")

    def test_addresses_of_one_mapping_keep_their_distances(self):
        self.assertEqual(
            self.shown("sp=0x7f6d30e0fff0 stack=[0x7f6d30e10000, "
                       "0x7f6d30e20000]"),
            "sp=0x10000ff0 stack=[0x10001000, 0x10011000]\n")

    def test_mappings_follow_in_the_order_of_mention(self):
        self.assertEqual(self.shown("0x7f6d30e10000 0x5569ad1200e9"),
                         "0x10000000 0x200000e9\n")

    def test_small_hexadecimal_numbers_are_left_alone(self):
        self.assertEqual(self.shown("code=0x1 at 0x1230, +0x60e9"),
                         "code=0x1 at 0x1230, +0x60e9\n")

    def test_paths_become_relative_and_the_build_folder_is_the_usual(self):
        self.assertEqual(self.shown("at /tree/src/a.cpp:3"),
                         "at src/a.cpp:3\n")
        self.assertEqual(self.shown("in /tree/build/asan/bin/x"),
                         "in build/dev/bin/x\n")
        self.assertEqual(self.shown("in /tree"), "in .\n")

    def test_thread_handles_are_counted(self):
        self.assertEqual(
            self.shown("140213000000001 140213000000002 140213000000001"),
            "thread-1 thread-2 thread-1\n")

    def test_blanks_at_line_ends_and_outer_lines_go(self):
        self.assertEqual(self.shown("\n\na  \r\n  b\n\n"), "a\n  b\n")

    def test_a_path_of_this_machine_is_noticed(self):
        self.assertEqual(text.machine_path("see /tm" + "p/x/y now"),
                         "/tm" + "p/x/y")
        self.assertIsNone(text.machine_path("see src/tmp/x and /usr/lib/a"))


class DifferenceTest(unittest.TestCase):

    def check(self, how, recorded, fresh):
        return text.difference(recorded, fresh, how)

    def test_exact_forgives_what_no_run_repeats(self):
        for recorded, fresh in [
                ("at 0x10000ff0", "at 0x10000fe0"),
                ("main +0x11", "main +0x45"),
                ("pid 12, tid=3", "pid 999, tid=77"),
                ("took 41 ns", "took 7.5 us")]:
            with self.subTest(recorded=recorded):
                self.assertEqual(self.check("exact", recorded, fresh), [])

    def test_exact_sees_which_addresses_are_the_same(self):
        self.assertNotEqual(self.check(
            "exact", "0x10000000 0x10000000", "0x10000000 0x20000000"), [])

    def test_exact_catches_a_drift_and_shows_both_lines(self):
        self.assertEqual(
            self.check("exact", "Ann: 1\nBob: 1\n", "Ann: 1\nBob: 2\n"),
            ["line 2:", "- Bob: 1", "+ Bob: 2"])

    def test_exact_catches_lines_too_many_and_too_few(self):
        self.assertNotEqual(self.check("exact", "a\n", "a\nb\n"), [])
        self.assertNotEqual(self.check("exact", "a\nb\n", "a\n"), [])

    def test_numbers_may_differ_with_their_columns(self):
        self.assertEqual(self.check(
            "numbers", "     0      22.8 ns    0.20\n",
            "     0       4 us   -1'000.20\n"), [])

    def test_numbers_catches_words(self):
        self.assertNotEqual(
            self.check("numbers", "3 stolen", "3 starved"), [])
        self.assertNotEqual(self.check("numbers", "3 a\n3 b", "3 a"), [])

    def test_lines_may_come_in_any_order_among_others(self):
        self.assertEqual(
            self.check("lines", "G 1 runs\nG 2 ends", "x\nG 7 ends\nG 3 runs"),
            [])

    def test_lines_catches_one_that_is_gone(self):
        self.assertEqual(self.check("lines", "G 1 runs\nG 2 ends", "G 1 runs"),
                         ["- G 2 ends"])


if __name__ == "__main__":
    unittest.main()
