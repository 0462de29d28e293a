#!/usr/bin/env python3
"""Tests that no program gets a verdict it has not earned.

The programs are small scripts; each behaves as one kind of student code does.
"""

import os
import pathlib
import sys
import tempfile
import time
import unittest
from unittest import mock

import support  # noqa: F401 (sets the path)
from labkit import runner
from labkit.description import Test

HEAD = f"#!{sys.executable}\n" + """
import json, os, sys, time
descriptor, word = os.environ.pop("STRATA_VERDICT").split(":")
def say(passed, word=word, **more):
    values = {"passed": passed, "word": word, "expression": "", "message": "",
              "expansion": "", "place": ""}
    values.update(more)
    os.write(int(descriptor), (json.dumps(values) + "\\n").encode())
"""


def goes_on(pid):
    """Tells whether a process is still there, and no corpse."""
    try:
        state = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] != "Z"


class RunnerTest(unittest.TestCase):
    """Each test runs one script as if it were a test program."""

    def run_script(self, body, seconds=5, megabytes=512, seed=None):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = pathlib.Path(folder.name) / "program"
        path.write_text(HEAD + body)
        path.chmod(0o755)
        test = Test("a test", "program", 1, 2, "public", seconds=seconds,
                    megabytes=megabytes)
        return runner.run(test, path, seed)

    def test_an_honest_pass(self):
        outcome = self.run_script("say(True)")
        self.assertEqual((outcome.status, outcome.points), ("pass", 2))

    def test_an_honest_failure_says_what_failed(self):
        outcome = self.run_script(
            "say(False, expression='a == b', expansion='1 == 2', "
            "place='x.cpp:7', message='STRATA_EXPLORE_SEED=12 replays')\n"
            "sys.exit(1)")
        self.assertEqual(outcome.status, "fail")
        self.assertEqual(outcome.expansion, "1 == 2")
        self.assertEqual(outcome.seed, "12")
        self.assertEqual(outcome.points, 0)

    def test_printing_a_verdict_is_no_verdict(self):
        outcome = self.run_script(
            "print(json.dumps({'passed': True, 'word': word}))\n"
            "print('All tests passed')")
        self.assertEqual(outcome.status, "crash")
        self.assertIn("before its verdict", outcome.message)

    def test_a_wrong_word_is_no_verdict(self):
        outcome = self.run_script("say(True, word='guessed')")
        self.assertEqual(outcome.status, "crash")

    def test_a_pass_with_a_failing_exit_is_no_pass(self):
        outcome = self.run_script("say(True)\nsys.exit(3)")
        self.assertEqual(outcome.status, "crash")
        self.assertIn("exit status 3", outcome.message)

    def test_a_test_that_does_not_exist_is_no_pass(self):
        outcome = self.run_script("say(False)")
        self.assertEqual(outcome.status, "fail")
        self.assertIn("no assertion", outcome.message)

    def test_an_end_without_a_word_is_no_pass(self):
        for body in ("os._exit(0)", "os.close(int(descriptor))\nsay(True)",
                     "os.closerange(3, 64)"):
            outcome = self.run_script(body)
            self.assertEqual((outcome.status, outcome.points), ("crash", 0))

    def test_a_signal_is_named(self):
        outcome = self.run_script("os.kill(os.getpid(), 11)")
        self.assertEqual(outcome.status, "crash")
        self.assertIn("SIGSEGV", outcome.message)

    def test_a_hang_ends_in_time_with_zero_points(self):
        began = time.monotonic()
        outcome = self.run_script("time.sleep(60)", seconds=1)
        self.assertEqual((outcome.status, outcome.points), ("hang", 0))
        self.assertLess(time.monotonic() - began, 20)

    def test_signals_do_not_keep_a_hang_alive(self):
        outcome = self.run_script(
            "import signal\n"
            "for number in range(1, 32):\n"
            "    try: signal.signal(number, signal.SIG_IGN)\n"
            "    except OSError: pass\n"
            "while True: pass", seconds=1)
        self.assertEqual((outcome.status, outcome.points), ("hang", 0))
        self.assertIn("no end after 1 s", outcome.message)

    def test_a_pass_that_does_not_end_is_a_hang(self):
        outcome = self.run_script("say(True)\ntime.sleep(60)", seconds=1)
        self.assertEqual((outcome.status, outcome.points), ("hang", 0))

    def test_nothing_that_a_test_starts_outlives_it(self):
        for leave in ("", "    os.setsid()\n",
                      "    os.setsid()\n    if os.fork(): os._exit(0)\n"):
            outcome = self.run_script(
                "if os.fork() == 0:\n" + leave +
                "    print(os.getpid(), flush=True)\n"
                "    time.sleep(60)\n"
                "time.sleep(0.2)\nsay(True)")
            self.assertEqual(outcome.status, "pass")
            self.assertFalse(goes_on(int(outcome.output.split()[0])), leave)

    def test_too_much_memory_ends_it(self):
        outcome = self.run_script(
            "x = bytearray(400 << 20)\ntime.sleep(30)", megabytes=100)
        self.assertEqual(outcome.status, "crash")
        self.assertIn("more than 100 MB", outcome.message)

    def test_memory_of_children_counts(self):
        outcome = self.run_script(
            "if os.fork() == 0:\n    x = bytearray(400 << 20)\n"
            "    time.sleep(30)\n"
            "os.wait()", megabytes=100)
        self.assertIn("more than 100 MB", outcome.message)

    def test_a_long_message_is_a_verdict_all_the_same(self):
        outcome = self.run_script("say(False, message='x' * 300000)\n"
                                  "sys.exit(1)")
        self.assertEqual(outcome.status, "fail")

    def test_ctrl_c_ends_the_test_s_process(self):
        pids = []

        def interrupt(process, *_):
            pids.append(process.pid)
            raise KeyboardInterrupt

        with mock.patch.object(runner, "wait", interrupt), \
                self.assertRaises(KeyboardInterrupt):
            self.run_script("time.sleep(60)")
        self.assertFalse(goes_on(pids[0]))

    def test_a_flood_of_output_does_not_fill_the_memory(self):
        outcome = self.run_script(
            "for _ in range(2000):\n    print('x' * 5000)\nsay(True)")
        self.assertEqual(outcome.status, "pass")
        self.assertLessEqual(len(outcome.output), runner.OUTPUT_KEPT)

    def test_a_seed_is_handed_on(self):
        outcome = self.run_script(
            "print(os.environ['STRATA_EXPLORE_SEED'])\nsay(True)", seed="77")
        self.assertEqual(outcome.output.strip(), "77")

    def test_names_with_commas_and_brackets_are_taken_whole(self):
        self.assertEqual(runner.exact("a, b [c]"), r"a\, b \[c\]")


if __name__ == "__main__":
    unittest.main()
