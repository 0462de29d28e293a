"""Colors of code, by day and by night, quiet rather than many.

Keywords are bold in the accent, comments italic, types and functions two
cool tones. Each color has a contrast of 4.5 or more on the code's background
and on that of a marked line; test/ext/palette_test.py computes it.
"""

from pygments.style import Style
from pygments.token import (
    Comment, Generic, Keyword, Name, Number, Operator, Punctuation, String,
    Token,
)

from strata_palette import DARK, LIGHT

DAY = {
    "text": "#23201c", "comment": "#655d52", "keyword": "#7a2e0e",
    "type": "#1f5f7a", "function": "#1d4f91", "number": "#8a3b6b",
    "string": "#2e6b34", "sign": "#4a443b", "line": "#6b6459",
}
NIGHT = {
    "text": "#dcd8d0", "comment": "#aaa397", "keyword": "#f0a477",
    "type": "#7cc4dd", "function": "#9cbcf2", "number": "#dba0c8",
    "string": "#9ccf9f", "sign": "#b8b2a7", "line": "#979085",
}


def token_styles(color):
    """Return Pygments' styles from a table of colors."""
    return {
        Token: color["text"],
        Comment: f"italic {color['comment']}",
        Comment.Preproc: f"noitalic {color['number']}",
        Comment.PreprocFile: f"noitalic {color['string']}",
        Keyword: f"bold {color['keyword']}",
        Keyword.Type: f"nobold {color['type']}",
        Keyword.Constant: f"nobold {color['number']}",
        Name.Class: f"bold {color['type']}",
        Name.Function: color["function"],
        Name.Label: color["function"],
        Number: color["number"],
        String: color["string"],
        Operator: color["sign"],
        Operator.Word: f"bold {color['keyword']}",
        Punctuation: color["sign"],
        Generic.Deleted: color["number"],
        Generic.Inserted: color["string"],
        Generic.Prompt: color["comment"],
        Generic.Output: color["text"],
    }


class Day(Style):
    """Ink on warm paper."""

    background_color = LIGHT["color-code-background"]
    highlight_color = LIGHT["s-mark"]
    line_number_color = DAY["line"]
    line_number_background_color = "transparent"
    styles = token_styles(DAY)


class Night(Style):
    """The same by night."""

    background_color = DARK["color-code-background"]
    highlight_color = DARK["s-mark"]
    line_number_color = NIGHT["line"]
    line_number_background_color = "transparent"
    styles = token_styles(NIGHT)
