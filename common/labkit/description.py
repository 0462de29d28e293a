"""Reads labs.json of every chapter: the one description of all exercises.

The command line, the book, the graders and the checks of this repository all
start here. Files are checked against labs.schema.json, and then for what a
schema cannot say: that ids are unique, that a lab's slots exist, that what is
needed comes before, that hidden tests carry points a public part can reach.
"""

import dataclasses
import json
import pathlib
import platform

from . import schema

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = pathlib.Path(__file__).with_name("labs.schema.json")
DEFAULT_SECONDS = 10
DEFAULT_MEGABYTES = 2048
CPU = "{cpu}"   # in a file's name: this machine's processor, x86_64 say


class DescriptionError(Exception):
    """labs.json says something that cannot be; the text names the place."""


@dataclasses.dataclass(frozen=True)
class Test:
    """One test of an exercise: a Catch2 case of a program."""
    name: str
    program: str
    tier: int
    points: int
    visibility: str
    invariant: str = ""
    section: str = ""
    seconds: int = DEFAULT_SECONDS
    megabytes: int = DEFAULT_MEGABYTES
    kills: tuple = ()

    @property
    def hidden(self):
        return self.visibility == "hidden"


@dataclasses.dataclass(frozen=True)
class Slot:
    """One replaceable source file of a layer."""
    name: str      # as typed: run_queue
    pattern: str   # below src/: run_queue.cpp, arch/{cpu}/jump.S
    title: str
    chapter: "Chapter" = dataclasses.field(repr=False, compare=False)

    @property
    def qualified(self):
        """The name the build knows: layer/slot."""
        return f"{self.chapter.layer}/{self.name}"

    source: str = ""   # in the chapter, if the markers are not in src/

    @property
    def file(self):
        """The file below src/ on this machine."""
        return on_this_machine(self.pattern)

    @property
    def reference(self):
        """The reference source, which carries the lab markers."""
        if self.source:
            return self.chapter.sources.parent / self.source
        return self.chapter.sources / self.file

    def references(self):
        """Pairs of a reference source and its starter's name, one for each
        processor."""
        if CPU not in self.pattern:
            return [(self.reference, self.file)]
        before, after = self.pattern.split(CPU)
        found = self.chapter.sources.glob(f"{before}*{after}")
        return [(path, path.relative_to(self.chapter.sources).as_posix())
                for path in sorted(found)]

    @property
    def mine(self):
        """The reader's file."""
        return self.chapter.folder / "mine" / self.file


@dataclasses.dataclass(frozen=True)
class Symptom:
    """How the program of a bug misbehaves until it is repaired."""
    shows: str              # what it prints, or the linker does
    links: bool = True      # False: there is no program to run
    arguments: tuple = ()
    exit: int = 0
    address_megabytes: int = 0   # address space it is given; 0: any


@dataclasses.dataclass(frozen=True)
class Exercise:
    """A lab, a task or a bug."""
    id: str
    slug: str
    title: str
    goal: str
    shelf: str     # labs, tasks or bugs
    stars: int
    minutes: tuple
    files: tuple
    seeds: tuple
    hints: tuple
    tests: tuple
    chapter: "Chapter" = dataclasses.field(repr=False, compare=False)
    kind: str = "program"
    slots: tuple = ()
    needs: tuple = ()
    section: str = ""
    rubric: tuple = ()
    symptom: Symptom = None

    @property
    def folder(self):
        return self.chapter.folder / self.shelf / f"{self.id}-{self.slug}"

    @property
    def paths(self):
        """The files the reader edits, as paths."""
        return tuple(self.chapter.folder / "mine" / name
                     for name in self.files)

    @property
    def public_tests(self):
        return tuple(t for t in self.tests if not t.hidden)

    @property
    def programs(self):
        """The test programs, in the order in which they are first used."""
        return tuple(dict.fromkeys(test.program for test in self.tests))


@dataclasses.dataclass
class Chapter:
    """The exercises of one chapter."""
    number: int
    layer: str
    folder: pathlib.Path    # exercises/02-scheduler
    sources: pathlib.Path   # chapters/02-scheduler/src
    slots: dict = dataclasses.field(default_factory=dict)
    exercises: list = dataclasses.field(default_factory=list)


