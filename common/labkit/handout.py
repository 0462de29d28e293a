#!/usr/bin/env python3
"""Makes the tree that a course hands out.

Usage: python3 -m labkit.handout UPTO [OUT] [--bare]

The tree has the chapters up to UPTO, without history, book, solutions, hidden
tests, zoo and the lab bodies: where a lab takes the place of a source, that
source is left out and comes as a stripped object for this processor, so that
nobody is stuck because last week's lab is broken. An object can be taken
apart, and for assembly that shows the answer; with --bare there are no
objects, and the starters stand where the sources were: then a lab needs those
before it. The tree is checked for leaks; its list of files and their hash are
printed.
"""

import argparse
import hashlib
import json
import pathlib
import platform
import shutil
import subprocess
import sys

from . import build as build_module
from . import description, leak, starter
from .description import ROOT

LEFT_OUT = ("solutions-private", "book", ".ci")
TESTS_OUT = ("common/tools/test", "common/labkit/test", "common/cmake/tests")
FILES_OUT = {"mutants.json"}
# Tests of the explorer over wrong copies of the ring, which show the ring.
SHOW_BODIES = ("chapters/02-scheduler/test/explore/run_queue_test.cpp",)
SANITIZERS = ("", "address", "thread")
WORKFLOW = pathlib.Path(__file__).with_name("classroom.yml")
OBJECTS = ROOT / "build/handout-objects"


class HandoutError(Exception):
    """The tree cannot be made; the text says why."""


