"""Makes starters out of the reference sources.

The reference carries, in comments,

    // [lab 02.1 begin]
      the reference body
    // [lab 02.1 else]
    //| the starter's body, behind a bar
    // [lab 02.1 end]

and a starter is the same file with each such body replaced by the text behind
the bars. The reference compiles as it stands, the starter is never typed, and
whoever changes one changes the other. Markers of the book are left out.
"""

import argparse
import re
import sys

from . import description

MARKER = re.compile(r"^\s*//\s*\[lab (\d\d\.\d) (begin|else|end)\]\s*$")
BOOK_MARKER = re.compile(r"^\s*(//|#)\s*\[/?doc:[\w.-]+\]\s*$")
BAR = re.compile(r"^(\s*)//\| ?(.*)$")
NOTE = "// Starter of lab {}. Yours: edit between the lines marked YOURS."


class MarkerError(Exception):
    """The markers of a source do not fit together."""


def parse(text, name="the source"):
    """Splits a source into parts.

    @return list of (lab or None, reference lines, starter lines); for plain
            text both lists are the same.
    @raise MarkerError naming the line.
    """
    parts, plain = [], []
    lab, reference, starter, state = None, [], [], "plain"
    for number, line in enumerate(text.splitlines(), 1):
        match = MARKER.match(line)
        if match is None:
            target = {"plain": plain, "begin": reference,
                      "else": starter}[state]
            target.append(unbarred(line, name, number) if state == "else"
                          else line)
            continue
        found, word = match.groups()
        expected = {"plain": "begin", "begin": "else", "else": "end"}[state]
        if word != expected or (lab is not None and found != lab):
            raise MarkerError(f"{name}:{number}: expected [lab "
                              f"{lab or '..'} {expected}], found [lab "
                              f"{found} {word}]")
        if word == "begin":
            parts.append((None, plain, plain))
            plain, lab, reference, starter = [], found, [], []
        if word == "end":
            parts.append((lab, reference, starter))
            lab = None
        state = {"begin": "begin", "else": "else", "end": "plain"}[word]
    if state != "plain":
        raise MarkerError(f"{name}: [lab {lab} begin] has no end")
    parts.append((None, plain, plain))
    return parts


def unbarred(line, name, number):
    """Takes the bar off a starter line."""
    match = BAR.match(line)
    if match is None:
        raise MarkerError(f"{name}:{number}: a line between [else] and [end] "
                          "begins with //|")
    indent, text = match.groups()
    return (indent + text).rstrip()


def labs_in(text):
    """Names the labs whose bodies a source holds, in order."""
    return list(dict.fromkeys(lab for lab, *_ in parse(text) if lab))


def starter_of(text, name="the source"):
    """Returns the starter of a reference source."""
    parts = parse(text, name)
    lines = []
    for lab, _, starter in parts:
        if lab is None:
            lines += [line for line in starter if not BOOK_MARKER.match(line)]
            continue
        indent = re.match(r"\s*", starter[0]).group() if starter else ""
        lines.append(f"{indent}// YOURS, lab {lab}: begin")
        lines += starter
        lines.append(f"{indent}// YOURS, lab {lab}: end")
    labs = list(dict.fromkeys(lab for lab, *_ in parts if lab))
    if not labs:
        raise MarkerError(f"{name}: no lab marker in it")
    return "\n".join([NOTE.format(", ".join(labs))] + lines) + "\n"


def as_unit(text, file):
    """Turns a header that holds a slot's code into the source file that it
    is in a build with slots.

    @param file  the source's name, such as run_queue.cpp.
    """
    if not file.endswith(".cpp"):
        return text
    return text.replace("#pragma once\n", "", 1)


def reference_of(text, name="the source"):
    """Returns a reference source without any marker, as hand-outs and
    comparisons show it."""
    lines = []
    for _, reference, _ in parse(text, name):
        lines += [line for line in reference if not BOOK_MARKER.match(line)]
    return "\n".join(lines) + "\n"


def bodies_of(text, name="the source"):
    """Returns the reference bodies, a list of lines each: what no hand-out
    may contain."""
    return [reference for lab, reference, _ in parse(text, name) if lab]


def text_for(reference, name):
    """Makes a starter out of a reference source's path, for a file `name`."""
    return as_unit(starter_of(reference.read_text(), str(reference)), name)


def write_starters(catalog, check_only=False):
    """Writes every slot's starter.

    @param check_only  writes nothing.
    @return the paths whose committed starter differs from the generated one.
    """
    differing = []
    for chapter in catalog.chapters:
        pairs = [pair for slot in chapter.slots.values()
                 for pair in slot.references()]
        for reference, name in pairs:
            text = text_for(reference, name)
            committed = chapter.folder / "starters" / name
            if committed.exists() and committed.read_text() == text:
                continue
            differing.append(committed)
            if not check_only:
                committed.parent.mkdir(parents=True, exist_ok=True)
                committed.write_text(text)
    return differing


def main(arguments=None):
    """Writes the starters, or with --check says which differ."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args(arguments)
    differing = write_starters(description.load(), given.check)
    for path in differing:
        print(f"{path}: " + ("differs from its reference: make starters"
                             if given.check else "written"))
    wrong = len(differing) if given.check else 0
    print(f"{int(not wrong)} passed, {wrong} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