class Catalog:
    """All exercises of the repository."""

    def __init__(self, chapters):
        self.chapters = chapters
        self.exercises = [e for c in chapters for e in c.exercises]
        self.slots = {s.name: s for c in chapters for s in c.slots.values()}

    def exercise(self, wanted):
        """Finds an exercise by id or slug.

        @raise DescriptionError naming the known ids nearest to `wanted`.
        """
        for exercise in self.exercises:
            if wanted in (exercise.id, exercise.slug):
                return exercise
        known = " ".join(e.id for e in self.exercises)
        raise DescriptionError(
            f"there is no exercise {wanted!r}; there are: {known}")

    def slot(self, wanted):
        """Finds a slot by name. @raise DescriptionError naming all."""
        if wanted in self.slots:
            return self.slots[wanted]
        raise DescriptionError(f"there is no slot {wanted!r}; there are: "
                               + " ".join(sorted(self.slots)))


def load(root=ROOT):
    """Reads all labs.json files below `root`/exercises, lowest chapter first.

    @raise DescriptionError on the first file that is wrong.
    """
    files = sorted((root / "exercises").glob("[0-9][0-9]-*/labs.json"))
    catalog = Catalog([load_chapter(file, root) for file in files])
    check_catalog(catalog)
    return catalog


def load_chapter(file, root=ROOT):
    """Reads one labs.json."""
    try:
        raw = json.loads(file.read_text())
    except (OSError, ValueError) as error:
        raise DescriptionError(f"{file}: {error}") from error
    wrong = schema.errors(raw, json.loads(SCHEMA.read_text()))
    if wrong:
        raise DescriptionError("\n".join(f"{file}: {line}" for line in wrong))
    chapter = Chapter(raw["chapter"], raw["layer"], file.parent,
                      root / "chapters" / file.parent.name / "src")
    for slot in raw["slots"]:
        chapter.slots[slot["name"]] = Slot(
            name=slot["name"], pattern=slot["file"], title=slot["title"],
            source=slot.get("source", ""), chapter=chapter)
    for shelf in ("labs", "tasks", "bugs"):
        for entry in raw[shelf]:
            chapter.exercises.append(exercise_of(entry, shelf, chapter))
    return chapter


def on_this_machine(name):
    """A file's name with this machine's processor in it."""
    return name.replace(CPU, platform.machine())


def exercise_of(entry, shelf, chapter):
    """Makes an Exercise out of its entry in labs.json."""
    values = {name: tuple(value) if isinstance(value, list) else value
              for name, value in entry.items()}
    values["tests"] = tuple(test_of(test, entry) for test in entry["tests"])
    values["files"] = tuple(on_this_machine(name) for name in entry["files"])
    if "symptom" in entry:
        values["symptom"] = symptom_of(entry["symptom"])
    return Exercise(shelf=shelf, chapter=chapter, **values)


def symptom_of(entry):
    """Makes a Symptom."""
    values = dict(entry, arguments=tuple(entry.get("arguments", ())))
    return Symptom(**values)


def test_of(entry, exercise):
    """Makes a Test; its section defaults to the exercise's."""
    values = dict(entry)
    values.setdefault("section", exercise.get("section", ""))
    values["kills"] = tuple(values.get("kills", ()))
    return Test(**values)


def check_catalog(catalog):
    """Checks what a schema cannot. @raise DescriptionError"""
    seen = {}
    for exercise in catalog.exercises:
        place = f"{exercise.chapter.folder.name}/labs.json: {exercise.id}"
        for key in (exercise.id, exercise.slug):
            if key in seen:
                raise DescriptionError(f"{place}: {key!r} is also {seen[key]}")
            seen[key] = exercise.id
        if not exercise.id.startswith(f"{exercise.chapter.number:02}."):
            raise DescriptionError(f"{place}: the id names another chapter")
        for slot in exercise.slots:
            catalog.slot(slot)
        for earlier in exercise.needs:
            if earlier not in seen:
                raise DescriptionError(
                    f"{place}: needs {earlier}, which does not come before")
        low, high = exercise.minutes
        if low > high:
            raise DescriptionError(f"{place}: minutes {low} to {high}")
        if exercise.symptom and exercise.kind != "main":
            raise DescriptionError(f"{place}: a symptom is shown by a program "
                                   "of its own: kind main")
        if exercise.kind == "essay" and not exercise.rubric:
            raise DescriptionError(f"{place}: an essay needs a rubric")
        if exercise.kind != "essay" and not exercise.public_tests:
            raise DescriptionError(f"{place}: no public test")
