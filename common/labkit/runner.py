"""Runs one test in a process of its own and finds out how it ended.

The verdict comes through a pipe, with a random word that the test process
removes from its environment before the code under test runs: what that code
prints proves nothing. No verdict is a failure, whatever the exit status says.
Each test has limits of time and memory, and its own session, so that nothing
it starts outlives it. A hang is asked for all its stacks before it is killed.
Tests may run side by side, on threads of one grader.
"""

import json
import os
import re
import secrets
import selectors
import signal
import threading
import time

from . import processes, stacks
from .result import Outcome

OUTPUT_KEPT = 16 * 1024
VERDICT_KEPT = 1024 * 1024
POLL_SECONDS = 0.01
SWEEP_SECONDS = 0.2    # between two looks at the memory of all processes
END_SECONDS = 5
SEED = re.compile(r"STRATA_(?:EXPLORE_)?SEED=([0-9a-zA-Z:_-]+)")


def run(test, program, seed=None, seconds=None, powerless=False,
        dump=True):
    """Runs one test.

    @param test       a description.Test.
    @param program    the path of its program.
    @param seed       a schedule or random seed to replay, or None.
    @param seconds    a limit below the test's own, or None.
    @param powerless  run it as nobody, if we are the administrator.
    @param dump       show where a hang stands; that takes a second or more.
    @return a result.Outcome.
    """
    word = secrets.token_hex(16)
    seconds = min(test.seconds, seconds or test.seconds)
    began = time.monotonic()
    process, heard = start(test, program, word, seed, powerless)
    try:
        stopped = wait(process, seconds, test.megabytes, began)
        where = stacks.of_process(process.pid) \
            if stopped == "hang" and dump else ""
    finally:
        processes.end(process)
        heard.finish()
    outcome = judge(test, process.returncode, heard, word, stopped)
    if stopped == "hang":
        outcome.message = f"no end after {seconds} s; killed"
    outcome.stacks = where
    outcome.seconds = time.monotonic() - began
    return outcome


def start(test, program, word, seed, powerless):
    """Starts the test's process, with the verdict's pipe open in it.

    @return (the process, the Listener to its output and its verdict)
    """
    read_end, write_end = os.pipe()
    environment = dict(os.environ)
    environment["STRATA_VERDICT"] = f"{write_end}:{word}"
    if seed is not None:
        environment["STRATA_EXPLORE_SEED"] = str(seed)
        environment["STRATA_SEED"] = str(seed)
    cpu_seconds = int(test.seconds) * max(4, os.cpu_count() or 1)
    try:
        process = processes.start(
            [str(program), exact(test.name)], environment, [write_end],
            cpu_seconds, powerless)
    except BaseException:
        os.close(read_end)
        raise
    finally:
        os.close(write_end)
    return process, Listener(os.fdopen(read_end, "rb"), process.stdout)


def exact(name):
    """Writes a test's name so that Catch2 takes it as one name."""
    return re.sub(r"([\\,\[\]*])", r"\\\1", name)


class Listener:
    """Collects a process's output and verdict while it runs."""

    def __init__(self, verdict_pipe, output):
        self.verdict, self.output = b"", b""
        self._sources = {verdict_pipe: ("verdict", VERDICT_KEPT),
                         output: ("output", 4 * OUTPUT_KEPT)}
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        selector = selectors.DefaultSelector()
        for source in self._sources:
            selector.register(source, selectors.EVENT_READ)
        while selector.get_map():
            for key, _ in selector.select():
                part = os.read(key.fd, 65536)
                if not part:
                    selector.unregister(key.fileobj)
                    continue
                name, most = self._sources[key.fileobj]
                setattr(self, name, (getattr(self, name) + part)[-most:])

    def finish(self):
        """Waits for the ends of both pipes; the group is dead by now."""
        self._thread.join(timeout=END_SECONDS)
        for source in self._sources:
            source.close()


def wait(process, seconds, megabytes, began):
    """Waits for the process, within its limits.

    @return None if it ended by itself, else "hang" or "memory".
    """
    bytes_max = megabytes * 1024 * 1024
    next_sweep = began + SWEEP_SECONDS
    while process.poll() is None:
        now = time.monotonic()
        if now - began > seconds:
            return "hang"
        if processes.bytes_of(process.pid) > bytes_max:
            return "memory"
        if now > next_sweep:
            next_sweep = now + SWEEP_SECONDS
            if processes.bytes_of_session(process.pid) > bytes_max:
                return "memory"
        time.sleep(POLL_SECONDS)
    return None


def judge(test, status, heard, word, stopped):
    """Makes an Outcome out of what was heard."""
    output = heard.output.decode(errors="replace")[-OUTPUT_KEPT:]
    verdict = read_verdict(heard.verdict, word)
    outcome = Outcome(test=test, output=output)
    if stopped == "hang":
        outcome.status = "hang"
    elif stopped == "memory":
        outcome.status = "crash"
        outcome.message = f"more than {test.megabytes} MB in use; killed"
    elif verdict is None:
        outcome.status = "crash"
        outcome.message = ended_as(status)
    else:
        believe(outcome, verdict, status)
    found = SEED.findall(outcome.message + "\n" + output)
    if not outcome.passed and found:
        outcome.seed = found[-1]
    return outcome


def believe(outcome, verdict, status):
    """Takes over what the program says itself. It must also have ended
    well: what fails after the last test fails, too."""
    outcome.status = "pass" if verdict["passed"] and status == 0 else "fail"
    outcome.message = verdict["message"].strip()
    outcome.expression = verdict["expression"]
    outcome.expansion = verdict["expansion"]
    outcome.place = verdict["place"]
    if outcome.status == "fail" and not (outcome.message or outcome.place):
        outcome.message = "no assertion was made: is there such a test?"
    if verdict["passed"] and status != 0:
        outcome.status = "crash"
        outcome.message = ("all assertions held, but then the process "
                           + ended_as(status, after="ended"))


def ended_as(status, after="ended before its verdict,"):
    """Describes a bad end."""
    if status < 0:
        return f"{after} by {signal_name(-status)}"
    if status == 0:
        return f"{after} as if all were well"
    return f"{after} with exit status {status}"


def signal_name(number):
    """Names a signal; those without a name have a number."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def read_verdict(data, word):
    """Returns the verdict with the right word, or None."""
    for line in data.decode(errors="replace").splitlines():
        try:
            verdict = json.loads(line)
        except ValueError:
            continue
        if isinstance(verdict, dict) and verdict.get("word") == word:
            return verdict
    return None
