#!/usr/bin/env python3
"""Makes small wrong versions of the slots and counts how many are noticed.

Usage: python3 -m labkit.mutate [--chapter N] [--slot NAME] [--list]

Each mutator changes one place of one slot's lab bodies the way a hurried
author would. A mutant that does not compile does not count. One that no test
fails is a survivor: it is either equivalent, and then listed with the reason
in solutions-private/NN-name/zoo/survivors.json, or a test is missing.
"""

import argparse
import dataclasses
import hashlib
import json
import re
import sys

from . import build as build_module
from . import description, grade, runner, starter
from .description import ROOT

FOLDER = ROOT / "build/mutants"
SCORE_MIN = 0.85

# Name, what is searched, what it becomes.
MUTATORS = [
    ("weaken release", r"memory_order_release", "memory_order_relaxed"),
    ("weaken acquire", r"memory_order_acquire", "memory_order_relaxed"),
    ("weaken acq_rel", r"memory_order_acq_rel", "memory_order_relaxed"),
    ("weaken seq_cst", r"memory_order_seq_cst", "memory_order_acq_rel"),
    ("drop lock", r"^\s*(?:LockGuard|QueueGuard) \w+\(.*\);$", ""),
    ("off by one, more", r"(?<=[\w)]) ([<>])=(?= )", r" \1"),
    ("off by one, less", r"(?<=[\w)]) ([<>])(?= )", r" \1="),
    ("equal to unequal", r" == ", " != "),
    ("unequal to equal", r" != ", " == "),
    ("plus to minus", r"(?<=\w) \+ (?=\w)", " - "),
    ("minus to plus", r"(?<=\w) - (?=\w)", " + "),
    ("halve to whole", r" / 2\b", ""),
    ("negate condition", r"if \((?!!)(\w+)\)", r"if (!\1)"),
    ("condition always", r"if \(([^;{}]+)\) (?=return|continue|break)",
     r"if (true) "),
    ("condition never", r"if \(([^;{}]+)\) (?=return|continue|break)",
     r"if (false) "),
    ("true to false", r"\btrue\b", "false"),
    ("false to true", r"\bfalse\b", "true"),
    ("drop a store", r"^\s*[\w.\[\]()+> -]+\.store\(.*\);$", ""),
    ("drop an increment", r"^\s*(?:\+\+|--)[\w.>-]+;$", ""),
    ("drop a push", r"^\s*(?:pushq|popq)\s+%\w+$", ""),
    ("shift a slot", r"\$8, %rsp", "$16, %rsp"),
    ("swap registers", r"%r12\b", "%r13"),
]


@dataclasses.dataclass(frozen=True)
class Mutant:
    """One changed place."""
    slot: object
    line: int
    operator: str
    before: str
    after: str

    @property
    def key(self):
        """Names the mutant by what it changes, not by where it stands."""
        text = f"{self.slot.name}|{self.operator}|{self.before.strip()}"
        return hashlib.sha1(text.encode()).hexdigest()[:10]


def lab_lines(text):
    """The numbers of the lines between [begin] and [else]."""
    numbers, inside = set(), False
    for number, line in enumerate(text.splitlines(), 1):
        match = starter.MARKER.match(line)
        if match:
            inside = match[2] == "begin"
        elif inside:
            numbers.add(number)
    return numbers


def mutants_of(slot):
    """All mutants of a slot, one per place and operator."""
    text = slot.reference.read_text()
    inside = lab_lines(text)
    for number, line in enumerate(text.splitlines(), 1):
        code = line.split("//")[0].rstrip()
        if number not in inside or not code.strip():
            continue
        for name, pattern, replacement in MUTATORS:
            for match in re.finditer(pattern, code):
                after = code[:match.start()] + match.expand(replacement) \
                    + code[match.end():]
                if after != code:
                    yield Mutant(slot, number, name, code, after)


def write(mutant):
    """Writes the changed source as the reader's file; returns its root."""
    root = FOLDER / "mine"
    lines = mutant.slot.reference.read_text().splitlines()
    lines[mutant.line - 1] = mutant.after
    target = root / mutant.slot.chapter.folder.name / "mine" / mutant.slot.file
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(starter.as_unit("\n".join(lines) + "\n",
                                      mutant.slot.file))
    return root


def killer_of(catalog, mutant):
    """Returns the name of the first test that fails, None if none does, or
    "" if the mutant does not compile."""
    tests = []
    for exercise in mutant.slot.chapter.exercises:
        if mutant.slot.name in exercise.slots:
            tests += grade.tests_of(exercise, hidden=True)
    build = build_module.Build(catalog, folder=FOLDER / "build",
                               mine_root=write(mutant), mine=(mutant.slot,))
    try:
        build.build(list(dict.fromkeys(test.program for test in tests)))
    except build_module.BuildError:
        return ""
    for test in sorted(tests, key=lambda t: t.tier):
        if not runner.run(test, build.program(test.program)).passed:
            return test.name
    return None


def survivors_known(chapter):
    """Reads the reasons for the survivors of a chapter: key to reason."""
    path = (ROOT / "solutions-private" / chapter.folder.name
            / "zoo/survivors.json")
    return json.loads(path.read_text()) if path.exists() else {}


def run_slot(catalog, slot):
    """Runs all mutants of a slot. @return (killed, counted, unexplained)"""
    known = survivors_known(slot.chapter)
    killed = counted = 0
    unexplained = []
    for mutant in mutants_of(slot):
        killer = killer_of(catalog, mutant)
        if killer == "":
            continue
        place = f"{slot.name}:{mutant.line} {mutant.operator}"
        if killer is None and mutant.key in known:
            print(f"equivalent  {place}: {known[mutant.key]}", flush=True)
            continue
        counted += 1
        killed += killer is not None
        if killer is None:
            unexplained.append((mutant.key, place, mutant.after.strip()))
        print(f"{'killed' if killer else 'SURVIVES':<11} {place}"
              + (f" by {killer}" if killer else f" {mutant.key}"), flush=True)
    return killed, counted, unexplained


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--chapter", type=int)
    parser.add_argument("--slot")
    parser.add_argument("--list", action="store_true")
    given = parser.parse_args(arguments)
    catalog = description.load()
    killed = counted = 0
    survivors = []
    for slot in catalog.slots.values():
        if given.chapter not in (None, slot.chapter.number) or \
                given.slot not in (None, slot.name):
            continue
        if given.list:
            print(f"{slot.name}: {sum(1 for _ in mutants_of(slot))} mutants")
            continue
        one = run_slot(catalog, slot)
        killed, counted = killed + one[0], counted + one[1]
        survivors += one[2]
    if given.list:
        return 0
    score = killed / counted if counted else 0.0
    for key, place, after in survivors:
        print(f"survivor {key} {place}: {after}")
    print(f"score {score:.0%}: {killed} of {counted} mutants killed")
    print(f"{int(score >= SCORE_MIN)} passed, {int(score < SCORE_MIN)} failed")
    return 0 if score >= SCORE_MIN else 1


if __name__ == "__main__":
    sys.exit(main())
