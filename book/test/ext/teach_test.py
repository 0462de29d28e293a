"""Tests of the boxes that teach, on the pages of small books."""

import json
import re
import unittest
from unittest import mock

from small_site import Site

HEAD = "First\n=====\n\n"
BANK = {
    "chapter": 1,
    "questions": [
        {"id": "Q-01-01", "kind": "choice", "question": "Which ``one``?",
         "options": [
             {"text": "this", "right": True, "remark": "Yes, *this*."},
             {"text": "that", "right": False, "remark": "That is not."}]},
        {"id": "Q-01-02", "kind": "choice", "question": "Which ones?",
         "options": [
             {"text": "a", "right": True, "remark": "One."},
             {"text": "b", "right": True, "remark": "Two."}]},
        {"id": "Q-01-20", "kind": "open", "level": "senior",
         "question": "Why?", "answer": "Because:\n\n- one\n- two",
         "wrong": [{"text": "Just so.", "why": "It is not a reason."}],
         "followups": [{"question": "Really?", "answer": "Really."}]},
        {"id": "Q-01-21", "kind": "open", "level": "junior",
         "question": "What?", "answer": "That."},
    ],
}
EXERCISE = """\
.. exercise:: Do it
   :stars: 2
   :minutes: 90
   :lab: 01.1
   :name: ex-do

   The goal.

   .. hint::

      A step.

   .. hint:: with a title

      Another one.

   .. answer::

      So it is.
"""
PREDICT = """\
.. predict:: Which line is first?

   - [ ] Ann
   - [x] ``Bob``

   .. reveal::

      It is Bob.
"""


