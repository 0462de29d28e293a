#!/usr/bin/env python3
"""Measures the book's chapters against the bars that every chapter has.

Usage: book_bars.py [CHAPTER...]

Counts in the reST sources and prints a line per bar; ends with status 1 when
one is missed. The pages of labs, tasks and bugs are no text of the chapter: of
these only what labs.json says is counted. A lab that a rubric judges is an open
one: its tests come on top, and do not count as tests of labs.

Also checks every page of the book for code that comes from no source: only
snippet, sketch and recorded may print code, besides commands in `code-block::
console`.
"""

import json
import pathlib
import re
import sys

import book_text

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "book" / "_ext"))
import strata_regions as regions  # noqa: E402 (found by the line above)

FIGURES = {"graphviz", "drawing", "widget", "house", "figure"}
CODE_PRINTERS = {"code-block", "code", "sourcecode", "parsed-literal",
                 "literalinclude", "highlight"}
ASKING = {"quiz", "questions", "exercise"}
WORDS_PER_FIGURE_MAX = 900
# A quiz must not be passed by a rule such as "take the longest, take b".
GUESSED_MAX = 45

LAB_POINTS = 100
PUBLIC_POINTS_MIN = 60
SCHEDULES = 3  # the tier of tests that search schedules

# name, lowest, highest
BARS = [
    ("words", 6000, 9000),
    ("figures", 8, None),
    ("words per figure", None, WORDS_PER_FIGURE_MAX),
    ("figures from a run", 2, None),
    ("snippets", 30, None),
    ("sketches", None, 3),
    ("recorded outputs", 6, None),
    ("predict boxes", 3, None),
    ("quizzes", 1, None),
    ("pages without a quiz", None, 0),
    ("options without a remark", None, 0),
    ("right one is longest, %", None, GUESSED_MAX),
    ("right ones at a place, %", None, GUESSED_MAX),
    ("new terms", None, 18),
    ("longest paragraph", None, 120),
    ("longest listing", None, regions.LINES_MAX),
    ("widest listing", None, regions.COLUMNS_MAX),
    ("labs", 3, 6),
    ("public tests of labs", 25, 45),
    ("schedule tests of labs", 8, None),
    ("labs of other points", None, 0),
]


class Chapter:
    """The pages of one chapter as blocks."""

    def __init__(self, root, folder):
        self.root, self.folder = root, folder
        self.number = folder.name.split("-")[0]
        self.pages = {path: book_text.read(path)
                      for path in sorted(folder.rglob("*.rst"))}

    def all(self, *kinds):
        """Returns (path, block) of the blocks of these kinds."""
        return [(path, block) for path, page in self.pages.items()
                for block in book_text.walk(page) if block.kind in kinds]


def text_words(chapter):
    """Returns (words, kind, place) of each text; captions are texts."""
    found = []
    for path, page in chapter.pages.items():
        for block in book_text.walk(page):
            is_text = block.kind in ("paragraph", "table")
            text = block.text if is_text else block.options.get("caption", "")
            found.append((book_text.words(text), block.kind,
                          f"{path.name}:{block.line}"))
    return found


def from_a_run(chapter, block):
    """Tells whether a figure shows data that a program of ours recorded."""
    own = f"{chapter.number}/"
    return block.options.get("data", "").startswith(own) or \
        f"_recorded/{own}" in block.argument


def listing_sizes(chapter):
    """Returns (lines, columns, place) of each snippet's own lines."""
    found = []
    for path, block in chapter.all("snippet"):
        source = chapter.root / block.argument
        try:
            lines = regions.extract(source.read_text(),
                                    block.options.get("region"),
                                    drop_doc="nodoc" in block.options)
        except (OSError, ValueError):
            continue  # the build of the book says so, with more words
        found.append((len(lines), max(len(line.text) for line in lines),
                      f"{path.name}:{block.line}"))
    return found


def pages_without_quiz(chapter):
    """Returns the pages that show code or output and ask nothing."""
    found = []
    for path, page in chapter.pages.items():
        kinds = {block.kind for block in book_text.walk(page)}
        if kinds & {"snippet", "recorded"} and not kinds & ASKING:
            found.append(path.name)
    return found


def choice_questions(chapter):
    """Returns the multiple-choice questions of a chapter's bank."""
    bank = chapter.root / "exercises" / chapter.folder.name / "quiz.json"
    if not bank.exists():
        return []
    return [question for question in json.loads(bank.read_text())["questions"]
            if question.get("options")]


def options_without_remark(chapter):
    """Returns the ids of questions with an option that says nothing."""
    return [question["id"] for question in choice_questions(chapter)
            for option in question["options"] if not option.get("remark")]


def share(found, total):
    """Returns a share in percent."""
    return round(100 * found / total) if total else 0


def longest_is_right(chapter):
    """Returns in how many questions, in percent, the longest option is
    right."""
    questions = choice_questions(chapter)
    found = sum(max(question["options"],
                    key=lambda option: len(option["text"])).get("right", False)
                for question in questions)
    return share(found, len(questions))


def most_used_place(chapter):
    """Returns the percentage of right options that stand at one place."""
    places = [place for question in choice_questions(chapter)
              for place, option in enumerate(question["options"])
              if option.get("right")]
    most_often = max((places.count(place) for place in places), default=0)
    return share(most_often, len(places))


