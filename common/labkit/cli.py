"""Reads the command line of ./lab and calls the verb."""

import argparse
import os
import sys

from . import build, commands, description, files, session, starter, state

EPILOG = """Start with ./lab alone: it says where you are and what comes next.
Progress is kept in .strata/progress.json, which is safe to delete."""


def positive(text):
    """An argument type: a number from 1 on."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is below 1")
    return number


def parser():
    """All verbs and their arguments."""
    top = argparse.ArgumentParser(prog="./lab", epilog=EPILOG,
                                  description="The exercise loop of Strata.")
    top.set_defaults(verb=commands.where)
    verbs = top.add_subparsers(title="verbs", metavar="VERB")

    def verb(name, function, exercise=True):
        text = function.__doc__.split("\n")[0].rstrip(".")
        one = verbs.add_parser(name, help=text[0].lower() + text[1:],
                               description=text + ".")
        one.set_defaults(verb=function)
        if exercise:
            one.add_argument("exercise", nargs="?", help="such as 02.1; "
                             "without it the first that is not done")
        return one

    verb("list", commands.list_all, exercise=False)
    verb("next", commands.next_one, exercise=False)
    verb("start", commands.start)
    verb("run", commands.run).add_argument(
        "arguments", nargs="*", help="of the program; without any those "
        "that show a bug's symptom")
    add_test_options(verb("test", commands.test))
    verb("watch", commands.watch).add_argument(
        "--forever", action="store_true", help="go on when all tests pass")
    verb("hint", commands.hint).add_argument(
        "--level", type=int, choices=(1, 2, 3), help="show up to this one")
    add_quiz_options(verb("quiz", commands.quiz, exercise=False))
    one = verb("swap", commands.swap, exercise=False)
    one.add_argument("slot", nargs="?", help="without it all slots are shown")
    one.add_argument("side", nargs="?", choices=("mine", "ref"))
    verb("matrix", commands.matrix, exercise=False).add_argument(
        "slot", nargs="?", help="this slot only")
    verb("diff", commands.diff)
    verb("reset", commands.reset)
    verb("status", commands.status, exercise=False).add_argument(
        "--json", action="store_true", help="for other programs")
    verb("submit", commands.submit)
    one = verb("replay", commands.replay, exercise=False)
    one.add_argument("exercise", help="such as 02.1")
    one.add_argument("seed", help="as the failed test printed it")
    return top


def add_test_options(one):
    """What `test` can be told."""
    one.add_argument("--all", action="store_true",
                     help="do not stop at the first failing test")
    one.add_argument("--tier", type=int, choices=range(8), metavar="0..7",
                     help="only the tests of this tier")
    one.add_argument("--hidden", action="store_true",
                     help="also the hidden tests, where they are at hand")
    one.add_argument("--sanitize", choices=("address", "thread"),
                     help="in a build with that sanitizer")


def add_quiz_options(one):
    """What `quiz` can be told."""
    one.add_argument("chapter", nargs="?", type=int, help="such as 2")
    one.add_argument("--level", choices=("junior", "middle", "senior"))
    one.add_argument("--count", type=positive, default=10, help="at most; 10")


def main(arguments=None, root=description.ROOT):
    """Runs one verb.

    @param root  the tree.
    @return 0, 1 for a failed test, 2 for a problem.
    """
    given = parser().parse_args(arguments)
    try:
        opened = session.Session(
            description.load(root), state.State(root / state.FILE), root)
        return given.verb(opened, given)
    except build.BuildError as problem:
        print(f"lab: {problem}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever read has had enough, as `head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (build.SetupError, description.DescriptionError,
            files.FileProblem, starter.MarkerError, state.StateError,
            OSError) as problem:
        print(f"lab: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print()
        return 130
