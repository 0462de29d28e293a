"""The reader's files: made from starters, compared, put back.

A file of the reader is never overwritten without a copy beside it.
"""

import difflib
import shutil
import time


class FileProblem(Exception):
    """A file is not as expected; the text says what to do."""


def starter_path(exercise, name):
    """The starter of one of an exercise's files."""
    return exercise.chapter.folder / "starters" / name


def mine_path(exercise, name):
    """The reader's version of one of an exercise's files."""
    return exercise.chapter.folder / "mine" / name


def start(exercise):
    """Makes the reader's files that are not there yet.

    @return the paths that were made.
    @raise FileProblem when a starter is missing.
    """
    made = []
    for name in exercise.files:
        mine = mine_path(exercise, name)
        if mine.exists():
            continue
        starter = starter_path(exercise, name)
        if not starter.exists():
            raise FileProblem(f"the starter {starter} is missing; fetch it "
                              "again from where you got this tree")
        mine.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(starter, mine)
        made.append(mine)
    return made


def is_started(exercise):
    """Tells whether the reader has all of an exercise's files."""
    return all(mine_path(exercise, name).exists() for name in exercise.files)


def is_untouched(exercise):
    """Tells whether the reader's files are still the starters."""
    return all(
        mine_path(exercise, name).exists()
        and mine_path(exercise, name).read_bytes()
        == starter_path(exercise, name).read_bytes()
        for name in exercise.files)


def reset(exercise):
    """Puts the starters back; what was there is kept beside them.

    @return pairs (file, copy of what it was).
    """
    kept = []
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
            starter_path(exercise, name).read_text().splitlines(),
            mine.read_text().splitlines(),
            f"starter/{name}", f"mine/{name}", lineterm="")
    return lines
