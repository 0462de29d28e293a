"""Puts printed text into the form that the book shows, and compares it.

Two forms. The shown form replaces what belongs to one machine: its paths,
and addresses, which are moved to round numbers. Addresses of one mapping keep
their distances, so that a stack pointer still lies below its stack. The
compared form also masks what differs from run to run, as its check says.
"""

import difflib
import pathlib
import re

ADDRESS = re.compile(r"\b0x[0-9a-f]{10,16}\b")
ANY_ADDRESS = re.compile(r"(?<!\+)\b0x[0-9a-f]{8,16}\b")
OFFSET = re.compile(r"\+0x[0-9a-f]+\b")
THREAD_ID = re.compile(r"\b1[0-9]{14}\b")  # a pthread_t printed as a number
IDS = re.compile(r"\b(pid|tid|thread|LWP)([ =:#]+)\d+", re.IGNORECASE)
DURATION = re.compile(r"\b\d+(?:\.\d+)?( ?)(?:ns|us|µs|ms|s)\b")
NUMBER = re.compile(r"(?:(?<=[\s(=,:])-)?\d+(?:[.,'_]\d+)*")
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|root|work|tmp|Users)/\S*")

PAGE = 0x1000
FIRST_BASE = 0x10000000
GAP_MAX = 1 << 24  # addresses further apart belong to different mappings


def clusters(addresses):
    """Groups addresses into mappings: sorted lists without a wide gap."""
    groups = []
    for address in sorted(addresses):
        if groups and address - groups[-1][-1] <= GAP_MAX:
            groups[-1].append(address)
        else:
            groups.append([address])
    return groups


def round_addresses(text):
    """Moves each mapping to a round base, the first mentioned lowest."""
    found = [int(match[0], 16) for match in ADDRESS.finditer(text)]
    groups = sorted(clusters(set(found)),
                    key=lambda group: min(map(found.index, group)))
    moved, base = {}, FIRST_BASE
    for group in groups:
        start = group[0] - group[0] % PAGE
        moved |= {address: base + address - start for address in group}
        while base <= moved[group[-1]]:
            base += FIRST_BASE
    return ADDRESS.sub(lambda match: hex(moved[int(match[0], 16)]), text)


def in_order(pattern, text, label):
    """Replaces each match by `label` and the rank of its first mention."""
    seen = {}
    return pattern.sub(
        lambda match: label + str(seen.setdefault(match[0], len(seen) + 1)),
        text)


def shown_form(text, root, build=None):
    """Returns what the book shows; paths of the tree become relative."""
    text = text.replace("\r\n", "\n")
    places = [(pathlib.Path(build).resolve(), "build/dev")] if build else []
    for place, name in places + [(pathlib.Path(root).resolve(), "")]:
        text = text.replace(f"{place}/", f"{name}/" if name else "")
        text = text.replace(str(place), name or ".")
    text = in_order(THREAD_ID, round_addresses(text), "thread-")
    lines = [line.rstrip() for line in text.split("\n")]
    return "\n".join(lines).strip("\n") + "\n"


def machine_path(text):
    """Returns a path that only one machine has, or None."""
    match = MACHINE_PATH.search(text)
    return match[0] if match else None


def mask_ids(text):
    """Masks what no run repeats: addresses, ids, durations."""
    text = in_order(ANY_ADDRESS, text, "@")
    text = OFFSET.sub("+@", text)
    text = IDS.sub(r"\1\2#", text)
    return DURATION.sub(r"#\1t", text)


def mask_numbers(text):
    """Masks every number, and how wide a column it made."""
    text = NUMBER.sub("#", mask_ids(text))
    return "\n".join(re.sub(r" +", " ", line).strip()
                     for line in text.split("\n"))


def marked_difference(old, new, old_masked, new_masked):
    """Returns -/+ lines where the masked lines differ; shows real lines."""
    said = []
    matcher = difflib.SequenceMatcher(None, old_masked, new_masked, False)
    for what, a, b, c, d in matcher.get_opcodes():
        if what != "equal":
            said += [f"line {a + 1}:"]
            said += [f"- {line}" for line in old[a:b]]
            said += [f"+ {line}" for line in new[c:d]]
    return said


def missing_lines(old, old_masked, new_masked):
    """Returns the recorded lines that no new line is like."""
    there = set(new_masked)
    return [f"- {line}" for line, masked in zip(old, old_masked)
            if masked not in there]


def difference(recorded, fresh, check):
    """Returns how `fresh` strays from the record, as lines; [] if it fits."""
    mask = mask_ids if check == "exact" else mask_numbers
    old, new = recorded.split("\n"), fresh.split("\n")
    old_masked, new_masked = (mask(text).split("\n")
                              for text in (recorded, fresh))
    if check == "lines":
        return missing_lines(old, old_masked, new_masked)
    return marked_difference(old, new, old_masked, new_masked)
