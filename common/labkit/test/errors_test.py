#!/usr/bin/env python3
"""Tests that each trouble is named in one line, with the way out of it."""

import contextlib
import io
import pathlib
import subprocess
import sys
import unittest
from unittest import mock

import support
from labkit import cli, commands, description, show, starter


class Terminal(io.StringIO):
    """Output that says it is a terminal."""

    def isatty(self):
        return True


class ErrorsTest(unittest.TestCase):
    """Each test runs the command in a small tree."""

    def setUp(self):
        other = support.lab(id="02.2", slug="other", kind="program", slots=[],
                            files=["other.cpp"])
        self.tree = support.Tree(self, labs=[support.lab(), other])
        self.mine = self.tree.exercises / "mine/answer.cpp"
        self.starter = self.tree.exercises / "starters/answer.cpp"
        starter.write_starters(self.tree.load())
        self.tree.write(self.tree.exercises / "starters/other.cpp", "int x;\n")

    def run_lab(self, *arguments, out=None):
        out, error = out or io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), \
                contextlib.redirect_stderr(error):
            status = cli.main(arguments, self.tree.root)
        return status, out.getvalue(), error.getvalue()

    def refused(self, *arguments, says):
        """Expects exit status 2 and one line that holds all words."""
        status, _, error = self.run_lab(*arguments)
        self.assertEqual(status, 2, error)
        self.assertEqual(error.count("\n"), 1, error)
        for word in says:
            self.assertIn(word, error)

    def test_a_broken_state_file(self):
        self.tree.write(self.tree.root / ".strata/progress.json", "{")
        self.refused("list", says=("progress.json", "remove the file"))

    def test_a_state_file_that_is_a_folder(self):
        (self.tree.root / ".strata/progress.json").mkdir(parents=True)
        self.refused("list", says=("progress.json", "remove"))

    def test_unknown_names(self):
        self.refused("test", "09.9", says=("'09.9'", "02.1"))
        self.refused("swap", "ring", "mine", says=("'ring'", "answer"))
        self.refused("test", "02.1", "--tier", "5", says=("tiers are",))
        self.refused("test", "02.1", "--hidden", says=("hidden tests of",))

    def test_missing_tools(self):
        with mock.patch.dict("os.environ", PATH=""):
            self.refused("test", "02.1", says=("cmake is missing", "make de"))
        tools = self.tree.root / "tools"
        for name in ("cmake", "ninja"):
            self.tree.write(tools / name, "#!/bin/sh\n").chmod(0o755)
        with mock.patch.dict("os.environ", PATH=str(tools), CXX=""):
            self.refused("test", "02.1", says=("compiler", "make deps"))
        (tools / "ninja").unlink()
        with mock.patch.dict("os.environ", PATH=str(tools)):
            self.refused("test", "02.1", says=("ninja is missing",))

    def test_a_missing_or_changed_starter(self):
        self.starter.write_text("mine, typed into the wrong file\n")
        for verb in ("start", "test", "reset", "watch"):
            self.refused(verb, "02.1", says=("answer.cpp was changed",
                                             "git checkout"))
        self.starter.unlink()
        self.refused("start", "02.1", says=("answer.cpp is missing",))
        self.assertFalse(self.mine.exists())

    def test_a_file_that_has_gone_while_its_slot_is_switched_to_it(self):
        self.refused("swap", "answer", "mine", says=("no exercises/02-",))
        self.run_lab("start", "02.1")
        self.assertEqual(self.run_lab("swap", "answer", "mine")[0], 0)
        self.mine.unlink()
        self.refused("test", "02.2", says=(
            "mine/answer.cpp has gone", "swap answer ref", "start 02.1"))

    def test_a_build_folder_of_another_tree(self):
        folder = self.tree.root / "build/lab"
        self.tree.write(folder / "CMakeCache.txt",
                        "CMAKE_HOME_DIRECTORY:INTERNAL=/elsewhere\n")
        self.refused("test", "02.1", says=("/elsewhere", "rm -r"))

    def test_ctrl_c_ends_without_a_traceback(self):
        with mock.patch.object(commands, "list_all",
                               side_effect=KeyboardInterrupt,
                               __doc__="Lists."):
            status, _, error = self.run_lab("list")
        self.assertEqual((status, error), (130, ""))

    def test_colors_are_for_terminals_only(self):
        def listed(out, **environment):
            with mock.patch.dict("os.environ", TERM="xterm", **environment):
                self.run_lab("list", out=out)
            return "\033" in out.getvalue()

        self.run_lab("start", "02.1")
        self.tree.write(self.tree.root / ".strata/progress.json",
                        '{"done": {"02.1": 5}}')
        self.assertTrue(listed(Terminal()))
        self.assertFalse(listed(Terminal(), NO_COLOR="1"))
        self.assertFalse(listed(io.StringIO()))

    def test_a_reader_that_stops_reading_is_no_error(self):
        done = subprocess.run(
            ["bash", "-c", f"{sys.executable} lab list | head -c 0"],
            cwd=description.ROOT, text=True, check=False,
            capture_output=True)
        self.assertEqual(done.stderr, "")

    def test_places_are_shown_from_the_root_of_the_tree(self):
        path = pathlib.Path("common/labkit/cli.py")
        self.assertEqual(show.shortened(str(description.ROOT / path)),
                         str(path))


if __name__ == "__main__":
    unittest.main()
