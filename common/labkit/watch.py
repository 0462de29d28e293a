"""Waits for the reader to save a file.

Modification times are polled: that works on every file system, also on those
mounted over a network, which report no changes.
"""

import os
import time

POLL_SECONDS = 0.2


def times(paths):
    """The modification times of files; a missing file counts as 0."""
    found = {}
    for path in paths:
        try:
            found[path] = os.stat(path).st_mtime_ns
        except FileNotFoundError:
            found[path] = 0
    return found


def next_change(paths, seen, sleep=time.sleep):
    """Blocks until a file differs from `seen`.

    @return (the paths that changed, the new times)
    """
    while True:
        now = times(paths)
        changed = [path for path in paths if now[path] != seen[path]]
        if changed:
            return changed, now
        sleep(POLL_SECONDS)
