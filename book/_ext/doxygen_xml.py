"""Runs Doxygen over the public headers, repairs and judges what it writes.

Doxygen 1.9.4 loses two things that readers need, and both are put back here,
in the XML, before anybody else sees it:

* a leading requires clause of a function moves behind its parameters, where
  every version of Breathe and Sphinx finds it;
* the enumeration of lock ranks, an included list, gets its enumerators.

`[[nodiscard]]` never enters the XML; it is looked up in the header. What is
undocumented is found in the XML as well: Doxygen's own warnings about
parameters are wrong as long as it writes nothing but XML.
"""

from __future__ import annotations

import filecmp
import hashlib
import pathlib
import pickle
import re
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as ET
from typing import Iterator, NamedTuple

from doxygen_split import folder_name, split

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOXYFILE = ROOT / "book/Doxyfile"
LOCK_RANKS = "common/include/strata/base/lock_ranks.def"
# Written again by explorer builds, with the members of atomic.hpp.
NOT_ON_PAGES = {"explore_atomic.hpp"}

COMPOUNDS = ("class", "struct", "union", "concept")
MEMBERS = ("define", "enum", "function", "typedef", "variable")
LOCK_RANK_LINE = re.compile(r'STRATA_LOCK_RANK\((\w+), (\d+), "(.*)"\)')


class Entity(NamedTuple):
    """One public name that gets an entry of its own on an API page."""

    header: str  # as in an #include
    line: int
    kind: str
    name: str  # with all namespaces
    parameters: str  # "(int, char)", functions only
    definition: str  # concepts only


class Place(NamedTuple):
    """Where a name is declared, and what Doxygen does not tell about it."""

    file: str
    line: int
    nodiscard: bool
    scope: str  # "strata::sched::", of classes in a namespace only


class Reference(NamedTuple):
    """All that the API pages need to know beyond Breathe's own reading."""

    entities: list[Entity]
    places: dict[str, Place]  # by Doxygen's id
    files: dict[str, str]  # Doxygen's id of each header
    namespaces: list[str]
    findings: list[tuple[str, int, str]]  # file, line, message


def include_roots(root: pathlib.Path = ROOT) -> list[pathlib.Path]:
    """Lists the folders that #include paths start from, lowest layer first."""
    roots = [root / "common/include", root / "common/testkit/include",
             *sorted(root.glob("chapters/*/include"))]
    return [folder for folder in roots if folder.is_dir()]


def public_headers(root: pathlib.Path = ROOT) -> list[str]:
    """Lists the public headers as an #include names them."""
    return [str(path.relative_to(folder)) for folder in include_roots(root)
            for path in sorted(folder.rglob("*.hpp"))
            if path.name not in NOT_ON_PAGES]


def header_path(header: str, root: pathlib.Path = ROOT) -> str | None:
    """Finds where in the tree a header lies; None if there is none."""
    for folder in include_roots(root):
        if (folder / header).is_file():
            return str((folder / header).relative_to(root))
    return None


def header_of(file: str) -> str:
    """Turns a path in the tree into what an #include says."""
    return file.partition("/include/")[2]


# ---------------------------------------------------------------- running it


def update(out: pathlib.Path, root: pathlib.Path = ROOT) -> bool:
    """Brings `out` up to date; tells whether anything had to be done.

    `out/headers` holds the repaired XML, a folder per header, and
    `out/reference.pickle` a Reference. A file whose content stays the same
    keeps its date, so that only the pages that a changed header concerns are
    read again.
    """
    stamp, now = out / "inputs.sha", inputs_hash(root)
    if stamp.exists() and stamp.read_text() == now:
        return False
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        complaints = run_doxygen(scratch, root)
        reference = repair_and_read(scratch / "xml", root)
        reference.findings.extend(complaints)
        split(scratch / "xml", scratch / "headers", header_of)
        replace_changed(scratch / "headers", out / "headers")
    (out / "reference.pickle").write_bytes(pickle.dumps(reference))
    stamp.write_text(now)
    return True


def load(out: pathlib.Path) -> Reference:
    """Reads what `update` left."""
    return pickle.loads((out / "reference.pickle").read_bytes())


def inputs_hash(root: pathlib.Path) -> str:
    """Tells all inputs apart by their names, dates and sizes."""
    inputs = [DOXYFILE, pathlib.Path(__file__)]
    for folder in include_roots(root):
        inputs += sorted(folder.rglob("*.hpp")) + sorted(folder.rglob("*.def"))
    states = [(str(path), path.stat().st_mtime_ns, path.stat().st_size)
              for path in inputs]
    return hashlib.sha256(repr(states).encode()).hexdigest()


def run_doxygen(out: pathlib.Path,
                root: pathlib.Path) -> list[tuple[str, int, str]]:
    """Runs Doxygen; returns its complaints about broken comments."""
    folders = " ".join(str(folder.relative_to(root))
                       for folder in include_roots(root))
    settings = (f"@INCLUDE = {DOXYFILE}\nOUTPUT_DIRECTORY = {out}\n"
                f"INPUT = {folders}\nSTRIP_FROM_PATH = {root}\n"
                f"STRIP_FROM_INC_PATH = {folders}\n")
    done = subprocess.run(["doxygen", "-"], input=settings, text=True,
                          cwd=root, check=True, capture_output=True)
    return [complaint(line, root) for line in done.stderr.splitlines()
            if line.strip()]


