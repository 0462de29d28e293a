"""Finds the program that a line such as `step 01/02` means.

The words are `kind NN/item [argument...]`. An item is the name of a source
without its suffix, or the number its name starts with. `shell command` is
for what no program of ours prints alone; `build/dev/` in it means the build
folder, and the programs it names there are built like the others.
"""

import dataclasses
import pathlib
import re
import shlex

FOLDERS = {"step": "steps", "tour": "tour", "example": "examples",
           "figure": "figures", "crash": "test/crash"}
SHELL_TARGET = re.compile(r"\bbuild/dev/chapters/[\w-]+/(?:crash/)?"
                          r"(?:lib(\w+)\.a|(\w+)(?![\w./]))")
LAYER = re.compile(r"strata_chapter\(\s*NUMBER\s+\d+\s+NAME\s+(\w+)")


@dataclasses.dataclass(frozen=True)
class Program:
    """A program of a chapter."""

    kind: str
    target: str  # for cmake --build
    path: str  # below the build folder
    source: pathlib.Path
    arguments: tuple


def is_shell(run):
    return run.split(None, 1)[0] == "shell"


def command(root, build, run):
    """Returns the command of a line as a list of words."""
    if is_shell(run):
        line = run.split(None, 1)[1]
        return ["bash", "-c", line.replace("build/dev/", f"{build}/")]
    program = find(root, run)
    return [str(build / program.path), *program.arguments]


def targets(root, run):
    """Returns what a line needs built."""
    if is_shell(run):
        return [library or program
                for library, program in SHELL_TARGET.findall(run)]
    return [find(root, run).target]


def chapter_folder(root, number):
    """Returns the folder of chapter `number`."""
    found = sorted(pathlib.Path(root, "chapters").glob(f"{number}-*"))
    if len(found) != 1:
        raise ValueError(f"there is no chapter {number}")
    return found[0]


def layer_name(chapter):
    """Returns the name that begins each target of a chapter."""
    match = LAYER.search((chapter / "CMakeLists.txt").read_text())
    if not match:
        raise ValueError(f"{chapter.name}/CMakeLists.txt names no layer")
    return match[1]


def source_of(chapter, kind, item):
    """Returns the source of `item`, given by number or by name."""
    sources = sorted((chapter / FOLDERS[kind]).rglob("*.cpp"))
    found = [path for path in sources if path.stem == item
             or item.isdigit() and path.stem.startswith(f"{item}_")]
    if len(found) != 1:
        choice = ", ".join(path.stem for path in sources) or "none"
        raise ValueError(f"no {kind} {item} in {chapter.name}; there is: "
                         f"{choice}")
    return found[0]


def find(root, run):
    """Returns the Program of a line; raises ValueError when there is none."""
    kind, *words = shlex.split(run)
    if kind not in FOLDERS:
        raise ValueError(f"{kind} is none of {', '.join(FOLDERS)}, shell")
    if not words or not re.fullmatch(r"\d\d/\w+", words[0]):
        raise ValueError(f"{kind} needs a chapter and a name, as in 01/02")
    number, item = words[0].split("/")
    chapter = chapter_folder(root, number)
    source = source_of(chapter, kind, item)
    target = f"{layer_name(chapter)}_{kind}_{source.stem}"
    inner = "crash/" if kind == "crash" else ""
    return Program(kind, target, f"chapters/{chapter.name}/{inner}{target}",
                   source, tuple(words[1:]))


def shown(root, run):
    """Returns what a reader types to run it, from the root."""
    if is_shell(run):
        return run.split(None, 1)[1]
    program = find(root, run)
    words = [f"build/dev/{program.path}", *program.arguments]
    if program.kind == "step" and not program.arguments:
        words = ["make", "step", f"STEP={run.split()[1]}"]
    return shlex.join(words)
