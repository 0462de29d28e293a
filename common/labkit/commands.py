"""The verbs of the lab command. Each takes a Session and its arguments and
returns an exit status: 0 fine, 1 a test failed."""

import dataclasses
import json
import pathlib
import random
import subprocess
import zipfile

from . import build as build_module
from . import files, grade, matrix as matrix_module, quiz as quiz_module
from . import reports, show, symptoms, watch as watch_module
from .description import DescriptionError, ROOT


@dataclasses.dataclass
class Session:
    """What all verbs work with."""
    catalog: object
    state: object
    root: pathlib.Path = ROOT

    def build(self, mine=(), **options):
        """Makes the loop's build for a choice of slots."""
        return build_module.Build(self.catalog, mine=tuple(mine),
                                  root=self.root, **options)

    def build_for(self, exercise, **options):
        """The build that tests an exercise."""
        return self.build(grade.slots_for(self.catalog, exercise,
                                          self.state.mine), **options)

    def current(self):
        """The first exercise that is not done, or None."""
        return next((e for e in self.catalog.exercises
                     if e.shelf == "labs" and not self.state.is_done(e.id)),
                    None)

    def chosen(self, wanted):
        """The exercise that is meant: by name, or the current one."""
        if wanted is not None:
            return self.catalog.exercise(wanted)
        current = self.current()
        if current is None:
            raise DescriptionError("all labs are done; name one: ./lab list")
        return current


def where(session, _arguments):
    """Bare `./lab`: where you are, and the next step."""
    labs = [e for e in session.catalog.exercises if e.shelf == "labs"]
    done = sum(session.state.is_done(e.id) for e in labs)
    print(f"{done} of {len(labs)} labs done.")
    exercise = session.current()
    if exercise is None:
        print("Nothing is left. ./lab matrix runs everything over your code.")
        return 0
    print("\n" + show.exercise_line(exercise, session.state))
    print(f"  {exercise.goal}\n")
    if not files.is_started(exercise):
        print(f"Next: ./lab start {exercise.id}")
    else:
        print("Edit " + ", ".join(relative(session, exercise)))
        print(f"Next: ./lab test {exercise.id}, or ./lab watch, which tests "
              "each time you save")
    return 0


def relative(session, exercise):
    """The reader's files, as seen from the root of the tree."""
    return [str(path.relative_to(session.root)) for path in exercise.paths]


def list_all(session, _arguments):
    """Lists all exercises by chapter and shelf."""
    for chapter in session.catalog.chapters:
        print(f"\n{chapter.folder.name}")
        for shelf in ("labs", "tasks", "bugs"):
            found = [e for e in chapter.exercises if e.shelf == shelf]
            if found:
                print(f" {shelf}")
            for exercise in found:
                print("  " + show.exercise_line(exercise, session.state))
    return 0


def next_one(session, _arguments):
    """Starts the first lab that is not done."""
    exercise = session.chosen(None)
    return start(session, argument(exercise=exercise.id))


def argument(**values):
    """Makes an argument object for calling one verb from another."""
    return type("Arguments", (), values)


def start(session, arguments):
    """Makes an exercise's files and says what to do with them."""
    exercise = session.chosen(arguments.exercise)
    missing = [n for n in exercise.needs if not session.state.is_done(n)]
    if missing:
        print(f"(it builds on {', '.join(missing)}; the reference stands in)")
    made = files.start(exercise)
    for path in exercise.paths:
        word = "made" if path in made else "is there"
        print(f"{word}: {path.relative_to(session.root)}")
    print(f"\n{exercise.title}: {exercise.goal}")
    readme = exercise.folder / "README.md"
    if readme.exists():
        print(f"read: {readme.relative_to(session.root)}")
    if build_module.own_program(exercise):
        print(f"run:  ./lab run {exercise.id}")
    print(f"test: ./lab test {exercise.id}   or: ./lab watch {exercise.id}")
    return 0


