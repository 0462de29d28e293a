"""The numbers of the book's prose: book/claims.json.

A claim picks its number from a recorded output, by one regular expression
with one group, or as the ratio of two such numbers, and gives its range.
"""

import json
import pathlib
import platform
import re

REQUIRED = {"id", "record", "text", "low", "high"}
KNOWN = REQUIRED | {"pick", "ratio", "what", "value", "date", "machine"}


def path(root):
    return pathlib.Path(root) / "book" / "claims.json"


def problem(claim):
    """Returns what is wrong with the form of a claim, or None."""
    if lacks := REQUIRED - claim.keys():
        return f"lacks {', '.join(sorted(lacks))}"
    if extra := claim.keys() - KNOWN:
        return f"has the unknown key {', '.join(sorted(extra))}"
    if ("pick" in claim) == ("ratio" in claim):
        return "needs either pick or ratio"
    if "{}" not in claim["text"]:
        return "text has no {} for the number"
    return None


def read(root):
    """Returns {id: claim}; raises ValueError when one is malformed."""
    try:
        listed = json.loads(path(root).read_text())["claims"]
    except FileNotFoundError:
        return {}
    found = {}
    for claim in listed:
        name = claim.get("id", "a claim without id")
        if wrong := problem(claim):
            raise ValueError(f"claims.json: {name} {wrong}")
        if name in found:
            raise ValueError(f"claims.json: {name} stands twice")
        found[name] = claim
    return found


def update(root, measured):
    """Writes {id: {key: value}} into the file as it is now."""
    content = json.loads(path(root).read_text())
    for claim in content["claims"]:
        claim.update(measured.get(claim["id"], {}))
    path(root).write_text(
        json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def pick(pattern, text):
    """Returns what the group of `pattern` holds at its first match."""
    match = re.search(pattern, text, re.MULTILINE)
    if not match or match.re.groups != 1:
        raise ValueError(f"/{pattern}/ with its one group does not match")
    return match[1]


def number(text):
    """Returns the number of a picked text, whose thousands may be marked."""
    return float(re.sub(r"[,'_]", "", text))


def rounded(value):
    """Returns a number with two significant digits, never as a power."""
    return f"{value:.0f}" if abs(value) >= 10 else f"{value:.2g}"


def measure(claim, text):
    """Returns the claim's number as text and as number."""
    if "pick" in claim:
        picked = pick(claim["pick"], text)
        return picked, number(picked)
    above, below = (number(pick(one, text)) for one in claim["ratio"])
    return rounded(above / below), above / below


def drift(claim, text):
    """Returns why `text` no longer bears the claim out, or None."""
    try:
        shown, value = measure(claim, text)
    except (ValueError, ZeroDivisionError) as error:
        return f"claim {claim['id']}: {error}"
    if claim["low"] <= value <= claim["high"]:
        return None
    return (f"claim {claim['id']}: {shown} is not within "
            f"{claim['low']} to {claim['high']}")


def shown(claim):
    """Returns the words that stand in the prose."""
    return claim["text"].replace("{}", claim["value"])


def machine():
    """Returns one line about this machine."""
    model = platform.machine()
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    return re.sub(r"\((R|TM)\)", "", model)
