"""Runs a recorded program as a reader would: on a terminal, with a limit.

A program writes line by line to a terminal but in blocks to a pipe. Only on
a terminal do its words and those of the runtime come in the reader's order.
"""

import dataclasses
import os
import pty
import resource
import select
import signal
import subprocess
import termios
import time

KNOBS = ("GOMAXPROCS", "GODEBUG", "GOTRACEBACK", "GOGC", "GOMEMLIMIT")


@dataclasses.dataclass(frozen=True)
class Result:
    """What a program printed and how it ended, as a shell counts it."""

    text: str
    status: int
    timed_out: bool


def environment(extra, build):
    """Returns the variables of a run; those of the caller's knobs are not."""
    kept = {name: value for name, value in os.environ.items()
            if name not in KNOBS and not name.startswith("STRATA_")}
    return kept | {"LC_ALL": "C", "TERM": "dumb", "BUILD": str(build)} | extra


def before_exec():
    """Keeps a crash from leaving a core file."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def open_terminal():
    """Returns both ends of a terminal that leaves line ends alone."""
    ours, theirs = pty.openpty()
    flags = termios.tcgetattr(theirs)
    flags[1] &= ~termios.OPOST
    flags[3] &= ~termios.ECHO
    termios.tcsetattr(theirs, termios.TCSANOW, flags)
    return ours, theirs


def read_until(source, deadline):
    """Reads to the end; returns the bytes and whether the time was up."""
    chunks = []
    while (left_s := deadline - time.monotonic()) > 0:
        if not select.select([source], [], [], left_s)[0]:
            break
        try:
            chunk = os.read(source, 1 << 16)
        except OSError:  # a terminal whose other end is closed
            chunk = b""
        if not chunk:
            return b"".join(chunks), False
        chunks.append(chunk)
    return b"".join(chunks), True


def end_group(process):
    """Ends the program and whatever it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def shell_status(returncode):
    return 128 - returncode if returncode < 0 else returncode


def run(command, root, env, on_terminal=True, timeout_s=60):
    """Runs `command`. Data (not on_terminal) is standard output alone."""
    ours, theirs = open_terminal() if on_terminal else os.pipe()
    errors = theirs if on_terminal else None
    deadline = time.monotonic() + timeout_s
    with subprocess.Popen(
            command, cwd=root, env=env, stdin=subprocess.DEVNULL,
            stdout=theirs, stderr=errors, start_new_session=True,
            preexec_fn=before_exec) as process:
        os.close(theirs)
        printed, timed_out = read_until(ours, deadline)
        try:
            process.wait(0 if timed_out else max(0.1, deadline
                                                 - time.monotonic()))
        except subprocess.TimeoutExpired:
            timed_out = True
        end_group(process)
    os.close(ours)
    return Result(printed.decode(errors="replace"),
                  shell_status(process.returncode), timed_out)
