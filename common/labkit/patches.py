"""Applies the patches of the zoo to copies of the reference sources.

A patch is a diff of one source of one chapter, so that a change of the
reference which moves the place breaks the patch and not the meaning.
"""

import dataclasses
import json
import pathlib
import platform
import re
import shutil
import subprocess
import tempfile

from . import starter
from .description import Slot

ARCHITECTURE = re.compile(r"/arch/(\w+)/")


class PatchError(Exception):
    """A patch no longer fits the reference."""


@dataclasses.dataclass(frozen=True)
class Bug:
    """A wrong solution: what zoo.json says of it, and where its patch is."""
    id: str
    title: str
    symptom: str
    file: str      # below the chapter's folder, such as src/schedule.cpp
    tier: int      # the lowest that catches it
    chapter: object = dataclasses.field(repr=False, compare=False)
    patch: pathlib.Path = None
    origin: dict = None     # text and url, if somebody really had it
    scores: dict = None     # lab to [lowest, highest] points expected

    @property
    def fits_machine(self):
        """False for the assembly of another processor."""
        match = ARCHITECTURE.search(self.file)
        return match is None or match[1] == platform.machine()

    @property
    def slot(self):
        return slot_of(self.chapter, self.file)

    @property
    def source(self):
        """The source that is compiled; a slot's code may stand in a header."""
        return self.chapter.sources / self.slot.file


def zoo_folder(chapter, root=None):
    """Where a chapter's wrong solutions are."""
    root = root or chapter.folder.parents[1]
    return root / "solutions-private" / chapter.folder.name / "zoo"


def read_zoo(chapter):
    """Reads a chapter's zoo.json. @return list of Bug, none without it."""
    folder = zoo_folder(chapter)
    if not (folder / "zoo.json").exists():
        return []
    entries = json.loads((folder / "zoo.json").read_text())["bugs"]
    return [Bug(chapter=chapter, patch=folder / f"{entry['id']}.patch",
                **entry) for entry in entries]


def slot_of(chapter, file):
    """The slot whose reference a source is; made up if no lab is about it.

    @param file  below the chapter's folder, such as src/schedule.cpp.
    """
    for slot in chapter.slots.values():
        if slot.reference == chapter.sources.parent / file:
            return slot
    path = pathlib.PurePosixPath(file).relative_to("src")
    return Slot(path.stem, str(path), f"the file {file}", chapter)


def patched(bug):
    """Returns the text that a bug's patch makes of the reference, as the
    source that is compiled.

    @raise PatchError when the patch does not fit any more.
    """
    home = bug.chapter.sources.parent
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder, "chapters", home.name, bug.file)
        copy.parent.mkdir(parents=True)
        shutil.copyfile(home / bug.file, copy)
        done = subprocess.run(["git", "apply", "-p1", str(bug.patch)],
                              cwd=folder, text=True, check=False,
                              capture_output=True)
        if done.returncode != 0:
            raise PatchError(f"{bug.patch.name} does not fit {bug.file} any "
                             f"more: {done.stderr.strip()}")
        return starter.as_unit(copy.read_text(), bug.slot.file)


def apply(bug, mine_root):
    """Writes the patched source as the reader's file, for a grader.

    @param mine_root  see build.Build.
    @return the path that was written.
    """
    target = mine_root / bug.chapter.folder.name / "mine" / bug.slot.file
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(patched(bug))
    return target
