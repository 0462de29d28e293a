"""Collects the facts that the reference pages are made of, from the sources.

Four kinds: Go's names for things of Strata (`@goname`), locks and who takes
them, the ends of memory-order pairs (`[MO:tag]`), invariants (`I-02.3`). The
facts are kept in one file and collected again only when a source changed.
"""

from __future__ import annotations

import functools
import hashlib
import pathlib
import pickle
import re
import sys
from typing import Iterator, NamedTuple

from doxygen_xml import LOCK_RANKS, ROOT, lock_ranks
from source_text import read_lines, read_opening

sys.path.insert(0, str(ROOT / "common" / "tools"))
import lint  # noqa: E402 (found by the line above)

PRODUCT = ("common/include", "common/src", "chapters/*/include",
           "chapters/*/src")
TESTS = ("common/test", "common/testkit/test", "chapters/*/test")
TESTKIT = ("common/testkit/include", "common/testkit/src")
SUFFIXES = (".hpp", ".cpp", ".S")

GO_NAME = re.compile(r"@goname\{(.+?),\s*([\w./]+)\}")
TAG = re.compile(r"\[MO:([\w-]+)\]")
INVARIANT = re.compile(r"\bI-\d\d\.\d+\b")
# A label alone, with the file in brackets that states it, claims nothing.
CLAIM = re.compile(r"\W*(I-\d\d\.\d+) +(?!\([\w/]+\.\w+\)\.?$)(.*)")
ORDER = re.compile(r"memory_order(?:_|::)(\w+)")
OPERATION = re.compile(r"[.>](load|store|exchange|compare_exchange\w*|"
                       r"fetch_\w+)\(|(atomic_thread_fence)\(")
# A tag's memory order stands at most this many lines below the tag; the lint
# counts in the same way.
TAG_REACH_LINES = 8


class Place(NamedTuple):
    """A line of a source."""

    file: str
    line: int


class GoName(NamedTuple):
    """Something of Strata that Go knows by another name."""

    place: Place
    ours: str
    theirs: str
    go_file: str
    brief: str


class OrderEnd(NamedTuple):
    """One place that carries a memory-order tag."""

    tag: str
    kind: str  # "told" by a file's opening, "word", "access"
    place: Place
    name: str  # of the words, or of the function that accesses one
    operation: str
    orders: list[str]
    sentence: str


class Invariant(NamedTuple):
    """A claim that a file makes about itself, and what defends it."""

    label: str
    place: Place
    statement: str
    asserts: list[Place]
    tests: list[tuple[Place, str]]


class Section(NamedTuple):
    """A stretch of a function in which a lock is held."""

    place: Place
    function: str


class Lock(NamedTuple):
    """A lock: its rank, and who takes it."""

    rank: str
    name: str
    place: Place
    guarded: list[str]
    sections: list[Section]
    said: list[tuple[Place, str]]  # by files, under "Lock order"


class Facts(NamedTuple):
    go_names: list[GoName]
    orders: list[OrderEnd]
    invariants: list[Invariant]
    locks: list[Lock]


# ------------------------------------------------------------------ keeping


def update(out: pathlib.Path, root: pathlib.Path = ROOT) -> bool:
    """Brings `out` up to date; tells whether anything had to be done.

    The facts are written only when one has changed, so that the pages are
    read again only then.
    """
    stamp, now = out / "facts.sha", inputs_hash(root)
    before = stamp.read_text().split() if stamp.exists() else ["", ""]
    if before[0] == now:
        return False
    out.mkdir(parents=True, exist_ok=True)
    facts = collect(root)
    content = hashlib.sha256(repr(facts).encode()).hexdigest()
    if before[1] != content:
        (out / "facts.pickle").write_bytes(pickle.dumps(facts))
    stamp.write_text(f"{now} {content}\n")
    return True


def load(out: pathlib.Path) -> Facts:
    """Reads what `update` left."""
    return pickle.loads((out / "facts.pickle").read_bytes())