def complaint(line: str, root: pathlib.Path) -> tuple[str, int, str]:
    """Takes `file|line|text`, see WARN_FORMAT, apart."""
    file, number, text = (line.split("|", 2) + ["0", line])[:3]
    if not number.isdigit():
        return "book/Doxyfile", 0, line
    return file.removeprefix(f"{root}/"), int(number), text


def replace_changed(fresh: pathlib.Path, kept: pathlib.Path) -> None:
    """Copies what is new or different; equal files are not touched.

    A file that is no longer made stays, though no index names it: Breathe
    fails when a file is gone that it has read in an earlier build.
    """
    for new in sorted(fresh.rglob("*.xml")):
        old = kept / new.relative_to(fresh)
        if not old.exists() or not filecmp.cmp(new, old, shallow=False):
            old.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(new, old)


def projects(out: pathlib.Path, reference: Reference) -> dict[str, str]:
    """Returns Breathe's projects, one per header, with their folders."""
    names = [folder_name(header) for header in sorted(reference.files)]
    return {name: str(out / "headers" / name) for name in names}


# ------------------------------------------------------------- repairing it


def repair_and_read(xml: pathlib.Path, root: pathlib.Path) -> Reference:
    """Repairs the XML files in place and collects what they declare."""
    reader = Reader(root)
    for path in sorted(xml.glob("*.xml")):
        tree = ET.parse(path)
        if repair(tree, root):
            tree.write(path, encoding="utf-8", xml_declaration=True)
        for compound in tree.iter("compounddef"):
            reader.read(compound)
    return reader.reference()


def repair(tree: ET.ElementTree, root: pathlib.Path) -> bool:
    """Puts back what Doxygen lost; tells whether something changed."""
    changed = False
    for member in tree.iter("memberdef"):
        kind = member.get("kind")
        if kind == "function":
            changed |= move_requires(member)
            changed |= drop_inline(member)
        elif kind == "enum" and member.findtext("name") == "LockRank":
            changed |= list_lock_ranks(member, lock_ranks(root))
    return changed


def move_requires(function: ET.Element) -> bool:
    """Puts a requires clause behind the parameters, before `= default`."""
    clause = function.find("requiresclause")
    if clause is None:
        return False
    text = " ".join("".join(clause.itertext()).split())
    arguments = function.find("argsstring")
    head, tail = re.fullmatch(r"(.*?)(\s*=\s*(?:default|delete|0))?",
                              arguments.text or "", re.DOTALL).groups()
    arguments.text = f"{head} requires {text}{tail or ''}"
    function.remove(clause)
    return True


def drop_inline(function: ET.Element) -> bool:
    """Hides `inline`: where a body stands is no news for the reader."""
    if function.get("inline") != "yes":
        return False
    function.set("inline", "no")
    return True


def lock_ranks(root: pathlib.Path = ROOT) -> list[tuple[str, int, str]]:
    """Reads name, number and purpose of all ranks, outermost first."""
    ranks = LOCK_RANK_LINE.findall((root / LOCK_RANKS).read_text())
    return [(name, int(number), purpose) for name, number, purpose in ranks]


def list_lock_ranks(enum: ET.Element,
                    ranks: list[tuple[str, int, str]]) -> bool:
    """Replaces the macro that stands for the enumerators by them."""
    macro = enum.find("enumvalue")
    place = list(enum).index(macro)
    enum.remove(macro)
    for offset, (name, number, purpose) in enumerate(ranks):
        value = ET.Element("enumvalue", id=f"{enum.get('id')}_{name}",
                           prot="public")
        ET.SubElement(value, "name").text = name
        ET.SubElement(value, "initializer").text = f"= {number}"
        brief = ET.SubElement(value, "briefdescription")
        ET.SubElement(brief, "para").text = purpose
        ET.SubElement(value, "detaileddescription")
        enum.insert(place + offset, value)
    return True


# --------------------------------------------------------------- reading it


