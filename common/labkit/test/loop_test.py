#!/usr/bin/env python3
"""Tests what the reader meets: quiz, watch, matrix, command line."""

import contextlib
import io
import os
import unittest

import support
from labkit import cli, matrix, quiz, state, watch

CHOICE = {"id": "Q-02-01", "kind": "choice", "question": "What is :inv:`I-1`?",
          "options": [{"text": "a ring", "right": False, "remark": "It is not"},
                      {"text": "a rule", "right": True, "remark": "Yes"}]}
OPEN = {"id": "Q-02-02", "kind": "open", "question": "Why?",
        "answer": "Because.", "wrong": [{"text": "So", "why": "no reason"}],
        "followups": [{"question": "And?", "answer": "Thus."}]}


class QuizTest(unittest.TestCase):
    """Questions at the terminal."""

    def ask(self, question, *answers):
        given = iter(answers)
        said = []
        progress = state.State(support.Tree(self).root / "progress.json")
        right = quiz.ask(question, progress, lambda prompt: next(given),
                         said.append)
        return right, "\n".join(said), progress

    def test_a_right_answer_at_once(self):
        right, said, progress = self.ask(CHOICE, "b")
        self.assertTrue(right)
        self.assertIn("b) right. Yes", said)
        self.assertTrue(progress.quiz_right("Q-02-01"))

    def test_a_wrong_answer_is_explained_and_asked_again(self):
        right, said, _ = self.ask(CHOICE, "z", "a", "b")
        self.assertFalse(right)
        self.assertIn("a) no. It is not", said)

    def test_an_open_question_shows_answer_wrong_answers_and_more(self):
        right, said, _ = self.ask(OPEN, "", "y")
        self.assertTrue(right)
        for text in ("Because.", "Often said: So", "no reason", "And then"):
            self.assertIn(text, said)

    def test_the_book_s_markup_becomes_text(self):
        self.assertEqual(quiz.plain("``go`` *is* **a** :term:`verb <x>`"),
                         "go is a verb")


class WatchTest(unittest.TestCase):
    """Changes of files."""

    def setUp(self):
        root = support.Tree(self).root
        self.one, self.two = root / "one", root / "two"
        self.one.write_text("1")

    def wait(self, *happenings):
        """Waits for a change while something happens at each look.

        @return (the paths that changed, how many looks it took)
        """
        looks = []

        def sleep(_seconds):
            looks.append(len(looks))
            if looks[-1] < len(happenings):
                happenings[looks[-1]]()

        seen = watch.times([self.one, self.two])
        changed, _ = watch.next_change([self.one, self.two], seen, sleep)
        return changed, len(looks)

    def test_a_save_and_a_new_file_are_seen(self):
        def save():
            self.two.write_text("2")
            os.utime(self.one, (1, 1))

        self.assertEqual(self.wait(save), ([self.one, self.two], 2))

    def test_an_editor_that_removes_and_writes_is_waited_for(self):
        changed, looks = self.wait(
            self.one.unlink, lambda: None,
            lambda: self.one.write_text("12"))
        self.assertEqual((changed, looks), ([self.one], 4))

    def test_it_reacts_within_a_second(self):
        self.assertLess(2 * watch.POLL_SECONDS, 1)


class MatrixTest(unittest.TestCase):
    """Who is to blame."""

    def rows(self):
        return [matrix.Row("reference", {1: 9, 2: 9}, {1: [], 2: []}),
                matrix.Row("steal", {1: 9, 2: 9}, {1: [], 2: []}),
                matrix.Row("ring", {1: 9, 2: 7}, {1: [], 2: ["x", "y"]})]

    def test_the_guilty_slot_is_named(self):
        [line] = matrix.blame(self.rows())
        self.assertEqual(line, "chapter 02 fails because of slot ring: x")

    def test_a_failure_of_the_reference_is_nobody_s(self):
        rows = self.rows()
        rows[0].failed[2] = ["x", "y"]
        self.assertIn("the reference itself", matrix.blame(rows)[-1])

    def test_the_table_has_a_row_per_slot(self):
        lines = matrix.table(self.rows())
        self.assertEqual(len(lines), 4)
        self.assertTrue(lines[3].endswith("BAD"))


class CommandLineTest(unittest.TestCase):
    """Wrong words on the command line."""

    def run_lab(self, *arguments):
        out, error = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), \
                contextlib.redirect_stderr(error):
            try:
                status = cli.main(arguments)
            except SystemExit as ended:
                status = ended.code
        return status, out.getvalue(), error.getvalue()

    def test_every_verb_has_help(self):
        for name in ("list next start test watch hint quiz swap matrix diff "
                     "reset status submit replay").split():
            status, out, _ = self.run_lab(name, "--help")
            self.assertEqual(status, 0)
            self.assertIn("usage: ./lab " + name, out)

    def test_unknown_exercises_slots_and_verbs_end_with_2(self):
        for arguments in (("start", "99.9"), ("swap", "nothing", "mine"),
                          ("frobnicate",)):
            status, _, error = self.run_lab(*arguments)
            self.assertEqual(status, 2, arguments)
            self.assertIn(arguments[-1] if len(arguments) == 1
                          else arguments[1], error)


if __name__ == "__main__":
    unittest.main()
