"""The reader's files: made from starters, compared, put back.

A file of the reader is never overwritten without a copy beside it.
"""

import difflib
import shutil
import subprocess
import time

from . import starter


class FileProblem(Exception):
    """A file is not as expected; the text says what to do."""


def starter_path(exercise, name):
    """The starter of one of an exercise's files."""
    return exercise.chapter.folder / "starters" / name


def mine_path(exercise, name):
    """The reader's version of one of an exercise's files."""
    return exercise.chapter.folder / "mine" / name


def checked_starter(exercise, name):
    """The starter of a file, if it is there and as it was handed out.

    @raise FileProblem with the cure.
    """
    path = starter_path(exercise, name)
    if not path.exists():
        raise FileProblem(f"the starter {path} is missing: git checkout -- "
                          f"{path} brings it back")
    if is_changed(exercise, name, path):
        raise FileProblem(f"the starter {path} was changed; your work belongs "
                          f"into mine/: git checkout -- {path} puts it back")
    return path


def is_changed(exercise, name, path):
    """Tells whether a starter is not as it was handed out: as its reference
    makes it, or as git knows it."""
    for slot in exercise.chapter.slots.values():
        for reference, made in slot.references():
            if made == name and reference.exists():
                return starter.text_for(reference, name) != path.read_text()
    if shutil.which("git") is None:
        return False
    said = subprocess.run(["git", "status", "--porcelain", "-uno", "--",
                           path.name], cwd=path.parent, text=True,
                          check=False, capture_output=True)
    return said.returncode == 0 and said.stdout.strip() != ""


def start(exercise):
    """Makes the reader's files that are not there yet.

    @return the paths that were made.
    @raise FileProblem when a starter is missing or changed.
    """
    made = []
    for name in exercise.files:
        mine = mine_path(exercise, name)
        if mine.exists():
            continue
        source = checked_starter(exercise, name)
        mine.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, mine)
        made.append(mine)
    return made


def is_started(exercise):
    """Tells whether the reader has all of an exercise's files."""
    return all(mine_path(exercise, name).exists() for name in exercise.files)


def is_untouched(exercise):
    """Tells whether the reader's files are still the starters."""
    return all(
        mine_path(exercise, name).exists()
        and starter_path(exercise, name).exists()
        and mine_path(exercise, name).read_bytes()
        == starter_path(exercise, name).read_bytes()
        for name in exercise.files)


def reset(exercise):
    """Puts the starters back; what was there is kept beside them.

    @return pairs (file, copy of what it was).
    """
    kept = []
    for name in exercise.files:
        checked_starter(exercise, name)
    for name in exercise.files:
        mine = mine_path(exercise, name)
        if mine.exists():
            stamp = time.strftime("%Y%m%d-%H%M%S")
            copy = mine.with_name(f"{mine.name}.{stamp}.old")
            mine.replace(copy)
            kept.append((mine, copy))
    start(exercise)
    return kept


def diff(exercise):
    """Returns what the reader changed, as a unified diff against the
    starter."""
    lines = []
    for name in exercise.files:
        mine = mine_path(exercise, name)
        if not mine.exists():
            raise FileProblem(f"there is no {mine}; ./lab start "
                              f"{exercise.id} makes it")
        lines += difflib.unified_diff(
            checked_starter(exercise, name).read_text().splitlines(),
            mine.read_text().splitlines(),
            f"starter/{name}", f"mine/{name}", lineterm="")
    return lines
