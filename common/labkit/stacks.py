"""Shows where a hanging test stands: its threads and its goroutines.

gdb attaches, prints the stack of each thread, and runs goroutines_gdb.py,
which walks the stacks of the goroutines that no thread runs.
"""

import pathlib
import shutil
import subprocess

SECONDS = 10
FRAMES = 12
SCRIPT = pathlib.Path(__file__).with_name("goroutines_gdb.py")


def of_process(pid):
    """Returns the stacks of a process as text, or why there are none."""
    if shutil.which("gdb") is None:
        return "(no stacks: gdb is missing, make deps GROUP=test)"
    command = ["gdb", "-p", str(pid), "-batch", "-nx",
               "-iex", "set debuginfod enabled off",
               "-ex", "set pagination off",
               "-ex", f"thread apply all backtrace {FRAMES}",
               "-x", str(SCRIPT)]
    try:
        done = subprocess.run(command, capture_output=True, text=True,
                              errors="replace", check=False, timeout=SECONDS,
                              stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return "(no stacks: gdb took too long)"
    return interesting(done.stdout) or "(no stacks: gdb was not let in)"


def interesting(text):
    """Keeps the lines that are about stacks."""
    return "\n".join(line for line in text.splitlines() if line.startswith(
        ("Thread ", "#", "goroutine ", "  #")))