def inputs_hash(root: pathlib.Path) -> str:
    """Tells all inputs apart by their names, dates and sizes."""
    here = pathlib.Path(__file__)
    inputs = sources(root, PRODUCT + TESTKIT + TESTS)
    inputs += [here, here.with_name("source_text.py"),
               root / "common/CMakeLists.txt", root / LOCK_RANKS]
    states = [(str(path), path.stat().st_mtime_ns, path.stat().st_size)
              for path in inputs if path.exists()]
    return hashlib.sha256(repr(states).encode()).hexdigest()


def sources(root: pathlib.Path, folders: tuple[str, ...]
            ) -> list[pathlib.Path]:
    """Lists the sources below some folders, in order."""
    return [path for pattern in folders for folder in
            sorted(root.glob(pattern)) for path in sorted(folder.rglob("*"))
            if path.suffix in SUFFIXES]


def collect(root: pathlib.Path) -> Facts:
    """Reads all sources."""
    read_lines.cache_clear()
    product = sources(root, PRODUCT)
    return Facts(list(go_names(root, product)),
                 list(order_ends(root, product)),
                 invariants(root),
                 locks(root, product))


def place_in(root: pathlib.Path, path: pathlib.Path, line: int) -> Place:
    return Place(str(path.relative_to(root)), line)


# ----------------------------------------------------------------- C++ text


class Block(NamedTuple):
    """The lines of a class or of a function."""

    kind: str
    name: str
    first: int
    last: int


TEXT_OR_COMMENT = re.compile(
    r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'',
    re.DOTALL)
PREPROCESSOR = re.compile(r"^[ \t]*#.*?(?<!\\)$", re.MULTILINE | re.DOTALL)
CLASS = re.compile(
    r"\b(?:class|struct|union|enum class|enum)\s+(?:(?:STRATA_\w+\s*"
    r"(?:\([^)]*\))?|alignas\([^)]*\)|\[\[\w+\]\])\s+)*(\w+)")
TEMPLATE = re.compile(r"\btemplate\s*<[^{;]*?>\s*(?=\w|\[)")
# What else a brace may follow: namespaces, statements, initial values.
NO_BODY = re.compile(r"\bnamespace\b|=\s*$|^\s*(?:if|else|for|while|switch|do|"
                     r"try|catch|return)\b|\](?:\(.*)?$", re.DOTALL)
CALLED = re.compile(r"(~?\w+(?:::~?\w+)*|operator\S+)\s*\(")
# Words that stand before a parenthesis and name no function.
NO_NAME = {"if", "for", "while", "switch", "return", "alignas", "sizeof",
           "static_assert", "catch", "decltype", "noexcept", "defined"}


@functools.lru_cache(maxsize=None)
def code_lines(path: pathlib.Path) -> list[str]:
    """Returns a source's lines, with blanks for comments and strings."""
    text = TEXT_OR_COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]),
                               "\n".join(read_lines(path)))
    return text.split("\n")


@functools.lru_cache(maxsize=None)
def blocks(path: pathlib.Path) -> list[Block]:
    """Finds all classes and functions with a body, outer ones first."""
    code = PREPROCESSOR.sub(lambda found: "\n" * found[0].count("\n"),
                            "\n".join(code_lines(path)))
    found, opened, statement, line = [], [], "", 1
    for letter in code:
        if letter == "{":
            opened.append((statement, line))
        elif letter == "}" and opened:
            head, first = opened.pop()
            kind, name = kind_of_block(head)
            if kind:
                found.append(Block(kind, name, first, line))
        line += letter == "\n"
        statement = "" if letter in ";{}" else statement + letter
    return sorted(found, key=lambda block: (block.first, -block.last))


def kind_of_block(head: str) -> tuple[str, str]:
    """Says what a brace opens, from the text before it."""
    head = TEMPLATE.sub("", head)
    if NO_BODY.search(head):
        return "", ""
    if found := CLASS.search(head):
        return "class", found[1]
    name = function_name(head)
    return ("function", name) if name else ("", "")


