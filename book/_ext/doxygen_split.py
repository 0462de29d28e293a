"""Cuts Doxygen's XML into one small project per header.

Breathe looks through a whole project for each entity that it prints, so the
cost of the API pages would grow with the square of the library. Cut into
headers it grows with the library, and a header that changes makes only its
own page stale.
"""

from __future__ import annotations

import copy
import pathlib
import xml.etree.ElementTree as ET
from typing import Callable, Iterator

OF_ONE_HEADER = ("class", "struct", "union", "concept", "file")


def split(xml: pathlib.Path, out: pathlib.Path,
          header_of: Callable[[str], str]) -> None:
    """Writes a folder per header below `out`, each with an index."""
    projects: dict[str, list[ET.Element]] = {}
    for path in sorted(xml.glob("*.xml")):
        for compound in ET.parse(path).iter("compounddef"):
            for header, part in parts(compound, header_of):
                projects.setdefault(header, []).append(part)
    for header, compounds in projects.items():
        write_project(out / folder_name(header), compounds)


def folder_name(header: str) -> str:
    """Returns the name of a header's project, and of its folder."""
    return header.replace("/", "-").removesuffix(".hpp")


def parts(compound: ET.Element, header_of: Callable[[str], str]
          ) -> Iterator[tuple[str, ET.Element]]:
    """Yields what each header has of a compound."""
    if compound.get("kind") in OF_ONE_HEADER:
        yield header_of(compound.find("location").get("file")), compound
    elif compound.get("kind") == "namespace":
        headers = {header_of(member.find("location").get("file"))
                   for member in compound.iter("memberdef")}
        for header in sorted(headers):
            yield header, namespace_part(compound, header, header_of)


def namespace_part(namespace: ET.Element, header: str,
                   header_of: Callable[[str], str]) -> ET.Element:
    """Returns a namespace with the members of one header only."""
    part = copy.deepcopy(namespace)
    for section in part.findall("sectiondef"):
        for member in section.findall("memberdef"):
            if header_of(member.find("location").get("file")) != header:
                section.remove(member)
        if section.find("memberdef") is None:
            part.remove(section)
    return part


def write_project(folder: pathlib.Path, compounds: list[ET.Element]) -> None:
    """Writes the files of one header, and the index that Breathe starts at."""
    folder.mkdir(parents=True)
    index = ET.Element("doxygenindex", version="1.9.4")
    for compound in compounds:
        index.append(index_entry(compound))
        root = ET.Element("doxygen", version="1.9.4")
        root.append(compound)
        write(root, folder / f"{compound.get('id')}.xml")
    write(index, folder / "index.xml")


def index_entry(compound: ET.Element) -> ET.Element:
    """Lists a compound and its members."""
    entry = ET.Element("compound", refid=compound.get("id"),
                       kind=compound.get("kind"))
    ET.SubElement(entry, "name").text = compound.findtext("compoundname")
    for member in compound.iter("memberdef"):
        line = ET.SubElement(entry, "member", refid=member.get("id"),
                             kind=member.get("kind"))
        ET.SubElement(line, "name").text = member.findtext("name")
    return entry


def write(root: ET.Element, path: pathlib.Path) -> None:
    ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
