#!/usr/bin/env python3
"""Measures Strata beside its peers and prints one table.

Every row runs in a process of its own. Peers take turns (Strata, Go,
Boost.Fiber, Strata, ...), so that a busy minute of the machine falls on all of
them, and the best of several repeats counts. Targets are ratios to a peer of
the same run, or bounds that hold on any machine; they are read from
common/bench/targets.json. Nothing is built here.
"""

import argparse
import datetime
import json
import mmap
import os
import pathlib
import platform
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parent.parent / "build" / "release"
TARGETS = HERE.parent / "bench" / "targets.json"

STRATA = "Strata"
# Executable, name in the table, what brings it when it is not there.
PEERS = [
    ("peer_go", "Go", "golang-go"),
    ("peer_boost_fiber", "Boost.Fiber", "libboost-fiber-dev"),
]
FOLDERS_SKIPPED = {"CMakeFiles", "go-cache", "_deps", "Testing"}
NUMBERS = ("min", "median", "p10", "p90")


class Row:
    """One line of --list: a row that a program can run."""

    def __init__(self, name, clock, what):
        self.name, self.clock, self.what = name, clock, what


class Program:
    """An executable that understands the flags of strata::bench."""

    def __init__(self, path, subject):
        self.path, self.subject = pathlib.Path(path), subject

    def rows(self):
        out = subprocess.run([self.path, "--list"], check=True, text=True,
                             stdout=subprocess.PIPE, timeout=60).stdout
        return [Row(*line.split("\t")) for line in out.splitlines()]

    def run(self, row, flags, timeout_s):
        """Returns the checked result of one process, or raises BadRow."""
        command = [self.path, "--row", row, *flags]
        try:
            done = subprocess.run(command, text=True, timeout=timeout_s,
                                  stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, check=False)
        except subprocess.TimeoutExpired:
            raise BadRow(f"ran longer than {timeout_s} s") from None
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise BadRow(f"exit status {done.returncode}: {last}")
        return checked(done.stdout, row)


class BadRow(Exception):
    """A row that crashed, hung, or printed something else than a result."""


class Skipped(Exception):
    """A row that cannot be measured on this system, and says why."""


def checked(text, row):
    """Parses a program's output: one JSON object about `row`.

    Raises BadRow when it is none, Skipped when it says that there is nothing
    to measure.
    """
    try:
        result = json.loads(text)
    except ValueError:
        raise BadRow("printed no JSON line") from None
    if not isinstance(result, dict) or result.get("row") != row:
        raise BadRow("printed the result of another row")
    if "skipped" in result:
        raise Skipped(result["skipped"])
    for clock in ("cpu", "wall"):
        for number in NUMBERS:
            value = result.get(clock, {}).get(number)
            if not isinstance(value, (int, float)) or value < 0:
                raise BadRow(f"has no {clock}.{number}")
    return result


# ---------------------------------------------------------------- programs

def find_programs(build):
    """Returns the benches of the chapters in order, and the peers."""
    benches, found = [], {}
    for folder, folders, files in os.walk(build):
        folders[:] = sorted(set(folders) - FOLDERS_SKIPPED)
        for name in sorted(files):
            path = pathlib.Path(folder, name)
            if path.suffix or not os.access(path, os.X_OK):
                continue
            if "_bench_" in name:
                benches.append(Program(path, STRATA))
            found[name] = path
    peers = [Program(found[name], subject)
             for name, subject, _ in PEERS if name in found]
    return benches, peers


def missing_lines(peers):
    """Says which peers are not there and which package brings them."""
    there = {peer.subject for peer in peers}
    return [f"{subject} is not measured: install {package}, "
            "then configure and build again"
            for _, subject, package in PEERS if subject not in there]


def plan(benches, peers):
    """Returns [(row, [programs])]: rows in order, and who can run each."""
    order, runners = [], {}
    for program in benches + peers:
        for row in program.rows():
            if row.name not in runners:
                order.append(row)
                runners[row.name] = []
            runners[row.name].append(program)
    return [(row, runners[row.name]) for row in order]


# --------------------------------------------------------------- measuring

def available_mb():
    with open("/proc/meminfo", encoding="ascii") as file:
        for line in file:
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) // 1024
    return 0


