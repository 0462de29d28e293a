"""Tests of the pages made from sources: names, locks, orders, invariants."""

import html
import pathlib
import re
import unittest

import small_site

import source_facts
import source_text
import strata_wasm

ROOT = pathlib.Path(__file__).resolve().parents[3]

HEADER = '''\
/// @file
/// @brief Holds a flag.
///
/// Invariants
///   I-07.1 The flag is raised
///          at most once.
///   - I-07.2 Nobody lowers it.
///
/// Memory order
///   [MO:flag] raising publishes what was written before.
#pragma once

namespace strata::seven {

/// Holds a flag. Like a note_t, but louder.
/// @goname{note, runtime2.go}
class Flag {
 public:
  /// Raises the flag. @memorder release [MO:flag]
  /// @goname{notewakeup, lock_futex.go}
  void raise() noexcept {
    STRATA_ASSERT(!raised(), "I-07.1: raised once");
    // [MO:flag] publishes what was written before.
    word_.store(1, std::memory_order_release);
  }
  /// Looks at it. @return true when raised
  bool raised() const noexcept;

 private:
  // atomic [MO:flag]
  atomic<int> word_{0};
  RankedLock lock_{LockRank::kInner};
  int waiters_ STRATA_GUARDED_BY(lock_) = 0;
};

}  // namespace strata::seven
'''

SOURCE = '''\
/// @file
/// @brief Looks at a flag.
///
/// Invariants
///   I-07.1 (flag.hpp).
///
/// Lock order
///   kInner; nothing is taken under it.
#include "strata/seven/flag.hpp"

namespace strata::seven {

bool Flag::raised() const noexcept {
  if (LockGuard guard(lock_); waiters_ > 0) {
    return true;
  }
  // [MO:flag] sees what raise
  // published.
  return word_.load(std::memory_order_acquire) == 1;
}

}  // namespace strata::seven
'''

TEST = '''\
/// @file
/// @brief Tests flags.
TEST_CASE("flag: raising twice is fatal (I-07.1)") {}
TEST_CASE(
    "flag: it stays up (I-07.2, I-07.1)") {}
'''

RANKS = '''\
STRATA_LOCK_RANK(kOuter, 10, "the outside")
STRATA_LOCK_RANK(kInner, 20, "the inside")
'''

PAGES = '''\
Reference
=========

See :inv:`I-07.1` and :mo:`flag`.

.. toctree::
   :glob:

   appendix/*
   api
'''

CHAPTER = "chapters/07-flag/"
FILES = {
    CHAPTER + "include/strata/seven/flag.hpp": HEADER,
    CHAPTER + "src/flag.cpp": SOURCE,
    CHAPTER + "test/flag_test.cpp": TEST,
    "common/include/strata/base/lock_ranks.def": RANKS,
    "book/index.rst": PAGES,
    "book/api.rst": "API\n===\n\n.. strata-api:: strata/seven/flag.hpp\n",
    **{f"book/appendix/{page}.rst": f"Page\n====\n\n.. strata-{page}::\n"
       for page in ("names", "lock-order", "memory-order", "invariants")},
}


class FactsTest(unittest.TestCase):
    """What is found in a small source tree."""

    @classmethod
    def setUpClass(cls):
        cls.site = small_site.Site([], FILES)
        cls.facts = source_facts.collect(cls.site.root)

    @classmethod
    def tearDownClass(cls):
        cls.site.close()

    def test_go_names_know_what_they_name(self):
        self.assertEqual(
            [(name.ours, name.theirs, name.go_file, name.brief)
             for name in self.facts.go_names],
            [("Flag", "note", "runtime2.go", "Holds a flag"),
             ("Flag::raise", "notewakeup", "lock_futex.go",
              "Raises the flag")])

    def test_both_ends_of_a_pair_are_found(self):
        ends = [(end.kind, end.name, end.operation, end.orders, end.sentence)
                for end in self.facts.orders]
        self.assertEqual(ends, [
            ("told", "", "", [], "raising publishes what was written before"),
            ("access", "Flag::raise", "store", ["release"],
             "publishes what was written before"),
            ("word", "Flag::word_", "", [], ""),
            ("access", "Flag::raised", "load", ["acquire"],
             "sees what raise published")])

    def test_places_are_lines_of_the_sources(self):
        lines = {CHAPTER + "include/strata/seven/flag.hpp": HEADER,
                 CHAPTER + "src/flag.cpp": SOURCE}
        for end in self.facts.orders:
            text = lines[end.place.file].split("\n")[end.place.line - 1]
            self.assertIn("[MO:flag]", text)

    def test_an_invariant_has_all_its_words_and_defenders(self):
        first, second = self.facts.invariants
        self.assertEqual((first.label, first.statement),
                         ("I-07.1", "The flag is raised at most once."))
        self.assertEqual(len(first.asserts), 1)
        self.assertEqual([name for _, name in first.tests],
                         ["flag: raising twice is fatal",
                          "flag: it stays up"])
        self.assertEqual([name for _, name in second.tests],
                         ["flag: it stays up"])

    def test_a_lock_knows_who_takes_it(self):
        [lock] = self.facts.locks
        self.assertEqual((lock.rank, lock.name, lock.guarded),
                         ("kInner", "Flag::lock_", ["waiters_"]))
        self.assertEqual([section.function for section in lock.sections],
                         ["Flag::raised"])
        self.assertEqual([text for _, text in lock.said],
                         ["kInner; nothing is taken under it."])

    def test_facts_are_kept_until_a_source_changes(self):
        out = self.site.root / "kept"
        self.assertTrue(source_facts.update(out, self.site.root))
        self.assertFalse(source_facts.update(out, self.site.root))
        self.assertEqual(source_facts.load(out), self.facts)