def function_name(text: str) -> str:
    """Returns the first name that a parenthesis follows."""
    names = [name for name in CALLED.findall(text)
             if name not in NO_NAME and not name.startswith(("STRATA_", "__"))]
    return names[0] if names else ""


def enclosing_class(path: pathlib.Path, line: int) -> str:
    """Returns the innermost class around a line, or ""."""
    around = [block.name for block in blocks(path)
              if block.kind == "class" and block.first < line <= block.last]
    return around[-1] if around else ""


def enclosing_function(path: pathlib.Path, line: int) -> str:
    """Returns the outermost function around a line, "" outside of any."""
    for block in blocks(path):
        if block.kind == "function" and block.first <= line <= block.last:
            owner = enclosing_class(path, block.first)
            return f"{owner}::{block.name}" if owner else block.name
    return ""


def declared_name(text: str) -> str:
    """Returns the name that a declaration introduces."""
    text = TEMPLATE.sub("", text)
    if found := CLASS.search(text):
        return found[1]
    if name := function_name(text.split(";")[0]):
        return name
    found = re.search(r"using (\w+)|(\w+)\s*(?:=|\{|;|\[)", text)
    return (found[1] or found[2]) if found else ""


def declaration_below(path: pathlib.Path, line: int) -> str:
    """Returns the text of the declaration that a comment stands above."""
    lines = read_lines(path)
    first = line
    while lines[first].lstrip().startswith(("//", "#")):
        first += 1
    return " ".join(lines[first:first + 3])


FIELD = re.compile(r"\s*(?:alignas\([^)]*\)\s*)?[\w:<>*&, ]+[\s*&](\w+)\s*"
                   r"(?:\{.*\}|=.*|\[.*)?;")


def fields_below(path: pathlib.Path, line: int) -> list[str]:
    """Returns the variables of the group that a comment stands above."""
    names = []
    for text in read_lines(path)[line:]:
        if is_comment(text):
            if names and not text.lstrip().startswith("///"):
                break
            continue
        found = FIELD.fullmatch(text)
        if not found or "Lock" in text:
            break
        names.append(found[1])
    return names


def comment_block(path: pathlib.Path, line: int) -> list[str]:
    """Returns the comment a line belongs to, without its slashes."""
    lines = read_lines(path)
    first = last = line
    while first > 1 and is_comment(lines[first - 2]):
        first -= 1
    while last < len(lines) and is_comment(lines[last]):
        last += 1
    return [re.sub(r"^\s*///? ?", "", text) for text in lines[first - 1:last]]


def is_comment(text: str) -> bool:
    return text.lstrip().startswith("//")


def first_sentence(block: list[str]) -> str:
    """Returns what a comment says before its first command."""
    text = re.split(r"@\w+", " ".join(block))[0]
    return re.split(r"(?<=\.)\s", text.strip())[0].rstrip(".: ")


# ----------------------------------------------------------------- Go names


def go_names(root: pathlib.Path, paths: list[pathlib.Path]
             ) -> Iterator[GoName]:
    """Finds every `@goname{theirs, file}`; theirs may be several names."""
    for path in paths:
        for number, line in enumerate(read_lines(path), 1):
            if not (found := GO_NAME.search(line)):
                continue
            name = declared_name(declaration_below(path, number))
            owner = enclosing_class(path, number)
            yield GoName(place_in(root, path, number),
                         f"{owner}::{name}" if owner else name,
                         found[1], found[2],
                         first_sentence(comment_block(path, number)))


# ------------------------------------------------------------- memory order


def order_ends(root: pathlib.Path, paths: list[pathlib.Path]
               ) -> Iterator[OrderEnd]:
    """Finds every tag: told at the top, at a word, or at an access."""
    for path in paths:
        told = {number for number, _ in
                read_opening(path).sections.get("Memory order", [])}
        for number, line in enumerate(read_lines(path), 1):
            if "///" in line and number not in told:
                continue  # names the pair in a function's documentation
            for tag in TAG.findall(line):
                yield order_end(root, path, number, tag)


