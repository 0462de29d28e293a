"""Tests of the API pages: nothing lost, nothing undocumented, links right."""

import html
import pathlib
import re
import sys
import unittest
from unittest import mock

import small_site

import breathe_cxx20
import doxygen_xml

ROOT = pathlib.Path(__file__).resolve().parents[3]

QUEUE = """\
/// @file
/// @brief Queues things.
///
/// Threads
///   One at a time.
#pragma once

/// Says hello.
#define STRATA_HELLO(name) greet(name)
#define STRATA_GONE 1
#undef STRATA_GONE

namespace strata::queue {

namespace detail {
struct Hidden {};
void hide();
}  // namespace detail

/// Wants a word.
template <class T>
concept Word = sizeof(T) <= 8;

/// What may go wrong.
enum class Result {
  kFull,   ///< no room
  kEmpty,  ///< nothing there
};

/// Holds an answer.
struct [[nodiscard]] Answer {
  /// Whether it is one.
  bool good = false;
};

/// Keeps words in order.
/// @tparam T a word
template <class T>
  requires Word<T>
class Queue {
 public:
  /// Makes an empty queue.
  Queue();
  Queue(const Queue&) = delete;
  /// Counts.
  /// @return how many
  [[nodiscard]] int size() const noexcept { return 0; }
  /// Puts a word. @param word any
  void put(T word)
    requires(sizeof(T) > 1);

 private:
  int secret_ = 0;
};

/// Adds up. @param a one. @param b another. @return the sum
template <class T>
  requires Word<T>
[[nodiscard]] T add(T a, T b);

/// Adds to a pointer. @param a one. @param b another. @return the sum
template <class T>
T* add(T* a, int b);

/// Waits for a word. @param out where to
/// @errors fatal when it is late
/// @memorder acquire
/// @goname{chanrecv, chan.go}
/// @blocks{G}
void wait(int& out);

}  // namespace strata::queue
"""

CARELESS = """\
/// @file
/// @brief Documents less than it should.
#pragma once

namespace strata {

void nobody_knows();

/// Does a thing. @param one explained
void half(int one, int two);

/// Names states.
enum class State { kOn };

/// Holds things.
struct Holder {
  int mystery = 0;
};

}  // namespace strata
"""

PAGE = "Page\n====\n\n.. strata-api:: strata/%s.hpp\n"
HEADER = "common/include/strata/%s.hpp"


def site_of(headers, pages):
    """Makes a book about headers; pages are {name: header or text}."""
    files = {HEADER % name: text for name, text in headers.items()}
    files |= {f"book/{page}.rst": PAGE % name for page, name in pages.items()}
    return small_site.Site(["strata_api"], files)


def words(page):
    """Returns a page's text without its marks."""
    return html.unescape(re.sub(r"<[^>]*>", "", page))


class PageTest(unittest.TestCase):
    """One page of a header with everything that gets lost easily."""

    @classmethod
    def setUpClass(cls):
        cls.site = site_of({"queue": QUEUE}, {"index": "queue"})
        cls.warnings = cls.site.build()
        cls.page = cls.site.page()
        cls.words = words(cls.page)

    @classmethod
    def tearDownClass(cls):
        cls.site.close()

    def test_the_build_has_nothing_to_say(self):
        self.assertEqual(self.warnings, "")

    def test_no_requires_clause_is_lost(self):
        self.assertEqual(len(re.findall(r"\brequires\b", self.words)), 3)
        self.assertRegex(self.words, r"put\(T word\).*requires \(?sizeof")

    def test_no_nodiscard_is_lost_and_none_is_added(self):
        self.assertEqual(self.words.count("[[nodiscard]]"), 3)
        self.assertIn("struct [[nodiscard]] strata::queue::Answer",
                      self.words)

    def test_no_namespace_is_lost(self):
        for name in ("Queue", "Answer", "Result", "Word", "add", "wait"):
            with self.subTest(name):
                self.assertTrue(re.search(
                    rf'id="_CPPv4[^"]*6strata5queue\d+{name}', self.page))
                self.assertIn(f"strata::queue::{name}", self.words)

    def test_overloads_stand_apart(self):
        self.assertEqual(len(re.findall(r"strata::queue::add\(", self.words)),
                         2)

    def test_internals_and_private_members_are_left_out(self):
        for name in ("detail", "Hidden", "hide", "secret_", "STRATA_GONE"):
            self.assertNotIn(name, self.words)

    def test_an_entry_says_what_the_aliases_say(self):
        for heading in ("Errors", "Memory order", "Blocks", "In Go",
                        "Parameters"):
            self.assertIn(heading, self.words)
        self.assertIn("chanrecv", self.words)

    def test_a_concept_shows_what_it_demands(self):
        self.assertIn("sizeof(T) <= 8", self.words)

    def test_the_header_says_what_it_is(self):
        self.assertIn("Queues things.", self.words)
        self.assertIn("One at a time.", self.words)

    def test_source_links_lead_to_the_line(self):
        line = QUEUE[:QUEUE.index("void wait(")].count("\n") + 1
        self.assertIn(f'href="source/{HEADER % "queue"}.html#L-{line}"',
                      self.page)

    def test_ids_are_unique(self):
        ids = re.findall(r'\bid="([^"]+)"', self.page)
        self.assertEqual(sorted(ids), sorted(set(ids)))