class PagesTest(unittest.TestCase):
    """What the pages show, and where their links lead."""

    @classmethod
    def setUpClass(cls):
        cls.site = small_site.Site(["strata_api"], FILES)
        cls.site.write({"book/conf.py": cls.site.root.joinpath(
            "book/conf.py").read_text() + "extensions += "
            "['sphinx.ext.graphviz']\ngraphviz_dot = 'true'\n"})
        cls.warnings = cls.site.build()

    @classmethod
    def tearDownClass(cls):
        cls.site.close()

    def words(self, page):
        return html.unescape(re.sub(r"<[^>]*>", "", self.site.page(page)))

    def test_roles_lead_to_the_entries(self):
        page = self.site.page()
        for file, anchor in (("invariants", "i-07-1"),
                             ("memory-order", "mo-flag")):
            self.assertIn(f'href="appendix/{file}.html#{anchor}"', page)
            self.assertIn(f'id="{anchor}"',
                          self.site.page(f"appendix/{file}.html"))

    def test_the_role_says_what_the_label_means(self):
        self.assertIn('title="The flag is raised at most once."',
                      self.site.page())

    def test_names_link_to_the_api(self):
        page = self.site.page("appendix/names.html")
        self.assertRegex(page, r'href="\.\./api\.html#[^"]+"[^>]*>'
                               r'(<[^>]+>)*Flag::raise')
        self.assertIn("notewakeup", page)

    def test_a_pair_shows_both_sides(self):
        words = self.words("appendix/memory-order.html")
        self.assertRegex(words, r"(?s)Publishes.*Flag::raise \(store, release"
                                r"\) flag\.hpp:\d+: publishes.*Sees.*"
                                r"Flag::raised \(load, acquire\)")

    def test_locks_stand_in_their_order(self):
        words = self.words("appendix/lock-order.html")
        self.assertLess(words.index("kOuter"), words.index("kInner"))
        self.assertIn("none yet", words)

    def test_links_lead_to_pages_of_sources(self):
        page = self.site.page("appendix/invariants.html")
        links = re.findall(r'href="\.\./(source/[^"#]+)#L-\d+"', page)
        self.assertIn(f"source/{CHAPTER}test/flag_test.cpp.html", links)
        for link in links:
            self.assertTrue(self.site.path(link).exists(), link)

    def test_an_unknown_label_is_a_warning(self):
        site = small_site.Site(["strata_api"], {
            **FILES, "book/index.rst":
            PAGES + "\nSee :inv:`I-99.1` and :mo:`nothing`.\n"})
        self.addCleanup(site.close)
        warnings = site.build()
        self.assertIn("'inv' reference target not found: I-99.1", warnings)
        self.assertIn("'mo' reference target not found: nothing", warnings)


class TextTest(unittest.TestCase):
    """Comments as words."""

    def test_labels_and_code_become_nodes(self):
        parts = source_text.split_tags("as I-07.1 and [MO:flag] say")
        self.assertEqual([part.astext() for part in parts],
                         ["as ", "I-07.1", " and ", "flag", " say"])
        self.assertEqual([part.astext() for part in
                          source_text.words("set `a` to 1")],
                         ["set ", "a", " to 1"])


class RealSourcesTest(unittest.TestCase):
    """The project's own sources."""

    @classmethod
    def setUpClass(cls):
        cls.facts = source_facts.collect(ROOT)

    def test_every_pair_has_both_sides(self):
        sides = {}
        for end in self.facts.orders:
            sides.setdefault(end.tag, []).extend(end.orders[:1])
        for tag, orders in sides.items():
            with self.subTest(tag):
                self.assertTrue({"release", "acq_rel", "seq_cst"} &
                                set(orders))
                self.assertTrue({"acquire", "acq_rel", "seq_cst"} &
                                set(orders))

    def test_every_access_knows_function_and_operation(self):
        for end in self.facts.orders:
            if end.kind == "access":
                with self.subTest(end.place):
                    self.assertTrue(end.name and end.operation)

    def test_every_invariant_is_tested(self):
        self.assertTrue(self.facts.invariants)
        for fact in self.facts.invariants:
            self.assertTrue(fact.tests, fact.label)

    def test_every_lock_is_taken_somewhere(self):
        self.assertTrue(self.facts.locks)
        for lock in self.facts.locks:
            self.assertTrue(lock.sections, lock.name)


class WasmTest(unittest.TestCase):
    """The module of the run queue, or the honest lack of it."""

    def test_without_a_compiler_the_page_gets_null(self):
        text = strata_wasm.script_text(strata_wasm.PROGRAMS[0], None)
        self.assertIn('["runq_lab"]=null', text)

    def test_the_module_is_small_and_asks_for_nothing(self):
        if not strata_wasm.compilers():
            self.skipTest("no clang")
        site = small_site.Site([], {})
        self.addCleanup(site.close)
        module = site.root / "lab.wasm"
        reason = strata_wasm.compile_module(strata_wasm.PROGRAMS[0], module)
        if reason:
            self.skipTest(reason)
        content = module.read_bytes()
        self.assertEqual(content[:4], b"\0asm")
        self.assertLess(len(content), 8000)
        self.assertNotIn(b"wasi_snapshot", content)


if __name__ == "__main__":
    unittest.main()
