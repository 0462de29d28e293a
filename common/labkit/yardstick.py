"""The right version of a chapter, against which wrong ones are judged.

Its slots' tests are built once and run over the reference: all must pass, and
how long each takes says when a wrong version's run counts as a hang. A hang
then costs seconds, not the limit that a slow machine of a reader needs.
"""

from . import build as build_module
from . import grade, runner, variant
from .description import ROOT

FOLDER = ROOT / "build/lab"
# A run this much longer than the reference's is a hang: other work may share
# the processors.
HANG_FACTOR = 6
HANG_SECONDS = 3
COST_TIER = 7   # compares times: nothing else may run beside it
# Random operations, real threads, costs: these notice by chance.
CHANCE_TIERS = (2, 4, COST_TIER)


class WrongReference(Exception):
    """The reference itself fails a test; nothing can be judged."""


def slot_labs(chapter):
    """The labs in which a slot is replaced."""
    return [e for e in chapter.exercises if e.shelf == "labs" and e.slots]


def tests_of(labs):
    """All tests of some labs, hidden ones too, each once, by tier."""
    found = {}
    for lab in labs:
        for test in grade.tests_of(lab, hidden=True):
            found.setdefault((test.program, test.name), test)
    return sorted(found.values(), key=lambda test: test.tier)


class Yardstick:
    """A chapter's reference, built, with what its tests need."""

    def __init__(self, catalog, chapter, tests, sanitizer=""):
        folder = FOLDER.with_name(FOLDER.name + "-" + sanitizer) \
            if sanitizer else FOLDER
        self.build = build_module.Build(catalog, folder=folder,
                                        sanitizer=sanitizer)
        self.chapter, self.tests = chapter, tests
        self.seconds = {}

    def prepare(self, pool):
        """Builds the tests and runs them over the reference, several at a
        time; those of times one by one.

        @raise WrongReference naming the tests that fail.
        """
        programs = dict.fromkeys(test.program for test in self.tests)
        self.build.build(list(programs))
        cheap = [t for t in self.tests if t.tier != COST_TIER]
        costly = [t for t in self.tests if t.tier == COST_TIER]
        outcomes = list(pool.map(self.run_reference, cheap))
        outcomes += map(self.run_reference, costly)
        wrong = [o for o in outcomes if not o.passed]
        if wrong:
            raise WrongReference("\n".join(
                ["the reference does not pass:"]
                + [f"  {o.test.name}: {o.status} {o.message[:200]}"
                   for o in wrong]))

    def run_reference(self, test):
        """Runs a test over the reference and notes its time."""
        outcome = runner.run(test, self.build.program(test.program),
                             dump=False)
        self.seconds[test] = outcome.seconds
        return outcome

    def version(self, source, text):
        """A wrong version, see variant.Variant."""
        return variant.Variant(self.build.folder, self.chapter.layer, source,
                               text)

    def notices(self, version, test):
        """Tells whether a test fails over a version.

        @raise variant.Unbuilt when the version does not compile.
        """
        seconds = HANG_SECONDS + HANG_FACTOR * self.seconds[test]
        return not runner.run(test, version.program(test.program),
                              seconds=seconds, dump=False).passed