def touch_memory(megabytes):
    """Touches that much memory in a child process and lets it go.

    A virtual machine gets its pages from the host when it first touches them,
    at several times the price of a page fault. Whoever ran first would pay.
    """
    child = os.fork()
    if child == 0:
        try:
            mmap.mmap(-1, megabytes << 20, flags=mmap.MAP_PRIVATE
                      | mmap.MAP_ANONYMOUS | mmap.MAP_POPULATE)
        finally:
            os._exit(0)
    os.waitpid(child, 0)


def merge(results, clock):
    """Joins the repeats of a row: the best round of all, its own spread."""
    best = min(results, key=lambda one: one[clock]["min"])
    merged = {name: best[name] for name in
              ("subject", "version", "compiler", "unit", "ops", "rounds")}
    merged["cpu"], merged["wall"] = best["cpu"], best["wall"]
    merged["best"] = best[clock]["min"]
    merged["repeats"] = [one[clock]["min"] for one in results]
    merged["metrics"] = {
        name: dict(metric, value=min(one["metrics"][name]["value"]
                                     for one in results))
        for name, metric in best.get("metrics", {}).items()}
    return merged


def measure_row(row, programs, flags, repeats, timeout_s):
    """Runs a row, the programs taking turns.

    Returns ({subject: merged result}, [what went wrong]).
    """
    results, troubles = {}, []
    for _ in range(repeats):
        for program in programs:
            try:
                one = program.run(row.name, flags, timeout_s)
                results.setdefault(program.subject, []).append(one)
            except BadRow as bad:
                troubles.append(f"{program.subject} {row.name}: {bad}")
            except Skipped as why:
                note = f"{program.subject} {row.name}: skipped, {why}"
                troubles += [note] if note not in troubles else []
    return ({subject: merge(ones, row.clock)
             for subject, ones in results.items()}, troubles)


# ------------------------------------------------------------------ judging

def cells(row, results):
    """Splits a row into table lines: [(name, unit, {subject: value})]."""
    def line(name, unit, pick):
        return name, unit, {subject: pick(result)
                            for subject, result in results.items()}
    first = next(iter(results.values()), None)
    if first is None:
        return [line(row.name, "ns", lambda result: None)]
    lines = [line(row.name, first["unit"], lambda result: result["best"])]
    for metric, figure in first["metrics"].items():
        lines.append(line(
            f"{row.name}.{metric}", figure["unit"],
            lambda result, m=metric: result["metrics"]
            .get(m, {}).get("value")))
    return lines


def judge(target, values, all_values):
    """Compares Strata's value with one target.

    `target` has `at_most` and perhaps `target`, both a bound on the value
    itself, or on the ratio to `versus`: a subject, another row of a subject
    ("Go spawn.one.wait.p1"), or another row of Strata's. Returns (figure compared, verdict); the figure is None when unknown.
    """
    figure = values.get(STRATA)
    versus = target.get("versus")
    if versus is not None:
        subject, _, other_row = versus.partition(" ")
        if subject in (name for _, name, _ in PEERS):
            other = (all_values.get(other_row, {}) if other_row
                     else values).get(subject)
        else:
            other = all_values.get(versus, {}).get(STRATA)
        figure = figure / other if figure is not None and other else None
    if figure is None:
        return None, "-"
    if figure <= target.get("target", float("-inf")):
        return figure, "met"
    return figure, "ok" if figure <= target["at_most"] else "OVER"


# ----------------------------------------------------------------- printing

# Per unit: from which size on, divided by what, called how; largest first.
SCALES = {
    "ns": [(1e9, 1e9, "s"), (1e6, 1e6, "ms"), (1e4, 1e3, "us"), (0, 1, "ns")],
    "B": [(1 << 20, 1 << 20, "MiB"), (1 << 10, 1 << 10, "KiB"), (0, 1, "B")],
}


def show(value, unit):
    """Formats a value with three digits and the unit that fits it."""
    if value is None:
        return "-"
    for limit, divisor, name in SCALES.get(unit, []):
        if abs(value) >= limit:
            scaled = value / divisor
            return f"{scaled:.3g} {name}" if abs(scaled) < 1000 \
                else f"{scaled:.0f} {name}"
    return f"{value:.0f}"


def bound(target, key, unit):
    if key not in target:
        return "-"
    return f"{target[key]:g}" if "versus" in target \
        else show(target[key], unit)


def spread(result):
    """Returns p90 - p10 as a share of the median, of the compared clock."""
    if result is None or result["rounds"] < 2:
        return "-"
    numbers = result[result["clock"]]
    if not numbers["median"]:
        return "-"
    return f"{(numbers['p90'] - numbers['p10']) / numbers['median']:.0%}"


