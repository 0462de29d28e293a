#!/usr/bin/env python3
"""Tests which places of a source are changed, and how."""

import unittest

import support
from labkit import mutators

CPP = """void f() {
  // [lab 02.1 begin]
  LockGuard guard(lock_);
  if (count <= most) return;  // enough
  slots_[count].store(
      &g, std::memory_order_release);
  ++count;
  // [lab 02.1 else]
  //| (void)g;
  // [lab 02.1 end]
  ++outside;
}
"""
ASSEMBLY = """        // [lab 02.1 begin]
        pushq   %r12
        .cfi_adjust_cfa_offset 8
1:      cmpw    %r8w, 4(%rsp)
        jne     3f
        ret
        // [lab 02.1 else]
        //| ud2
        // [lab 02.1 end]
"""


def edits(text, is_assembly):
    """All edits as (operator, text before, text after)."""
    return [(name, " ".join(line.strip() for line in before),
             " ".join(line.strip() for line in after))
            for body in mutators.lab_lines(text)
            for name, _, before, after in mutators.edits_of(body, is_assembly)]


class CppTest(unittest.TestCase):
    """C++ of a lab."""

    def test_operators_change_one_place(self):
        found = edits(CPP, False)
        self.assertIn(("drop a lock", "LockGuard guard(lock_);", ""), found)
        self.assertIn(("off by one, less", "if (count <= most) return;",
                       "if (count < most) return;"), found)
        self.assertIn(("condition never", "if (count <= most) return;",
                       "if ((count <= most) && false) return;"), found)
        self.assertIn(("weaken release", "&g, std::memory_order_release);",
                       "&g, std::memory_order_relaxed);"), found)

    def test_a_statement_is_dropped_with_all_its_lines(self):
        store = "slots_[count].store( &g, std::memory_order_release);"
        self.assertIn(("drop", store, " "), edits(CPP, False))

    def test_neighbors_change_places(self):
        store = "slots_[count].store( &g, std::memory_order_release);"
        self.assertIn(("swap", store + " ++count;", "++count; " + store),
                      edits(CPP, False))

    def test_nothing_outside_of_the_lab_is_touched(self):
        for _, before, _ in edits(CPP, False):
            self.assertNotIn("outside", before)
            self.assertNotIn("(void)g", before)


class AssemblyTest(unittest.TestCase):
    """Assembly of a lab."""

    def test_registers_places_and_conditions(self):
        found = edits(ASSEMBLY, True)
        self.assertIn(("next register", "pushq   %r12", "pushq   %r13"), found)
        self.assertIn(("other place", "1:      cmpw    %r8w, 4(%rsp)",
                       "1:      cmpw    %r8w, (%rsp)"), found)
        self.assertIn(("other way", "jne     3f", "je     3f"), found)

    def test_an_instruction_goes_and_its_label_stays(self):
        found = edits(ASSEMBLY, True)
        self.assertIn(("drop", "1:      cmpw    %r8w, 4(%rsp)", "1:"), found)
        self.assertIn(("drop", "ret", ""), found)

    def test_unwind_rules_are_dropped(self):
        self.assertIn(("drop unwind rule", ".cfi_adjust_cfa_offset 8", ""),
                      edits(ASSEMBLY, True))


class MutantTest(unittest.TestCase):
    """Mutants of a slot."""

    def mutants(self):
        slot = support.Tree(self).load().slots["answer"]
        return slot, list(mutators.mutants_of(slot))

    def test_the_whole_text_differs_in_one_line(self):
        slot, found = self.mutants()
        one = next(m for m in found if m.operator == "off by one, more")
        old = slot.reference.read_text().splitlines()
        new = one.text().splitlines()
        self.assertEqual(
            [(a, b) for a, b in zip(old, new) if a != b],
            [("  for (int i = 0; i < 6; ++i) sum += 7;",
              "  for (int i = 0; i <= 6; ++i) sum += 7;")])

    def test_keys_are_unique_and_know_no_line_numbers(self):
        slot, found = self.mutants()
        keys = [mutant.key for mutant in found]
        self.assertEqual(len(keys), len(set(keys)))
        text = slot.reference.read_text()
        slot.reference.write_text("// One line more.\n" + text)
        self.assertEqual(keys, [m.key for m in mutators.mutants_of(slot)])


if __name__ == "__main__":
    unittest.main()
