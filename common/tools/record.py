#!/usr/bin/env python3
"""Records what the book shows of programs, or checks that it is still so.

Usage: record.py [--check] [--build DIR] [NAME...]

A NAME is a recording, as in 01/ping-pong; without one all are taken. The
programs are built in build/dev, unless --build names another build folder,
which is taken as it is. Claims of book/claims.json are measured with the
recording they belong to. The last line is `N passed, N failed`.
"""

import argparse
import datetime
import json
import pathlib
import subprocess
import sys

from recording import claims, data, files, programs, run, text

ROOT = pathlib.Path(__file__).resolve().parents[2]
# A claim is a measurement; a busy machine may spoil one.
CLAIM_ATTEMPTS = 3
DIFFERENCE_LINES = 40


class Failure(Exception):
    """A recording that failed, and why; one line or several."""


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--build", type=pathlib.Path)
    parser.add_argument("--root", type=pathlib.Path, default=ROOT)
    parser.add_argument("names", nargs="*", metavar="NAME")
    return parser.parse_args(arguments)


def build_programs(recordings, root, build):
    """Builds what the recordings run; returns whether it went well."""
    targets = sorted({target for one in recordings
                      for target in programs.targets(root, one.run)})
    if not targets:
        return True
    done = subprocess.run(
        ["cmake", "--build", str(build), "--target", *targets],
        capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout + done.stderr)
    return done.returncode == 0


def run_once(recording, root, build):
    """Runs it; returns its output in the form that the book shows."""
    is_text = recording.format == "text"
    command = programs.command(root, build, recording.run)
    if not programs.is_shell(recording.run) and not pathlib.Path(
            command[0]).exists():
        raise Failure(f"{command[0]} is not built")
    result = run.run(command, root,
                     run.environment(recording.env, build), is_text,
                     recording.seconds)
    if result.timed_out:
        raise Failure(f"ran longer than {recording.seconds} s")
    if result.status != recording.exit:
        raise Failure(f"ended with status {result.status}, expected "
                      f"{recording.exit}\n{result.text.rstrip()}")
    if is_text:
        return text.shown_form(result.text, root, build)
    try:
        json.loads(result.text)
    except ValueError as error:
        raise Failure(f"printed no JSON: {error}") from error
    return result.text.rstrip() + "\n"


def run_for_claims(recording, its_claims, root, build):
    """Runs it until its claims hold; returns the output and the drifts."""
    for _ in range(CLAIM_ATTEMPTS if its_claims else 1):
        fresh = run_once(recording, root, build)
        drifts = list(filter(None, (claims.drift(claim, fresh)
                                    for claim in its_claims)))
        if not drifts:
            break
    return fresh, drifts


def difference(recording, recorded, fresh):
    """Returns the lines that tell how far the program drifted."""
    compare = data if recording.format == "json" else text
    return compare.difference(recorded, fresh, recording.check)


def check(recording, its_claims, root, build):
    """Raises Failure when the program no longer prints what is recorded."""
    again = f"if intended: make record REC={recording.name}"
    if not recording.output.exists():
        raise Failure(f"never recorded: make record REC={recording.name}")
    fresh, drifts = run_for_claims(recording, its_claims, root, build)
    drifts += [f"claim {claim['id']} has no value yet; {again}"
               for claim in its_claims if "value" not in claim]
    recorded = recording.output.read_text()
    if lines := difference(recording, recorded, fresh):
        drifts += [f"drifted (- recorded, + now); {again}",
                   *lines[:DIFFERENCE_LINES]]
        if len(lines) > DIFFERENCE_LINES:
            drifts.append(f"... {len(lines) - DIFFERENCE_LINES} lines more")
    if drifts:
        raise Failure("\n".join(drifts))


def record(recording, its_claims, root, build):
    """Writes the output and measures its claims; all or nothing."""
    fresh, drifts = run_for_claims(recording, its_claims, root, build)
    if path := text.machine_path(fresh):
        drifts.append(f"shows {path}, a path of this machine")
    if drifts:
        raise Failure("\n".join(drifts))
    recording.output.write_text(fresh)
    today = datetime.date.today().isoformat()
    claims.update(root, {
        claim["id"]: {"value": claims.measure(claim, fresh)[0],
                      "date": today, "machine": claims.machine()}
        for claim in its_claims})


def read_all(names, root):
    """Returns the recordings, and a failure per malformed one."""
    read, failures = [], []
    for name in names:
        try:
            recording = files.read(root, name)
            programs.targets(root, recording.run)
            read.append(recording)
        except ValueError as error:
            failures.append((name, str(error)))
    return read, failures


def chosen(recordings, names, is_check):
    """Returns those named; what is drawn from another one comes after it.

    Who records one anew also draws anew what was drawn from it.
    """
    wanted = [one for one in recordings if not names or one.name in names
              or not is_check and one.drawn_from.intersection(names)]
    return sorted(wanted, key=lambda one: bool(one.drawn_from))


def loose_ends(root, known_claims):
    """Returns what belongs to no recording: outputs and claims."""
    names = set(files.names(root))
    return [(name, "no .cmd file says how it was made")
            for name in files.orphans(root)] + [
        (claim["record"], f"claim {claim['id']} needs this recording")
        for claim in known_claims.values() if claim["record"] not in names]


def do_each(recordings, known_claims, act, root, build):
    """Acts on each recording; returns the failures."""
    failures = []
    for recording in recordings:
        its_claims = [claim for claim in known_claims.values()
                      if claim["record"] == recording.name]
        try:
            act(recording, its_claims, root, build)
            print(f"ok     {recording.name}", flush=True)
        except (Failure, ValueError) as error:
            failures.append((recording.name, str(error)))
    return failures


def read_claims(root):
    """Returns the claims, and a failure when their file is malformed."""
    try:
        return claims.read(root), []
    except ValueError as error:
        return {}, [("book/claims.json", str(error))]


def gather(options, root):
    """Returns recordings to act on, claims, and failures found so far."""
    names = set(options.names)
    listed = files.names(root)
    recordings, failures = read_all(listed + sorted(names - set(listed)),
                                    root)
    known_claims, bad_claims = read_claims(root)
    if names:
        failures = [one for one in failures if one[0] in names]
    else:
        failures += loose_ends(root, known_claims)
    return (chosen(recordings, names, options.check), known_claims,
            failures + bad_claims)


def report(recordings, failures):
    """Prints the failures and the closing line; returns the exit status."""
    for name, why in failures:
        print(f"\nFAILED {name}: " + why.replace("\n", "\n  "))
    bad = {name for name, _ in failures}
    passed = [one for one in recordings if one.name not in bad]
    if not recordings and not bad:
        print("no recording yet")
    print(f"{len(passed)} passed, {len(bad)} failed")
    return 1 if bad else 0


def main(arguments=None):
    options = parse_arguments(arguments)
    root = options.root.resolve()
    build = (options.build or root / "build" / "dev").resolve()
    recordings, known_claims, failures = gather(options, root)
    if not options.build and not build_programs(recordings, root, build):
        failures += [(one.name, "not built") for one in recordings]
        return report(recordings, failures)
    act = check if options.check else record
    failures += do_each(recordings, known_claims, act, root, build)
    return report(recordings, failures)


if __name__ == "__main__":
    sys.exit(main())
