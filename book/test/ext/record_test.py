"""Tests of record.py on a small tree whose programs are shell scripts."""

import contextlib
import io
import json
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "common" / "tools"))
import record  # noqa: E402
from recording import files, programs, run  # noqa: E402

CLAIM = {"id": "c", "record": "01/a", "text": "{} ns", "low": 1, "high": 9,
         "pick": r"took (\d+)"}


class RecordTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        chapter = self.root / "chapters" / "01-first"
        for name in ("steps", "test/crash"):
            (chapter / name).mkdir(parents=True)
        (chapter / "CMakeLists.txt").write_text(
            "strata_chapter(NUMBER 1 NAME first DEPENDS common)\n")
        self.claims()

    def claims(self, *listed):
        path = self.root / "book" / "claims.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"claims": listed}))

    def program(self, script, name="first_step_01_one", folder=""):
        """Makes a built step out of a shell script."""
        source = name.split("_", 2)[2] + ".cpp"
        home = "test/crash" if folder else "steps"
        (self.root / "chapters/01-first" / home / source).touch()
        path = self.root / "build/dev/chapters/01-first" / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n" + script)
        path.chmod(0o755)

    def cmd(self, text, name="01/a"):
        path = files.folder(self.root) / f"{name}.cmd"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def output(self, name="01/a.out"):
        return (files.folder(self.root) / name).read_text()

    def tool(self, *arguments):
        """Runs the tool; returns its status and what it said."""
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            status = record.main([
                "--root", str(self.root), "--build",
                str(self.root / "build/dev"), *arguments])
        return status, said.getvalue()

    def test_a_step_is_recorded_and_checked(self):
        self.program("echo hello; echo from $GOMAXPROCS >&2")
        self.cmd("run: step 01/01\nenv: GOMAXPROCS=2\n")
        self.assertEqual(self.tool()[0], 0)
        self.assertEqual(self.output(), "hello\nfrom 2\n")
        status, said = self.tool("--check")
        self.assertEqual((status, said),
                         (0, "ok     01/a\n1 passed, 0 failed\n"))

    def test_a_drift_is_caught_and_names_the_cure(self):
        self.program("echo hello")
        self.cmd("run: step 01/01\n")
        self.tool()
        self.program("echo goodbye")
        status, said = self.tool("--check")
        self.assertEqual(status, 1)
        self.assertIn("FAILED 01/a", said)
        self.assertIn("make record REC=01/a", said)
        self.assertIn("- hello\n  + goodbye", said)
        self.assertTrue(said.endswith("0 passed, 1 failed\n"))

    def test_another_exit_status_writes_nothing(self):
        self.program("echo dying; exit 3")
        self.cmd("run: step 01/01\n")
        status, said = self.tool()
        self.assertEqual(status, 1)
        self.assertIn("ended with status 3, expected 0", said)
        with self.assertRaises(FileNotFoundError):
            self.output()

    def test_an_expected_signal_counts_as_in_a_shell(self):
        self.program("echo dying; kill -ABRT $$", "first_crash_a", "crash")
        self.cmd("run: crash 01/a\nexit: 134\n")
        self.assertEqual(self.tool()[0], 0)
        self.assertEqual(self.output(), "dying\n")

    def test_a_path_of_this_machine_is_not_recorded(self):
        self.program("echo /ho" + "me/me/x")
        self.cmd("run: step 01/01\n")
        status, said = self.tool()
        self.assertEqual(status, 1)
        self.assertIn("a path of this machine", said)

    def test_data_must_be_json(self):
        self.program("echo '[1, 2]'")
        self.cmd("run: step 01/01\nformat: json\ncheck: shape\n")
        self.assertEqual(self.tool()[0], 0)
        self.assertEqual(json.loads(self.output("01/a.json")), [1, 2])
        self.program("echo '[1,'")
        self.assertIn("no JSON", self.tool("--check")[1])

    def test_a_claim_is_measured_with_its_recording(self):
        self.program("echo took 5 ns")
        self.cmd("run: step 01/01\n")
        self.claims(CLAIM)
        self.assertEqual(self.tool()[0], 0)
        claim = json.loads(
            (self.root / "book/claims.json").read_text())["claims"][0]
        self.assertEqual(claim["value"], "5")
        self.assertRegex(claim["date"], r"\d{4}-\d\d-\d\d")
        self.assertEqual(self.tool("--check")[0], 0)

    def test_a_claim_out_of_range_fails_the_check_and_the_record(self):
        self.program("echo took 5 ns")
        self.cmd("run: step 01/01\n")
        self.claims(CLAIM)
        self.tool()
        self.program("echo took 50 ns")
        for arguments in ((), ("--check",)):
            status, said = self.tool(*arguments)
            self.assertEqual(status, 1)
            self.assertIn("50 is not within 1 to 9", said)
        self.assertEqual(self.output(), "took 5 ns\n")

    def test_claims_and_outputs_without_a_recording_fail(self):
        self.claims(CLAIM)
        self.cmd("run: shell echo\n", "01/b")
        (files.folder(self.root) / "01/gone.out").write_text("x\n")
        said = self.tool("--check")[1]
        self.assertIn("claim c needs this recording", said)
        self.assertIn("no .cmd file", said)
        self.assertIn("never recorded", said)

    def test_what_is_drawn_from_a_recording_is_drawn_after_it(self):
        self.program("echo 7")
        self.cmd("run: step 01/01\n", "01/z")
        self.cmd("run: shell cat book/_recorded/01/z.out\n")
        self.assertEqual(self.tool()[0], 0)
        self.program("echo 8")
        self.assertEqual(self.tool("01/z")[0], 0)
        self.assertEqual(self.output(), "8\n")

    def test_one_bad_recording_leaves_the_others_alone(self):
        self.program("echo fine")
        self.cmd("run: step 01/77\n", "01/bad")
        self.cmd("run: step 01/01\n")
        status, said = self.tool()
        self.assertEqual(status, 1)
        self.assertIn("no step 77 in 01-first; there is: 01_one", said)
        self.assertTrue(said.endswith("1 passed, 1 failed\n"))

    def test_a_program_that_hangs_is_ended(self):
        result = run.run(["sh", "-c", "echo a; sleep 60 & sleep 60"],
                         self.root, run.environment({}, self.root),
                         timeout_s=0.5)
        self.assertTrue(result.timed_out)
        self.assertEqual(result.text, "a\n")

    def test_the_shown_command_is_what_a_reader_types(self):
        self.program("", "first_crash_a", "crash")
        self.program("")
        for keys, expected in [
                ({"run": "step 01/01"}, "make step STEP=01/01"),
                ({"run": "step 01/01", "env": "A=1"},
                 "A=1 make step STEP=01/01"),
                ({"run": "crash 01/a 3"},
                 "build/dev/chapters/01-first/crash/first_crash_a 3"),
                ({"run": "shell ls | wc"}, "ls | wc"),
                ({"run": "step 01/01", "shown": "make"}, "make")]:
            with self.subTest(keys=keys):
                self.assertEqual(files.shown_command(self.root, keys),
                                 expected)

    def test_malformed_files_are_errors(self):
        for expected, text in [
                ("not one of the keys", "runs: step 01/01\n"),
                ("no line `run", "exit: 2\n"),
                ("check: shape", "run: shell a\ncheck: shape\n"),
                ("neither text nor json", "run: shell a\nformat: svg\n"),
                ("no `=`", "run: shell a\nenv: GODEBUG\n")]:
            with self.subTest(text=text):
                self.cmd(text)
                with self.assertRaisesRegex(ValueError, expected):
                    files.read(self.root, "01/a")

    def test_a_shell_line_names_the_programs_it_needs(self):
        self.assertEqual(programs.targets(
            self.root, "shell gdb build/dev/chapters/01-a/crash/a_crash_b"
            " build/dev/chapters/01-a/a_tests; nm"
            " build/dev/chapters/01-a/libstrata_a.a"),
            ["a_crash_b", "a_tests", "strata_a"])


if __name__ == "__main__":
    unittest.main()