class FindingsTest(unittest.TestCase):
    """What is missing is named."""

    def warnings_of(self, headers, pages):
        site = site_of(headers, pages)
        self.addCleanup(site.close)
        return site.build()

    def test_what_is_undocumented_is_named_with_its_place(self):
        warnings = self.warnings_of({"careless": CARELESS},
                                    {"index": "careless"})
        place = HEADER % "careless"
        self.assertIn(f"{place}:7: WARNING: function strata::nobody_knows",
                      warnings)
        self.assertIn("parameter two of strata::half", warnings)
        self.assertIn("enumerator strata::State::kOn", warnings)
        self.assertIn("variable strata::Holder::mystery", warnings)
        self.assertNotIn("parameter one", warnings)

    def test_a_header_without_a_page_is_named(self):
        warnings = self.warnings_of({"queue": QUEUE, "other": OTHER},
                                    {"index": "queue"})
        self.assertIn("no API page shows the public header strata/other.hpp",
                      warnings)

    def test_a_header_on_two_pages_is_named(self):
        warnings = self.warnings_of({"other": OTHER},
                                    {"index": "other", "second": "other"})
        self.assertIn("strata/other.hpp is on several API pages", warnings)

    def test_a_name_that_is_no_header_is_an_error(self):
        warnings = self.warnings_of({"other": OTHER},
                                    {"index": "other", "second": "nowhere"})
        self.assertIn("no public header strata/nowhere.hpp", warnings)


OTHER = """\
/// @file
/// @brief Counts.
#pragma once

namespace strata {

/// Counts. @return a number
int count();

}  // namespace strata
"""


class RebuildTest(unittest.TestCase):
    """A header that changes makes its own page stale and no other."""

    def setUp(self):
        # Sphinx writes its first page at every build: it has no part in this.
        self.site = site_of({"queue": QUEUE, "other": OTHER},
                            {"first": "queue", "second": "other"})
        self.site.write({"book/index.rst": "Index\n=====\n\n.. toctree::\n\n"
                                           "   first\n   second\n"})
        self.addCleanup(self.site.close)
        self.site.build()

    def times(self):
        return {name: self.site.path(f"{name}.html").stat().st_mtime_ns
                for name in ("first", "second")}

    def test_nothing_changed_nothing_written(self):
        before = self.times()
        self.site.build()
        self.assertEqual(self.times(), before)

    def test_one_header_changed_one_page_written(self):
        before = self.times()
        self.site.write({HEADER % "other": OTHER.replace("a number", "two")})
        self.site.build()
        after = self.times()
        self.assertEqual(after["first"], before["first"])
        self.assertNotEqual(after["second"], before["second"])
        self.assertIn("two", self.site.page("second.html"))


    def test_a_header_may_go(self):
        self.site.path(HEADER % "other", ".").unlink()
        self.site.write({"book/index.rst": "Index\n=====\n\n.. toctree::\n\n"
                                           "   first\n"})
        self.site.path("second.rst", "book").unlink()
        self.assertEqual(self.site.build(), "")


class BreatheTest(unittest.TestCase):
    """The patch knows which Breathe it fits."""

    def setup_with(self, source):
        """Runs the setup with another Breathe; tells whether it patched."""
        with mock.patch("inspect.getsource", return_value=source), \
             mock.patch.object(breathe_cxx20, "patch_class_requires") as patch:
            breathe_cxx20.setup(mock.Mock())
        return patch.called

    def test_a_breathe_that_prints_the_clause_is_left_alone(self):
        self.assertFalse(self.setup_with("declaration.requiresclause"))
        self.assertTrue(self.setup_with("nothing of the kind"))

    def test_an_unknown_old_breathe_is_an_error(self):
        with mock.patch.dict(sys.modules, {"breathe.parser.compound": None}):
            with self.assertRaisesRegex(Exception, "does not fit Breathe"):
                breathe_cxx20.patch_class_requires()


def code_of(header):
    """Returns a header without comments and without internals."""
    text = (ROOT / doxygen_xml.header_path(header)).read_text()
    text = re.sub(r"//[^\n]*", "", text)
    return re.sub(r"namespace [\w:]*detail \{.*?\n\}", "", text,
                  flags=re.DOTALL)


class RealHeadersTest(unittest.TestCase):
    """The project's own headers: counts in the sources and in the XML."""

    @classmethod
    def setUpClass(cls):
        cls.site = small_site.Site([], {})
        doxygen_xml.update(cls.site.root / "doxygen")
        cls.reference = doxygen_xml.load(cls.site.root / "doxygen")

    @classmethod
    def tearDownClass(cls):
        cls.site.close()

    def test_all_is_documented(self):
        self.assertEqual(self.reference.findings, [])

    def test_each_nodiscard_of_a_header_is_known(self):
        known = {}
        for place in self.reference.places.values():
            if place.nodiscard:
                header = doxygen_xml.header_of(place.file)
                known.setdefault(header, set()).add(place.line)
        for header in doxygen_xml.public_headers():
            public = re.sub(r"\n private:.*?\n\};", "", code_of(header),
                            flags=re.DOTALL)
            with self.subTest(header):
                self.assertEqual(len(known.get(header, ())),
                                 public.count("[[nodiscard"))

    def test_each_header_has_entities(self):
        with_entities = {entity.header for entity in self.reference.entities}
        for header in doxygen_xml.public_headers():
            if re.search(r"^(class|struct|enum|inline|template)\b",
                         code_of(header), re.MULTILINE):
                self.assertIn(header, with_entities)


if __name__ == "__main__":
    unittest.main()