def labs(chapter):
    """Returns the labs of a chapter, as labs.json has them."""
    path = chapter.root / "exercises" / chapter.folder.name / "labs.json"
    return json.loads(path.read_text())["labs"] if path.exists() else []


def public_tests(chapter):
    """Returns the tests that every reader has, of labs without a rubric."""
    return [test for lab in labs(chapter) if not lab.get("rubric")
            for test in lab["tests"] if test["visibility"] == "public"]


def schedule_tests(chapter):
    """Returns the tests of labs that search schedules."""
    return [test for lab in labs(chapter) for test in lab["tests"]
            if test["tier"] == SCHEDULES]


def labs_of_other_points(chapter):
    """Returns the labs whose points are not 100, with enough in public."""
    wrong = []
    for lab in labs(chapter):
        tests = lab["tests"] or [
            {**entry, "visibility": "public"} for entry in lab["rubric"]]
        public = sum(test["points"] for test in tests
                     if test["visibility"] == "public")
        if sum(test["points"] for test in tests) != LAB_POINTS or \
                public < PUBLIC_POINTS_MIN:
            wrong.append(lab["id"])
    return wrong


def new_terms(chapter):
    """Returns the terms that the chapter gives to the glossary."""
    listing = chapter.folder / "_terms.txt"
    lines = listing.read_text().splitlines() if listing.exists() else []
    return [line for line in lines if re.match(r"[^#\s][^:]*:", line)]


def most(pairs):
    """Returns the largest value of (value, place) pairs, and its place."""
    value, place = max(pairs, default=(0, ""))
    return value, f"at {place}" if place else ""


def values(chapter):
    """Returns {bar: (value, remark)}."""
    texts = text_words(chapter)
    total = sum(count for count, *_ in texts)
    figures = [block for _, block in chapter.all(*FIGURES)]
    lines = listing_sizes(chapter)
    silent = pages_without_quiz(chapter)
    mute = options_without_remark(chapter)
    uneven = labs_of_other_points(chapter)
    counted = {"snippets": "snippet", "sketches": "sketch",
               "recorded outputs": "recorded", "predict boxes": "predict",
               "quizzes": "quiz"}
    return {name: (len(chapter.all(kind)), "")
            for name, kind in counted.items()} | {
        "words": (total, ""),
        "figures": (len(figures), ""),
        "words per figure": (round(total / max(len(figures), 1)), ""),
        "figures from a run": (sum(from_a_run(chapter, figure)
                                   for figure in figures), ""),
        "pages without a quiz": (len(silent), " ".join(silent)),
        "options without a remark": (len(mute), " ".join(mute)),
        "right one is longest, %": (longest_is_right(chapter), ""),
        "right ones at a place, %": (most_used_place(chapter), ""),
        "new terms": (len(new_terms(chapter)), ""),
        "longest paragraph": most([(count, place) for count, kind, place
                                   in texts if kind != "table"]),
        "longest listing": most([(size, place) for size, _, place in lines]),
        "widest listing": most([(wide, place) for _, wide, place in lines]),
        "labs": (len(labs(chapter)), ""),
        "public tests of labs": (len(public_tests(chapter)),
                                 "labs with a rubric do not count"),
        "schedule tests of labs": (len(schedule_tests(chapter)), ""),
        "labs of other points": (len(uneven), " ".join(uneven)),
    }


def bar_text(low, high):
    """Returns a bar in words."""
    if low is not None and high is not None:
        return f"{low} to {high}"
    return f"at least {low}" if high is None else f"at most {high}"


def print_chapter(chapter):
    """Prints a chapter's bars; returns how many it misses."""
    print(chapter.folder.name)
    measured, missed = values(chapter), 0
    for name, low, high in BARS:
        value, remark = measured[name]
        bad = (low is not None and value < low
               or high is not None and value > high)
        missed += bad
        line = (f"  {'MISS' if bad else 'ok  '}  {name:<25}{value:>6}  "
                f"{bar_text(low, high):<14}  {remark if bad else ''}")
        print(line.rstrip())
    print()
    return missed


def pages(root):
    """Returns all pages of the book."""
    return sorted(path for path in (root / "book").rglob("*.rst")
                  if path.relative_to(root).parts[1] != "test")


def typed_code(root):
    """Yields (place, message) of code that comes from no source."""
    for path in pages(root):
        for block in book_text.walk(book_text.read(path)):
            place = f"{path.relative_to(root)}:{block.line}"
            if block.kind in CODE_PRINTERS and block.argument != "console":
                yield place, f"{block.kind} {block.argument}".strip()
            elif block.kind == "literal":
                yield place, "a literal block"


def main(arguments):
    chapters = [Chapter(ROOT, folder) for folder
                in sorted(ROOT.glob("book/chapters/[0-9][0-9]-*"))]
    wanted = {f"{int(number):02}" for number in arguments}
    missed = sum(print_chapter(chapter) for chapter in chapters
                 if not wanted or chapter.number in wanted)
    typed = list(typed_code(ROOT))
    for place, what in typed:
        print(f"{place}: {what}: use snippet, sketch or recorded")
    print(f"{missed} bars missed, {len(typed)} times code that comes from no "
          "source")
    return 1 if missed or typed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
