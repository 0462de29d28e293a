#!/usr/bin/env python3
"""Draws a chart of chapter 1 from a recorded output, as SVG on stdout.

    chart.py predictor book/_recorded/01/return-predictor.out
    chart.py colors    book/_recorded/01/many-flows.out

The record is the only source of numbers, and equal records give equal charts:
so a chart is itself a recording, compared exactly. Colors are classes of the
page's style sheet; what differs by color differs by shape or label, too.
"""

import argparse
import math
import pathlib
import re
import sys

WIDTH = 376
BAR_HEIGHT = 15
GROUP_HEIGHT = 3 * BAR_HEIGHT + 14
LEFT = 34
RIGHT = 56
WAYS = (("s-hit", "Boost, called"), ("s-run", "Boost, jumped to"),
        ("s-wait", "own"))


def tag(name, text="", **attributes):
    """Returns one element; `class_` and `text_anchor` lose their underscore."""
    words = "".join(f' {key.rstrip("_").replace("_", "-")}="{value}"'
                    for key, value in attributes.items())
    return f"<{name}{words}>{text}</{name}>"


def label(x, y, text, **attributes):
    """Returns a text; its default size stays readable on a phone."""
    attributes.setdefault("font_size", 14)
    return tag("text", text, x=round(x, 1), y=round(y, 1),
               fill="currentColor", **attributes)


def svg(height, parts):
    """Returns a drawing of the chart's width around its parts."""
    body = "\n".join(parts)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" '
            f'viewBox="0 0 {WIDTH} {height}">\n{body}\n</svg>\n')


def rows(text, pattern):
    """Returns the numbers of each line that matches, as tuples of floats."""
    found = [tuple(map(float, match.groups()))
             for match in re.finditer(pattern, text, re.MULTILINE)]
    if not found:
        sys.exit("chart.py: the record has no line of numbers")
    return found


def legend(y, entries):
    """Returns a key: a square and a name for each (class, name), in a row."""
    parts, x = [], 0
    for class_, name in entries:
        parts.append(tag("rect", x=x, y=y - 10, width=11, height=11,
                         class_=class_))
        parts.append(label(x + 16, y, name, font_size=13))
        x += 30 + 7 * len(name)
    return parts


def bar(y, share, class_, text):
    """Returns a bar of a share of the full length, and its number."""
    length = round(share * (WIDTH - LEFT - RIGHT), 1)
    return [tag("rect", x=LEFT, y=y, width=length, height=BAR_HEIGHT - 2,
                class_=class_),
            label(LEFT + length + 5, y + BAR_HEIGHT - 4, text, font_size=13)]


def predictor(text):
    """Draws nanoseconds per switch for each number of frames."""
    table = rows(text, r"^ +(\d) +([\d.]+) ns +([\d.]+) ns +([\d.]+) ns")
    longest = max(max(row[1:]) for row in table)
    parts = legend(16, WAYS)
    y = 36
    for frames, *times in table:
        parts.append(label(8, y + 1.5 * BAR_HEIGHT + 3, int(frames)))
        for (class_, _), time_ns in zip(WAYS, times):
            parts += bar(y, time_ns / longest, class_, f"{time_ns:.1f} ns")
            y += BAR_HEIGHT
        y += GROUP_HEIGHT - 3 * BAR_HEIGHT
    parts.append(label(0, y + 6, "frames above the switch, 0 to 4"))
    return svg(y + 16, parts)


def line(points, class_, **attributes):
    """Returns a line through the points."""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return tag("polyline", points=path, fill="none", class_=class_,
               stroke_width=2.5, **attributes)


def colors(text):
    """Draws nanoseconds per switch over the number of flows, both scales by
    powers: of four to the right, of two upwards."""
    table = rows(text, r"^ +(\d+) +([\d.]+) ns +([\d.]+) ns")
    top, bottom, left, right = 44, 250, 30, WIDTH - 22
    highest = max(max(row[1:]) for row in table)
    low, high = 8, max(64, 2 ** math.ceil(math.log2(highest)))

    def place(flows, time_ns):
        share_x = math.log(flows, 4) / math.log(table[-1][0], 4)
        share_y = math.log(time_ns / low) / math.log(high / low)
        return (left + share_x * (right - left),
                bottom - share_y * (bottom - top))

    parts = [tag("rect", x=0, y=6, width=11, height=11, class_="s-hit"),
             label(16, 16, "all start at one offset", font_size=13),
             tag("circle", cx=195, cy=12, r=5.5, class_="s-run"),
             label(206, 16, "32 colors", font_size=13)]
    for power in range(3, int(math.log2(high)) + 1):
        time_ns = 2 ** power
        _, y = place(1, time_ns)
        parts.append(tag("line", x1=left, y1=round(y, 1), x2=right,
                         y2=round(y, 1), class_="k-line"))
        parts.append(label(left - 5, y + 4, time_ns, font_size=13,
                           text_anchor="end"))
    parts.append(label(0, top - 12, "ns", font_size=13))
    for flows, *_ in table[::2]:
        x, _ = place(flows, low)
        parts.append(label(x, bottom + 18, f"{int(flows):,}", font_size=13,
                           text_anchor="middle"))
    same = [place(flows, same_ns) for flows, same_ns, _ in table]
    colored = [place(flows, colored_ns) for flows, _, colored_ns in table]
    parts += [line(same, "k-hit"), line(colored, "k-run")]
    parts += [tag("rect", x=round(x - 4, 1), y=round(y - 4, 1), width=8,
                  height=8, class_="s-hit") for x, y in same]
    parts += [tag("circle", cx=round(x, 1), cy=round(y, 1), r=4.5,
                  class_="s-run") for x, y in colored]
    parts.append(label(left, bottom + 38, "flows in the ring"))
    return svg(bottom + 48, parts)


CHARTS = {"predictor": predictor, "colors": colors}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("chart", choices=CHARTS)
    parser.add_argument("record", type=pathlib.Path)
    arguments = parser.parse_args()
    text = arguments.record.read_text(encoding="utf-8")
    sys.stdout.write(CHARTS[arguments.chart](text))


if __name__ == "__main__":
    main()
