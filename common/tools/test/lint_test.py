#!/usr/bin/env python3
"""Tests that the lint finds what it should, on small bad files."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import lint  # noqa: E402 (found only with the path above)

HEAD = "/// @file\n/// @brief Shows a thing.\n"
GOOD = HEAD + "#pragma once\n"
STORE = "x.store(1, std::memory_order_release);\n"
LOAD = "x.load(std::memory_order_acquire);\n"


class LintTest(unittest.TestCase):
    """Each test writes a small tree and looks at the rules that fire."""

    def rules(self, files):
        """Returns the rules that fire on a tree of {path: text}."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in files.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return [rule for _, _, rule, _ in lint.lint(root)]

    def header(self, text):
        return self.rules({"common/include/a.hpp": GOOD + text})

    def test_a_good_header_passes(self):
        self.assertEqual(self.header("int f();\n"), [])

    def test_each_line_rule_fires(self):
        for rule, text in [
                ("columns", "// " + "x" * 80 + "\n"),
                ("blank", "int f(); \n"),
                ("todo", "// " + "TO" + "DO: later\n"),
                ("machine-path", "// see /ho" + "me/me/notes\n"),
                ("detach", "t.detach();\n"),
                ("weak", "__attribute__((weak)) int f();\n"),
                ("volatile", "volatile int flag;\n"),
                ("using-namespace", "using namespace std;\n"),
                ("os-header", "#include <sys/mman.h>\n"),
                ("boost", "#include <boost/context/fiber.hpp>\n"),
                ("catch", "#include <catch2/catch.hpp>\n")]:
            with self.subTest(rule=rule):
                self.assertEqual(self.header(text), [rule])

    def test_comments_and_strings_are_not_code(self):
        self.assertEqual(self.header('// volatile\nf("detach(");\n'), [])

    def test_assembly_and_os_folders_may_do_what_they_must(self):
        self.assertEqual(self.header('asm volatile("pause");\n'), [])
        self.assertEqual(self.rules({
            "common/include/os/a.hpp": GOOD + "#include <sys/mman.h>\n"}), [])

    def test_a_sleeping_test_is_found(self):
        self.assertEqual(self.rules({
            "common/test/a_test.cpp": HEAD + "usleep(1);\n"}), ["sleep"])

    def test_the_head_of_a_file_is_wanted_and_short(self):
        self.assertEqual(self.rules({
            "common/include/a.hpp": "#pragma once\n"}), ["file-header"])
        self.assertEqual(self.rules({
            "common/include/a.hpp": HEAD + "/// more\n" * 39
                                    + "#pragma once\n"}), ["file-header"])
        self.assertEqual(self.rules({
            "common/include/a.hpp": HEAD}), ["pragma-once"])

    def test_long_functions_are_found_whatever_their_layout(self):
        body = "  f();\n" * 61
        self.assertEqual(self.header("void g() {\n" + body + "}\n"),
                         ["function-length"])
        self.assertEqual(self.header("void g(int a,\n       int b) {\n  {\n"
                                     "  }\n" + body + "}\n"),
                         ["function-length"])
        self.assertEqual(self.header("struct S {\n" + body + "};\n"), [])

    def test_memory_orders_are_written(self):
        self.assertEqual(self.header("x.load();\n"), ["memory-order"])
        self.assertEqual(self.header("x->store(f(1));\n"), ["memory-order"])
        self.assertEqual(self.header(LOAD), [])

    def test_sequential_consistency_has_a_sentence(self):
        line = "x.load(std::memory_order_seq_cst);\n"
        self.assertEqual(self.header(line), ["seq-cst"])
        self.assertEqual(self.header("// seq_cst: see P.\n" + line), [])

    def test_order_tags_come_in_pairs_of_both_sides(self):
        tag = "// [MO:a] because\n"
        self.assertEqual(self.header(tag + STORE), ["order-tag"])
        self.assertEqual(self.header(tag + STORE + tag + STORE),
                         ["order-tag"])
        self.assertEqual(self.header(tag + STORE + tag + LOAD), [])

    def test_doc_markers_are_paired_and_unique(self):
        begin, end = "// [doc:a]\n", "// [/doc:a]\n"
        self.assertEqual(self.header(begin + end), [])
        self.assertEqual(self.header(begin), ["doc-marker"])
        self.assertEqual(self.header(end), ["doc-marker"])
        self.assertEqual(self.header(begin + end + begin + end),
                         ["doc-marker"])

    def test_a_source_has_a_test_of_its_name(self):
        source = {"common/src/a.cpp": HEAD}
        self.assertEqual(self.rules(source), ["test-mirror"])
        self.assertEqual(self.rules({
            **source, "common/test/a_test.cpp": HEAD}), [])
        self.assertEqual(self.rules({"common/src/arch/a.cpp": HEAD}), [])

    def test_invariants_have_tests_and_names_have_invariants(self):
        claims = "///\n/// Invariants\n///   - I-00.1 A thing is so.\n"
        header = {"common/include/a.hpp": HEAD + claims + "#pragma once\n"}
        test = "common/test/a_test.cpp"
        readme = "chapters/01-a/README.md"
        self.assertEqual(self.rules(header), ["invariant"])
        self.assertEqual(self.rules({
            **header, test: HEAD + "// I-00.11\n"}),
                         ["invariant", "invariant"])
        self.assertEqual(self.rules({
            **header, test: HEAD + "// I-00.1\n", readme: "I-00.1\n"}), [])
        self.assertEqual(self.rules({readme: "I-00.1\n"}), ["invariant"])
        elsewhere = claims.replace("Invariants", "Story")
        self.assertEqual(self.header("int f();\n" + elsewhere), [])

    def test_exceptions_are_needed_and_have_a_reason(self):
        source = {"common/src/a.cpp": HEAD}
        allow = "common/lint-allow.txt"
        self.assertEqual(self.rules({
            **source, allow: "test-mirror src/a.cpp tested by b_test\n"}), [])
        self.assertEqual(self.rules({
            **source, allow: "test-mirror src/a.cpp\n"}),
                         ["lint-allow", "test-mirror"])
        self.assertEqual(self.rules({
            allow: "test-mirror src/a.cpp of old\n"}), ["lint-allow"])

    def test_documents_name_only_listed_packages(self):
        packages = {"common/tools/packages.txt": "make | build | runs\n"}
        self.assertEqual(self.rules({
            **packages, "README.md": "apt-get install -y make\n"}), [])
        self.assertEqual(self.rules({
            **packages, "README.md": "`apt-get install -y mkae`\n"}),
                         ["packages"])


if __name__ == "__main__":
    unittest.main()
