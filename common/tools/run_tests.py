#!/usr/bin/env python3
"""Runs ctest for a preset and closes with a line `N passed, N failed`.

Shows one line of progress, then for each failing test its name, why it
failed, the end of its output and the command that runs it alone.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
TAIL_LINES = 40
PROGRESS = re.compile(r"^\s*(\d+)/(\d+) Test +#\d+: (.*?) \.*(?:\*\*\*|  )")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="dev")
    parser.add_argument("--chapter", help="number of a chapter, as in 02")
    parser.add_argument("--kind", help="unit, explore, stress, crash or lint")
    parser.add_argument("--skip", help="regular expression of labels")
    parser.add_argument("--name", help="regular expression of test names")
    parser.add_argument("--jobs", default=str(os.cpu_count()))
    parser.add_argument("--repeat", type=int, default=1)
    return parser.parse_args()


def ctest_command(options, report):
    """Builds the ctest command line. Labels look like `ch02.unit`."""
    command = ["ctest", "--preset", options.preset, "-j", options.jobs,
               "--output-junit", str(report)]
    if options.chapter:
        command += ["-L", rf"^ch{int(options.chapter):02}\."]
    if options.kind:
        command += ["-L", rf"\.{options.kind}$"]
    if options.skip:
        command += ["-LE", options.skip]
    if options.name:
        command += ["-R", options.name]
    if options.repeat > 1:
        command += ["--repeat", f"until-fail:{options.repeat}"]
    return command


def show_progress(line, last_tenth):
    """Prints how far ctest is; returns the tenth it was last printed for."""
    match = PROGRESS.match(line)
    if not match:
        return last_tenth
    done, total = int(match[1]), int(match[2])
    if sys.stdout.isatty():
        text = f"[{done}/{total}] {match[3].strip()}"[:78]
        print(f"\r{text:<78}", end="\n" if done == total else "", flush=True)
        return last_tenth
    tenth = 10 * done // total
    if tenth != last_tenth:
        print(f"[{done}/{total}]", flush=True)
    return tenth


def run_ctest(command):
    """Runs ctest with progress. Returns what it printed."""
    printed, tenth = [], 0
    with subprocess.Popen(command, cwd=ROOT, text=True, errors="replace",
                          stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT) as process:
        for line in process.stdout:
            printed.append(line)
            tenth = show_progress(line, tenth)
    return "".join(printed)


def read_report(report):
    """Returns the numbers of passed tests and the failed test elements."""
    passed, failed = 0, []
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        if case.get("status") == "run":
            passed += 1
        elif case.get("status") != "disabled":
            failed.append(case)
    return passed, failed


def show_failure(case, preset):
    """Prints one failed test: name, reason, end of output, how to rerun."""
    problem = case.find("failure")
    if problem is None:
        problem = case.find("skipped")
    reason = problem.get("message", "") if problem is not None else ""
    name = case.get("name")
    print(f"\nFAILED {name}" + (f"  ({reason})" if reason else ""))
    output = (case.findtext("system-out") or "").rstrip().splitlines()
    if len(output) > TAIL_LINES:
        print(f"  | ... {len(output) - TAIL_LINES} lines before")
    for line in output[-TAIL_LINES:]:
        print("  | " + line)
    quoted = re.sub(r"([^\w ,':-])", r".", name).replace("'", ".")
    print(f"  again: ctest --preset {preset} -V -R '{quoted}'")


def main():
    options = parse_arguments()
    report = ROOT / "build" / f"tests-{options.preset}.xml"
    report.parent.mkdir(exist_ok=True)
    report.unlink(missing_ok=True)
    said = run_ctest(ctest_command(options, report))
    if not report.exists():
        print(said)
        print("0 passed, 1 failed")
        return 1
    passed, failed = read_report(report)
    for case in failed:
        show_failure(case, options.preset)
    if failed:
        print()
        for case in failed:
            print("FAILED", case.get("name"))
    if passed + len(failed) == 0:
        print("no test matches")
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
