"""Tests of the regions of sources: markers, nesting, context, dedent."""

import pathlib
import sys
import tempfile
import unittest

BOOK = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(BOOK / "_ext"))
import strata_regions as regions  # noqa: E402

SOURCE = """\
/// Pushes.
int before();
// [doc:outer]
  /// Says what it does.
  int push() {
    // [doc:inner]
    return 1;
    // [/doc:inner]
  }
// [/doc:outer]

int after();
"""


def texts(lines):
    return [line.text for line in lines]


class RegionsTest(unittest.TestCase):

    def error(self, source):
        """Returns what is said of a malformed source."""
        with self.assertRaises(regions.RegionError) as caught:
            regions.regions(source.split("\n"))
        return str(caught.exception)

    def test_a_region_is_dedented_and_shows_no_marker(self):
        lines = regions.extract(SOURCE, "outer")
        self.assertEqual(texts(lines), [
            "/// Says what it does.", "int push() {", "  return 1;", "}"])
        self.assertEqual([line.number for line in lines], [4, 5, 7, 9])

    def test_the_inner_region_stands_alone(self):
        self.assertEqual(texts(regions.extract(SOURCE, "inner")),
                         ["return 1;"])

    def test_without_a_name_the_whole_file_is_shown(self):
        lines = regions.extract(SOURCE)
        self.assertEqual(lines[0].number, 1)
        self.assertEqual(lines[-1].text, "int after();")
        self.assertNotIn("doc:", "".join(texts(lines)))

    def test_documentation_can_be_left_out(self):
        lines = regions.extract(SOURCE, "outer", drop_doc=True)
        self.assertEqual(lines[0].text, "int push() {")

    def test_context_skips_markers_and_blank_ends(self):
        lines = regions.extract(SOURCE, "outer", context=1)
        self.assertTrue(lines[0].is_context)
        self.assertEqual(lines[0].text, "int before();")
        self.assertFalse(lines[-1].is_context, "a blank line is no context")
        lines = regions.extract(SOURCE, "outer", context=2)
        self.assertEqual(lines[-1].text, "int after();")

    def test_what_belongs_to_the_labs_is_hidden(self):
        source = ("// [lab 02.1 begin]\nint a();\n// [lab 02.1 else]\n"
                  "//| int todo();\n// [lab 02.1 end]")
        self.assertEqual(texts(regions.extract(source)), ["int a();"])

    def test_other_comment_signs_mark_too(self):
        for source in ("# [doc:a]\nx\n# [/doc:a]",
                       "/* [doc:a] */\nx\n/* [/doc:a] */"):
            with self.subTest(source=source):
                self.assertEqual(texts(regions.extract(source, "a")), ["x"])

    def test_a_missing_region_names_those_that_are_there(self):
        with self.assertRaisesRegex(regions.RegionError,
                                    "no region .*inner, outer"):
            regions.extract(SOURCE, "none")

    def test_malformed_markers_are_errors(self):
        for expected, source in [
                ("never closed", "// [doc:a]\nx"),
                ("not open", "x\n// [/doc:a]"),
                ("not open", "// [/doc:a]\nx\n// [doc:a]"),
                ("opens twice", "// [doc:a]\n// [/doc:a]\n// [doc:a]"),
                ("opens twice", "// [doc:a]\n// [doc:a]"),
                ("not open", "// [doc:a]\n// [doc:b]\n// [/doc:a]"),
                ("stands alone", "int a();  // [doc:a]")]:
            with self.subTest(source=source):
                self.assertIn(expected, self.error(source))

    def test_an_empty_region_is_an_error(self):
        with self.assertRaisesRegex(regions.RegionError, "empty"):
            regions.extract("// [doc:a]\n\n// [/doc:a]", "a")

    def test_the_tree_knows_every_place_of_a_name(self):
        with tempfile.TemporaryDirectory() as folder:
            home = pathlib.Path(folder, "chapters")
            home.mkdir()
            for name in ("a.cpp", "b.hpp"):
                (home / name).write_text("// [doc:x]\nx\n// [/doc:x]\n")
            self.assertEqual(regions.in_tree(folder),
                             {"x": ["chapters/a.cpp:1", "chapters/b.hpp:1"]})

    def test_the_names_of_this_tree_are_unique(self):
        double = {name: places
                  for name, places in regions.in_tree(BOOK.parent).items()
                  if len(places) > 1}
        self.assertEqual(double, {})


if __name__ == "__main__":
    unittest.main()
