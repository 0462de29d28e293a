"""Tests of code, outputs and numbers on the pages of small books."""

import json
import re
import unittest

from small_site import Site

SOURCE = """\
int before();
// [doc:push]
  /// Pushes.
  int push() {
    return 1 | 2;
  }
// [/doc:push]
int after();
"""
CHAPTER = {
    "chapters/01-first/src/a.cpp": SOURCE,
    "chapters/01-first/src/b.S": "1:      movq %rsp, (%rdi)  // keep\n",
    "chapters/01-first/include/strata/a.hpp": "int push();\n",
    "chapters/01-first/steps/01_one.cpp": "int main() {}\n",
    "chapters/01-first/CMakeLists.txt":
        "strata_chapter(NUMBER 1 NAME first)\n",
    "book/_recorded/01/a.cmd": "run: step 01/01\n",
    "book/_recorded/01/a.out": "".join(f"line {n}\n" for n in range(1, 7)),
    "book/_recorded/01/data.cmd": "run: step 01/01\nformat: json\n",
    "book/_recorded/01/none.cmd": "run: step 01/01\n",
    "book/claims.json": json.dumps({"claims": [
        {"id": "c1-a", "record": "01/a", "pick": r"line (4)", "low": 1,
         "high": 9, "text": "{} times", "value": "4", "date": "2026-01-02",
         "machine": "a machine", "what": "How often."},
        {"id": "c1-new", "record": "01/a", "pick": r"line (5)", "low": 1,
         "high": 9, "text": "{}"}]}),
    "book/appendix/claims.rst": "Numbers\n=======\n\n.. claims-table::\n",
}
INDEX = "First\n=====\n\n.. toctree::\n\n   appendix/claims\n\n"
SNIPPET = ".. snippet:: chapters/01-first/src/a.cpp\n   :region: push\n"


def plain(html):
    return re.sub(r"<[^>]*>", "", html)


class CodeTest(unittest.TestCase):

    def site(self, text, files=None):
        site = Site(["strata_code"], {
            **CHAPTER, **(files or {}), "book/index.rst": INDEX + text})
        self.addCleanup(site.close)
        return site

    def good(self, text, files=None):
        """Builds a site that must not warn; returns it."""
        site = self.site(text, files)
        self.assertEqual(site.build(), "")
        return site

    def warning(self, text, files=None):
        return self.site(text, files).build()