def run(session, arguments):
    """Builds and runs an exercise's program, such as one with a bug."""
    exercise = session.chosen(arguments.exercise)
    target = build_module.own_program(exercise)
    if target is None:
        raise DescriptionError(f"{exercise.id} has no program to run")
    build = session.build_for(exercise)
    build.build([target])
    symptom = exercise.symptom
    given = arguments.arguments or list(symptom.arguments if symptom else ())
    done = subprocess.run(
        [str(build.program(target)), *given], check=False,
        preexec_fn=symptoms.limited(symptom.address_megabytes)
        if symptom else None)
    print(f"(ended with status {done.returncode})")
    return 0 if done.returncode == 0 else 1


def test(session, arguments):
    """Tests an exercise; stops at the first failing test unless told."""
    exercise = session.chosen(arguments.exercise)
    if exercise.kind == "essay":
        return show_rubric(exercise)
    if not files.is_started(exercise):
        start(session, argument(exercise=exercise.id))
    build = session.build_for(exercise, **sanitized(session, arguments))
    tests = grade.tests_of(exercise, hidden=arguments.hidden,
                           tier=arguments.tier)
    if not tests:
        raise DescriptionError(f"{exercise.id} has no such tests")
    result = grade.grade(build, exercise, tests,
                         stop_at_failure=not arguments.all,
                         on_outcome=lambda o: print(show.outcome_line(o)))
    return report(session, result, whole=arguments.tier is None)


def sanitized(session, arguments):
    """Options of the build for --sanitize, in a folder of its own."""
    kind = getattr(arguments, "sanitize", None)
    if kind is None:
        return {}
    return {"sanitizer": kind,
            "folder": session.root / f"build/lab-{kind}"}


def show_rubric(exercise):
    """An essay is not tested; its rubric says what is asked."""
    print(f"{exercise.title}: an essay, judged by these points:")
    for entry in exercise.rubric:
        print(f"  {entry['points']:>2}  {entry['criterion']}")
    return 0


def report(session, result, whole):
    """Shows the first failure and the sums; notes what is done."""
    exercise, failed = result.exercise, result.first_failure
    if failed is not None:
        print(show.unbuilt(failed) if failed.status == "unbuilt"
              else show.failure(failed, exercise))
        session.state.unmark(exercise.id)
    print(show.summary(result))
    if failed is None and whole:
        if exercise.slots and files.is_untouched(exercise):
            print("but your file is still the starter")
            return 1
        session.state.mark(exercise.id, result.points)
        following = session.current()
        print("done. " + (f"Next: ./lab start {following.id}" if following
                          else "That was the last one."))
        if exercise.slots:
            names = " ".join(exercise.slots)
            print(f"Keep it under all layers: ./lab swap "
                  f"{exercise.slots[0]} mine" if len(exercise.slots) == 1
                  else f"Keep them: ./lab swap SLOT mine, for {names}")
    return 0 if failed is None else 1


def watch(session, arguments):
    """Tests at each save until everything passes or Ctrl-C."""
    exercise = session.chosen(arguments.exercise)
    start(session, argument(exercise=exercise.id))
    paths = list(exercise.paths)
    seen = watch_module.times(paths)
    options = argument(exercise=exercise.id, all=False, hidden=False,
                       tier=None, sanitize=None)
    while True:
        print("\033[2J\033[H" if show.sys.stdout.isatty() else "")
        if test(session, options) == 0 and not arguments.forever:
            return 0
        print("\nwaiting for you to save; Ctrl-C ends", flush=True)
        _, seen = watch_module.next_change(paths, seen)


def hint(session, arguments):
    """Shows the next of three hints."""
    exercise = session.chosen(arguments.exercise)
    shown = session.state.hints_shown(exercise.id)
    upto = arguments.level or min(shown + 1, len(exercise.hints))
    for number, text in enumerate(exercise.hints[:upto], 1):
        print(f"\nhint {number} of {len(exercise.hints)}")
        print(quiz_module.wrapped(text, "  "))
    session.state.show_hint(exercise.id, max(shown, upto))
    return 0


def quiz(session, arguments):
    """Asks questions of one chapter or of all."""
    questions = quiz_module.load(session.catalog, arguments.chapter)
    if arguments.level:
        questions = [q for q in questions
                     if q.get("level") == arguments.level]
    if not questions:
        raise DescriptionError("there are no such questions")
    questions = [q for q in questions
                 if not session.state.quiz_right(q["id"])] or questions
    random.shuffle(questions)
    right = asked = 0
    try:
        for question in questions[:arguments.count]:
            asked += 1
            right += quiz_module.ask(question, session.state)
    except EOFError:
        asked -= 1
    print(f"\n{right} of {asked} right at the first try")
    return 0