class Reader:
    """Collects entities, places and findings, compound by compound."""

    def __init__(self, root: pathlib.Path) -> None:
        self.root = root
        self.lines: dict[str, list[str]] = {}
        self.entities: set[Entity] = set()
        self.places: dict[str, Place] = {}
        self.files: dict[str, str] = {}
        self.namespaces: list[str] = []
        self.findings: set[tuple[str, int, str]] = set()

    def reference(self) -> Reference:
        """Returns what was read, in the order of the sources."""
        return Reference(sorted(self.entities), self.places, self.files,
                         sorted(self.namespaces), sorted(self.findings))

    def read(self, compound: ET.Element) -> None:
        """Takes in one namespace, class or file and its members."""
        kind, name = compound.get("kind"), compound.findtext("compoundname")
        if kind == "namespace":
            self.namespaces.append(name)
        if kind == "file":
            header = header_of(place_of(compound)[0])
            self.files[header] = compound.get("id")
        if kind in COMPOUNDS:
            self.note_place(compound, self.scope_of(name))
            if not is_public(compound):
                return
            self.read_compound(compound, kind, name)
        if kind in COMPOUNDS + ("namespace", "file"):
            for member in compound.iter("memberdef"):
                self.read_member(member, kind)

    def read_compound(self, compound: ET.Element, kind: str,
                      name: str) -> None:
        """Takes in a class or concept; nested ones come with their owner."""
        file, line = place_of(compound)
        if not is_documented(compound):
            self.findings.add((file, line, f"{kind} {name} is undocumented"))
        if kind == "concept":
            definition = text_of(compound.find("initializer"))
        else:
            definition = ""
        if not self.scope_of(name):
            return
        self.entities.add(Entity(header_of(file), line, kind, name, "",
                                 definition))

    def scope_of(self, name: str) -> str:
        """Returns the namespace of a class, "" for one inside a class."""
        scope, colons, _ = name.rpartition("::")
        is_class = scope.rpartition("::")[2][:1].isupper()
        return "" if is_class else scope + colons

    def read_member(self, member: ET.Element, owner: str) -> None:
        """Takes in a member of a namespace, class or file."""
        kind = member.get("kind")
        if kind not in MEMBERS or not is_public(member):
            return
        self.note_place(member)
        if kind == "define" and self.is_undefined_again(member):
            return
        self.judge(member)
        is_own = owner == "namespace" or kind == "define"
        if is_own and is_documented(member):
            file, line = place_of(member)
            self.entities.add(Entity(
                header_of(file), line, kind, full_name(member),
                parameters_of(member), ""))

    def note_place(self, element: ET.Element, scope: str = "") -> None:
        """Remembers where a name stands, by Doxygen's id."""
        file, line = place_of(element)
        head = declaration_head(self.lines_of(file), line)
        self.places[element.get("id")] = Place(
            file, line, "[[nodiscard" in head, scope)

    def judge(self, member: ET.Element) -> None:
        """Finds what a public member leaves undocumented."""
        file, line = place_of(member)
        for message in undocumented(member):
            self.findings.add((file, line, message))

    def is_undefined_again(self, define: ET.Element) -> bool:
        """Tells whether the header takes its macro back with #undef."""
        file, _ = place_of(define)
        undef = f"#undef {define.findtext('name')}"
        return undef in self.lines_of(file)

    def lines_of(self, file: str) -> list[str]:
        """Returns a file's lines, read once."""
        if file not in self.lines:
            self.lines[file] = (self.root / file).read_text().split("\n")
        return self.lines[file]


def place_of(element: ET.Element) -> tuple[str, int]:
    """Returns file and line of a declaration."""
    location = element.find("location")
    return (location.get("declfile") or location.get("file"),
            int(location.get("declline") or location.get("line") or 1))


def is_public(element: ET.Element) -> bool:
    return element.get("prot", "public") == "public"


def text_of(element: ET.Element | None) -> str:
    return "" if element is None else "".join(element.itertext())


def is_documented(element: ET.Element) -> bool:
    """Tells whether there is a brief or a longer description."""
    return any(text_of(element.find(part)).strip()
               for part in ("briefdescription", "detaileddescription"))


def full_name(member: ET.Element) -> str:
    return member.findtext("qualifiedname") or member.findtext("name")


def parameters_of(function: ET.Element) -> str:
    """Returns the parameter list alone, without what follows it."""
    if function.get("kind") != "function":
        return ""
    arguments = function.findtext("argsstring") or ""
    depth = 0
    for end, letter in enumerate(arguments):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0:
            return arguments[:end + 1]
    return arguments


def declaration_head(lines: list[str], line: int) -> str:
    """Returns a declaration's text from its start to the line of its name."""
    first = line
    while first > 1:
        above = lines[first - 2].strip()
        if not above or above.endswith((";", "{", "}", ":")):
            break
        if above.startswith(("//", "#")):
            break
        first -= 1
    return " ".join(lines[first - 1:line])


def undocumented(member: ET.Element) -> Iterator[str]:
    """Yields a message for each thing a member does not explain."""
    kind, name = member.get("kind"), full_name(member)
    if not is_documented(member):
        if not speaks_for_itself(member):
            yield f"{kind} {name} is undocumented"
        return
    for value in member.findall("enumvalue"):
        if not is_documented(value):
            yield f"enumerator {name}::{value.findtext('name')} is undocumented"
    if kind == "function":
        explained = explained_words(member)
        for parameter in member.findall("param"):
            word = parameter.findtext("declname")
            if word and word not in explained:
                yield f"parameter {word} of {name} is undocumented"


def speaks_for_itself(member: ET.Element) -> bool:
    """Tells whether the declaration says it all: defaulted or deleted."""
    arguments = (member.findtext("argsstring") or "").replace(" ", "")
    return arguments.endswith(("=default", "=delete"))


def explained_words(member: ET.Element) -> set[str]:
    """Lists the parameters with @param, and all words set in code font."""
    return {text_of(element).strip() for tag in
            ("parametername", "computeroutput") for element in
            member.iter(tag)}
