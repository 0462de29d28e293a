#!/usr/bin/env python3
"""Makes small wrong versions of the slots and counts how many are noticed.

Usage: python3 -m labkit.mutate [--chapter N] [--slot NAME] [--key KEY]
                                [--list] [--no-threads] [--write]

Each mutator changes one place of one slot's lab bodies. A mutant that does not
compile does not count. One that no test fails is a survivor: it is equivalent,
and then listed with the reason in solutions-private/NN-name/zoo, or a test is
missing. What weakens an order of memory or drops a lock is tested under
ThreadSanitizer, too: x86 and the explorer hide most of it; --no-threads leaves
that out. --write puts the counts into book/_recorded.
"""

import argparse
import concurrent.futures
import dataclasses
import json
import os
import sys

from . import description, mutators, patches, processes, variant, yardstick
from .description import ROOT

RECORD = ROOT / "book/_recorded/mutants.json"
SCORE_MIN = 0.85
UNBUILT = "it does not compile"


@dataclasses.dataclass
class Verdict:
    """What became of a mutant."""
    mutant: object
    killer: str = ""      # the first test that failed, or UNBUILT
    reason: str = ""      # why nobody can notice it

    @property
    def counts(self):
        """False for what is no wrong version at all."""
        return self.killer != UNBUILT and not self.reason

    @property
    def word(self):
        """The verdict in a word."""
        if self.killer == UNBUILT:
            return "unbuilt"
        if self.killer:
            return "killed"
        return "equivalent" if self.reason else "SURVIVES"


class Judges:
    """The tests of a slot's labs, those first that killed the last mutant."""

    def __init__(self, catalog, slot, pool, threads):
        labs = [lab for lab in yardstick.slot_labs(slot.chapter)
                if slot.name in lab.slots]
        self.tests = [t for t in yardstick.tests_of(labs)
                      if t.tier != yardstick.COST_TIER]
        self.yard = yardstick.Yardstick(catalog, slot.chapter, self.tests)
        self.yard.prepare(pool)
        self.threads = None
        if threads and any(m.needs_threads for m in mutators.mutants_of(slot)):
            processes.fix_layout()
            self.threads = yardstick.Yardstick(
                catalog, slot.chapter,
                [t for t in self.tests if t.program.startswith("lab_")
                 and "explore" not in t.program],
                sanitizer="thread")
            self.threads.prepare(pool)

    def killer(self, mutant):
        """Returns the test that fails first, "" if none does, UNBUILT."""
        killer = self.killer_by(self.yard, self.tests, mutant)
        if not killer and mutant.needs_threads and self.threads:
            return self.killer_by(self.threads, self.threads.tests, mutant)
        return killer

    def killer_by(self, yard, tests, mutant):
        """The killer in one kind of build."""
        source = mutant.slot.chapter.sources / mutant.slot.file
        with yard.version(source, mutant.text()) as version:
            try:
                for test in list(tests):
                    if yard.notices(version, test):
                        tests.remove(test)
                        tests.insert(0, test)
                        return test.name
            except variant.Unbuilt:
                return UNBUILT
        return ""


def reasons(chapter):
    """Why survivors of a chapter are equivalent: key to reason."""
    path = patches.zoo_folder(chapter) / "survivors.json"
    return json.loads(path.read_text())["reasons"] if path.exists() else {}


def judge(judges, known, mutant):
    """Tests one mutant. @return its Verdict."""
    killer = judges.killer(mutant)
    verdict = Verdict(mutant, killer,
                      "" if killer else known.get(mutant.key, ""))
    what = " / ".join(line.strip() for line in mutant.after) or "(nothing)"
    tail = killer or verdict.reason or f"{mutant.key}: {what}"
    print(f"{verdict.word:<10} {mutant.slot.name}:{mutant.line} "
          f"{mutant.operator}: {tail}", flush=True)
    return verdict


def run_slot(catalog, slot, given, pool):
    """Tests all mutants of a slot. @return its record."""
    chosen = [m for m in mutators.mutants_of(slot)
              if given.key in (None, m.key)]
    if not chosen:
        return None, []
    judges = Judges(catalog, slot, pool, not given.no_threads)
    known = reasons(slot.chapter)
    verdicts = list(pool.map(lambda m: judge(judges, known, m), chosen))
    return record_of(slot, verdicts), stale(slot, verdicts, known, given)


def stale(slot, verdicts, known, given):
    """Reasons of this slot that excuse nobody any more, as lines."""
    killed = {v.mutant.key for v in verdicts if v.killer}
    return [f"survivors.json: {key} of {slot.name} is killed"
            for key in known if key in killed and given.key is None]


def record_of(slot, verdicts):
    """A slot's entry of mutants.json."""
    words = [verdict.word for verdict in verdicts]
    return {"slot": slot.name,
            "made": len(words) - words.count("unbuilt"),
            "killed": words.count("killed"),
            "equivalent": words.count("equivalent"),
            "survive": words.count("SURVIVES"),
            "notes": [{"operator": v.mutant.operator, "verdict": v.word.lower(),
                       "reason": v.reason} for v in verdicts if v.reason]}


def score(records):
    """The share of wrong versions that are noticed."""
    counted = sum(r["killed"] + r["survive"] for r in records)
    return sum(r["killed"] for r in records) / counted if counted else 0.0


def slots_of(catalog, given):
    """The slots asked for."""
    return [slot for slot in catalog.slots.values()
            if given.chapter in (None, slot.chapter.number)
            and given.slot in (None, slot.name)]


def run(catalog, given):
    """Tests all slots asked for. @return (records by chapter, wrong)"""
    found, wrong = {}, []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for slot in slots_of(catalog, given):
            record, lines = run_slot(catalog, slot, given, pool)
            if record is None:
                continue
            found.setdefault(f"{slot.chapter.number:02}", []).append(record)
            wrong += lines
            print(f"== {slot.name}: {score([record]):.0%} of "
                  f"{record['killed'] + record['survive']}, "
                  f"{record['equivalent']} equivalent")
    for chapter, records in found.items():
        if score(records) < SCORE_MIN:
            wrong.append(f"chapter {chapter}: {score(records):.0%} of the "
                         f"mutants are killed; {SCORE_MIN:.0%} is asked for")
    return found, wrong


def write(found):
    """Puts what was found into the book's record; other slots keep theirs."""
    record = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    for chapter, fresh in found.items():
        names = [entry["slot"] for entry in fresh]
        record[chapter] = [entry for entry in record.get(chapter, [])
                           if entry["slot"] not in names] + fresh
    RECORD.write_text(json.dumps(record, indent=1) + "\n")


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--chapter", type=int)
    parser.add_argument("--slot")
    parser.add_argument("--key", help="one mutant")
    for option in ("--list", "--no-threads", "--write"):
        parser.add_argument(option, action="store_true")
    given = parser.parse_args(arguments)
    catalog = description.load()
    if given.list:
        for slot in slots_of(catalog, given):
            print(f"{slot.name}: {len(list(mutators.mutants_of(slot)))}")
        return 0
    found, wrong = run(catalog, given)
    if given.write:
        write(found)
    for line in wrong:
        print(line)
    killed = sum(r["killed"] for records in found.values() for r in records)
    survive = sum(r["survive"] for records in found.values() for r in records)
    print(f"{killed} killed, {survive} survive")
    print(f"{int(not wrong)} passed, {len(wrong)} failed")
    return 1 if wrong or not found else 0


if __name__ == "__main__":
    sys.exit(main())
