#!/usr/bin/env python3
"""Reads the texts of the built book for what must not stand there: words of
unfinished work, paths of one machine, and texts of solutions-private.

Usage: check_texts.py FOLDER_OF_HTML
"""

import html.parser
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Pattern, why it must not stand in a text. The second list holds for scripts
# and data as well, the first only for what people read and write.
WORDS = [
    (r"\b(TODO|FIXME|XXX)\b", "unfinished: finish it, or leave it out"),
    (r"(?i)\blorem ipsum\b", "a filler: write the text"),
    (r"(?i)\bsessions?\b", "means nothing to a reader: say run, or hour"),
]
PLACES = [
    (r"(?<![\w.])/(work|root)/", "a path of one machine: make it relative"),
    (r"(?<![\w.])/home/\w", "a path of one machine: make it relative"),
    (r"(?<![\w.])/tmp/\w", "a path of one machine: make it relative"),
    (r"\b(localhost|127\.0\.0\.1|0\.0\.0\.0)(?!:8000\b)(:\d+)",
     "an address that only one machine has; make serve prints :8000"),
]
# What people wrote: these files and the pages made from them.
SOURCES = ("book/**/*.rst", "book/**/*.svg", "book/**/*.json",
           "book/**/*.cmd", "book/**/*.out", "book/**/*.html",
           "book/**/*.css", "book/**/*.js", "book/_ext/*.py", "book/*.py",
           "exercises/**/*.json", "exercises/**/*.md")
DATA = {".js", ".json", ".css", ".txt", ".svg"}
BLOCKS = {"p", "div", "li", "pre", "td", "th", "dt", "dd", "h1", "h2", "h3",
          "h4", "tr", "br", "figcaption", "summary", "section", "label",
          "text", "title", "option", "button"}
SAID_ASIDE = ("alt", "title", "aria-label", "content", "placeholder")

SHINGLE_LINES = 5
# Fewer words than this in five lines say nothing: braces, includes.
SHINGLE_WORDS_MIN = 12
KEY_WORDS = 6
CODE_WORD = re.compile(r"\w+")


class Text(html.parser.HTMLParser):
    """The text of a page as lines, each with the id that stands before it."""

    def __init__(self, markup):
        super().__init__()
        self.lines = [["", ""]]
        self.id, self.unread = "", []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.id = attributes.get("id") or self.id
        if tag in BLOCKS:
            self.new_line()
        for attribute in SAID_ASIDE:
            if attributes.get(attribute):
                self.lines.insert(-1, [self.id, attributes[attribute]])
        number = "linenos" in (attributes.get("class") or "").split()
        if tag in ("script", "style") or number:
            self.unread.append(tag)

    def handle_endtag(self, tag):
        if self.unread and self.unread[-1] == tag:
            self.unread.pop()
        if tag in BLOCKS:
            self.new_line()

    def handle_data(self, data):
        if self.unread:
            return
        first, *others = data.split("\n")
        self.lines[-1][1] += first
        for line in others:
            self.new_line()
            self.lines[-1][1] += line

    def new_line(self):
        if self.lines[-1][1]:
            self.lines.append(["", ""])
        self.lines[-1][0] = self.id


def around(line, match):
    """Returns the words around a match, to find the place by."""
    start, end = max(0, match.start() - 30), match.end() + 30
    return " ".join(line[start:end].split())


def words_in(line, rules):
    """Yields a sentence for each thing in a line that must not be there."""
    for pattern, why in rules:
        for match in re.finditer(pattern, line):
            yield f"\"{match[0]}\" in \"{around(line, match)}\": {why}"


def words_of_pages(site):
    """Returns what must not stand in the pages and their data."""
    found = []
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site)
        if path.suffix == ".html":
            text = path.read_text(encoding="utf-8")
            for place, line in Text(text).lines:
                found += [f"{name}#{place}: {wrong}"
                          for wrong in words_in(line, WORDS + PLACES)]
        elif path.suffix in DATA:
            text = path.read_text(encoding="utf-8", errors="replace")
            found += [f"{name}: {wrong}" for wrong in words_in(text, PLACES)]
    return found


def words_of_sources(root=ROOT):
    """Returns what must not stand in the book's sources."""
    found = []
    for pattern in SOURCES:
        for path in sorted(root.glob(pattern)):
            text = path.read_text(encoding="utf-8", errors="replace")
            for number, line in enumerate(text.splitlines(), 1):
                found += [f"{path.relative_to(root)}:{number}: {wrong}"
                          for wrong in words_in(line, WORDS + PLACES)]
    return found


# ---------------------------------------------------------- private texts

def text_files(folder):
    """Yields the readable files below a folder."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or "__pycache__" in path.parts:
            continue
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def shingles(text):
    """Yields (line number, words) for every five lines that hold words."""
    lines = [(number, CODE_WORD.findall(line))
             for number, line in enumerate(text.splitlines(), 1)]
    lines = [(number, words) for number, words in lines if words]
    for start in range(len(lines) - SHINGLE_LINES + 1):
        window = lines[start:start + SHINGLE_LINES]
        words = tuple(word for _, line in window for word in line)
        if len(words) >= SHINGLE_WORDS_MIN:
            yield window[0][0], words


def private_shingles(folder):
    """Returns {first words: [(words, where they stand)]} of a folder.

    Its README says only what the folder is for, and is no secret.
    """
    index = {}
    for path, text in text_files(folder):
        if path == folder / "README.md":
            continue
        for line, words in shingles(text):
            where = f"{path.relative_to(folder.parent)}:{line}"
            index.setdefault(words[:KEY_WORDS], []).append((words, where))
    return index


def found_in(words, index):
    """Yields the shingles of an index that stand in a list of words."""
    for start in range(len(words) - KEY_WORDS + 1):
        for shingle, where in index.get(
                tuple(words[start:start + KEY_WORDS]), ()):
            if tuple(words[start:start + len(shingle)]) == shingle:
                yield shingle, where


def words_of_file(path, text):
    """Returns the words of a file of the site, as a reader sees them."""
    if path.suffix == ".html":
        text = "\n".join(line for _, line in Text(text).lines)
    elif path.suffix in (".js", ".json"):
        text = re.sub(r"\\.", " ", text)  # \n in a string is no letter
    return CODE_WORD.findall(text)


def without_public(index, root):
    """Returns the index without what the public sources hold anyway."""
    public = set()
    for folder in ("chapters", "common", "exercises"):
        for _, text in text_files(root / folder):
            public.update(shingle for shingle, _ in
                          found_in(CODE_WORD.findall(text), index))
    kept = {key: [one for one in some if one[0] not in public]
            for key, some in index.items()}
    return {key: some for key, some in kept.items() if some}


def private_texts(site, root=ROOT):
    """Returns the places where the site shows a solution; and a remark."""
    folder = root / "solutions-private"
    if not folder.is_dir():
        return [], "no folder of solutions here"
    index = without_public(private_shingles(folder), root)
    found = []
    for path, text in text_files(site):
        seen = sorted({where for _, where in
                       found_in(words_of_file(path, text), index)})
        if seen:
            found.append(f"{path.relative_to(site)}: shows {seen[0]}"
                         + (f" and {len(seen) - 1} places more"
                            if len(seen) > 1 else "")
                         + ": an answer in the book tells the idea, not the "
                         "solution")
    return found, f"{sum(map(len, index.values()))} shingles of 5 lines"


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__.split("\n\n")[1])
    site = pathlib.Path(sys.argv[1]).resolve()
    found = (words_of_pages(site) + words_of_sources()
             + private_texts(site)[0])
    for finding in found:
        print(finding)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
