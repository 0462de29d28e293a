"""The listing: a captioned block of code or output with an id per line.

Line n of the listing `lst-put` has the id `lst-put-L-n`, counted from 1, and
the attribute data-line with its number in the source. Marked lines are
wrapped in class hll, lines around a region have class `dim`.
"""

import re

from docutils import nodes
from pygments.lexer import RegexLexer, bygroups, using
from pygments.lexers import BashLexer
from pygments.token import Comment, Generic, Keyword, Name, Number, \
    Operator, String, Text

from strata_regions import COLUMNS_MAX, LINES_MAX

LANGUAGES = {".hpp": "cpp", ".cpp": "cpp", ".h": "cpp", ".S": "strata-asm",
             ".py": "python", ".cmake": "cmake", ".sh": "bash",
             ".json": "json", ".js": "javascript", ".rst": "rst"}
NAMES = {"CMakeLists.txt": "cmake", "Makefile": "make"}
# Names, punctuation and blanks look like plain text: their classes would only
# make the page heavy.
PLAIN_SPAN = re.compile(r'<span class="(?:w|n|p)">([^<]*)</span>')
LINE_SPAN = re.compile(r'<span id="([^"]*-L-(\d+))">')


class Assembly(RegexLexer):
    """GNU assembly behind the C preprocessor, for x86-64 and aarch64.

    Pygments' own lexer of assembly gives up on local labels.
    """

    name = "Assembly with C preprocessor"
    aliases = ["strata-asm"]
    tokens = {"root": [
        (r"//.*|/\*(?:.|\n)*?\*/", Comment.Single),
        (r"^#(?:[^\n\\]|\\.|\\\n)*", Comment.Preproc),
        (r'"(?:\\.|[^"\\\n])*"', String),
        (r"^([\w.$]+)(:[ \t]*)([a-zA-Z_]\w*)?",
         bygroups(Name.Label, Text, Keyword)),
        (r"^([ \t]+)(\.\w+)", bygroups(Text, Keyword.Type)),
        (r"((?:^|;)[ \t]+)([a-zA-Z_]\w*)", bygroups(Text, Keyword)),
        (r"%\w+|@\w+", Name.Builtin),
        (r"[#$]?-?(?:0x[0-9a-fA-F]+|\d+)[bf]?\b", Number),
        (r"[\w.$]+", Name),
        (r"[ \t]+|\n", Text),
        (r".", Operator),
    ]}


class Recorded(RegexLexer):
    """A command line after a prompt, and below it what it printed."""

    name = "Recorded output"
    aliases = ["strata-recorded"]
    tokens = {
        "root": [(r"\A(\$ )(.*)(\n)",
                  bygroups(Generic.Prompt, using(BashLexer), Text), "output")],
        "output": [(r"^\u2026.*\n", Comment.Special),
                   (r".*\n", Generic.Output)],
    }


class listing_block(nodes.literal_block):
    """The code of a listing. In LaTeX it is a plain literal block."""


def language_of(path):
    """Returns the highlighter's name for a source, by its suffix."""
    return NAMES.get(path.name) or LANGUAGES.get(path.suffix, "text")


def split_texts(option):
    r"""Splits `a | b` into its texts; \| stands for a bar."""
    parts = re.split(r"\s\|\s", option)
    return [part.strip().replace(r"\|", "|") for part in parts
            if part.strip()]


def marked_rows(texts, rows):
    """Returns the rows, from 1, that hold a text; errors if none does."""
    found = set()
    for text in texts:
        holding = {row for row, line in enumerate(rows, 1) if text in line}
        if not holding:
            raise ValueError(f"no line holds the text to mark: {text}")
        found |= holding
    return sorted(found)


def too_big(rows, first=1):
    """Returns what makes the shown rows too big for a page, or None.

    `first` is the number of the first row as its author counts.
    """
    if len(rows) > LINES_MAX:
        return f"{len(rows)} lines, at most {LINES_MAX} fit a page"
    wide = [f"line {number} has {len(line)}"
            for number, line in enumerate(rows, first)
            if len(line) > COLUMNS_MAX]
    if wide:
        return f"at most {COLUMNS_MAX} columns fit, {', '.join(wide)}"
    return None


def make_block(rows, language, identifier, marked=()):
    """Returns the block of code; `rows` are its lines."""
    text = "\n".join(rows)
    block = listing_block(text, text)
    block["language"] = language
    block["force"] = True  # a fragment need not be whole
    block["highlight_args"] = {"hl_lines": list(marked),
                               "linespans": f"{identifier}-L"}
    block["numbers"], block["dim"] = [], []
    return block


def make_listing(block, caption, identifier, classes=()):
    """Returns the numbered container of a block and its caption."""
    frame = nodes.container("", literal_block=True, ids=[identifier],
                            classes=["literal-block-wrapper", *classes])
    title = nodes.caption("", "", *caption)
    frame += title
    frame += block
    return frame


def open_line(match, block):
    """Returns the opening tag of a line with what its listing knows."""
    row = int(match[2])
    tag = f'<span id="{match[1]}"'
    if row in block["dim"]:
        tag += ' class="dim"'
    if row <= len(block["numbers"]):
        tag += f' data-line="{block["numbers"][row - 1]}"'
    return tag + ">"


def visit_html(translator, block):
    """Writes the highlighted block; its lines carry ids and numbers."""
    language = block["language"]
    highlighted = translator.highlighter.highlight_block(
        block.rawsource, language, force=True, location=block,
        **block["highlight_args"])
    highlighted = LINE_SPAN.sub(lambda match: open_line(match, block),
                                PLAIN_SPAN.sub(r"\1", highlighted))
    kind = "console" if language == "strata-recorded" else language
    translator.body.append(translator.starttag(
        block, "div", suffix="", CLASS=f"highlight-{kind} notranslate"))
    translator.body.append(highlighted + "</div>\n")
    raise nodes.SkipNode


def setup(app):
    app.add_lexer("strata-asm", Assembly)
    app.add_lexer("strata-recorded", Recorded)
    app.add_node(listing_block, html=(visit_html, None))
    return {"version": "1", "parallel_read_safe": True,
            "parallel_write_safe": True}
