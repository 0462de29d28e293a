#!/usr/bin/env python3
"""Tests what is handed out, and what a grader takes in."""

import json
import pathlib
import unittest

import support
from labkit import autograder, description, files, handout, starter

PATH = pathlib.PurePosixPath


class HandoutTest(unittest.TestCase):
    """A small tree, without a build."""

    def setUp(self):
        self.tree = support.Tree(self)
        self.catalog = self.tree.load()

    def test_lab_bodies_and_the_units_around_them_stay_out(self):
        self.assertEqual(
            handout.secret_sources(self.catalog, self.tree.root, 2),
            {PATH("chapters/02-scheduler/src/answer.cpp")})
        self.assertEqual(
            handout.secret_sources(self.catalog, self.tree.root, 1), set())

    def test_a_body_that_no_slot_stands_for_stops_it(self):
        self.tree.write(self.tree.sources / "other.cpp", support.SOURCE)
        with self.assertRaisesRegex(handout.HandoutError, "other.cpp holds"):
            handout.secret_sources(self.catalog, self.tree.root, 2)

    def test_what_is_private_or_beyond_stays_out(self):
        secret = {PATH("chapters/02-scheduler/src/answer.cpp")}
        for path, goes in [
                ("Makefile", True), ("common/src/x.cpp", True),
                ("chapters/02-scheduler/src/other.cpp", True),
                ("chapters/02-scheduler/src/answer.cpp", False),
                ("chapters/03-sync/src/x.cpp", False),
                ("chapters/02-scheduler/test/mutants.json", False),
                ("exercises/02-scheduler/mine/x.cpp", False),
                ("exercises/02-scheduler/starters/x.cpp", True),
                ("solutions-private/README.md", False),
                ("book/index.rst", False), (".ci/run", False)]:
            self.assertEqual(handout.is_handed_out(PATH(path), 2, secret),
                             goes, path)

    def test_descriptions_lose_hidden_tests_and_tests_of_layers_beyond(self):
        far = dict(support.TEST, name="far", program="sync_tests")
        text = json.dumps(support.chapter(labs=[support.lab(tests=[
            dict(support.TEST, kills=["Z-02-1"]), support.HIDDEN, far])]))
        [lab] = json.loads(handout.public_labs(text, ["sync"]))["labs"]
        self.assertEqual(lab["tests"], [support.TEST])

    def test_the_hash_is_of_names_and_contents(self):
        out = self.tree.root / "out"
        one = self.tree.write(out / "a", "1")
        before = handout.fingerprint(out)
        self.assertEqual(handout.fingerprint(out), before)
        one.rename(out / "b")
        after = handout.fingerprint(out)
        self.assertEqual((before[0], after[0]), (["a"], ["b"]))
        self.assertNotEqual(before[1], after[1])

    def test_bare_trees_have_starters_where_the_sources_were(self):
        out = self.tree.root / "out"
        handout.put_starters(self.catalog, out, 2)
        text = (out / "chapters/02-scheduler/src/answer.cpp").read_text()
        self.assertIn("YOURS", text)
        self.assertNotIn("sum", text)


class SubmissionTest(unittest.TestCase):
    """What students upload."""

    def setUp(self):
        tree = support.Tree(self)
        starter.write_starters(tree.load())
        self.exercise = tree.load().exercise("02.1")
        self.upload = tree.root / "upload"
        self.upload.mkdir()
        self.tree = tree

    def take(self, text, name="answer.cpp"):
        self.tree.write(self.upload / name, text)
        return autograder.take_in(self.exercise, self.upload)

    def test_a_file_is_found_in_any_folder(self):
        self.assertEqual(self.take("int x;\n", "a/b/answer.cpp"), "")
        self.assertEqual(files.mine_path(self.exercise, "answer.cpp")
                         .read_text(), "int x;\n")

    def test_a_missing_file_is_named(self):
        self.assertIn("answer.cpp", self.take("int x;\n", "other.cpp"))

    def test_a_link_is_no_submission(self):
        (self.upload / "answer.cpp").symlink_to("/etc/hostname")
        self.assertIn("missing", autograder.take_in(self.exercise,
                                                    self.upload))

    def test_includes_of_other_files_are_refused(self):
        for line in ('#include "../x.hpp"', '#include "/etc/passwd"',
                     "#include </a/b>", "#include NAME", "%:include NAME",
                     '# \\\ninclude "../x"', '#embed "x/../y"',
                     'asm(".incbin \\"x\\"");', '.include "x"'):
            self.assertIn("does not take", self.take(line + "\n"), line)

    def test_ordinary_includes_are_taken(self):
        for line in ('#include "strata/sched/run_queue.hpp"  // the queue',
                     "#include <atomic>", "# include <cet.h>"):
            self.assertEqual(self.take(line + "\n"), "", line)

    def test_the_references_and_starters_themselves_are_taken(self):
        catalog = description.load()
        for slot in catalog.slots.values():
            text = slot.reference.read_text()
            self.assertEqual(autograder.forbidden(text), "", slot.name)


if __name__ == "__main__":
    unittest.main()
