"""What the lab command prints."""

import os
import sys

from .description import ROOT

RED, GREEN, DIM, BOLD, PLAIN = ("\033[31m", "\033[32m", "\033[2m", "\033[1m",
                                "\033[0m")
OUTPUT_LINES = 25
STACK_LINES = 40


def has_colors():
    """Tells whether colors are wanted: on a terminal that can, unless
    NO_COLOR is set."""
    return (sys.stdout.isatty() and "NO_COLOR" not in os.environ
            and os.environ.get("TERM") != "dumb")


def colored(text, color):
    """Colors a text, on a terminal only."""
    return f"{color}{text}{PLAIN}" if has_colors() else text


def clear_screen():
    """Begins a round of watching: on a fresh screen if there is one."""
    print("\033[2J\033[H" if has_colors() else "", flush=True)


def exercise_line(exercise, state):
    """One line of the list: done or not, id, stars, minutes, title."""
    mark = colored("x", GREEN) if state.is_done(exercise.id) else " "
    low, high = exercise.minutes
    stars = "*" * exercise.stars
    return (f"[{mark}] {exercise.id}  {stars:<5} {low:>3}-{high:<3} min  "
            f"{exercise.title}")


def outcome_line(outcome):
    """One line per test: how it ended, its tier, its name."""
    word = {"pass": colored("ok  ", GREEN)}.get(
        outcome.status, colored(f"{outcome.status:<4}", RED))
    return (f"  {word} T{outcome.test.tier}  {outcome.test.name}"
            + colored(f"  {outcome.seconds:.1f} s", DIM))


def failure(outcome, exercise):
    """Shows one failed test: what was expected and got, which invariant it
    defends, how to replay it, what to read."""
    lines = ["", colored(f"FAILED  {outcome.test.name}", RED)]
    if outcome.place:
        lines.append(f"  at      {shortened(outcome.place)}")
    if outcome.expression and not outcome.expression.startswith("FAIL("):
        lines.append(f"  claimed {outcome.expression}")
    if outcome.expansion and outcome.expansion != outcome.expression:
        lines.append(f"  got     {outcome.expansion}")
    lines += ["  | " + line for line in outcome.message.splitlines()]
    if outcome.output.strip() and (outcome.status in ("crash", "hang")
                                   or outcome.test.tier in (2, 3)):
        lines.append("  its last words:")
        lines += ["  | " + line for line in
                  outcome.output.strip().splitlines()[-OUTPUT_LINES:]]
    if outcome.stacks:
        lines.append("  where its threads stood:")
        lines += ["  | " + line for line in
                  shortened(outcome.stacks).splitlines()[:STACK_LINES]]
    lines.append("")
    if outcome.test.invariant:
        lines.append(f"  defends {outcome.test.invariant}")
    if outcome.seed:
        lines.append(f"  replay  ./lab replay {exercise.id} {outcome.seed}")
    section = outcome.test.section or exercise.section
    if section:
        lines.append(f"  read    book/{section}.rst, or that page of the book")
    lines.append(f"  stuck?  ./lab hint {exercise.id}")
    return "\n".join(lines)


def shortened(place):
    """A place as seen from the root of the tree."""
    return place.replace(f"{ROOT}/", "")


def unbuilt(outcome):
    """Shows why the code was not built."""
    return "\n" + colored("NOT BUILT", RED) + "\n" + "\n".join(
        "  | " + shortened(line) for line in outcome.message.splitlines())


def summary(result):
    """The closing line of a test run."""
    passed = sum(o.passed for o in result.outcomes)
    failed = len(result.outcomes) - passed
    left = len(result.asked) - len(result.outcomes)
    over = ", ".join(result.mine) or "the reference"
    return (f"\n{result.exercise.id}: {result.points} of "
            f"{result.points_max} points, over {over}\n"
            f"{passed} passed, {failed} failed"
            + (f", {left} not run (--all runs them)" if left > 0 else ""))


def done(exercise, following):
    """What to say after a passed exercise, and what comes next."""
    lines = ["done. " + (f"Next: ./lab start {following.id}" if following
                         else "That was the last lab.")]
    if len(exercise.slots) == 1:
        lines.append("Keep it under all layers: ./lab swap "
                     f"{exercise.slots[0]} mine")
    elif exercise.slots:
        lines.append("Keep them under all layers: ./lab swap SLOT mine, for "
                     + " ".join(exercise.slots))
    return "\n".join(lines)
