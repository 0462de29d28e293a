"""Tests of what the question bank accepts, and of what it says is wrong."""

import json
import pathlib
import sys
import tempfile
import unittest

BOOK = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(BOOK / "_ext"))

import strata_bank  # noqa: E402


def choice(**changes):
    """Returns a good multiple-choice question, changed."""
    question = {
        "id": "Q-01-01", "kind": "choice", "question": "What?",
        "options": [
            {"text": "this", "right": True, "remark": "because"},
            {"text": "that", "right": False, "remark": "since not"},
        ],
    }
    return {**question, **changes}


def open_question(**changes):
    """Returns a good open question, changed."""
    question = {"id": "Q-01-20", "kind": "open", "level": "junior",
                "question": "Why?", "answer": "So."}
    return {**question, **changes}


class BankTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, text, name="01-first"):
        path = self.root / "exercises" / name / "quiz.json"
        path.parent.mkdir(parents=True)
        path.write_text(text)

    def bank(self, *questions, name="01-first", chapter=1):
        self.write(json.dumps(
            {"chapter": chapter, "questions": list(questions)}), name)

    def mistakes(self, *questions):
        self.bank(*questions)
        with self.assertRaises(strata_bank.BankError) as caught:
            strata_bank.load(self.root)
        return str(caught.exception)

    def test_good_questions_come_by_id_with_chapter_and_file(self):
        self.bank(choice(), open_question())
        self.bank(choice(id="Q-02-01"), name="02-next", chapter=2)
        bank = strata_bank.load(self.root)
        self.assertEqual(list(bank), ["Q-01-01", "Q-01-20", "Q-02-01"])
        self.assertEqual(bank["Q-02-01"]["chapter"], 2)
        self.assertEqual(bank["Q-02-01"]["file"].parent.name, "02-next")

    def test_a_tree_without_banks_has_no_questions(self):
        self.assertEqual(strata_bank.load(self.root), {})

    def test_a_mistake_names_file_and_id(self):
        said = self.mistakes(choice(options=[]))
        self.assertIn("01-first/quiz.json: Q-01-01: ", said)
        self.assertIn("fewer than two options", said)

    def test_a_choice_needs_a_right_option(self):
        options = [{"text": "a", "right": False, "remark": "no"}] * 2
        self.assertIn("no option is right",
                      self.mistakes(choice(options=options)))

    def test_each_option_needs_a_remark(self):
        options = [{"text": "a", "right": True, "remark": "yes"},
                   {"text": "b", "right": False}]
        self.assertIn("options 2: no 'remark'",
                      self.mistakes(choice(options=options)))

    def test_an_empty_remark_is_none(self):
        options = [{"text": "a", "right": True, "remark": " "},
                   {"text": "b", "right": False, "remark": "no"}]
        self.assertIn("options 1: 'remark' is empty",
                      self.mistakes(choice(options=options)))

    def test_unknown_fields_are_mistakes(self):
        self.assertIn("unknown field 'remarks'",
                      self.mistakes(choice(remarks="")))

    def test_ids_belong_to_the_chapter_of_their_file(self):
        self.assertIn("id is not Q-01-NN",
                      self.mistakes(choice(id="Q-02-01")))

    def test_an_id_is_there_once(self):
        self.assertIn("Q-01-01 is there twice",
                      self.mistakes(choice(), choice()))

    def test_an_open_question_has_one_of_three_levels(self):
        self.assertIn("level is none of",
                      self.mistakes(open_question(level="expert")))

    def test_wrong_answers_say_why(self):
        said = self.mistakes(open_question(wrong=[{"text": "x"}]))
        self.assertIn("wrong 1: no 'why'", said)

    def test_text_that_is_no_json_is_a_mistake_of_the_file(self):
        self.write("{")
        with self.assertRaises(strata_bank.BankError) as caught:
            strata_bank.load(self.root)
        self.assertIn("01-first/quiz.json", str(caught.exception))

    def test_all_mistakes_are_said_at_once(self):
        said = self.mistakes(choice(kind="poll"),
                             open_question(answer=""))
        self.assertEqual(len(said.split("\n")), 2)

    def test_the_banks_of_the_book_are_good(self):
        strata_bank.load()


if __name__ == "__main__":
    unittest.main()
