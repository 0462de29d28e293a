"""Keeps hold of the processes of a test: what they use, and their end.

A test starts in a session of its own. What it starts is in its process group
as a rule; what leaves the group on purpose becomes a child of this process
when its parent ends, because this process asks the kernel to be the reaper.
So nothing that a test starts outlives it.
"""

import ctypes
import os
import pathlib
import resource
import signal
import subprocess
import threading

PAGE_BYTES = resource.getpagesize()
FILE_BYTES_MAX = 1 << 30
PR_SET_CHILD_SUBREAPER = 36
ADDR_NO_RANDOMIZE = 0x0040000
NOBODY = 65534
PASSES_MAX = 100   # of the hunt for orphans, which may have children

_lock = threading.Lock()
_running = set()   # ids of the test processes that were started here


def fix_layout():
    """Takes the randomness out of the address layouts of all programs that
    are started from now on: ThreadSanitizer cannot live with every one."""
    try:
        ctypes.CDLL(None).personality(ADDR_NO_RANDOMIZE)
    except (OSError, AttributeError):
        pass


def become_reaper():
    """Makes this process the parent of orphans below it. A system that
    cannot do that loses only the hunt for those that left their group."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    except (OSError, AttributeError):
        pass


def start(command, environment, inherited, cpu_seconds, powerless=False):
    """Starts a test's process, with limits and without input.

    @param inherited   numbers of the pipes that stay open in it.
    @param powerless   run as nobody, if we are the administrator.
    @return a Popen whose standard output and error are one pipe.
    """
    def limit():
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
        resource.setrlimit(resource.RLIMIT_FSIZE,
                           (FILE_BYTES_MAX, FILE_BYTES_MAX))

    person = {}
    if powerless and os.geteuid() == 0:
        person = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    become_reaper()
    with _lock:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            pass_fds=inherited, start_new_session=True, preexec_fn=limit,
            **person)
        _running.add(process.pid)
    return process


def end(process):
    """Ends a test's process, its group and the orphans that left it."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
    with _lock:
        _running.discard(process.pid)
        for _ in range(PASSES_MAX):
            if not kill_orphans():
                break


def kill_orphans():
    """Kills the children that a test left to us; each may leave others.

    @return how many there were.
    """
    own = os.getsid(0)
    orphans = [pid for pid, parent, _, session in everybody()
               if parent == os.getpid() and session != own
               and pid not in _running]
    for pid in orphans:
        try:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
    return len(orphans)


def everybody():
    """Yields (process, its parent, its group, its session) for all."""
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            text = (entry / "stat").read_text()
        except OSError:
            continue
        # The name, in parentheses, may itself hold anything.
        parent, group, session = text.rpartition(")")[2].split()[1:4]
        yield int(entry.name), int(parent), int(group), int(session)


def bytes_of(pid):
    """Returns a process's resident memory; 0 when it has just ended."""
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * PAGE_BYTES
    except (OSError, IndexError):
        return 0


def bytes_of_session(leader):
    """Returns the resident memory of all processes of a test.

    Memory is what is in use: a runtime reserves address space by the gigabyte
    for stacks, so the system's own limits would measure the wrong thing.
    """
    return sum(bytes_of(pid) for pid, _, _, session in everybody()
               if session == leader)


def finish(command, folder, seconds):
    """Runs a tool to its end; Ctrl-C and a limit end all that it started.

    @return (exit status, what it printed); the status is None when it took
            longer than `seconds`.
    """
    with subprocess.Popen(command, cwd=folder, text=True, errors="replace",
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT,
                          start_new_session=True) as process:
        try:
            printed, _ = process.communicate(timeout=seconds)
            return process.returncode, printed
        except BaseException as problem:
            os.killpg(process.pid, signal.SIGKILL)
            printed, _ = process.communicate()
            if isinstance(problem, subprocess.TimeoutExpired):
                return None, printed
            raise
