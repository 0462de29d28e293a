"""Runs an exercise's tests over a choice of slots and gives the result."""

import math
import time

from . import build as build_module
from . import runner
from .result import Outcome, Result

OWN = "lab_"   # how the programs of exercises are named


def slots_for(catalog, exercise, state_mine=()):
    """The slots that are the reader's while an exercise is tested: its own,
    and those switched over for good."""
    names = dict.fromkeys(list(exercise.slots) + list(state_mine))
    return tuple(catalog.slots[n] for n in names if n in catalog.slots)


def tests_of(exercise, hidden=False, tier=None):
    """The tests to run, lowest tier first, in the order of labs.json."""
    tests = [t for t in exercise.tests if hidden or not t.hidden]
    if tier is not None:
        tests = [t for t in tests if t.tier == tier]
    return sorted(tests, key=lambda t: t.tier)


def grade(build, exercise, tests, stop_at_failure=False, seed=None,
          on_outcome=None, on_build=None, seconds_in_all=None, **limits):
    """Builds and runs tests.

    @param build            a build.Build with its choice of slots.
    @param stop_at_failure  ends at the first failing test; then a chapter's
                            program is built when its first test is due.
    @param on_outcome       called with each Outcome.
    @param on_build         called with the programs that are built next.
    @param seconds_in_all   a limit for the whole; what is left fails.
    @param limits           for runner.run.
    @return a result.Result; code that does not build fails every test.
    """
    result = Result(exercise, tuple(s.qualified for s in build.mine),
                    tuple(tests))
    ends = time.monotonic() + (seconds_in_all or math.inf)
    builder = Builder(build, tests, stop_at_failure, on_build)
    for test in tests:
        if time.monotonic() > ends:
            outcome = Outcome(test=test, status="hang", message="not run: the "
                              f"tests before it took {seconds_in_all} s")
        elif builder.failure_of(test):
            outcome = Outcome(test=test, status="unbuilt",
                              message=builder.failure_of(test))
        else:
            outcome = runner.run(test, build.program(test.program), seed,
                                 **limits)
        result.outcomes.append(outcome)
        if on_outcome is not None:
            on_outcome(outcome)
        if stop_at_failure and not outcome.passed:
            break
    return result


class Builder:
    """Builds the programs of tests, each once.

    Those of the exercise are built together, because two compilers run side
    by side; those of a chapter are large and wait for their first test.
    """

    def __init__(self, build, tests, lazy, on_build):
        self._build = build
        self._on_build = on_build
        self._programs = list(dict.fromkeys(test.program for test in tests))
        self._lazy = lazy
        self._failures = {}   # program: why it was not built, or ""

    def failure_of(self, test):
        """Builds a test's program, and what is built with it.

        @return why it was not built, or an empty text.
        """
        if test.program not in self._failures:
            together = self._with(test.program)
            self._failures.update(dict.fromkeys(together,
                                                self._made(together)))
        return self._failures[test.program]

    def _with(self, program):
        if not self._lazy:
            return self._programs
        if not program.startswith(OWN):
            return [program]
        return [name for name in self._programs if name.startswith(OWN)]

    def _made(self, programs):
        if self._on_build is not None:
            self._on_build(programs)
        try:
            self._build.build(programs)
        except build_module.BuildError as error:
            return str(error)
        return ""
