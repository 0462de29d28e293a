#!/usr/bin/env python3
"""Tests that each kind of leak is found, and that a clean tree passes."""

import pathlib
import tempfile
import unittest

import support  # noqa: F401 (sets the path)
from labkit import leak

# In two parts: this file is handed out, too.
CANARY = "strata-private-" + "0123456789abcdef"
SOLUTION = "\n".join(f"  do_step_number({i}, with_care);" for i in range(8))


class LeakTest(unittest.TestCase):
    """A private file, a lab body, and a tree to look through."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        base = pathlib.Path(folder.name)
        self.tree = base / "tree"
        self.tree.mkdir()
        self.private = base / "solution.cpp"
        self.private.write_text(f"// {CANARY}\n{SOLUTION}\n")
        self.starter = base / "starter.cpp"
        self.starter.write_text("int nothing();\n")

    def check(self, text, name="chapters/x.cpp"):
        path = self.tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        body = [f"  body_line({i}, of_the_lab);" for i in range(6)]
        return leak.check(self.tree, [self.private], [body], [self.starter])

    def test_a_clean_tree_passes(self):
        self.assertEqual(self.check("int main() { return 0; }\n"), [])

    def test_a_canary_is_found_anywhere(self):
        self.assertIn("canary", self.check(f"see {CANARY}\n")[0])

    def test_five_lines_of_a_solution_are_found_in_other_dress(self):
        lines = [line.strip() + "   // mine" for line in
                 SOLUTION.splitlines()[2:7]]
        self.assertIn("five lines", self.check("\n\n".join(lines))[0])
        self.assertEqual(self.check("\n".join(lines[:4])), [])

    def test_a_lab_body_is_found(self):
        text = "\n".join(f"body_line({i}, of_the_lab);" for i in range(5))
        self.assertIn("five lines", self.check(text)[0])

    def test_what_the_starter_shows_is_no_secret(self):
        self.starter.write_text(SOLUTION)
        self.assertEqual(self.check(SOLUTION), [])

    def test_hidden_tests_may_look_like_public_ones(self):
        hidden = self.private.parent / "hidden/x_test.cpp"
        hidden.parent.mkdir()
        hidden.write_text(f"// {CANARY}\n{SOLUTION}\n")
        (self.tree / "x_test.cpp").write_text(SOLUTION)
        self.assertEqual(leak.check(self.tree, [hidden], [], public_tests=[
            self.tree / "x_test.cpp"]), [])
        self.assertEqual(len(leak.check(self.tree, [hidden], [])), 1)

    def test_a_public_test_may_not_show_a_solution(self):
        (self.tree / "x_test.cpp").write_text(SOLUTION)
        self.assertEqual(len(leak.check(
            self.tree, [self.private], [],
            public_tests=[self.tree / "x_test.cpp"])), 1)

    def test_a_private_path_is_found(self):
        self.assertIn("private path", self.check(
            "", "solutions-private/README.md")[0])

    def test_a_private_file_without_canary_is_named(self):
        self.private.write_text(SOLUTION)
        self.assertIn("without a canary", self.check("")[0])


if __name__ == "__main__":
    unittest.main()