def order_end(root: pathlib.Path, path: pathlib.Path, number: int,
              tag: str) -> OrderEnd:
    """Describes one place that carries a tag."""
    place = place_in(root, path, number)
    sentence = sentence_of(path, number, tag)
    if "///" in read_lines(path)[number - 1]:
        return OrderEnd(tag, "told", place, "", "", [], sentence)
    function = enclosing_function(path, number)
    if not function:
        owner = enclosing_class(path, number)
        words = [f"{owner}::{name}" if owner else name
                 for name in fields_below(path, number)]
        return OrderEnd(tag, "word", place, ", ".join(words), "", [], "")
    operation, orders = operation_below(path, number)
    return OrderEnd(tag, "access", place, function, operation, orders,
                    sentence)


def sentence_of(path: pathlib.Path, number: int, tag: str) -> str:
    """Returns what a comment says from a tag on."""
    lines = read_lines(path)
    words = [lines[number - 1].partition(f"[MO:{tag}]")[2]]
    for text in lines[number:]:
        if not is_comment(text) or re.match(r"\s*///?\s*(@|$)", text):
            break
        words.append(re.sub(r"^\s*///?", "", text))
    text = TAG.split(" ".join(" ".join(words).split()))[0]
    return text.strip(" ,;").removesuffix(".")


def operation_below(path: pathlib.Path, number: int
                    ) -> tuple[str, list[str]]:
    """Finds the atomic operation that a tagged comment stands above."""
    below = "\n".join(code_lines(path)[number - 1:number + TAG_REACH_LINES])
    found = OPERATION.search(below)
    if not found:
        return "", []
    call = lint.call_arguments(below, found.end())
    return found[1] or found[2], ORDER.findall(call)


# --------------------------------------------------------------- invariants


def invariants(root: pathlib.Path) -> list[Invariant]:
    """Gathers all invariants, in the order of their numbers."""
    asserts, tests = {}, {}
    for path in sources(root, PRODUCT + TESTKIT):
        note_asserts(root, path, asserts)
    listing = root / "common/CMakeLists.txt"
    for path in sources(root, TESTS) + [listing] * listing.exists():
        note_tests(root, path, tests)
    found = [claim._replace(asserts=asserts.get(claim.label, []),
                            tests=best_tests(tests.get(claim.label, [])))
             for path in sources(root, PRODUCT + TESTKIT)
             for claim in claims(root, path)]
    return sorted(found, key=lambda claim: numbers(claim.label))


def numbers(label: str) -> tuple[int, ...]:
    """Turns "I-02.10" into (2, 10)."""
    return tuple(int(part) for part in label[2:].split("."))


def claims(root: pathlib.Path, path: pathlib.Path) -> Iterator[Invariant]:
    """Yields the numbered claims of a file's Invariants section."""
    lines = read_opening(path).sections.get("Invariants", [])
    for index, (number, text) in enumerate(lines):
        if not (found := CLAIM.fullmatch(text)):
            continue
        words = [found[2]]
        for _, more in lines[index + 1:]:
            if CLAIM.fullmatch(more) or not more.strip():
                break
            words.append(more.strip())
        yield Invariant(found[1], place_in(root, path, number),
                        " ".join(words), [], [])


def note_asserts(root: pathlib.Path, path: pathlib.Path,
                 asserts: dict[str, list[Place]]) -> None:
    """Notes the lines at which a check names an invariant."""
    for number, line in enumerate(read_lines(path), 1):
        for label in re.findall(r'"(I-\d\d\.\d+)\b', line):
            asserts.setdefault(label, []).append(place_in(root, path, number))


