#!/usr/bin/env python3
"""Checks the built pages of the book and ends with `N passed, N failed`.

Usage: check_site.py [--only WORDS] [BOOK_OUT]
       check_site.py --tools       fetches the programs of the checks, no more

It looks at BOOK_OUT/html as readers do, from disk, and never at the sources,
but for the spelling, whose words are shown with the line of the source. The
checks in a browser are the files book/test/*_test.mjs.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

import check_links
import check_texts

ROOT = pathlib.Path(__file__).resolve().parents[2]
TESTS = ROOT / "book/test"
TOOLS = pathlib.Path(os.environ.get("BOOK_TOOLS", ROOT / "build/book-tools"))
PYTHON = "/usr/bin/python3"  # Debian's, which has Debian's Sphinx
NODE_OLDEST = 18
# Command, the group of packages that brings it.
NEEDED = [("node", "book"), ("npm", "site"), ("java", "site"),
          ("chromium", "site")]
SUM = re.compile(r"(\d+) passed, (\d+) failed")
SPELLING = re.compile(r"(?P<place>.+?:\d+): \((?P<word>[^)]*)\) ?(?P<text>.*)")
SHOWN_MAX = 60  # findings of one check; the rest is counted


class Missing(Exception):
    """Something the checks need is not on this machine."""


class Sums:
    """Counts the checks, and prints how each went."""

    def __init__(self):
        self.passed = self.failed = 0

    def report(self, name, findings, remark, advice):
        verdict = "FAILED" if findings else "ok    "
        print(f"{verdict} {name} ({remark})", flush=True)
        for finding in findings[:SHOWN_MAX]:
            print(f"       {finding}")
        if len(findings) > SHOWN_MAX:
            print(f"       and {len(findings) - SHOWN_MAX} more")
        if findings:
            print(f"       -> {advice}", flush=True)
        self.passed += not findings
        self.failed += bool(findings)


# -------------------------------------------------------------------- tools

def need_commands():
    """Stops with the line that installs a command that is not there."""
    for command, group in NEEDED:
        if not shutil.which(command):
            raise Missing(f"{command} is missing: make deps GROUP={group}")


def fetch_tools():
    """Brings the programs that book/test/package.json names.

    They go to a folder of what is built, and are fetched again only when the
    lock file has changed. Their install scripts do not run: one of them would
    download a Java, and Debian's is here.
    """
    version = subprocess.run(["node", "--version"], capture_output=True,
                             text=True, check=True).stdout
    if int(version.lstrip("v").split(".")[0]) < NODE_OLDEST:
        raise Missing(f"the checks need node {NODE_OLDEST}, here is {version}")
    lock = (TESTS / "package-lock.json").read_text(encoding="utf-8")
    stamp = TOOLS / "node_modules/fetched"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == lock:
        return
    print(f"fetching the programs of the checks into {TOOLS} (once)",
          flush=True)
    TOOLS.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(TESTS / name, TOOLS)
    done = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund",
         "--loglevel=error"], cwd=TOOLS, check=False)
    if done.returncode != 0:
        raise Missing("npm could not fetch them: is there a network?")
    stamp.write_text(lock, encoding="utf-8")


# ------------------------------------------------------- checks without browser

class Background:
    """A program that runs while other checks do; its output goes to a file."""

    def __init__(self, command, log, **environment):
        self.log = log
        with open(log, "w", encoding="utf-8") as file:
            self.process = subprocess.Popen(
                command, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT,
                env={**os.environ, **environment})

    def output(self):
        """Waits for the end and returns (exit status, text)."""
        status = self.process.wait()
        return status, self.log.read_text(encoding="utf-8", errors="replace")


def start_nu(out):
    """Starts the Nu HTML checker on all pages."""
    jar = TOOLS / "node_modules/vnu-jar/build/dist/vnu.jar"
    return Background(["java", "-Xss2m", "-jar", str(jar), "--format", "json",
                       "--errors-only", "--skip-non-html", str(out / "html")],
                      out / "nu.json")


def nu_findings(background):
    """Returns what the Nu HTML checker says, with page and line."""
    status, text = background.output()
    try:
        messages = json.loads(text[text.index("{"):])["messages"]
    except ValueError:
        return [f"the checker did not run (exit status {status}): "
                + text[:400]]
    return [f"{message.get('url', '').split('/html/')[-1]}:"
            f"{message.get('lastLine', '?')}: {message['message']} Here: "
            + " ".join(message.get("extract", "").split())
            for message in messages]


def start_spelling(out):
    """Starts a build of the book that only looks up its words.

    It keeps its own doctrees: the extension more would make the next build of
    the pages a full one.
    """
    shutil.rmtree(out / "spelling", ignore_errors=True)
    return Background(
        [PYTHON, "-m", "sphinx", "-q", "--keep-going", "-b", "spelling", "-d",
         str(out / "doctrees-spelling"), "book", str(out / "spelling")],
        out / "spelling.log", STRATA_SPELL="1")


def spelling_findings(out, background):
    """Returns the words that no list has, once each, with their first line."""
    status, text = background.output()
    reports = sorted((out / "spelling").rglob("*.spelling"))
    if not (out / "doctrees-spelling").is_dir() or (status and not reports):
        return [f"the spelling builder did not run: {text[-600:]}"]
    places = {}
    for report in reports:
        for line in report.read_text(encoding="utf-8").splitlines():
            match = SPELLING.match(line)
            if match:
                places.setdefault(match["word"], []).append(
                    f"{match['place']}: {match['word']!r} in "
                    f"\"{' '.join(match['text'].split())[:90]}\"")
    return [found[0] + (f" ({len(found)} times)" if len(found) > 1 else "")
            for _, found in sorted(places.items())]


# ------------------------------------------------------------------- browser

def run_browser_tests(out, sums, words):
    """Runs the browser tests; their own lines say how they went."""
    for test in sorted(TESTS.glob("*_test.mjs")):
        began = time.monotonic()
        print(f"-- {test.name}", flush=True)
        process = subprocess.Popen(
            ["node", str(test), str(out / "html"), *words], cwd=ROOT,
            stdout=subprocess.PIPE, text=True,
            env={**os.environ, "BOOK_TOOLS": str(TOOLS)})
        passed = failed = None
        for line in process.stdout:
            match = SUM.fullmatch(line.strip())
            if match:
                passed, failed = map(int, match.groups())
            else:
                print(line, end="", flush=True)
        status = process.wait()
        if passed is None or (status and not failed):
            sums.report(test.name, [f"ended with status {status}"], "no sum",
                        "run it alone: node " + str(test.relative_to(ROOT)))
        sums.passed += passed or 0
        sums.failed += failed or 0
        print(f"-- {test.name}: {time.monotonic() - began:.0f} s", flush=True)


# ---------------------------------------------------------------------- main

def run_checks(out, sums, wanted):
    """Runs all checks whose name holds the wanted words."""
    site = out / "html"
    spelling = start_spelling(out) if wanted("spelling") else None
    nu = start_nu(out) if wanted("valid HTML") else None
    if wanted("links and anchors"):
        found, remark = check_links.check(site)
        sums.report("links and anchors", found, remark,
                    "mend the link in the page's source, or its target")
    if wanted("words in pages"):
        sums.report("words in pages", check_texts.words_of_pages(site),
                    "all texts of the site", "mend the page's source")
    if wanted("words in sources"):
        sums.report("words in sources", check_texts.words_of_sources(),
                    "book and exercises", "mend the line")
    if wanted("private texts"):
        found, remark = check_texts.private_texts(site)
        sums.report("private texts", found, remark,
                    "take the solution out of the page")
    if nu:
        sums.report("valid HTML", nu_findings(nu), "Nu HTML checker",
                    "mend the directive or template that writes it")
    if spelling:
        sums.report("spelling", spelling_findings(out, spelling),
                    "American English", "mend the word; a right one goes "
                    "into book/spelling_wordlist.txt")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tools", action="store_true",
                        help="fetch the programs of the checks, no more")
    parser.add_argument("--only", default="", metavar="WORDS",
                        help="run only checks whose name holds these words")
    parser.add_argument("out", nargs="?", type=pathlib.Path,
                        default=ROOT / "build/book")
    return parser.parse_args()


def main():
    given = arguments()
    out = given.out.resolve()
    began = time.monotonic()
    sums = Sums()
    try:
        need_commands()
        fetch_tools()
        if given.tools:
            return 0
        if not (out / "html/index.html").exists():
            raise Missing(f"no pages in {out / 'html'}: make book")
        run_checks(out, sums, lambda name: given.only in name)
        run_browser_tests(out, sums, [given.only] if given.only else [])
    except Missing as missing:
        print(missing)
        sums.failed += 1
    print(f"the checks took {time.monotonic() - began:.0f} s")
    print(f"{sums.passed} passed, {sums.failed} failed")
    return 1 if sums.failed else 0


if __name__ == "__main__":
    sys.exit(main())
