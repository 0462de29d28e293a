"""Reads what sources say in their comments.

A source of Strata opens with a comment in a fixed form: `@file`, `@brief`,
then sections such as Story or Invariants, each a word on a line of its own
with indented text below. This module takes that apart, and turns its plain
words into document nodes.
"""

from __future__ import annotations

import functools
import pathlib
import re
from typing import NamedTuple

from docutils import nodes
from sphinx.addnodes import pending_xref

HEADING = re.compile(r"^///( \w[\w ]*)$")
CODE = re.compile(r"`([^`]+)`")
LABEL = re.compile(r"(?P<inv>\bI-\d\d\.\d+\b)|\[MO:(?P<mo>[\w-]+)\]")


class Opening(NamedTuple):
    """The comment that opens a file."""

    brief: str
    sections: dict[str, list[tuple[int, str]]]  # lines with their numbers


@functools.lru_cache(maxsize=None)
def read_lines(path: pathlib.Path) -> list[str]:
    """Returns the lines of a source, read once."""
    return path.read_text(errors="replace").split("\n")


def read_opening(path: pathlib.Path) -> Opening:
    """Takes the comment that opens a file apart."""
    brief: list[str] = []
    sections: dict[str, list[tuple[int, str]]] = {}
    current = None
    for number, line in enumerate(read_lines(path), 1):
        if not line.startswith("///"):
            break
        text = line[3:].rstrip()
        if re.fullmatch(r" [A-Z][a-z ]+(: .*)?", text) and brief:
            name, _, rest = text.strip().partition(": ")
            current = sections.setdefault(name, [])
            if rest:
                current.append((number, rest))
        elif text.startswith(" @brief "):
            brief.append(text[8:])
        elif current is not None:
            current.append((number, text))
        elif brief and text.strip():
            brief.append(text.strip())
    return Opening(" ".join(brief), sections)


def words(text: str) -> list[nodes.Node]:
    """Turns plain words with `code` among them into nodes."""
    found: list[nodes.Node] = []
    for position, part in enumerate(CODE.split(text)):
        if position % 2:
            found.append(nodes.literal(part, part))
        elif part:
            found.append(nodes.Text(part))
    return found


def joined(lines: list[tuple[int, str]]) -> list[nodes.Node]:
    """Turns the lines of a section into one paragraph's nodes."""
    return words(" ".join(text.strip() for _, text in lines if text.strip()))


def link_tags(container: nodes.Element) -> None:
    """Turns `I-02.3` and `[MO:runq-tail]` in running text into references."""
    for text in list(container.findall(nodes.Text)):
        if isinstance(text.parent, (nodes.literal, nodes.literal_block,
                                    nodes.reference, pending_xref)):
            continue
        parts = split_tags(str(text))
        if len(parts) > 1:
            text.parent.replace(text, parts)


def split_tags(text: str) -> list[nodes.Node]:
    """Cuts a text at its labels; each becomes a reference."""
    found: list[nodes.Node] = []
    end = 0
    for match in LABEL.finditer(text):
        if match.start() > end:
            found.append(nodes.Text(text[end:match.start()]))
        kind = "inv" if match["inv"] else "mo"
        found.append(reference_to_label(kind, match[kind]))
        end = match.end()
    if text[end:]:
        found.append(nodes.Text(text[end:]))
    return found


def reference_to_label(kind: str, label: str) -> pending_xref:
    """Returns a reference that strata_reference resolves."""
    link = pending_xref("", refdomain="", reftype=kind,
                        reftarget=label, refexplicit=False, refwarn=True)
    link += nodes.literal(label, label, classes=["label-" + kind])
    return link
