"""Runs one test in a process of its own and finds out how it ended.

The verdict comes through a pipe, with a random word that the test process
removes from its environment before the code under test runs: what that code
prints proves nothing. No verdict is a failure, whatever the exit status says.
Each test has limits of time and memory, and its own process group, so that
nothing it starts outlives it. A hang is asked for all its stacks before it is
killed.
"""

import json
import os
import re
import resource
import secrets
import selectors
import shutil
import signal
import subprocess
import threading
import time

from .result import Outcome

OUTPUT_KEPT = 16 * 1024
POLL_SECONDS = 0.01
PAGE_BYTES = resource.getpagesize()
STACKS_SECONDS = 10
SEED = re.compile(r"STRATA_(?:EXPLORE_)?SEED=([0-9a-zA-Z:_-]+)")


def run(test, program, seed=None):
    """Runs one test.

    @param test      a description.Test.
    @param program   the path of its program.
    @param seed      a schedule or random seed to replay, or None.
    @return a result.Outcome.
    """
    word = secrets.token_hex(16)
    read_end, write_end = os.pipe()
    began = time.monotonic()
    try:
        process = start(test, program, word, write_end, seed)
    finally:
        os.close(write_end)
    heard = Listener(os.fdopen(read_end, "rb"), process.stdout)
    stopped = wait(process, test, began)
    stacks = dump_stacks(process.pid) if stopped == "hang" else ""
    kill_group(process)
    heard.finish()
    outcome = judge(test, process.returncode, heard, word, stopped)
    outcome.stacks = stacks
    outcome.seconds = time.monotonic() - began
    return outcome


def start(test, program, word, write_end, seed):
    """Starts the test's process, with the verdict's pipe open in it."""
    environment = dict(os.environ)
    environment["STRATA_VERDICT"] = f"{write_end}:{word}"
    if seed is not None:
        environment["STRATA_EXPLORE_SEED"] = str(seed)
        environment["STRATA_SEED"] = str(seed)
    cpu_seconds = 4 * test.seconds

    def limit():
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))

    return subprocess.Popen(
        [str(program), exact(test.name)], env=environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, pass_fds=[write_end],
        start_new_session=True, preexec_fn=limit)


def exact(name):
    """Writes a test's name so that Catch2 takes it as one name."""
    return re.sub(r"([\\,\[\]*])", r"\\\1", name)


class Listener:
    """Collects a process's output and verdict while it runs."""

    def __init__(self, verdict_pipe, output):
        self.verdict, self.output = b"", b""
        self._sources = {verdict_pipe: "verdict", output: "output"}
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
                name = self._sources[key.fileobj]
                kept = getattr(self, name) + part
                setattr(self, name, kept[-4 * OUTPUT_KEPT:])

    def finish(self):
        """Waits for the ends of both pipes; the group is dead by now."""
        self._thread.join(timeout=STACKS_SECONDS)
        for source in self._sources:
            source.close()


def wait(process, test, began):
    """Waits for the process, within its limits.

    Memory is what is in use: a runtime reserves address space by the gigabyte
    for stacks, so the system's own limits would measure the wrong thing.

    @return None if it ended by itself, else "hang" or "memory".
    """
    while process.poll() is None:
        if time.monotonic() - began > test.seconds:
            return "hang"
        if bytes_in_use(process.pid) > test.megabytes * 1024 * 1024:
            return "memory"
        time.sleep(POLL_SECONDS)
    return None


def bytes_in_use(pid):
    """Returns a process's resident memory; 0 when it has just ended."""
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * PAGE_BYTES
    except (OSError, IndexError):
        return 0


def kill_group(process):
    """Ends the test's whole process group, whatever it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def dump_stacks(pid):
    """Asks gdb for the stacks of all threads of a hanging process."""
    if shutil.which("gdb") is None:
        return "(no stacks: gdb is missing, make deps GROUP=test)"
    command = ["gdb", "-p", str(pid), "-batch", "-nx",
               "-ex", "set pagination off",
               "-ex", "thread apply all backtrace 12"]
    try:
        done = subprocess.run(command, capture_output=True, text=True,
                              errors="replace", check=False,
                              timeout=STACKS_SECONDS,
                              stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return "(no stacks: gdb took too long)"
    lines = [line for line in done.stdout.splitlines()
             if line.startswith(("Thread ", "#"))]
    return "\n".join(lines) or "(no stacks: gdb was not let in)"


def judge(test, status, heard, word, stopped):
    """Makes an Outcome out of what was heard."""
    output = heard.output.decode(errors="replace")[-OUTPUT_KEPT:]
    verdict = read_verdict(heard.verdict, word)
    outcome = Outcome(test=test, output=output)
    if stopped == "hang":
        outcome.status = "hang"
        outcome.message = f"no end after {test.seconds} s; killed"
    elif stopped == "memory":
        outcome.status = "crash"
        outcome.message = f"more than {test.megabytes} MB in use; killed"
    elif verdict is None:
        outcome.status = "crash"
        outcome.message = ended_as(status)
    else:
        outcome.status = "pass" if verdict["passed"] and status == 0 \
            else "fail"
        outcome.message = verdict["message"].strip()
        outcome.expression = verdict["expression"]
        outcome.expansion = verdict["expansion"]
        outcome.place = verdict["place"]
    found = SEED.findall(outcome.message + "\n" + output)
    if not outcome.passed and found:
        outcome.seed = found[-1]
    return outcome


def ended_as(status):
    """Describes an end without a verdict."""
    if status < 0:
        return f"ended by {signal.Signals(-status).name}"
    if status == 0:
        return "ended before its verdict, as if all were well"
    return f"ended before its verdict, with exit status {status}"


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