def swap(session, arguments):
    """Switches a slot between the reader's code and the reference."""
    if arguments.slot is None:
        for slot in session.catalog.slots.values():
            side = "mine" if slot.name in session.state.mine else "ref"
            here = "" if slot.mine.exists() else "   (not started)"
            print(f"  {slot.name:<16} {side:<5} {slot.title}{here}")
        return 0
    slot = session.catalog.slot(arguments.slot)
    if arguments.side is None:
        side = "mine" if slot.name in session.state.mine else "ref"
        print(f"{slot.name}: {side}")
        return 0
    if arguments.side == "mine" and not slot.mine.exists():
        raise files.FileProblem(
            f"there is no {slot.mine.relative_to(session.root)} yet; the lab "
            "of this slot makes it: ./lab list")
    session.state.swap(slot.name, arguments.side == "mine")
    print(f"{slot.name}: {arguments.side}")
    return 0


def matrix(session, arguments):
    """Runs all chapters over each of the reader's slots alone."""
    slots = [s for s in session.catalog.slots.values() if s.mine.exists()]
    if arguments.slot:
        slots = [session.catalog.slot(arguments.slot)]
    rows = matrix_module.run(
        session.build, slots,
        on_row=lambda row: print(f"{row.name} done", flush=True))
    print("\n" + "\n".join(matrix_module.table(rows)))
    print("\n" + "\n".join(matrix_module.blame(rows)))
    return 0 if all(row.is_green for row in rows) else 1


def diff(session, arguments):
    """Shows what the reader changed since the starter."""
    lines = files.diff(session.chosen(arguments.exercise))
    print("\n".join(lines) if lines else "nothing is changed yet")
    return 0


def reset(session, arguments):
    """Puts the starter back; keeps a copy of what was there."""
    exercise = session.chosen(arguments.exercise)
    for path, copy in files.reset(exercise):
        print(f"{path.relative_to(session.root)} is the starter again; yours "
              f"is {copy.relative_to(session.root)}")
    session.state.unmark(exercise.id)
    return 0


def status(session, arguments):
    """Says what is done, what is mine, and how the quiz stands."""
    values = session.state.values
    if arguments.json:
        print(json.dumps(values, indent=1, sort_keys=True))
        return 0
    done = sorted(values["done"])
    print(f"done: {' '.join(done) or 'nothing yet'}")
    print(f"slots of yours: {' '.join(session.state.mine) or 'none'}")
    right = sum(values["quiz"].values())
    print(f"quiz: {right} of {len(values['quiz'])} asked were right")
    return 0


def submit(session, arguments):
    """Packs the reader's files and the result of the public tests."""
    exercise = session.chosen(arguments.exercise)
    if not files.is_started(exercise):
        raise files.FileProblem(f"nothing to submit; ./lab start "
                                f"{exercise.id} comes first")
    result = grade.grade(session.build_for(exercise), exercise,
                         grade.tests_of(exercise))
    print(show.summary(result))
    target = session.root / f"build/submit-{exercise.id}.zip"
    target.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in zip(exercise.files, exercise.paths):
            archive.write(path, name)
        archive.writestr("result.json", result.to_json())
        archive.writestr("junit.xml", reports.junit([result]))
    print(f"written: {target.relative_to(session.root)}; the grader runs the "
          "tests again and believes only that")
    return 0 if result.passed else 1


def replay(session, arguments):
    """Runs the failing schedule of a test again, with all its events."""
    exercise = session.chosen(arguments.exercise)
    tests = [t for t in grade.tests_of(exercise) if t.tier in (2, 3)]
    if not tests:
        raise DescriptionError(f"{exercise.id} has no test with a seed")
    result = grade.grade(session.build_for(exercise), exercise, tests,
                         stop_at_failure=True, seed=arguments.seed)
    failed = result.first_failure
    if failed is None:
        print(f"no test fails with seed {arguments.seed} any more")
        return 0
    print(show.failure(failed, exercise))
    print(failed.output)
    return 1
