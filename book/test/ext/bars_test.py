"""Tests of the reading of pages and of the bars that chapters must reach."""

import contextlib
import io
import json
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "common" / "tools"))
import book_bars  # noqa: E402
import book_text  # noqa: E402

PAGE = """\
.. _here:

A title
=======

Two words, and ``a literal``, and :term:`a term <term>`.

- An item
  of two lines
- another :src:`chapters/01-a/src/a.cpp`

.. a comment
   that goes on

.. predict:: Which one?

   Text inside.

   .. reveal::

      More of it.

.. snippet:: chapters/01-a/src/a.cpp
   :region: push
   :caption: A caption
      of two lines
   :nodoc:

=====  ======
left   right
=====  ======
"""


class TextTest(unittest.TestCase):

    def read(self, text):
        return list(book_text.walk(book_text.blocks(text.split("\n"))))

    def test_directives_have_options_and_stand_at_their_line(self):
        snippet = next(block for block in self.read(PAGE)
                       if block.kind == "snippet")
        self.assertEqual(snippet.argument, "chapters/01-a/src/a.cpp")
        self.assertEqual(snippet.options, {
            "region": "push", "caption": "A caption of two lines",
            "nodoc": ""})
        self.assertEqual(PAGE.split("\n")[snippet.line - 1],
                         ".. snippet:: chapters/01-a/src/a.cpp")

    def test_text_is_found_inside_directives_and_comments_are_not(self):
        texts = [block.text for block in self.read(PAGE)
                 if block.kind == "paragraph"]
        self.assertEqual(texts, [
            "A title",
            "Two words, and ``a literal``, and :term:`a term <term>`.",
            "An item of two lines",
            "another :src:`chapters/01-a/src/a.cpp`", "Text inside.",
            "More of it."])

    def test_a_table_is_no_paragraph(self):
        table = [block for block in self.read(PAGE) if block.kind == "table"]
        self.assertEqual([block.text for block in table], ["left   right"])

    def test_a_literal_block_is_found(self):
        kinds = [(block.kind, block.text)
                 for block in self.read("So::\n\n  int a;\n\n  int b;\n\nEnd")]
        self.assertEqual(kinds, [("paragraph", "So::"),
                                 ("literal", "  int a;\n\n  int b;"),
                                 ("paragraph", "End")])

    def test_words_are_those_that_a_reader_sees(self):
        self.assertEqual(book_text.words(
            "Two words, and ``a literal`` and :term:`a term <term>`."), 7)


class BarsTest(unittest.TestCase):

    def chapter(self, files):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        root = pathlib.Path(folder.name)
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return book_bars.Chapter(root, root / "book/chapters/01-a")

    def values(self, page, **files):
        files = {"book/chapters/01-a/index.rst": page} | files
        return {name: value for name, (value, _) in
                book_bars.values(self.chapter(files)).items()}

    def test_kinds_are_counted_wherever_they_stand(self):
        found = self.values(
            ".. aside:: A\n\n   .. widget:: trace\n      :data: 01/a\n\n"
            ".. graphviz::\n\n   digraph {}\n\n.. sketch::\n\n   int a;\n\n"
            ".. widget:: trace\n   :data: 02/b\n\n.. recorded:: 01/a\n\n"
            ".. drawing:: ../../_recorded/01/a.out\n\n.. quiz:: Q-01-01\n")
        for name, expected in [
                ("figures", 4), ("figures from a run", 2), ("sketches", 1),
                ("recorded outputs", 1), ("quizzes", 1),
                ("pages without a quiz", 0)]:
            self.assertEqual(found[name], expected, name)

    def test_long_paragraphs_and_captions_are_found(self):
        found = self.values("word " * 130 + "\n\n.. recorded:: 01/a\n"
                            "   :caption: " + "word " * 140 + "\n")
        self.assertEqual(found["longest paragraph"], 140)
        self.assertEqual(found["words"], 270)
        self.assertEqual(found["pages without a quiz"], 1)

    def test_listings_are_measured_in_their_sources(self):
        found = self.values(
            ".. snippet:: a.cpp\n   :region: x\n",
            **{"a.cpp": "// [doc:x]\n  int a;\n\n  int bc;\n// [/doc:x]\n"})
        self.assertEqual(found["longest listing"], 3)
        self.assertEqual(found["widest listing"], 7)

    def test_terms_and_remarks_are_counted(self):
        bank = {"questions": [{"id": "Q", "options": [
            {"text": "a", "remark": "why"}, {"text": "b"}]}, {"id": "R"}]}
        found = self.values("Text.\n", **{
            "book/chapters/01-a/_terms.txt":
                "# Terms\nG: a goroutine,\n   more of it\nM | machine: one\n",
            "exercises/01-a/quiz.json": json.dumps(bank)})
        self.assertEqual(found["new terms"], 2)
        self.assertEqual(found["options without a remark"], 1)

    def test_labs_and_their_tests_are_counted(self):
        def test(tier, points, visibility="public"):
            return {"tier": tier, "points": points, "visibility": visibility}

        labs = {"labs": [
            {"id": "01.1", "tests": [test(1, 40), test(3, 20),
                                     test(6, 40, "hidden")]},
            {"id": "01.2", "tests": [test(3, 50), test(6, 50, "hidden")]},
            {"id": "01.3", "tests": [], "rubric": [{"points": 100}]},
            {"id": "01.4", "tests": [test(0, 90)]},
            {"id": "01.5", "tests": [test(0, 100)],
             "rubric": [{"points": 100}]}]}
        found = self.values(
            "Text.\n", **{"exercises/01-a/labs.json": json.dumps(labs)})
        self.assertEqual(found["labs"], 5)
        self.assertEqual(found["public tests of labs"], 4)
        self.assertEqual(found["schedule tests of labs"], 2)
        self.assertEqual(found["labs of other points"], 2)

    def test_a_missed_bar_is_said_and_counted(self):
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            missed = book_bars.print_chapter(
                self.chapter({"book/chapters/01-a/index.rst": "Text.\n"}))
        self.assertGreater(missed, 5)
        self.assertRegex(said.getvalue(),
                         r"MISS  words +1  6000 to 9000\n")
        self.assertRegex(said.getvalue(), r"ok    sketches +0  at most 3\n")

    def test_typed_code_is_found_on_every_page(self):
        chapter = self.chapter({
            "book/front/a.rst": ".. code-block:: console\n\n   $ make\n",
            "book/front/b.rst": ".. code-block:: cpp\n\n   int a;\n",
            "book/front/c.rst": "So::\n\n   int a;\n",
            "book/test/fixture.rst": "So::\n\n   int a;\n"})
        self.assertEqual(list(book_bars.typed_code(chapter.root)), [
            ("book/front/b.rst:1", "code-block cpp"),
            ("book/front/c.rst:3", "a literal block")])


if __name__ == "__main__":
    unittest.main()
