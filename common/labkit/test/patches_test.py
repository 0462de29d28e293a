#!/usr/bin/env python3
"""Tests how patches of the zoo are applied."""

import json
import pathlib
import platform
import unittest

import support
from labkit import description, mutate, mutators, patches

PATCH = """The sum starts too high.

--- a/chapters/02-scheduler/src/answer.cpp
+++ b/chapters/02-scheduler/src/answer.cpp
@@ -4,7 +4,7 @@
 int answer() {
   // [lab 02.1 begin]
-  int sum = 0;
+  int sum = 1;
   for (int i = 0; i < 6; ++i) sum += 7;
   return sum;
   // [lab 02.1 else]
   //| // Return the answer.
"""
ENTRY = {"id": "Z02-1", "title": "One too many", "symptom": "It says 43",
         "file": "src/answer.cpp", "tier": 1, "scores": {"02.1": [0, 40]}}


class PatchesTest(unittest.TestCase):
    """A zoo of one bug."""

    def setUp(self):
        self.tree = support.Tree(self)
        self.zoo = self.tree.root / "solutions-private/02-scheduler/zoo"
        self.tree.write(self.zoo / "zoo.json", json.dumps({"bugs": [ENTRY]}))
        self.tree.write(self.zoo / "Z02-1.patch", PATCH)
        self.chapter = self.tree.load().chapters[0]
        [self.bug] = patches.read_zoo(self.chapter)

    def test_the_patch_changes_its_place_alone(self):
        text = patches.patched(self.bug)
        self.assertEqual(text, support.SOURCE.replace("sum = 0", "sum = 1"))

    def test_the_bug_knows_its_slot_and_source(self):
        self.assertEqual(self.bug.slot.name, "answer")
        self.assertEqual(self.bug.source,
                         self.tree.sources / "answer.cpp")

    def test_a_source_without_a_lab_gets_a_slot_of_its_own(self):
        slot = patches.slot_of(self.chapter, "src/other.cpp")
        self.assertEqual((slot.name, slot.file), ("other", "other.cpp"))

    def test_it_is_written_as_a_reader_s_file(self):
        path = patches.apply(self.bug, self.tree.root / "mine")
        self.assertEqual(
            path, self.tree.root / "mine/02-scheduler/mine/answer.cpp")
        self.assertIn("sum = 1", path.read_text())

    def test_a_patch_that_no_longer_fits_is_named(self):
        source = self.tree.sources / "answer.cpp"
        source.write_text(source.read_text().replace("sum = 0", "sum = 2"))
        with self.assertRaisesRegex(patches.PatchError, "Z02-1.patch"):
            patches.patched(self.bug)

    def test_the_assembly_of_another_processor_is_left_out(self):
        def fits(processor):
            return patches.Bug(**{**ENTRY, "chapter": self.chapter,
                                  "file": f"src/arch/{processor}/a.S"}
                               ).fits_machine
        self.assertTrue(fits(platform.machine()))
        self.assertFalse(fits("m68k"))

    def test_a_chapter_without_a_zoo_has_no_bugs(self):
        (self.zoo / "zoo.json").unlink()
        self.assertEqual(patches.read_zoo(self.chapter), [])


class RepositoryTest(unittest.TestCase):
    """The zoo of this repository, where it is at hand."""

    def test_every_patch_fits(self):
        for chapter in description.load().chapters:
            for bug in patches.read_zoo(chapter):
                self.assertTrue(patches.patched(bug), bug.id)

    def test_every_patch_says_what_it_is(self):
        for chapter in description.load().chapters:
            for bug in patches.read_zoo(chapter):
                text = pathlib.Path(bug.patch).read_text()
                self.assertTrue(text.startswith(bug.title), bug.id)
                self.assertIn("strata-private-", text.split("diff --git")[0])

    def test_every_reason_is_a_mutant_s(self):
        for chapter in description.load().chapters:
            keys = {mutant.key for slot in chapter.slots.values()
                    for mutant in mutators.mutants_of(slot)}
            for key in mutate.reasons(chapter):
                self.assertIn(key, keys, chapter.folder.name)


if __name__ == "__main__":
    unittest.main()
