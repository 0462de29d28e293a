#!/usr/bin/env python3
"""Serves the book on this machine and rebuilds it when a source changes.

Usage: serve.py [--port N] [--background | --stop] [BOOK_OUT]

The pages are served on the loopback address only. A taken port is no error:
the next free one is used and printed. With --background the server goes on
after this command has ended, and ends itself when nobody has asked for a page
for an hour; --stop ends it at once.
"""

import argparse
import functools
import http.server
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
WATCHED = ("book", "chapters", "common", "exercises")
SUFFIXES = {".rst", ".py", ".css", ".js", ".svg", ".html", ".json", ".cmd",
            ".out", ".txt", ".hpp", ".cpp", ".S", ".def", ".md"}
PORTS_TRIED = 20
POLL_SECONDS = 1.0
IDLE_SECONDS = 3600


def newest_change(root=ROOT):
    """Returns the largest modification time of all sources of the book, and
    how many sources there are, so that a removed file counts as a change."""
    newest, count = 0.0, 0
    for folder in WATCHED:
        for where, folders, files in os.walk(root / folder):
            folders[:] = [f for f in folders if f != "__pycache__"]
            for name in files:
                if pathlib.PurePath(name).suffix not in SUFFIXES:
                    continue
                try:
                    changed = os.stat(os.path.join(where, name)).st_mtime
                except FileNotFoundError:  # an editor's file, gone again
                    continue
                newest, count = max(newest, changed), count + 1
    return newest, count


def rebuild(out):
    """Builds the book; errors are shown and the old pages stay."""
    began = time.monotonic()
    done = subprocess.run([ROOT / "common/tools/book.sh", "html", out],
                          cwd=ROOT, check=False)
    verdict = "rebuilt" if done.returncode == 0 else "not rebuilt, see above"
    print(f"{verdict} in {time.monotonic() - began:.1f} s", flush=True)


def watch(out):
    """Rebuilds at each change, for ever."""
    seen = newest_change()
    while True:
        time.sleep(POLL_SECONDS)
        now = newest_change()
        if now != seen:
            seen = now
            rebuild(out)


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files, quietly, and notes when it last did."""

    def send_head(self):
        self.server.asked = time.monotonic()
        return super().send_head()

    def end_headers(self):
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, *_arguments):
        """Says nothing: a line per picture would hide the build's words."""


def bind(folder, port):
    """Returns a server on the first free port from `port` on."""
    handler = functools.partial(Handler, directory=str(folder))
    for candidate in range(port, port + PORTS_TRIED):
        try:
            return http.server.ThreadingHTTPServer(
                ("127.0.0.1", candidate), handler)
        except OSError:
            continue
    raise SystemExit(f"no free port from {port} to {port + PORTS_TRIED - 1};"
                     f" choose one: make serve PORT=N, or open "
                     f"file://{folder}/index.html")


def end_when_idle(server):
    """Ends a background server that nobody has asked for an hour."""
    while time.monotonic() - server.asked < IDLE_SECONDS:
        time.sleep(POLL_SECONDS)
    server.shutdown()


def go_background(pid_file):
    """Leaves the terminal. Returns in the process that stays."""
    if os.fork() != 0:
        os._exit(0)
    os.setsid()
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(quiet, stream)
    pid_file.write_text(str(os.getpid()))


def stop(pid_file):
    """Ends a background server, if there is one."""
    try:
        process = int(pid_file.read_text())
        command = pathlib.Path(f"/proc/{process}/cmdline").read_bytes()
        if b"serve.py" not in command:  # the number is somebody else's now
            raise ProcessLookupError
        os.kill(process, signal.SIGTERM)
        print("the book's server has ended")
    except (OSError, ValueError):
        print("no server of the book runs in the background")
    pid_file.unlink(missing_ok=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--background", action="store_true")
    parser.add_argument("--stop", action="store_true")
    parser.add_argument("out", nargs="?", type=pathlib.Path,
                        default=ROOT / "build/book")
    given = parser.parse_args()
    if not 1 <= given.port <= 65535 - PORTS_TRIED:
        parser.error(f"--port {given.port}: 1 to {65535 - PORTS_TRIED}")
    return given


def main():
    given = arguments()
    out = given.out.resolve()
    pages = out / "html"
    pid_file = out / "server.pid"
    if given.stop:
        return stop(pid_file)
    if not (pages / "index.html").exists():
        raise SystemExit(f"no pages in {pages}; build them: make book")
    if given.background and pid_file.exists():
        stop(pid_file)
    server = bind(pages, given.port)
    server.asked = time.monotonic()
    print(f"the book: http://127.0.0.1:{server.server_port}/", flush=True)
    if given.background:
        go_background(pid_file)
        threading.Thread(target=end_when_idle, args=[server],
                         daemon=True).start()
    else:
        print("It is rebuilt when you change a source; Ctrl-C ends.",
              flush=True)
    threading.Thread(target=watch, args=[out], daemon=True).start()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main()
