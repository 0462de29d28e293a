#!/usr/bin/env python3
"""Makes the tree that a course hands out.

Usage: python3 -m labkit.handout UPTO [OUT]

The tree has the chapters up to UPTO, without history, book, solutions, hidden
tests, zoo and the lab bodies: where a lab takes the place of a source, that
source is left out and comes as a stripped object for this processor, so that
nobody is stuck because last week's lab is broken. The tree is checked for
leaks; its list of files and their hash are printed.
"""

import argparse
import hashlib
import pathlib
import platform
import shutil
import subprocess
import sys

from . import build as build_module
from . import description, leak, starter
from .description import ROOT

LEFT_OUT = ("solutions-private", "book", ".ci", "lab-notes")
FILES_OUT = {"kill-matrix.json"}


def tracked(root):
    """The files that belong to the tree, as relative paths."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"],
                            cwd=root, text=True, capture_output=True,
                            check=True).stdout
    return [pathlib.PurePosixPath(name) for name in listed.splitlines()]


def chapter_number(path):
    """The chapter a path belongs to, or None."""
    parts = path.parts
    if len(parts) > 1 and parts[0] in ("chapters", "exercises"):
        head = parts[1][:2]
        return int(head) if head.isdigit() else None
    return None


def is_handed_out(path, upto, secret_sources):
    """Tells whether a file goes into the tree."""
    if path.parts[0] in LEFT_OUT or path.name in FILES_OUT:
        return False
    if "mine" in path.parts[:3]:
        return False
    number = chapter_number(path)
    if number is not None and number > upto:
        return False
    return path not in secret_sources


def secret_sources_of(catalog, root, upto):
    """The sources that hold lab bodies, with what a private header of a slot
    holds of them."""
    secret = set()
    for chapter in catalog.chapters:
        if chapter.number > upto:
            continue
        for path in sorted(chapter.sources.parent.rglob("*")):
            if path.suffix not in (".cpp", ".hpp", ".S"):
                continue
            if any(starter.MARKER.match(line)
                   for line in path.read_text().splitlines()):
                secret.add(pathlib.PurePosixPath(
                    path.relative_to(root).as_posix()))
    return secret


def copy_tree(root, out, upto, secret):
    """Copies what is handed out; returns the relative paths."""
    copied = []
    for path in tracked(root):
        if not is_handed_out(path, upto, secret):
            continue
        source, target = root / path, out / path
        if not source.is_file():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
        copied.append(path)
    return copied


def ship_objects(catalog, out, upto):
    """Builds each slot of the reference, for plain and explorer libraries,
    and puts the stripped objects where the build looks for them."""
    build = build_module.Build(catalog, folder=ROOT / "build/handout-objects",
                               private=False)
    build.configure()
    machine = platform.machine()
    for chapter in catalog.chapters:
        if chapter.number > upto:
            continue
        target = out / "chapters" / chapter.folder.name / "reference" / machine
        for variant in ("", "_explore"):
            library = f"strata_{chapter.layer}{variant}"
            build.build([library])
            for slot in chapter.slots.values():
                ship(build, chapter, slot, variant, target)


def ship(build, chapter, slot, variant, target):
    """Copies one object and takes its debug information away."""
    source = (build.folder / "chapters" / chapter.folder.name / "CMakeFiles"
              / f"strata_{chapter.layer}{variant}.dir/src/{slot.file}.o")
    shipped = target / f"{slot.name}{variant}.o"
    shipped.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["objcopy", "--strip-debug", "--remove-section=.comment",
                    str(source), str(shipped)], check=True)


def fingerprint(out):
    """The list of files, and one hash over their names and contents."""
    total = hashlib.sha256()
    names = []
    for path in leak.files_of(out):
        name = path.relative_to(out).as_posix()
        names.append(name)
        total.update(name.encode() + b"\0" + path.read_bytes())
    return names, total.hexdigest()


def leaks(catalog, root, out, secret):
    """Runs the leak check with this repository's secrets."""
    private = leak.files_of(root / "solutions-private") \
        if (root / "solutions-private").exists() else []
    private = [p for p in private if p.name != "README.md"]
    bodies = []
    for path in secret:
        bodies += starter.bodies_of((root / path).read_text(), str(path))
    # What a starter shows is no secret; nothing else is excused.
    starters = [path for chapter in catalog.chapters
                for path in leak.files_of(chapter.folder / "starters")]
    return leak.check(out, private, bodies, starters)


def make(upto, out):
    """Makes and checks the tree. @return lines that say what leaks."""
    catalog = description.load()
    if out.exists():
        raise SystemExit(f"{out} exists; remove it or name another folder")
    secret = secret_sources_of(catalog, ROOT, upto)
    copy_tree(ROOT, out, upto, secret)
    ship_objects(catalog, out, upto)
    return leaks(catalog, ROOT, out, secret)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("upto", type=int, help="the last chapter, such as 2")
    parser.add_argument("out", nargs="?", type=pathlib.Path)
    given = parser.parse_args(arguments)
    out = given.out or ROOT / f"build/handout-{given.upto:02}"
    wrong = make(given.upto, out)
    for line in wrong:
        print(f"LEAK {line}")
    names, digest = fingerprint(out)
    (out.parent / f"{out.name}.files").write_text("\n".join(names) + "\n")
    print(f"{len(names)} files in {out}; their list: {out.name}.files beside "
          f"it\nsha256 {digest}")
    print(f"{int(not wrong)} passed, {len(wrong)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
