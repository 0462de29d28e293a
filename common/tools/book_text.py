"""Reads the book's reST pages as far as measuring them needs it.

A page becomes a list of blocks: directives with their options and content,
paragraphs, tables and literal blocks. What stands inside a directive of prose is
read the same way.
"""

import dataclasses
import re

DIRECTIVE = re.compile(r"\.\. ([\w-]+)::(?:\s+(.*))?$")
OPTION = re.compile(r":([\w-]+):(?:\s+(.*))?$")
ITEM = re.compile(r"(?:[-*+]|\w{1,3}[.)]|\|)\s+")
RULE = re.compile(r"([=\-~^\"'`.*+#_])\1{2,}$|[=+\-| ]{6,}$")
TABLE = re.compile(r"=+( +=+)+$|\+[-=]+\+")
ROLE_WITH_TARGET = re.compile(r":[\w:-]+:`([^<`]*)<[^`]*>`")
ROLE = re.compile(r":[\w:-]+:`([^`]*)`")
LITERAL = re.compile(r"``[^`]+``")
WORD = re.compile(r"[^\W_][\w'\u2019.-]*")

# Their content is no prose.
CODE = {"snippet", "recorded", "sketch", "graphviz", "quiz", "questions",
        "toctree", "seeds", "code-block", "code", "sourcecode",
        "parsed-literal", "literalinclude", "math", "raw", "highlight"}


@dataclasses.dataclass
class Block:
    """A directive, a paragraph or a literal block, and where it begins."""

    kind: str  # a directive's name, "paragraph", "table" or "literal"
    line: int
    argument: str = ""
    options: dict = dataclasses.field(default_factory=dict)
    text: str = ""
    blocks: list = dataclasses.field(default_factory=list)


def indent(line):
    return len(line) - len(line.lstrip())


def body_end(lines, start, depth):
    """Returns where the lines end that are indented deeper than `depth`."""
    end = start
    for index in range(start, len(lines)):
        if lines[index].strip():
            if indent(lines[index]) <= depth:
                break
            end = index + 1
    return end


def read_options(lines):
    """Splits the body of a directive into options and content."""
    options, index, name = {}, 0, None
    while index < len(lines) and lines[index].strip():
        match = OPTION.match(lines[index].strip())
        if match:
            name = match[1]
            options[name] = match[2] or ""
        elif name is None:
            break
        else:
            options[name] += " " + lines[index].strip()
        index += 1
    return options, index


def directive(match, lines, start, first):
    """Returns the Block of a directive and the index after it."""
    end = body_end(lines, start + 1, indent(lines[start]))
    body = lines[start + 1:end]
    options, used = read_options(body)
    block = Block(match[1], first + start, match[2] or "", options,
                  "\n".join(body[used:]).strip("\n"))
    if match[1] not in CODE:
        block.blocks = blocks(body[used:], first + start + 1 + used)
    return block, max(end, start + 1)


def paragraph(lines, start, first):
    """Returns the Block of a paragraph, item or table, and the index after."""
    index, words = start, []
    kind = "table" if TABLE.match(lines[start].strip()) else "paragraph"
    while index < len(lines) and lines[index].strip():
        text = lines[index].strip()
        if index > start and (DIRECTIVE.match(text) or ITEM.match(text)):
            break
        if not RULE.match(text):
            words.append(ITEM.sub("", text, count=1))
        index += 1
    return Block(kind, first + start, text=" ".join(words)), index


def literal(lines, start, depth, first):
    """Returns the literal block after a line that ends in two colons."""
    end = body_end(lines, start, depth)
    while start < end and not lines[start].strip():
        start += 1
    text = "\n".join(lines[start:end]).strip("\n")
    return Block("literal", first + start, text=text), end


def blocks(lines, first=1):
    """Returns the Blocks of some lines; `first` is the number of line 0."""
    found, index = [], 0
    while index < len(lines):
        text = lines[index].strip()
        match = DIRECTIVE.match(text)
        if not text:
            index += 1
        elif match:
            block, index = directive(match, lines, index, first)
            found.append(block)
        elif text.startswith(".. ") or text == "..":
            index = max(body_end(lines, index + 1, indent(lines[index])),
                        index + 1)
        else:
            depth = indent(lines[index])
            block, index = paragraph(lines, index, first)
            found.append(block)
            if block.text.endswith("::"):
                block, index = literal(lines, index, depth, first)
                found.append(block)
    return found


def read(path):
    """Returns the Blocks of a page."""
    return blocks(path.read_text().split("\n"))


def walk(found):
    """Yields the blocks and all blocks within them, in order."""
    for block in found:
        yield block
        yield from walk(block.blocks)


def words(text):
    """Counts the words of a paragraph; a literal is one word."""
    text = ROLE_WITH_TARGET.sub(r"\1", text)
    text = LITERAL.sub("code", ROLE.sub(r"\1", text))
    return len(WORD.findall(text))