def tracked(root):
    """The files that belong to the tree, as relative paths."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard"], cwd=root,
            text=True, capture_output=True, check=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        # A copy without history, such as a grader's.
        listed = [path.relative_to(root).as_posix()
                  for path in leak.files_of(root)]
    return [pathlib.PurePosixPath(name) for name in sorted(listed)
            if (root / name).is_file()]


def chapter_number(path):
    """The chapter a path belongs to, or None."""
    parts = path.parts
    if len(parts) > 1 and parts[0] in ("chapters", "exercises"):
        head = parts[1][:2]
        return int(head) if head.isdigit() else None
    return None


def is_handed_out(path, upto, secret):
    """Tells whether a file goes into the tree."""
    number = chapter_number(path)
    return (path.parts[0] not in LEFT_OUT and path.name not in FILES_OUT
            and path not in secret and "mine" not in path.parts[:3]
            and "__pycache__" not in path.parts
            and not path.as_posix().startswith(TESTS_OUT + SHOW_BODIES)
            and (number is None or number <= upto))


def has_bodies(path):
    """Tells whether a source holds lab bodies."""
    return path.suffix in (".cpp", ".hpp", ".S") and any(
        starter.MARKER.match(line) for line in path.read_text().splitlines())


def secret_sources(catalog, root, upto):
    """The sources that are not handed out: those with lab bodies, and the
    translation units that only include them.

    @raise HandoutError for a body that no slot stands for.
    """
    secret = set()
    for chapter in catalog.chapters:
        if chapter.number > upto:
            continue
        replaced = {path for slot in chapter.slots.values()
                    for path, _ in slot.references()}
        for path in sorted(chapter.sources.parent.rglob("*")):
            if path.is_file() and has_bodies(path) and path not in replaced:
                raise HandoutError(f"{path} holds a lab's body and is no slot")
        replaced |= {chapter.sources / name
                     for slot in chapter.slots.values()
                     for _, name in slot.references()}
        secret |= {pathlib.PurePosixPath(path.relative_to(root).as_posix())
                   for path in replaced}
    return secret


def copy_tree(catalog, root, out, upto):
    """Copies what is handed out."""
    secret = secret_sources(catalog, root, upto)
    beyond = [c.layer for c in catalog.chapters if c.number > upto]
    for path in tracked(root):
        if not is_handed_out(path, upto, secret):
            continue
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / path, target)
        if path.name == "labs.json":
            target.write_text(public_labs(target.read_text(), beyond))
    workflow = out / ".github/workflows/classroom.yml"
    workflow.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(WORKFLOW, workflow)


def public_labs(text, layers_beyond=()):
    """Takes out of a labs.json the hidden tests, those that run over layers
    that are not handed out, and what kills which bug."""
    values = json.loads(text)
    beyond = tuple(f"{layer}_" for layer in layers_beyond)
    for entry in values["labs"] + values["tasks"] + values["bugs"]:
        entry["tests"] = [test for test in entry["tests"]
                          if test["visibility"] == "public"
                          and not test["program"].startswith(beyond)]
        for test in entry["tests"]:
            test.pop("kills", None)
    return json.dumps(values, indent=1, ensure_ascii=False) + "\n"


def describe(out, upto, bare):
    """Writes exercises/handout.json, by which the build knows what it is."""
    values = {"upto": upto, "bare": bare, "processor": platform.machine()}
    (out / "exercises/handout.json").write_text(
        json.dumps(values, indent=1) + "\n")


def chapters_upto(catalog, upto):
    """The chapters that are handed out."""
    return [c for c in catalog.chapters if c.number <= upto]


def put_starters(catalog, out, upto):
    """Puts the starters where the sources were."""
    for chapter in chapters_upto(catalog, upto):
        for slot in chapter.slots.values():
            for reference, name in slot.references():
                target = out / "chapters" / chapter.folder.name / "src" / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(starter.text_for(reference, name))


def put_objects(catalog, out, upto, scratch, sanitizers):
    """Builds each slot of the reference, for plain and explorer libraries,
    and puts the stripped objects where the build looks for them."""
    for sanitizer in sanitizers:
        build = build_module.Build(
            catalog, folder=scratch / (sanitizer or "plain"),
            root=ROOT, sanitizer=sanitizer, private=False,
            more_options=(f"-DCMAKE_CXX_FLAGS=-ffile-prefix-map={ROOT}=.",
                          "-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O2 -DNDEBUG"))
        made = {}
        for chapter in chapters_upto(catalog, upto):
            made.update(objects_of(chapter, sanitizer))
        build.build(sorted(made.values()))
        for shipped, source in made.items():
            strip(build.folder / source, out / shipped)


def objects_of(chapter, sanitizer):
    """Pairs of a shipped object's path and the object's in the build."""
    name = chapter.folder.name
    target = pathlib.PurePosixPath(
        "chapters", name, "reference", platform.machine())
    kind = f"-{sanitizer}" if sanitizer else ""
    pairs = {}
    for variant in ("", "_explore"):
        made = f"chapters/{name}/CMakeFiles/strata_{chapter.layer}{variant}.dir"
        for slot in chapter.slots.values():
            pairs[target / f"{slot.name}{variant}{kind}.o"] = \
                f"{made}/src/{slot.file}.o"
    return pairs


def strip(source, shipped):
    """Copies an object without all that only people need."""
    shipped.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["objcopy", "--strip-debug", "--strip-unneeded",
                    "--remove-section=.comment", str(source), str(shipped)],
                   check=True)
    # AddressSanitizer names the source in spite of the prefix map.
    here = str(ROOT).encode()
    shipped.write_bytes(shipped.read_bytes().replace(
        here, b".".ljust(len(here), b"/")))


def fingerprint(out):
    """The list of files, and one hash over their names and contents."""
    total = hashlib.sha256()
    names = []
    for path in leak.files_of(out):
        name = path.relative_to(out).as_posix()
        data = path.read_bytes()
        names.append(name)
        total.update(f"{name}\0{len(data)}\0".encode() + data)
    return names, total.hexdigest()


def leaks(catalog, root, out, secret):
    """Runs the leak check with this repository's secrets."""
    private = [path for path in leak.files_of(root / "solutions-private")
               if path.name != "README.md"] \
        if (root / "solutions-private").exists() else []
    bodies = []
    for path in secret:
        if (root / path).exists() and has_bodies(root / path):
            bodies += starter.bodies_of((root / path).read_text(), str(path))
    # What a starter shows is no secret; nothing else is excused.
    starters = [path for chapter in catalog.chapters
                for path in leak.files_of(chapter.folder / "starters")]
    tests = [path for chapter in catalog.chapters
             for exercise in chapter.exercises
             for path in leak.files_of(exercise.folder)]
    return leak.check(out, private, bodies, starters, (str(root),), tests)


def make(upto, out, bare=False, scratch=OBJECTS, sanitizers=SANITIZERS):
    """Makes and checks the tree.

    @param sanitizers  the kinds of builds that get objects.
    @return lines that say what leaks.
    """
    catalog = description.load()
    if upto not in [chapter.number for chapter in catalog.chapters]:
        raise HandoutError(f"there are no labs of a chapter {upto}")
    if out.exists():
        raise HandoutError(f"{out} exists; remove it or name another folder")
    copy_tree(catalog, ROOT, out, upto)
    describe(out, upto, bare)
    if bare:
        put_starters(catalog, out, upto)
    else:
        put_objects(catalog, out, upto, scratch, sanitizers)
    return leaks(catalog, ROOT, out, secret_sources(catalog, ROOT, upto))


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("upto", type=int, help="the last chapter, such as 2")
    parser.add_argument("out", nargs="?", type=pathlib.Path)
    parser.add_argument("--bare", action="store_true",
                        help="starters instead of objects")
    given = parser.parse_args(arguments)
    out = given.out or ROOT / f"build/handout-{given.upto:02}"
    try:
        wrong = make(given.upto, out, given.bare)
    except (HandoutError, build_module.BuildError,
            build_module.SetupError) as problem:
        sys.exit(f"handout: {problem}")
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
