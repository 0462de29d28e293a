"""Proves that a tree to be handed out holds no solution.

Four looks: no canary of a private file (each private file carries a random
word of its own); no five lines in a row that also stand in a private file or
in a lab body of the reference; no private path; and in shipped objects
neither debug information nor any private word nor the path of this tree.
"""

import pathlib
import re
import subprocess

CANARY = re.compile(r"strata-private-[0-9a-f]{16}")
SHINGLE_LINES = 5
LINE_MIN = 4  # shorter lines (`}`, `else`) prove nothing
PRIVATE_PATHS = ("solutions-private", "hidden_")


def normalized(lines):
    """Lines without indentation, comments, includes and what is too short to
    count."""
    kept = []
    for line in lines:
        text = re.sub(r"\s+", " ", line.split("//")[0]).strip()
        if len(text) >= LINE_MIN and not text.startswith("#include"):
            kept.append(text)
    return kept


def shingles(lines):
    """All runs of SHINGLE_LINES lines, as a set."""
    kept = normalized(lines)
    return {tuple(kept[i:i + SHINGLE_LINES])
            for i in range(len(kept) - SHINGLE_LINES + 1)}


def text_of(path):
    """A file's text, or None when it is no text."""
    try:
        return path.read_text()
    except UnicodeDecodeError:
        return None


def files_of(tree):
    """All files of a tree, built ones left out."""
    return [p for p in sorted(pathlib.Path(tree).rglob("*"))
            if p.is_file() and "build" not in p.relative_to(tree).parts[:1]]


def private_shingles(private_files, bodies, allowed_files, public_tests):
    """What must not appear: runs of lines of the private files and the lab
    bodies, less those that the starters hold anyway. Hidden tests are built
    like public ones; what those share is no secret."""
    tests = [path for path in private_files if "hidden" in path.parts]
    others = [path for path in private_files if "hidden" not in path.parts]
    secret = shingles_of(tests) - shingles_of(public_tests)
    secret |= shingles_of(others)
    for body in bodies:
        secret |= shingles(body)
    return secret - shingles_of(allowed_files)


def shingles_of(paths):
    """The runs of lines of all files that are text."""
    found = set()
    for path in paths:
        text = text_of(path)
        if text is not None:
            found |= shingles(secret_lines(path, text))
    return found


def secret_lines(path, text):
    """The lines of a private file; of a patch those that it brings, because
    those around them are everybody's."""
    lines = text.splitlines()
    if path.suffix != ".patch":
        return lines
    return [line[1:] for line in lines
            if line.startswith("+") and not line.startswith("+++")]


def canaries_of(private_files):
    """The canaries of the private files.

    @return (set of canaries, private text files without one)
    """
    found, bare = set(), []
    for path in private_files:
        text = text_of(path)
        if text is None:
            continue
        words = CANARY.findall(text)
        found.update(words)
        if not words:
            bare.append(path)
    return found, bare


def check_file(path, name, secret, words):
    """Yields what is wrong with one file of the tree.

    @param words  texts that no object may hold.
    """
    if any(part in name for part in PRIVATE_PATHS):
        yield f"{name}: a private path"
    if path.suffix in (".o", ".a"):
        yield from check_object(path, name, words)
        return
    text = text_of(path)
    if text is None:
        return
    for word in CANARY.findall(text):
        yield f"{name}: the canary {word}"
    for run in shingles(text.splitlines()) & secret:
        yield f"{name}: five lines of a solution, from: {run[0]}"
        return


def check_object(path, name, words):
    """Yields what is wrong with a shipped object."""
    data = path.read_bytes()
    for word in words:
        if word.encode() in data:
            yield f"{name}: it holds {word}"
    sections = subprocess.run(["objdump", "-h", str(path)], text=True,
                              capture_output=True, check=False).stdout
    if ".debug_" in sections:
        yield f"{name}: debug information; strip it"


def check(tree, private_files, bodies, allowed_files=(), words=(),
          public_tests=()):
    """Looks through a whole tree.

    @param private_files  paths of all private files.
    @param bodies         lab bodies, a list of lines each.
    @param allowed_files  public files whose lines are no secret.
    @param public_tests   what hidden tests may share lines with.
    @param words          what no shipped object may hold, such as this path.
    @return list of lines, empty when nothing leaks.
    """
    canaries, bare = canaries_of(private_files)
    wrong = [f"{path}: a private file without a canary" for path in bare]
    secret = private_shingles(private_files, bodies, allowed_files,
                              public_tests)
    for path in files_of(tree):
        name = str(path.relative_to(tree))
        wrong += check_file(path, name, secret, {*canaries, *words})
    return wrong