def header(subject, results):
    """Names a subject with the version its results state."""
    for one in results:
        if subject in one:
            return f"{subject} {one[subject]['version']}".strip()
    return subject


def table_lines(report, subjects):
    """Returns the table as rows of strings, the header first."""
    results = [row["results"] for row in report["rows"]]
    head = (["operation"] + [header(subject, results) for subject in subjects]
            + ["ratio", "target", "at most", "verdict", "spread"])
    lines = [head]
    all_values = {line["name"]: line["values"]
                  for row in report["rows"] for line in row["lines"]}
    for row in report["rows"]:
        for line in row["lines"]:
            lines += operation_lines(row, line, subjects, all_values)
    return lines


def operation_lines(row, line, subjects, all_values):
    """Returns the lines of one operation: one, and one per further target."""
    name, unit, values = line["name"], line["unit"], line["values"]
    ratio, _ = judge({"versus": "Go", "at_most": 0}, values, all_values)
    first = ([name] + [show(values.get(s), unit) for s in subjects]
             + [f"{ratio:.2f}" if ratio is not None else "-"])
    noise = spread(row["results"].get(STRATA)) if name == row["name"] else "-"
    if not line["checks"]:
        return [first + ["-", "-", "-", noise]]
    lines = []
    for check in line["checks"]:
        versus = check.get("versus")
        if lines or versus not in (None, "Go"):
            start = [f"  / {versus}"] + ["-"] * len(subjects)
            figure = check["figure"]
            start.append(f"{figure:.2f}" if figure is not None else "-")
            lines = lines or [first + ["-", "-", "-", noise]]
        else:
            start = first
        lines.append(start + [bound(check, "target", unit),
                              bound(check, "at_most", unit),
                              check["verdict"],
                              noise if start is first else "-"])
    return lines


def aligned(lines):
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    out = []
    for number, line in enumerate(lines):
        padded = [line[0].ljust(widths[0])]
        padded += [cell.rjust(width)
                   for cell, width in zip(line[1:], widths[1:])]
        out.append("  ".join(padded).rstrip())
        if number == 0:
            out.append("-" * len(out[0]))
    return out


def footnotes(rows):
    """Says once what each group of rows measures."""
    groups = {}
    for row in rows:
        groups.setdefault((row["what"], row["clock"]), []).append(row["name"])
    out = []
    for (what, clock), names in groups.items():
        out.append(f"  {pattern(names)}: {what} ({clock} time)")
    return out


def pattern(names):
    """Returns one name with a * for every part in which the names differ."""
    parts = [name.split(".") for name in names]
    if len({len(one) for one in parts}) > 1:
        return os.path.commonprefix(names) + "*"
    return ".".join(column[0] if len(set(column)) == 1 else "*"
                    for column in zip(*parts))


def machine():
    model = platform.processor() or platform.machine()
    with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return {"cpu": model, "cpus": len(os.sched_getaffinity(0)),
            "kernel": platform.release(), "memory_mb": available_mb(),
            "load_before": round(os.getloadavg()[0], 2)}


def print_report(report, subjects, say):
    say("\n".join(aligned(table_lines(report, subjects))))
    say("\nWhat one operation is:")
    say("\n".join(footnotes(report["rows"])))
    about = report["machine"]
    say(f"\n{about['cpu']}, {about['cpus']} CPUs, kernel {about['kernel']}, "
        f"load {about['load_before']} before and {about['load_after']} after, "
        f"{report['date']}, {report['seconds']:.0f} s")
    say("ratio: Strata / Go, or / the row that the line names. "
        "Smallest of all rounds; spread is p90 - p10 of the best repeat's "
        "rounds over their median.")
    if about["load_before"] > about["cpus"] / 4:
        say("Other work was running: trust processor time (rows on one P) "
            "and repeat the rest.")


# --------------------------------------------------------------------- main

def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=pathlib.Path, default=BUILD,
                        help="build folder that holds the benches "
                             "(default build/release)")
    parser.add_argument("--only", action="append", default=[], metavar="PREFIX",
                        help="run only rows that start like this")
    parser.add_argument("--repeats", type=int, default=3,
                        help="processes per row and peer; one less where "
                             "there is no peer (default 3)")
    parser.add_argument("--rounds", type=int, default=20,
                        help="rounds kept per process (default 20)")
    parser.add_argument("--round-ms", type=int, default=10,
                        help="length of a round (default 10)")
    parser.add_argument("--quick", action="store_true",
                        help="one short round of every row, to see that all "
                             "run; the figures mean nothing")
    parser.add_argument("--out", type=pathlib.Path,
                        help="where the JSON goes (default "
                             "<build>/../bench/results.json)")
    return parser.parse_args(arguments)


