#!/usr/bin/env python3
"""Tests the reading of the site's texts: words that must not stand there,
and solutions that must not be shown."""

import pathlib
import sys
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOOLS))
import check_texts  # noqa: E402 (found only with the path above)

SOLUTION = """#include <atomic>

// The reader's task: a ticket lock.
void TicketLock::lock() {
  const auto mine = next_.fetch_add(1, std::memory_order_relaxed);
  while (serving_.load(std::memory_order_acquire) != mine) {
    strata::yield();
  }
  owner_ = strata::this_goroutine();
}
"""


class CheckTextsTest(unittest.TestCase):
    """Each test makes a tree with a site, sources and solutions."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.site = self.root / "build/html"

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def page(self, body):
        self.write("build/html/page.html", f"<title>x</title>{body}")

    def words(self):
        return check_texts.words_of_pages(self.site)

    def private(self):
        return check_texts.private_texts(self.site, self.root)[0]

    # ---- words

    def test_unfinished_work_is_found_with_page_and_place(self):
        self.page('<h2 id="why">Why</h2><p>TODO: say why</p>')
        self.assertEqual(len(self.words()), 1)
        self.assertTrue(self.words()[0].startswith('page.html#why: "TODO"'))

    def test_texts_for_screen_readers_are_read(self):
        self.page('<img alt="FIXME">')
        self.assertEqual(len(self.words()), 1)

    def test_paths_of_one_machine_are_found_in_pages_and_data(self):
        self.page("<pre>at /home/ann/strata/a.cpp:3</pre>")
        self.write("build/html/_static/data.js", 'x = {"at": "/tmp/a.cpp"}')
        self.assertEqual(len(self.words()), 2)

    def test_only_the_address_of_make_serve_is_known(self):
        self.page("<p>http://127.0.0.1:8000/ and http://localhost:9999/</p>")
        self.assertEqual(len(self.words()), 1)
        self.assertIn("9999", self.words()[0])

    def test_scripts_and_longer_words_are_no_text(self):
        self.page("<script>var TODO;</script><p>obsession, mastodon, "
                  "sessionStorage, chapters/tmp/x</p>")
        self.assertEqual(self.words(), [])

    def test_sources_are_read_line_by_line(self):
        self.write("book/chapters/01/a.rst", "one\nFIXME two\n")
        found = check_texts.words_of_sources(self.root)
        self.assertEqual(len(found), 1)
        self.assertTrue(found[0].startswith("book/chapters/01/a.rst:2:"))

    # ---- private texts

    def test_a_solution_in_a_page_is_found(self):
        self.write("solutions-private/01/lock.cpp", SOLUTION)
        self.page(f"<pre>{SOLUTION.replace('<', '&lt;')}</pre>")
        self.assertEqual(len(self.private()), 1)
        self.assertIn("solutions-private/01/lock.cpp", self.private()[0])

    def test_colored_and_numbered_lines_are_the_same_text(self):
        self.write("solutions-private/01/lock.cpp", SOLUTION)
        lines = SOLUTION.replace("<", "&lt;").splitlines()
        colored = "\n".join(
            f'<span class="linenos">{number}</span>'
            f'<span class="n">{line}</span>'
            for number, line in enumerate(lines, 1))
        self.page(f"<pre>{colored}</pre>")
        self.assertEqual(len(self.private()), 1)

    def test_a_solution_in_a_script_is_found(self):
        self.write("solutions-private/01/lock.cpp", SOLUTION)
        self.page("<p>x</p>")
        self.write("build/html/_static/lock.js",
                   'show("' + SOLUTION.replace("\n", "\\n") + '")')
        self.assertEqual(len(self.private()), 1)

    def test_prose_is_found_however_its_lines_are_broken(self):
        note = "\n".join(f"The note number {n} says something of its own."
                         for n in range(6))
        self.write("solutions-private/01/notes.md", note)
        self.page(f"<p>{' '.join(note.split())}</p>")
        self.assertEqual(len(self.private()), 1)

    def test_four_lines_alike_are_no_solution(self):
        self.write("solutions-private/01/lock.cpp", SOLUTION)
        few = "\n".join(SOLUTION.replace("<", "&lt;").splitlines()[:5])
        self.page(f"<pre>{few}</pre>")
        self.assertEqual(self.private(), [])

    def test_what_the_starter_holds_anyway_is_no_secret(self):
        self.write("solutions-private/01/lock.cpp", SOLUTION)
        self.write("exercises/01/starter/lock.cpp", SOLUTION)
        self.page(f"<pre>{SOLUTION.replace('<', '&lt;')}</pre>")
        self.assertEqual(self.private(), [])

    def test_a_copy_without_the_folder_of_solutions_passes(self):
        self.page("<p>x</p>")
        self.assertEqual(self.private(), [])


if __name__ == "__main__":
    unittest.main()