def plain(html):
    """Returns the words of some HTML."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


class TeachTest(unittest.TestCase):

    def site(self, text, builder="html"):
        site = Site(["strata_teach"], {
            "book/index.rst": HEAD + text,
            "bank/exercises/01-first/quiz.json": json.dumps(BANK)})
        self.addCleanup(site.close)
        conf = site.path("conf.py", "book")
        conf.write_text(conf.read_text().replace(
            '"code-block": "Listing %s"', '"exercise": "Exercise %s"')
            + f"strata_bank_root = {str(site.root / 'bank')!r}\n")
        self.said = site.build(builder)
        return site

    def page(self, text):
        """Returns the HTML of a page that must not warn."""
        html = self.site(text).page()
        self.assertEqual(self.said, "")
        return html

    def warning(self, text):
        self.site(text)
        return self.said

    # ---- exercise, hint, answer, details
    def test_an_exercise_is_numbered_and_says_its_facts(self):
        html = self.page(EXERCISE + "\nSee :numref:`ex-do`.\n")
        self.assertRegex(plain(html), r"See Exercise 1 \.")
        self.assertIn('aria-label="2 of 5 stars"', html)
        self.assertIn("1 h 30 min", html)
        self.assertIn("lab 01.1", html)

    def test_hints_are_counted_when_there_are_several(self):
        words = plain(self.page(EXERCISE))
        self.assertIn("Hint 1 A step.", words)
        self.assertIn("Hint 2 with a title Another one.", words)

    def test_a_single_hint_has_no_number(self):
        html = self.page(".. exercise:: X\n\n   Text.\n\n   .. hint::\n\n"
                         "      Words.\n")
        self.assertIn("Hint Words.", plain(html))

    def test_six_stars_are_an_error(self):
        self.assertIn("the most is 5", self.warning(
            ".. exercise:: X\n   :stars: 6\n\n   Text.\n"))

    def test_what_folds_is_a_details_element(self):
        html = self.page(".. details:: How *we* did\n\n   So.\n\n"
                         ".. answer::\n\n   Thus.\n")
        self.assertRegex(html, r'<details class="details">\s*<summary>How '
                               r"<em>we</em> did</summary>")
        self.assertRegex(html, r'<details class="answer">')

    # ---- aside, misconception, go-note
    def test_a_note_in_the_margin_is_short(self):
        self.page(".. aside:: Title\n\n   Few words.\n")
        self.assertIn("aside: 61 words, the most is 60",
                      self.warning(".. aside::\n\n   " + "word " * 61))

    def test_quotation_marks_become_typographic(self):
        html = self.page('.. misconception:: "A thin thread"\n\n   No.\n')
        self.assertIn("“A thin thread”", html)

    def test_what_go_does_names_symbol_file_and_version(self):
        html = self.page(".. go-note:: `schedule`, proc.go, 1.26\n\n"
                         "   Words.\n")
        self.assertIn("What Go does schedule in proc.go , Go 1.26 Words.",
                      plain(html))
        self.assertIn("wants symbol, file and version", self.warning(
            ".. go-note:: schedule\n\n   Words.\n"))

    def test_the_coverage_page_learns_what_a_box_covers(self):
        with mock.patch("strata_teach.note_seeds") as note:
            self.page(".. misconception:: It is so\n   :seeds: X-1, X-2\n"
                      "   :name: so\n\n   It is not.\n")
        self.assertEqual(note.call_args[0][1:4],
                         ("index", ["X-1", "X-2"], "so"))

    # ---- predict
    def test_choices_become_buttons_of_one_group(self):
        html = self.page(PREDICT + "\n" + PREDICT)
        groups = re.findall(r'<input name="([^"]*)" type="radio"', html)
        self.assertEqual(len(groups), 4)
        self.assertEqual(len(set(groups)), 2)
        self.assertEqual(html.count('data-right="1"'), 2)
        self.assertNotIn("[ ]", html)

    def test_the_answer_reads_without_a_script(self):
        html = self.page(PREDICT)
        self.assertRegex(html, r'<details class="reveal">')
        self.assertIn("widgets/predict.js", html)

    def test_a_prediction_has_one_answer(self):
        self.assertIn("wants one nested", self.warning(
            ".. predict:: What?\n\n   Text.\n"))

    # ---- quiz, questions
    def test_a_quiz_has_a_folded_remark_for_each_option(self):
        html = self.page(".. quiz:: Q-01-01\n")
        self.assertEqual(html.count('type="radio"'), 2)
        self.assertEqual(html.count('<details class="remark">'), 2)
        self.assertIn("Right. Yes, this .", plain(html))
        self.assertIn("Not so. That is not.", plain(html))
        self.assertIn('id="q-01-01"', html)

    def test_two_right_options_are_check_boxes(self):
        html = self.page(".. quiz:: Q-01-02\n")
        self.assertEqual(html.count('type="checkbox"'), 2)
        self.assertIn("More than one is right.", html)

    def test_the_script_comes_only_with_a_quiz(self):
        self.assertIn("quiz.js", self.page(".. quiz:: Q-01-01\n"))
        self.assertNotIn("quiz.js", self.page("Text.\n"))

    def test_an_unknown_question_is_an_error(self):
        self.assertIn("no question Q-01-99",
                      self.warning(".. quiz:: Q-01-99\n"))

    def test_open_questions_come_by_level(self):
        html = self.page(".. questions:: 01\n")
        words = plain(html)
        self.assertLess(words.index("Junior"), words.index("Senior"))
        self.assertRegex(html, r"<h2[^>]*>Junior</h2>")
        self.assertIn("<li><p>one</p></li>", html)
        self.assertIn("Just so.", words)
        self.assertIn("And then: Really? Really.", words)

    def test_one_level_has_no_heading(self):
        words = plain(self.page(".. questions:: 01\n   :level: junior\n"))
        self.assertIn("What? Answer That.", words)
        self.assertNotIn("Why?", words)
        self.assertNotIn("Junior", words)

    # ---- title card
    def test_a_title_card_gives_time_in_hours(self):
        html = self.page(
            ".. title-card:: 1\n   :layer: switch\n   :slots: one\n"
            "   :needs: C++\n   :read: 70\n   :do: 240\n"
            "   :claim: It *works*.\n")
        self.assertIn("1 h 10 min to read, 4 h to do", plain(html))
        self.assertIn("<em>works</em>", html)

    def test_a_title_card_lacks_nothing(self):
        self.assertIn("lacks layer, slots", self.warning(
            ".. title-card:: 1\n   :needs: C++\n"))

    # ---- LaTeX
    def test_latex_shows_everything_in_order(self):
        site = self.site(EXERCISE + "\n" + PREDICT
                         + "\n.. quiz:: Q-01-01\n\n.. questions:: 01\n",
                         "latex")
        self.assertEqual(self.said, "")
        tex = next(site.path("", "latex").glob("*.tex")).read_text()
        self.assertEqual(tex.count(r"\begin{sphinxadmonition}"),
                         tex.count(r"\end{sphinxadmonition}"))
        places = [tex.index(words) for words in
                  ("Exercise 1: Do it", "Hint 1:", "Hint 2: with a title",
                   "Answer:", "Predict:", "It is Bob", "Not so.",
                   "Answers that miss:", "And then: Really?")]
        self.assertEqual(sorted(places), places)
        self.assertNotIn("This is my guess", tex)


if __name__ == "__main__":
    unittest.main()
