"""What all verbs of the lab command work with."""

import dataclasses
import pathlib

from . import build as build_module
from . import files, grade, processes
from .description import DescriptionError, ROOT


@dataclasses.dataclass
class Session:
    """The exercises, the reader's progress, and the tree."""
    catalog: object
    state: object
    root: pathlib.Path = ROOT

    def build(self, mine=(), **options):
        """Makes the loop's build for a choice of slots.

        @raise files.FileProblem when a slot's file has gone.
        """
        for slot in mine:
            if not slot.mine.exists():
                raise files.FileProblem(
                    f"{self.shown(slot.mine)} has gone, and slot {slot.name} "
                    f"is switched to it: ./lab swap {slot.name} ref, or "
                    f"./lab start {self.lab_of(slot)}")
        options.setdefault("folder", self.root / "build/lab")
        return build_module.Build(
            self.catalog, mine=tuple(mine), root=self.root,
            mine_root=self.root / "exercises", **options)

    def build_for(self, exercise, sanitizer=None):
        """The build that tests an exercise; a sanitizer's has a folder of
        its own."""
        options = {}
        if sanitizer == "thread":
            processes.fix_layout()
        if sanitizer is not None:
            options = {"sanitizer": sanitizer,
                       "folder": self.root / f"build/lab-{sanitizer}"}
        return self.build(grade.slots_for(self.catalog, exercise,
                                          self.state.mine), **options)

    def shown(self, path):
        """A path as the reader types it: from the root of the tree."""
        try:
            return str(path.relative_to(self.root))
        except ValueError:
            return str(path)

    def lab_of(self, slot):
        """The id of the first lab that makes a slot's file."""
        return next((e.id for e in self.catalog.exercises
                     if slot.file in e.files and e.chapter is slot.chapter),
                    "ID")

    def current(self):
        """The first lab that is not done, or None."""
        return next((e for e in self.catalog.exercises
                     if e.shelf == "labs" and not self.state.is_done(e.id)),
                    None)

    def chosen(self, wanted):
        """The exercise that is meant: by name, or the current one."""
        if wanted is not None:
            return self.catalog.exercise(wanted)
        current = self.current()
        if current is None:
            raise DescriptionError("all labs are done; name one: ./lab list")
        return current