def note_tests(root: pathlib.Path, path: pathlib.Path,
               tests: dict[str, list[tuple[Place, str]]]) -> None:
    """Notes which test names which invariants, by name or by a comment."""
    lines = read_lines(path)
    for number, line in enumerate(lines, 1):
        for label in INVARIANT.findall(line):
            name = test_name(lines, number)
            known = tests.setdefault(label, [])
            if name and name not in [other for _, other in known]:
                known.append((place_in(root, path, number), name))


def best_tests(found: list[tuple[Place, str]]) -> list[tuple[Place, str]]:
    """Drops remarks where a test carries the label in its name."""
    named = [(place, name) for place, name in found
             if not name.startswith("//")]
    return named or found


TEST = re.compile(r'(?:TEST_CASE\(|set\(name)\s*"([^"]+)"')
REMARK = re.compile(r"// (I-\d\d\.\d+): (.*)")


def test_name(lines: list[str], number: int) -> str:
    """Returns the name of the test at a line, without the labels."""
    if found := TEST.search(" ".join(lines[max(0, number - 2):number])):
        name = found[1].removeprefix("common.unit/")
        return re.sub(r" \((?:I-\d\d\.\d+(?:, )?)+\)", "", name)
    found = REMARK.search(lines[number - 1])
    return f"// {found[2]}" if found else ""


# -------------------------------------------------------------------- locks


LOCK = re.compile(r"RankedLock (\w+)\s*[{(]LockRank::(\w+)")
GUARD = re.compile(r"(?:LockGuard|QueueGuard) \w+\(([\w.]+)\)|"
                   r"([\w.]*queue_lock)\.lock\(\)")
GUARDED = re.compile(r"(\w+)\s+STRATA_GUARDED_BY\((\w+)\)")
# A QueueLock is the scheduler's lock by another name, see queue_lock.hpp.
SAME_LOCK = {"queue_lock": "lock"}


def locks(root: pathlib.Path, paths: list[pathlib.Path]) -> list[Lock]:
    """Finds every lock of the runtime, outermost first."""
    found = []
    for path in paths:
        for number, line in enumerate(code_lines(path), 1):
            for name, rank in LOCK.findall(line):
                found.append(describe_lock(root, paths, path, number, name,
                                           rank))
    if not found:
        return []
    rank_order = [name for name, _, _ in lock_ranks(root)]
    return sorted(found, key=lambda lock: rank_order.index(lock.rank))


def describe_lock(root: pathlib.Path, paths: list[pathlib.Path],
                  path: pathlib.Path, number: int, name: str,
                  rank: str) -> Lock:
    """Gathers what is known of one lock."""
    owner = enclosing_class(path, number)
    guarded = [field for line in code_lines(path)
               for field, lock in GUARDED.findall(line) if lock == name]
    taken = [section for other in paths for section in
             held_sections(root, other, path, name)]
    return Lock(rank, f"{owner}::{name}" if owner else name,
                place_in(root, path, number), guarded, taken,
                list(said_about(root, paths, rank)))


def held_sections(root: pathlib.Path, path: pathlib.Path, home: pathlib.Path,
             name: str) -> Iterator[Section]:
    """Yields where a source takes the lock `name` of the file `home`."""
    for number, line in enumerate(code_lines(path), 1):
        for guard in GUARD.finditer(line):
            taken = (guard[1] or guard[2]).rpartition(".")
            lock = SAME_LOCK.get(taken[2], taken[2])
            is_own = path.stem == home.stem if not taken[0] else True
            if lock == name and is_own and path != home:
                yield Section(place_in(root, path, number),
                              enclosing_function(path, number))


def said_about(root: pathlib.Path, paths: list[pathlib.Path], rank: str
               ) -> Iterator[tuple[Place, str]]:
    """Yields what files say about a rank in their Lock order sections."""
    for path in paths:
        lines = read_opening(path).sections.get("Lock order", [])
        text = " ".join(text.strip() for _, text in lines)
        if rank in re.split(r"[ ,.;:]", text.split(".")[0]):
            yield place_in(root, path, lines[0][0]), text.strip()
