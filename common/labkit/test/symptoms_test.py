#!/usr/bin/env python3
"""Tests that a symptom counts as seen only if it was."""

import pathlib
import sys
import tempfile
import unittest

import support
from labkit import build, description, symptoms
from labkit.description import Symptom

BUG = {
    "id": "02.b1", "slug": "wrong", "title": "Wrong", "kind": "main",
    "goal": "Find out why it says 41 and make it say 42.", "stars": 1,
    "minutes": [1, 5], "files": ["wrong.cpp"], "seeds": [],
    "symptom": {"shows": "it is 41", "exit": 3, "arguments": ["a"]},
    "hints": ["Read what it prints.", "Read it again.", "It is one short."],
    "tests": [dict(support.TEST, program="lab_02_b1_tests")],
}


class Built:
    """Stands in for a build: a script, or no program at all."""

    def __init__(self, path):
        self.path = path

    def build(self, targets):
        if self.path is None:
            raise build.BuildError(f"{targets[0]}: undefined reference")

    def program(self, _name):
        return self.path


class SymptomsTest(unittest.TestCase):
    """Each test describes one bug and runs a script in its place."""

    def exercise(self, **symptom):
        bug = dict(BUG, symptom=dict(BUG["symptom"], **symptom))
        return support.Tree(self, bugs=[bug]).load().exercise("02.b1")

    def script(self, body):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = pathlib.Path(folder.name) / "program"
        path.write_text(f"#!{sys.executable}\nimport sys\n{body}\n")
        path.chmod(0o755)
        return Built(path)

    def missing(self, exercise, built):
        return symptoms.missing(exercise.symptom,
                                symptoms.observe(built, exercise))

    def test_the_symptom_is_seen(self):
        built = self.script("print('it is 41', sys.argv[1:]); sys.exit(3)")
        self.assertEqual(self.missing(self.exercise(), built), [])

    def test_another_text_and_another_end_are_named(self):
        wrong = self.missing(self.exercise(), self.script("print(42)"))
        self.assertIn("ended with status 0, not status 3", wrong)
        self.assertIn("  | 42", wrong)

    def test_the_address_space_is_limited(self):
        exercise = self.exercise(address_megabytes=256, shows="MemoryError",
                                 exit=1)
        built = self.script("x = bytearray(512 << 20)")
        self.assertEqual(self.missing(exercise, built), [])

    def test_a_program_that_should_not_link_does_not(self):
        exercise = self.exercise(links=False, shows="undefined reference")
        self.assertEqual(self.missing(exercise, Built(None)), [])
        self.assertIn("ended with status 0, not no program",
                      self.missing(exercise, self.script("pass")))

    def test_a_symptom_needs_a_program_of_its_own(self):
        bug = {name: value for name, value in BUG.items() if name != "kind"}
        with self.assertRaisesRegex(description.DescriptionError, "kind main"):
            support.Tree(self, bugs=[bug]).load()


class OwnProgramTest(unittest.TestCase):
    """What CMake is told of an exercise with a main() of its own."""

    def lines(self):
        tree = support.Tree(self, bugs=[BUG])
        folder = tree.exercises / "bugs/02.b1-wrong/tests"
        tree.write(folder / "wrong_test.cpp", "")
        catalog = tree.load()
        built = build.Build(catalog, root=tree.root,
                            mine_root=tree.root / "exercises")
        return "\n".join(built.programs_of(catalog.exercise("02.b1")))

    def test_the_tests_run_it_and_do_not_compile_it_in(self):
        text = self.lines()
        self.assertIn("strata_exercise_program(lab_02_b1_program", text)
        self.assertIn("PROGRAM lab_02_b1_program", text)
        self.assertNotIn("MINE", text)
        self.assertIn("/starters/wrong.cpp", text)


if __name__ == "__main__":
    unittest.main()
