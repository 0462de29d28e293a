"""Runs an exercise's tests over a choice of slots and gives the result."""

from . import build as build_module
from . import runner
from .result import Outcome, Result


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
          on_outcome=None):
    """Builds and runs tests.

    @param build            a build.Build with its choice of slots.
    @param stop_at_failure  ends at the first failing test.
    @param on_outcome       called with each Outcome.
    @return a result.Result; code that does not build fails every test.
    """
    result = Result(exercise, tuple(s.qualified for s in build.mine))
    programs = list(dict.fromkeys(test.program for test in tests))
    try:
        build.build(programs)
    except build_module.BuildError as error:
        result.outcomes = [Outcome(test=test, status="unbuilt",
                                   message=str(error)) for test in tests]
        return result
    for test in tests:
        outcome = runner.run(test, build.program(test.program), seed)
        result.outcomes.append(outcome)
        if on_outcome is not None:
            on_outcome(outcome)
        if stop_at_failure and not outcome.passed:
            break
    return result
