#!/usr/bin/env python3
"""Runs a command in a copy of the tree that no reader has touched.

Usage: fresh_tree.py COMMAND [ARGUMENT]...

What the book shows of ./lab is what a reader sees who has just fetched the
tree: nothing started, nothing done. The tree at hand may hold somebody's
progress and labs, which must neither show nor change. So the command runs in
build/fresh, a copy of the tracked files without book and solutions. Files of
readers are removed there before each run; what was built stays, so that only
the first run is slow, and what ./lab says about a first build is left out.
Paths are printed as if it ran in the tree at hand.
"""

import filecmp
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FRESH = ROOT / "build" / "fresh"
LEFT_OUT = ("book", "solutions-private", ".ci")
# Said once per build folder; a record must not depend on that.
FIRST_BUILD = "; the first time takes a minute"
# What readers make; git does not track these.
OF_READERS = (".strata", "exercises/*/mine", "build/submit-*.zip")


def wanted(root):
    """Returns the names of the files that the copy has."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=root,
        text=True, capture_output=True, check=True).stdout
    return {name for name in listed.splitlines()
            if name.split("/")[0] not in LEFT_OUT
            and "/mine/" not in name and (root / name).is_file()}


def present(fresh):
    """Returns the names of the copied files that are there."""
    return {path.relative_to(fresh).as_posix() for path in fresh.rglob("*")
            if path.is_file()
            and path.relative_to(fresh).parts[0] not in ("build", ".strata")
            and "__pycache__" not in path.parts}


def update(root, fresh):
    """Makes the copy equal to the tree; touches only what differs, so that
    little is built again."""
    fresh.mkdir(parents=True, exist_ok=True)
    names = wanted(root)
    for name in present(fresh) - names:
        (fresh / name).unlink()
    for name in names:
        source, target = root / name, fresh / name
        if target.exists() and filecmp.cmp(source, target, shallow=False):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
        target.touch()


def forget_readers(fresh):
    """Removes what a reader would have made."""
    for pattern in OF_READERS:
        for path in fresh.glob(pattern):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def as_shown(text):
    """Makes an output the same wherever and however often it is made."""
    return text.replace(f"{FRESH}/", "").replace(FIRST_BUILD, "")


def main(arguments):
    if not arguments:
        sys.exit(__doc__)
    update(ROOT, FRESH)
    forget_readers(FRESH)
    done = subprocess.run(arguments, cwd=FRESH, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    print(as_shown(done.stdout), end="")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