def measure_all(chosen, options, targets, say_progress):
    """Measures all chosen rows. Returns ([row reports], [troubles])."""
    flags = ["--quick"] if options.quick else [
        "--rounds", str(options.rounds), "--round-ms", str(options.round_ms)]
    rows, troubles, memory_touched_mb = [], [], 0
    for number, (row, programs) in enumerate(chosen, 1):
        say_progress(f"[{number}/{len(chosen)}] {row.name}")
        once = targets.get("once", {}).get(row.name)
        alone = len(programs) == 1 and options.repeats > 1
        repeats = 1 if options.quick else options.repeats - alone
        if once and not options.quick:
            programs, skipped = with_memory(programs, once, row)
            troubles += skipped
            repeats = once.get("repeats", 1)
            needed_mb = min(once["touch_mb"], available_mb() // 2)
            if needed_mb > memory_touched_mb:
                touch_memory(needed_mb)
                memory_touched_mb = needed_mb
        results, bad = measure_row(row, programs, flags, repeats, 120)
        troubles += bad
        rows.append({"name": row.name, "clock": row.clock, "what": row.what,
                     "results": results, "lines": cells(row, results)})
    return rows, troubles


def with_memory(programs, once, row):
    """Leaves out the programs for which this machine has too little memory."""
    fitting, skipped = [], []
    for program in programs:
        needed_mb = once["needs_mb"].get(program.subject, 0)
        if needed_mb <= available_mb():
            fitting.append(program)
        else:
            skipped.append(f"{program.subject} {row.name}: skipped, needs "
                           f"{needed_mb} MB of memory")
    return fitting, skipped


def judge_all(rows, targets):
    """Adds to every line of the rows what its targets say."""
    all_values = {name: values for row in rows
                  for name, _, values in row["lines"]}
    for row in rows:
        for result in row["results"].values():
            result["clock"] = row["clock"]
        lines = []
        for name, unit, values in row["lines"]:
            checks = []
            for target in targets.get("rows", {}).get(name, []):
                figure, verdict = judge(target, values, all_values)
                checks.append(dict(target, figure=figure, verdict=verdict))
            lines.append({"name": name, "unit": unit, "values": values,
                          "checks": checks})
        row["lines"] = lines


def unmeasured(rows, targets):
    """Names the rows that have targets but no figure of Strata's."""
    measured = {line["name"] for row in rows for line in row["lines"]
                if line["values"].get(STRATA) is not None}
    return [name for name in targets.get("rows", {}) if name not in measured]


def say_to_terminal(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def main(arguments=None, say=print):
    options = parse(arguments)
    benches, peers = find_programs(options.build)
    if not benches and not peers:
        say(f"no benchmark programs below {options.build}: build them first")
        return 2
    targets = json.loads(TARGETS.read_text(encoding="utf-8"))
    chosen = [(row, programs) for row, programs in plan(benches, peers)
              if not options.only or row.name.startswith(tuple(options.only))]
    if not chosen:
        say("no row starts with " + " or ".join(options.only))
        return 2
    for line in missing_lines(peers):
        say(line)
    begin, about = time.monotonic(), machine()
    rows, troubles = measure_all(chosen, options, targets, say_to_terminal)
    say_to_terminal("")
    about["load_after"] = round(os.getloadavg()[0], 2)
    judge_all(rows, targets)
    report = {"date": datetime.datetime.now(datetime.timezone.utc)
              .strftime("%Y-%m-%d %H:%M UTC"),
              "seconds": time.monotonic() - begin, "quick": options.quick,
              "machine": about, "rows": rows, "troubles": troubles}
    out = options.out or options.build.parent / "bench" / "results.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    lacking = [] if options.only else unmeasured(rows, targets)
    if options.quick:
        say(f"{len(rows)} rows ran once in {report['seconds']:.0f} s")
    else:
        print_report(report, [STRATA] + [p.subject for p in peers], say)
    if lacking:
        say(f"{len(lacking)} rows with targets have no figure of Strata's: "
            + " ".join(lacking))
    for trouble in troubles:
        say(trouble)
    return 1 if any(": skipped" not in trouble for trouble in troubles) else 0


if __name__ == "__main__":
    sys.exit(main())
