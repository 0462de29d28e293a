"""Tests of the copy of the tree in which the book's examples run."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import fresh_tree  # noqa: E402 (found by the line above)

LONG_AGO_NS = 10**9


class FreshTreeTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name, "root")
        self.fresh = pathlib.Path(folder.name, "fresh")
        self.write("lab", "#!/bin/sh\n")
        self.write("exercises/01-a/starters/a.cpp", "int a;\n")
        self.write("exercises/01-a/mine/a.cpp", "int mine;\n")
        self.write("solutions-private/a.md", "secret\n")
        self.write("book/index.rst", "Book\n")
        subprocess.run(["git", "init", "-q", str(self.root)], check=True)

    def write(self, name, text, below=None):
        path = (below or self.root) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def test_what_readers_and_teachers_have_is_not_copied(self):
        fresh_tree.update(self.root, self.fresh)
        self.assertEqual({"lab", "exercises/01-a/starters/a.cpp"},
                         fresh_tree.present(self.fresh))

    def test_only_what_differs_is_touched(self):
        fresh_tree.update(self.root, self.fresh)
        same = self.fresh / "lab"
        os.utime(same, ns=(LONG_AGO_NS, LONG_AGO_NS))
        self.write("exercises/01-a/starters/a.cpp", "int b;\n")
        fresh_tree.update(self.root, self.fresh)
        self.assertEqual(LONG_AGO_NS, same.stat().st_mtime_ns)
        self.assertEqual("int b;\n", (
            self.fresh / "exercises/01-a/starters/a.cpp").read_text())

    def test_what_is_gone_goes(self):
        fresh_tree.update(self.root, self.fresh)
        (self.root / "lab").unlink()
        fresh_tree.update(self.root, self.fresh)
        self.assertFalse((self.fresh / "lab").exists())

    def test_readers_files_are_forgotten_and_builds_are_kept(self):
        fresh_tree.update(self.root, self.fresh)
        mine = self.write("exercises/01-a/mine/a.cpp", "x", self.fresh)
        progress = self.write(".strata/progress.json", "{}", self.fresh)
        built = self.write("build/lab/a.o", "o", self.fresh)
        fresh_tree.update(self.root, self.fresh)
        fresh_tree.forget_readers(self.fresh)
        self.assertFalse(mine.exists())
        self.assertFalse(progress.exists())
        self.assertTrue(built.exists())

    def test_an_output_does_not_tell_where_and_how_often_it_was_made(self):
        commands = (fresh_tree.ROOT / "common/labkit/commands.py").read_text()
        self.assertIn(fresh_tree.FIRST_BUILD, commands)
        said = f"building x{fresh_tree.FIRST_BUILD}\nat {fresh_tree.FRESH}/a\n"
        self.assertEqual("building x\nat a\n", fresh_tree.as_shown(said))


if __name__ == "__main__":
    unittest.main()
