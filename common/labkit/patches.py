"""Applies a patch of the zoo to a copy of the reference source."""

import json
import pathlib
import shutil
import subprocess
import tempfile

from . import starter
from .description import Slot


class PatchError(Exception):
    """A patch no longer fits the reference."""


def read_zoo(folder):
    """Reads zoo.json of one chapter.

    @param folder  solutions-private/NN-name/zoo
    @return list of bugs: id, title, symptom, origin, file, tier.
    """
    return json.loads((folder / "zoo.json").read_text())["bugs"]


def slot_of(chapter, file):
    """The slot whose reference a source is; made up if no lab is about it.

    @param file  below the chapter's folder, such as src/schedule.cpp.
    """
    for slot in chapter.slots.values():
        if slot.reference == chapter.sources.parent / file:
            return slot
    path = pathlib.PurePosixPath(file).relative_to("src")
    return Slot(path.stem, str(path), f"the file {file}", chapter)


def apply(chapter, bug, patch, mine_root):
    """Writes the patched copy of a reference source as the reader's file.

    @param patch      names the file as chapters/NN-name/FILE.
    @param mine_root  see build.Build.
    @return the path that was written.
    @raise PatchError when the patch does not fit any more.
    """
    slot = slot_of(chapter, bug["file"])
    home = chapter.sources.parent
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder, "chapters", home.name, bug["file"])
        copy.parent.mkdir(parents=True)
        shutil.copyfile(home / bug["file"], copy)
        done = subprocess.run(["git", "apply", "-p1", str(patch)], cwd=folder,
                              text=True, check=False, capture_output=True)
        if done.returncode != 0:
            raise PatchError(f"{patch.name} does not fit {bug['file']} any "
                             f"more: {done.stderr.strip()}")
        text = starter.as_unit(copy.read_text(), slot.file)
    target = mine_root / chapter.folder.name / "mine" / slot.file
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)
    return target