class SnippetTest(CodeTest):

    def test_lines_have_ids_and_numbers_and_markers_are_gone(self):
        page = self.good(SNIPPET + "   :name: lst-push\n").page()
        self.assertIn('<span id="lst-push-L-1" data-line="3">', page)
        self.assertIn('<span id="lst-push-L-4" data-line="6">', page)
        self.assertIn('id="lst-push"', page)
        self.assertNotIn("doc:", page)

    def test_marks_are_found_by_text_and_context_is_dim(self):
        page = self.good(SNIPPET + "   :mark: 1 \\| 2 | int push\n"
                         "   :context: 1\n   :name: x\n").page()
        marked = re.findall(r'<span class="hll">(.*?)\n</span>', page, re.S)
        self.assertEqual([plain(one).strip() for one in marked],
                         ["int push() {", "return 1 | 2;"])
        self.assertIn('<span id="x-L-1" class="dim" data-line="1">', page)

    def test_the_caption_names_and_links_the_lines(self):
        page = self.good(SNIPPET + "   :caption: It *moves*\n").page()
        self.assertRegex(page, r'Listing 1 </span>.*It <em>moves</em>.*href="'
                         r'source/chapters/01-first/src/a.cpp.html#L-3"')
        self.assertIn("01-first/src/a.cpp:3\u20136", page)

    def test_a_reference_shows_the_number(self):
        page = self.good("See :numref:`lst`.\n\n" + SNIPPET
                         + "   :name: lst\n   :caption: A\n").page()
        self.assertIn('<span class="std std-numref">Listing 1</span>', page)

    def test_documentation_can_be_left_out(self):
        page = self.good(SNIPPET + "   :nodoc:\n").page()
        self.assertNotIn("Pushes", page)
        self.assertIn('id="code-push-L-1" data-line="4"', page)

    def test_assembly_is_highlighted(self):
        page = self.good(".. snippet:: chapters/01-first/src/b.S\n").page()
        self.assertIn('<span class="k">movq</span>', page)

    def test_what_is_missing_is_an_error(self):
        for expected, text in [
                ("no region [doc:pop]; there is: push",
                 SNIPPET.replace("push", "pop")),
                ("no line holds the text to mark: goto",
                 SNIPPET + "   :mark: goto\n"),
                ("No such file", SNIPPET.replace("a.cpp", "z.cpp"))]:
            with self.subTest(expected=expected):
                said = self.warning(text)
                self.assertIn(expected, said)
                self.assertRegex(said, r"index.rst:\d+: ERROR")

    def test_listings_that_do_not_fit_a_page_are_warned_of(self):
        text = ".. snippet:: chapters/01-first/src/long.cpp\n"
        for expected, source in [
                ("41 lines, at most 40", "int a;\n" * 41),
                ("at most 76 columns fit, line 2 has 77",
                 "int a;\n" + "x" * 77 + "\n")]:
            with self.subTest(expected=expected):
                self.assertIn(expected, self.warning(
                    text, {"chapters/01-first/src/long.cpp": source}))

    def test_a_name_that_stands_twice_in_the_tree_is_warned_of(self):
        self.assertIn("region [doc:push] stands twice", self.warning(
            SNIPPET, {"chapters/01-first/src/c.cpp": SOURCE}))

    def test_latex_gets_a_plain_listing_with_a_caption(self):
        site = self.site(SNIPPET + "   :caption: It moves\n   :context: 1\n")
        self.assertEqual(site.build("latex"), "")
        tex = site.page("test.tex", "latex")
        self.assertRegex(tex, r"sphinxSetupCaptionForVerbatim\{It moves")
        self.assertIn(r"\PYG{k+kt}{int}", tex)

    def test_a_sketch_says_that_it_is_one(self):
        page = self.good(".. sketch::\n   :caption: An idea\n\n   int a;\n"
                         "   int b;\n").page()
        self.assertIn("a sketch, not from a source", page)
        self.assertIn('id="sketch-L-2"', page)

    def test_a_sketch_is_short(self):
        self.assertIn("9 lines, it may have 1 to 8", self.warning(
            ".. sketch::\n\n" + "   int a;\n" * 9))


class SourcePageTest(CodeTest):

    NAME = "source/chapters/01-first/src/a.cpp.html"

    def test_it_says_which_listing_explains_which_lines(self):
        page = self.good(SNIPPET + "   :name: lst\n   :caption: It moves\n"
                         ).page(self.NAME)
        self.assertIn('<a href="#L-3">Lines 3\u20136</a>: <a href="../../../../'
                      'index.html#lst">Listing 1, It moves</a>, in '
                      "<cite>First</cite>", page)
        self.assertRegex(page, r'class="told-by"[^>]*>Listing 1, It moves</a>'
                         r'<span id="L-3" class="told"><i>3</i>')
        self.assertIn('<span id="L-8"><i>8</i>', page)
        self.assertNotIn("doc:push", page)

    def test_public_files_have_a_page_without_being_used(self):
        site = self.good("Text.\n")
        page = site.page("source/chapters/01-first/include/strata/a.hpp.html")
        self.assertIn("No listing of the book shows this file yet", page)

    def test_the_role_links_to_a_file_or_lines(self):
        page = self.good(":src:`chapters/01-first/include/strata/a.hpp` "
                         ":src:`chapters/01-first/src/a.cpp:4-5`\n").page()
        self.assertIn(">strata/a.hpp<", page)
        self.assertIn('a.cpp.html#L-4"', page)

    def test_the_role_knows_files_and_lines(self):
        for expected, text in [
                ("no file chapters/z.cpp", ":src:`chapters/z.cpp`\n"),
                ("has no line 99",
                 ":src:`chapters/01-first/src/a.cpp:99`\n")]:
            with self.subTest(expected=expected):
                self.assertIn(expected, self.warning(text))

    def test_pages_are_written_only_when_something_changed(self):
        site = self.good(SNIPPET)
        used = site.path(self.NAME)
        other = site.path("source/chapters/01-first/src/b.S.html")
        before = [path.stat().st_mtime_ns for path in (used, other)]
        site.build()
        self.assertEqual(
            before, [path.stat().st_mtime_ns for path in (used, other)])
        site.write({"chapters/01-first/src/a.cpp": "\n" + SOURCE})
        site.build()
        self.assertNotEqual(before[0], used.stat().st_mtime_ns)
        self.assertEqual(before[1], other.stat().st_mtime_ns)
        self.assertIn('data-line="4"', site.page())


    def test_the_page_of_a_source_that_is_gone_goes_too(self):
        site = self.good("Text.\n")
        page = site.path("source/chapters/01-first/src/b.S.html")
        self.assertTrue(page.exists())
        (site.root / "chapters/01-first/src/b.S").unlink()
        site.build()
        self.assertFalse(page.exists())


