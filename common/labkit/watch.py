"""Waits for the reader to save a file.

Modification times are polled: that works on every file system, also on those
mounted over a network, which report no changes.
"""

import os
import time

POLL_SECONDS = 0.1


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
    """Blocks until a file differs from `seen` and all are at rest.

    Editors save by removing, writing and renaming: while a file is missing or
    still changes from one look to the next, it is not saved yet.

    @return (the paths that changed, the new times)
    """
    last = seen
    while True:
        sleep(POLL_SECONDS)
        now = times(paths)
        changed = [path for path in paths if now[path] != seen[path]]
        if changed and now == last and all(now[path] for path in changed):
            return changed, now
        last = now
