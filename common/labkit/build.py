"""Turns a choice of slots into a build.

One build folder, build/lab, serves the whole loop: a changed choice costs a
configuration of a second, the files that changed, and linking. Graders and the
zoo use folders of their own with another `mine_root`.
"""

import contextlib
import dataclasses
import fcntl
import os
import pathlib
import shutil

from . import processes
from .description import ROOT

CONFIGURED = "lab-choice.txt"
PRINTED = "last-build.txt"
BUILD_SECONDS = 900
COMPILERS = ("c++", "g++", "clang++")
GIVEN_PROGRAM = "program.cpp"   # in an exercise's folder: runs their files


class BuildError(Exception):
    """The code does not build; the text is what the reader should see."""


class SetupError(Exception):
    """Nothing can be built here; the text names the cause and the cure."""


@dataclasses.dataclass
class Build:
    """A build folder and what goes into it."""
    catalog: object
    folder: pathlib.Path = ROOT / "build/lab"
    mine_root: pathlib.Path = ROOT / "exercises"
    root: pathlib.Path = ROOT
    mine: tuple = ()            # Slots taken from mine_root
    sanitizer: str = ""
    jobs: int = len(os.sched_getaffinity(0))
    private: bool = True        # hidden tests are built if they are here
    more_options: tuple = ()    # of CMake
    seconds: int = BUILD_SECONDS

    def configure(self):
        """Runs CMake if the choice of slots or exercises changed.

        @raise SetupError when a tool is missing or CMake is not content.
        """
        listing = self.folder / "exercises.cmake"
        text = self.listing()
        choice = "\n".join(self.options()) + "\n" + text
        stamp = self.folder / CONFIGURED
        if (self.folder / "build.ninja").exists() and stamp.exists() \
                and stamp.read_text() == choice:
            return
        self.check_folder()
        listing.write_text(text)
        stamp.unlink(missing_ok=True)
        status, printed = self.run(
            ["cmake", "-S", str(self.root), "-B", str(self.folder),
             "-G", "Ninja", "--log-level=WARNING", *self.options()])
        if status != 0:
            raise SetupError("the build cannot be configured:\n"
                             + first_error(printed))
        stamp.write_text(choice)

    def check_tools(self):
        """@raise SetupError naming a tool that is missing and its cure."""
        for tool in ("cmake", "ninja"):
            if shutil.which(tool) is None:
                raise SetupError(f"{tool} is missing: make deps installs it")
        wanted = os.environ.get("CXX", "").split()[:1] or COMPILERS
        if not any(shutil.which(name) for name in wanted):
            raise SetupError(f"{wanted[0]}, the compiler, is missing: make "
                             "deps installs one")

    def check_folder(self):
        """@raise SetupError when the folder belongs to another tree."""
        cache = self.folder / "CMakeCache.txt"
        if not cache.exists():
            return
        for line in cache.read_text(errors="replace").splitlines():
            name, _, value = line.partition("=")
            if name.startswith("CMAKE_HOME_DIRECTORY:") and \
                    pathlib.Path(value).resolve() != self.root.resolve():
                raise SetupError(f"{self.folder} was made for {value}: "
                                 f"remove it (rm -r {self.folder})")

    def options(self):
        """The options of CMake for this choice."""
        names = ";".join(slot.qualified for slot in self.mine)
        return ["-DCMAKE_BUILD_TYPE=RelWithDebInfo", "-DSTRATA_SLOTS=ON",
                "-DSTRATA_SWITCH=asm", "-DSTRATA_BUILD_BENCH=OFF",
                "-DSTRATA_BUILD_TESTS=ON", f"-DSTRATA_MINE={names}",
                f"-DSTRATA_SANITIZE={self.sanitizer}",
                f"-DSTRATA_MINE_ROOT={self.mine_root}",
                f"-DSTRATA_EXERCISES={self.folder / 'exercises.cmake'}",
                *self.more_options]

    def listing(self):
        """The CMake text that adds the exercises' own test programs."""
        lines = ["# Written by the lab command. Do not edit."]
        for exercise in self.catalog.exercises:
            lines += self.programs_of(exercise)
        return "\n".join(lines) + "\n"

    def programs_of(self, exercise):
        """One strata_exercise() call per folder of tests, and the exercise's
        own program if it has one."""
        if own_program(exercise):
            yield from self.own_call(exercise)
        folders = [(exercise.folder / "tests", "")]
        if self.private:
            folders.append((self.hidden_folder(exercise), "hidden_"))
        for folder, kind in folders:
            for explore in (False, True):
                sources = sorted((folder / "explore" if explore else folder)
                                 .glob("*.cpp"))
                if not sources:
                    continue
                name = f"lab_{exercise.id.replace('.', '_')}_{kind}"
                name += "explore_tests" if explore else "tests"
                yield from self.call(name, exercise, sources, explore)

    def own_call(self, exercise):
        """The lines that add the program a reader runs: one of their own
        with its main(), or the given one over their files."""
        sources = self.sources_of(exercise)
        if exercise.kind != "main":
            sources = [exercise.folder / GIVEN_PROGRAM] + sources
        yield f"strata_exercise_program({own_program(exercise)}"
        yield f"  LAYER {exercise.chapter.layer}"
        yield "  SOURCES " + quoted(sources)
        yield "  INCLUDES " + quoted(self.includes_of(exercise))
        yield ")"

    def call(self, name, exercise, sources, explore):
        """The lines of one strata_exercise() call."""
        yield f"strata_exercise({name} LAYER {exercise.chapter.layer}"
        if explore:
            yield "  EXPLORE"
        yield "  SOURCES " + quoted(sources)
        mine = self.sources_of(exercise)
        if exercise.kind == "main":
            yield f"  PROGRAM {own_program(exercise)}"
            yield "  TEXT " + quoted(mine[:1])
        elif mine:
            yield "  MINE " + quoted(mine)
        yield "  INCLUDES " + quoted(self.includes_of(exercise))
        yield ")"

    def sources_of(self, exercise):
        """The reader's files that are compiled and are no slots."""
        return [self.mine_file(exercise, name) for name in exercise.files
                if not exercise.slots and name.endswith((".cpp", ".S"))]

    def includes_of(self, exercise):
        """Where the headers of an exercise are: the reader's first. Hidden
        tests share the public ones' by the exercise's folder."""
        chapter = exercise.chapter.folder
        if exercise.slots:
            return [exercise.folder]
        return [self.mine_root / chapter.name / "mine", chapter / "starters",
                exercise.folder]

    def mine_file(self, exercise, name):
        """The reader's file, or the starter until there is one."""
        chapter = exercise.chapter.folder.name
        mine = self.mine_root / chapter / "mine" / name
        if mine.exists():
            return mine
        return exercise.chapter.folder / "starters" / name

    def hidden_folder(self, exercise):
        """Where the hidden tests are, in the tree that has them."""
        return (self.root / "solutions-private" / exercise.chapter.folder.name
                / "hidden" / f"{exercise.id}-{exercise.slug}")

    def build(self, targets):
        """Builds targets. @raise BuildError with the compiler's first error.

        @return what the tools printed, such as warnings.
        """
        with self.alone():
            self.configure()
            status, printed = self.run(
                ["cmake", "--build", str(self.folder), "-j", str(self.jobs),
                 "--target", *targets])
        (self.folder / PRINTED).write_text(printed)
        if status is None:
            raise BuildError(f"it was not built in {self.seconds} s")
        if status != 0:
            step = "link" if "undefined reference" in printed else "compile"
            raise BuildError(f"it does not {step}:\n{first_error(printed)}"
                             f"\nall of it: {self.folder / PRINTED}")
        return printed

    @contextlib.contextmanager
    def alone(self):
        """Waits until no other command builds here: a reader may test in one
        terminal and watch in another."""
        self.check_tools()
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.folder / "lab.lock", "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def run(self, command):
        """Runs a tool. @return (its exit status, what it printed)"""
        return processes.finish(command, self.root, self.seconds)

    def is_built(self, programs):
        """Tells whether all programs were built before."""
        try:
            return all(self.program(name) for name in programs)
        except SetupError:
            return False

    def program(self, name):
        """Finds a built program by its target's name.

        @raise SetupError when there is none.
        """
        places = [self.folder / "exercises" / name]
        places += self.folder.glob(f"chapters/*/{name}")
        places += [self.folder / "common" / name]
        for place in places:
            if place.exists():
                return place
        raise SetupError(f"no program {name} in {self.folder}")


def own_program(exercise):
    """The target of the program that a reader runs, or None."""
    if exercise.kind != "main" and \
            not (exercise.folder / GIVEN_PROGRAM).exists():
        return None
    return f"lab_{exercise.id.replace('.', '_')}_program"


def quoted(paths):
    """Paths as CMake reads them."""
    return " ".join(f'"{path}"' for path in paths)


def first_error(printed, lines=14):
    """Keeps the first error of a compiler and what belongs to it."""
    found = printed.splitlines()
    for number, line in enumerate(found):
        if any(word in line for word in (
                " error: ", " Error: ", "CMake Error", "ninja: error",
                "undefined reference", "multiple definition")):
            return "\n".join(found[number:number + lines])
    for number, line in enumerate(found):
        if line.startswith("FAILED: "):
            return "\n".join(found[number:number + lines])
    return "\n".join(found[-lines:])