class RecordedTest(CodeTest):

    def test_the_command_stands_above_the_output(self):
        page = self.good(".. recorded:: 01/a\n   :name: out\n"
                         "   :caption: Six lines\n").page()
        self.assertRegex(plain(page), r"\$ make step STEP=01/01\nline 1\n")
        self.assertIn('id="out-L-2"', page)

    def test_a_part_says_what_it_leaves_out(self):
        page = plain(self.good(".. recorded:: 01/a\n   :lines: 2-3, 5\n")
                     .page())
        self.assertIn("\u2026 1 line left out\nline 2\nline 3\n"
                      "\u2026 1 line left out\nline 5\n"
                      "\u2026 1 line left out", page)

    def test_marks_are_found_in_the_output_only(self):
        page = self.good(".. recorded:: 01/a\n   :mark: line 2\n").page()
        self.assertRegex(page, r'-L-3"><span class="hll"><span class="go">'
                         "line 2")
        self.assertIn("no line holds", self.warning(
            ".. recorded:: 01/a\n   :mark: STEP\n"))

    def test_what_was_not_recorded_is_an_error(self):
        for expected, name in [
                ("no recording book/_recorded/01/z.cmd", "01/z"),
                ("never recorded: make record REC=01/none", "01/none"),
                ("is data for figures", "01/data")]:
            with self.subTest(name=name):
                self.assertIn(expected, self.warning(f".. recorded:: {name}\n"))

    def test_ranges_are_checked(self):
        for option in ("5-9", "3, 2", "0-1", "all"):
            with self.subTest(option=option):
                self.assertIn("lines: ", self.warning(
                    f".. recorded:: 01/a\n   :lines: {option}\n"))


class ClaimTest(CodeTest):

    def test_a_number_links_to_its_row(self):
        site = self.good("It is :claim:`c1-a`.\n")
        self.assertIn('href="appendix/claims.html#claim-c1-a"><span '
                      'class="claim">4 times</span>', site.page())
        table = site.page("appendix/claims.html")
        self.assertIn('<tr id="claim-c1-a"', table.replace(
            ' class="row-even"', "").replace(' class="row-odd"', ""))
        for text in ("How often.", "make step STEP=01/01", "1 to 9",
                     "2026-01-02, a machine", "First"):
            self.assertIn(text, plain(table))

    def test_unknown_and_unmeasured_numbers_are_errors(self):
        self.assertIn("no claim c9", self.warning(":claim:`c9`\n"))
        self.assertIn("c1-new is not measured yet: make record REC=01/a",
                      self.warning(":claim:`c1-new`\n"))

    def test_a_new_value_reaches_the_page_and_the_table(self):
        site = self.good("It is :claim:`c1-a`.\n")
        site.write({"book/claims.json": CHAPTER["book/claims.json"].replace(
            '"value": "4"', '"value": "5"')})
        self.assertEqual(site.build(), "")
        self.assertIn("5 times", site.page())
        self.assertIn("5 times", site.page("appendix/claims.html"))

    def test_the_table_follows_the_use_of_a_number(self):
        site = self.good("Nothing.\n")
        self.assertIn("On no page yet", site.page("appendix/claims.html"))
        site.write({"book/index.rst": INDEX + ":claim:`c1-a`\n"})
        site.build()
        self.assertNotIn("On no page yet", site.page("appendix/claims.html"))


if __name__ == "__main__":
    unittest.main()
