#!/usr/bin/env python3
"""Tests common/tools/bench.py on canned results and on programs of a line."""

import json
import pathlib
import stat
import sys
import tempfile
import unittest
from unittest import mock

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "tools"))
sys.dont_write_bytecode = True
import bench  # noqa: E402  (the path above comes first)


def numbers(smallest):
    return {"min": smallest, "median": smallest * 1.1,
            "p10": smallest * 1.05, "p90": smallest * 1.2}


def result(row, subject, cpu, wall=None, metrics=None):
    return {"row": row, "subject": subject, "version": "1.0", "unit": "ns",
            "compiler": "none", "clock": "cpu", "ops": 100, "rounds": 5,
            "cpu": numbers(cpu), "wall": numbers(wall or cpu * 2),
            "metrics": metrics or {}, "what": "a test"}


# A benchmark program: prints its list, or the canned line of a row.
PROGRAM = """\
#!/usr/bin/env python3
import sys
lines = {lines!r}
if "--list" in sys.argv:
    print("\\n".join(f"{{name}}\\tcpu\\ta test" for name in lines))
    sys.exit(0)
line = lines[sys.argv[sys.argv.index("--row") + 1]]
if line is None:
    sys.exit("the row fell over")
print(line)
"""


class Build:
    """A build folder with made-up benchmark programs."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder, "build", "release")
        (self.folder / "chapters").mkdir(parents=True)

    def add(self, name, subject, rows):
        lines = {row: cpu if cpu is None or isinstance(cpu, str)
                 else json.dumps(result(row, subject, cpu))
                 for row, cpu in rows.items()}
        path = self.folder / "chapters" / name
        path.write_text(PROGRAM.format(lines=lines), encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def run(self, *arguments):
        said = []
        status = bench.main(["--build", str(self.folder), *arguments],
                            say=said.append)
        return status, "\n".join(said)

    def report(self):
        path = self.folder.parent / "bench" / "results.json"
        return json.loads(path.read_text(encoding="utf-8"))


class InBuild(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.build = Build(self.temporary.name)


class Driver(InBuild):
    def test_a_table_compares_with_go_and_says_the_verdict(self):
        self.build.add("sched_bench_x", "Strata", {"yield.2g.p1": 10.0})
        self.build.add("peer_go", "Go", {"yield.2g.p1": 100.0})
        self.build.add("peer_boost_fiber", "Boost.Fiber", {"yield.2g.p1": 50.})
        status, said = self.build.run()
        self.assertEqual(status, 0)
        line = next(x for x in said.splitlines() if x.startswith("yield.2g"))
        self.assertEqual(line.split(), [
            "yield.2g.p1", "10", "ns", "100", "ns", "50", "ns",
            "0.10", "0.2", "0.3", "met", "14%"])
        check = self.build.report()["rows"][0]["lines"][0]["checks"][0]
        self.assertEqual(check["verdict"], "met")
        self.assertAlmostEqual(check["figure"], 0.1)

    def test_missing_peers_are_one_line_each_and_the_table_goes_on(self):
        self.build.add("sched_bench_x", "Strata", {"yield.2g.p1": 10.0})
        status, said = self.build.run()
        self.assertEqual(status, 0)
        lines = [x for x in said.splitlines() if "is not measured" in x]
        self.assertEqual(len(lines), 2)
        self.assertIn("Go is not measured: install golang-go", lines[0])
        self.assertIn("libboost-fiber-dev", lines[1])
        self.assertIn("yield.2g.p1", said)

    def test_a_row_that_falls_over_is_said_and_the_rest_is_measured(self):
        self.build.add("a_bench_x", "Strata",
                       {"bad": None, "odd": "no JSON", "good": 3.0})
        status, said = self.build.run("--repeats", "1")
        self.assertEqual(status, 1)
        self.assertIn("Strata bad: exit status 1: the row fell over", said)
        self.assertIn("Strata odd: printed no JSON line", said)
        self.assertIn("3 ns", said)

    def test_a_skipped_row_is_said_once_and_is_no_failure(self):
        line = json.dumps({"row": "guards", "skipped": "no such guards"})
        self.build.add("a_bench_x", "Strata", {"guards": line})
        status, said = self.build.run("--repeats", "3")
        self.assertEqual(status, 0)
        self.assertEqual(said.count("skipped, no such guards"), 1)

    def test_quick_runs_every_row_and_prints_no_figures(self):
        self.build.add("a_bench_x", "Strata", {"one": 1.0, "two": 2.0})
        status, said = self.build.run("--quick")
        self.assertEqual(status, 0)
        self.assertIn("2 rows ran once", said)
        self.assertTrue(self.build.report()["quick"])

    def test_only_chooses_rows_by_their_start(self):
        self.build.add("a_bench_x", "Strata", {"aa": 1.0, "ab": 2.0, "b": 3.0})
        self.build.run("--only", "a", "--repeats", "1")
        names = [row["name"] for row in self.build.report()["rows"]]
        self.assertEqual(names, ["aa", "ab"])
        self.assertEqual(self.build.run("--only", "zz")[0], 2)

    def test_a_target_that_strata_did_not_run_for_is_said(self):
        self.build.add("peer_go", "Go", {"yield.2g.p1": 100.0})
        self.build.add("a_bench_x", "Strata", {"yield.8g.p1": 10.0})
        status, said = self.build.run("--repeats", "1")
        self.assertEqual(status, 0)
        line = next(x for x in said.splitlines() if "no figure of" in x)
        self.assertIn("yield.2g.p1", line)
        self.assertNotIn("yield.8g.p1", line)
        self.assertNotIn("no figure of", self.build.run("--only", "yield")[1])

    def test_an_empty_build_folder_is_said(self):
        status, said = self.build.run()
        self.assertEqual(status, 2)
        self.assertIn("no benchmark programs", said)

    def test_peers_take_turns(self):
        order = []

        def note(program, row, flags, timeout_s):
            order.append(program.subject)
            return result(row, program.subject, 1.0)

        programs = [bench.Program("a", "Strata"), bench.Program("b", "Go")]
        with mock.patch.object(bench.Program, "run", note):
            bench.measure_row(bench.Row("r", "cpu", ""), programs, [], 3, 1)
        self.assertEqual(order, ["Strata", "Go"] * 3)

    def test_a_peer_without_the_memory_is_left_out(self):
        programs = [bench.Program("a", "Strata"), bench.Program("b", "Go")]
        once = {"needs_mb": {"Strata": 100, "Go": 5000}, "touch_mb": 0}
        with mock.patch.object(bench, "available_mb", lambda: 1000):
            fitting, skipped = bench.with_memory(
                programs, once, bench.Row("alive", "cpu", ""))
        self.assertEqual([one.subject for one in fitting], ["Strata"])
        self.assertEqual(
            skipped, ["Go alive: skipped, needs 5000 MB of memory"])


class Merging(unittest.TestCase):
    def test_the_best_repeat_of_the_compared_clock_counts(self):
        ones = [result("r", "Strata", 5.0, 9.0), result("r", "Strata", 4.0, 99)]
        self.assertEqual(bench.merge(ones, "cpu")["best"], 4.0)
        self.assertEqual(bench.merge(ones, "wall")["best"], 9.0)
        self.assertEqual(bench.merge(ones, "cpu")["repeats"], [5.0, 4.0])

    def test_metrics_become_lines_of_their_own(self):
        one = result("alive", "Strata", 5.0, metrics={
            "memory": {"value": 4386.0, "unit": "B"}})
        merged = {"Strata": bench.merge([one], "cpu")}
        lines = bench.cells(bench.Row("alive", "cpu", ""), merged)
        self.assertEqual(lines[1], ("alive.memory", "B", {"Strata": 4386.0}))


class Judging(unittest.TestCase):
    def verdict(self, target, value, go=None, rows=None):
        return bench.judge(target, {"Strata": value, "Go": go}, rows or {})[1]

    def test_ratios_to_go(self):
        target = {"versus": "Go", "target": 0.2, "at_most": 0.3}
        self.assertEqual(self.verdict(target, 20, 100), "met")
        self.assertEqual(self.verdict(target, 30, 100), "ok")
        self.assertEqual(self.verdict(target, 31, 100), "OVER")
        self.assertEqual(self.verdict(target, 31, None), "-")
        self.assertEqual(self.verdict(target, None, 100), "-")

    def test_bounds_on_the_value_itself(self):
        self.assertEqual(self.verdict({"at_most": 8}, 8), "ok")
        self.assertEqual(self.verdict({"at_most": 8}, 8.1), "OVER")

    def test_ratios_to_another_row(self):
        target = {"versus": "plain", "at_most": 0.2}
        rows = {"plain": {"Strata": 40.0}}
        self.assertEqual(self.verdict(target, 8.0, rows=rows), "ok")
        self.assertEqual(self.verdict(target, 8.1, rows=rows), "OVER")
        self.assertEqual(self.verdict(target, 8.1), "-")

    def test_every_target_in_the_file_has_a_known_form(self):
        targets = json.loads(bench.TARGETS.read_text(encoding="utf-8"))
        for name, several in targets["rows"].items():
            for target in several:
                self.assertIn("at_most", target, name)
                self.assertLessEqual(
                    set(target), {"versus", "target", "at_most"}, name)


class Printing(unittest.TestCase):
    def test_units_fit_the_size(self):
        cases = [(4.8, "ns", "4.8 ns"), (1252, "ns", "1252 ns"),
                 (12520, "ns", "12.5 us"), (2.5e6, "ns", "2.5 ms"),
                 (900, "B", "900 B"), (4386, "B", "4.28 KiB"),
                 (29, "mappings", "29"), (None, "ns", "-")]
        for value, unit, text in cases:
            self.assertEqual(bench.show(value, unit), text)

    def test_rows_that_measure_the_same_share_a_footnote(self):
        self.assertEqual(bench.pattern(["yield.2g.p1"]), "yield.2g.p1")
        self.assertEqual(bench.pattern(["yield.2g.p1", "yield.8g.p1"]),
                         "yield.*.p1")
        self.assertEqual(bench.pattern(["ring.16", "ring.16.far"]), "ring.16*")

    def test_columns_are_aligned(self):
        lines = bench.aligned([["operation", "x"], ["a", "12 ns"]])
        self.assertEqual(lines, ["operation      x", "-" * 16,
                                 "a          12 ns"])


class Checking(unittest.TestCase):
    def test_results_of_other_rows_and_missing_numbers_are_refused(self):
        good = json.dumps(result("r", "Strata", 1.0))
        self.assertEqual(bench.checked(good, "r")["row"], "r")
        bad = result("r", "Strata", 1.0)
        del bad["wall"]["median"]
        for text in ["", "[]", good.replace('"r"', '"q"'), json.dumps(bad)]:
            with self.assertRaises(bench.BadRow):
                bench.checked(text, "r")


if __name__ == "__main__":
    unittest.main()
