#!/usr/bin/env python3
"""Tests the reader's progress and files: nothing of his is ever lost."""

import subprocess
import unittest

import support
from labkit import files, starter, state


class StateTest(unittest.TestCase):
    """The progress file."""

    def setUp(self):
        self.path = support.Tree(self).root / ".strata/progress.json"

    def test_what_is_noted_is_there_the_next_time(self):
        one = state.State(self.path)
        one.swap("run_queue", True)
        one.mark("02.1", 5)
        one.show_hint("02.1", 2)
        one.mark_quiz("Q-02-01", True)
        two = state.State(self.path)
        self.assertEqual(two.mine, ("run_queue",))
        self.assertTrue(two.is_done("02.1"))
        self.assertEqual(two.hints_shown("02.1"), 2)
        self.assertTrue(two.quiz_right("Q-02-01"))
        two.swap("run_queue", False)
        two.unmark("02.1")
        self.assertEqual(state.State(self.path).mine, ())

    def test_a_broken_file_is_named_and_left_alone(self):
        for text in ("{", "[]", '{"mine": 3}'):
            self.path.parent.mkdir(exist_ok=True)
            self.path.write_text(text)
            with self.assertRaisesRegex(state.StateError, "remove the file"):
                state.State(self.path)
            self.assertEqual(self.path.read_text(), text)


class FilesTest(unittest.TestCase):
    """The reader's files."""

    def setUp(self):
        self.tree = support.Tree(self)
        catalog = self.tree.load()
        self.exercise = catalog.exercise("02.1")
        self.mine = self.tree.exercises / "mine/answer.cpp"
        self.starter = self.tree.exercises / "starters/answer.cpp"
        starter.write_starters(catalog)
        self.given = self.starter.read_text()

    def test_start_makes_what_is_missing_and_keeps_what_is_there(self):
        self.assertEqual(files.start(self.exercise), [self.mine])
        self.assertTrue(files.is_untouched(self.exercise))
        self.mine.write_text("my work\n")
        self.assertEqual(files.start(self.exercise), [])
        self.assertEqual(self.mine.read_text(), "my work\n")
        self.assertFalse(files.is_untouched(self.exercise))

    def test_reset_keeps_a_copy(self):
        files.start(self.exercise)
        self.mine.write_text("my work\n")
        [(path, copy)] = files.reset(self.exercise)
        self.assertEqual(path.read_text(), self.given)
        self.assertEqual(copy.read_text(), "my work\n")

    def test_diff_shows_what_changed(self):
        files.start(self.exercise)
        self.assertEqual(files.diff(self.exercise), [])
        self.mine.write_text("my work\n")
        self.assertIn("+my work", files.diff(self.exercise))

    def test_a_missing_starter_is_named(self):
        self.starter.unlink()
        with self.assertRaisesRegex(files.FileProblem, "answer.cpp is miss"):
            files.start(self.exercise)

    def test_a_changed_starter_is_named_before_anything_is_lost(self):
        files.start(self.exercise)
        self.mine.write_text("my work\n")
        self.starter.write_text("my work\n")
        for verb in (files.reset, files.diff):
            with self.assertRaisesRegex(files.FileProblem, "was changed"):
                verb(self.exercise)
        self.assertEqual(self.mine.read_text(), "my work\n")

    def test_a_changed_starter_without_reference_is_asked_of_git(self):
        (self.tree.sources / "answer.cpp").unlink()
        for command in (["init", "-q"], ["add", "-A"], [
                "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm",
                "x"]):
            subprocess.run(["git", *command], cwd=self.tree.root, check=True)
        self.assertEqual(files.start(self.exercise), [self.mine])
        self.mine.unlink()
        self.starter.write_text("other\n")
        with self.assertRaisesRegex(files.FileProblem, "was changed"):
            files.start(self.exercise)


if __name__ == "__main__":
    unittest.main()
