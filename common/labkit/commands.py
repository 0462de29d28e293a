"""The verbs of the lab command. Each takes a Session and its arguments and
returns an exit status: 0 fine, 1 a test failed."""

import json
import random
import subprocess
import zipfile

from . import build as build_module
from . import files, grade, matrix as matrix_module, quiz as quiz_module
from . import reports, show, symptoms, watch as watch_module, yardstick
from .description import DescriptionError


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
    print(quiz_module.wrapped(exercise.goal, "  ") + "\n")
    if not files.is_started(exercise):
        print(f"Next: ./lab start {exercise.id}")
    else:
        print("Edit " + ", ".join(map(session.shown, exercise.paths)))
        print(f"Next: ./lab test {exercise.id}, or ./lab watch, which tests "
              "each time you save")
    return 0


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
        print(f"{word}: {session.shown(path)}")
    print(f"\n{exercise.title}\n"
          + quiz_module.wrapped(exercise.goal, "  "))
    readme = exercise.folder / "README.md"
    if readme.exists():
        print(f"read: {session.shown(readme)}")
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
        return show_rubric(session, exercise)
    if not files.is_started(exercise):
        start(session, argument(exercise=exercise.id))
    build = session.build_for(exercise, arguments.sanitize)
    tests = chosen_tests(build, exercise, arguments)
    result = grade.grade(build, exercise, tests,
                         stop_at_failure=not arguments.all,
                         on_build=lambda p: announce(build, p),
                         on_outcome=lambda o: print(show.outcome_line(o),
                                                    flush=True))
    return report(session, result, whole=arguments.tier is None)


def announce(build, programs):
    """Says what is built, where that may take a minute."""
    fresh = not build.is_built(programs)
    print("building " + ", ".join(programs)
          + ("; the first time takes a minute" if fresh else ""), flush=True)


def chosen_tests(build, exercise, arguments):
    """The tests that the options of `test` ask for."""
    if arguments.hidden and not build.hidden_folder(exercise).exists():
        raise DescriptionError(f"the hidden tests of {exercise.id} are not in "
                               "this tree; the grader has them")
    tests = grade.tests_of(exercise, hidden=arguments.hidden,
                           tier=arguments.tier)
    if arguments.sanitize:
        # Costs mean nothing there.
        tests = [t for t in tests if t.tier != yardstick.COST_TIER]
    if arguments.sanitize == "thread":
        # An exploration is one OS thread and its own model of memory.
        tests = [t for t in tests if "explore" not in t.program]
    if not tests:
        tiers = sorted({f"{t.tier}" for t in exercise.tests})
        raise DescriptionError(f"{exercise.id} has no such tests; its tiers "
                               f"are {' '.join(tiers)}")
    return tests


def show_rubric(session, exercise):
    """An essay is not tested; its rubric says what is asked. It counts as
    done when something is written."""
    print(f"{exercise.title}: an essay, judged by these points:")
    for entry in exercise.rubric:
        print(f"  {entry['points']:>2}  {entry['criterion']}")
    if not files.is_started(exercise) or files.is_untouched(exercise):
        print(f"nothing is written yet: ./lab start {exercise.id}")
        return 1
    session.state.mark(exercise.id, 0)
    print("noted as done; whether it is good, a reader says")
    return 0


def report(session, result, whole):
    """Shows the first failure and the sums; notes what is done."""
    exercise, failed = result.exercise, result.first_failure
    if failed is not None:
        print(show.unbuilt(failed) if failed.status == "unbuilt"
              else show.failure(failed, exercise))
        keep_words(session, failed)
        session.state.unmark(exercise.id)
    print(show.summary(result))
    if failed is not None:
        return 1
    if not whole:
        return 0
    if exercise.slots and files.is_untouched(exercise):
        print("but your file is still the starter")
        return 1
    session.state.mark(exercise.id, result.points)
    print(show.done(exercise, session.current()))
    return 0


def keep_words(session, failed):
    """Keeps all that a failed test printed, for those who want it."""
    if not failed.output.strip():
        return
    path = session.root / "build/last-failure.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text(failed.output)
    print(f"  all it printed: {session.shown(path)}")


def watch(session, arguments):
    """Tests at each save until everything passes or Ctrl-C."""
    exercise = session.chosen(arguments.exercise)
    start(session, argument(exercise=exercise.id))
    options = argument(exercise=exercise.id, all=False, hidden=False,
                       tier=None, sanitize=None)
    while True:
        paths = watched(session, exercise)
        seen = watch_module.times(paths)
        show.clear_screen()
        if test(session, options) == 0 and not arguments.forever:
            return 0
        print("\nwaiting for you to save; Ctrl-C ends", flush=True)
        watch_module.next_change(paths, seen)
        session.state.reload()


def watched(session, exercise):
    """The files whose change asks for another test: the exercise's and the
    reader's other slots below it."""
    slots = [slot.mine for slot in grade.slots_for(
        session.catalog, exercise, session.state.mine)]
    return list(dict.fromkeys([*exercise.paths, *slots]))


def hint(session, arguments):
    """Shows the next of the hints."""
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
    questions = quiz_module.load(session.root, arguments.chapter)
    if arguments.level:
        questions = [q for q in questions
                     if q.get("level") == arguments.level]
    if not questions:
        raise DescriptionError("there are no such questions; ./lab quiz asks "
                               "those of all chapters")
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
            f"there is no {session.shown(slot.mine)} yet; the lab "
            "of this slot makes it: ./lab list")
    session.state.swap(slot.name, arguments.side == "mine")
    print(f"{slot.name}: {arguments.side}")
    return 0


def matrix(session, arguments):
    """Runs all chapters over each of the reader's slots alone."""
    slots = [s for s in session.catalog.slots.values() if s.mine.exists()]
    if arguments.slot:
        slots = [session.catalog.slot(arguments.slot)]
    if not slots or not slots[0].mine.exists():
        raise files.FileProblem("there is no slot of yours yet: ./lab swap "
                                "shows them, ./lab start makes one")
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
        print(f"{session.shown(path)} is the starter again; yours "
              f"is {session.shown(copy)}")
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
    if exercise.tests:
        print(show.summary(result))
    target = session.root / f"build/submit-{exercise.id}.zip"
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in zip(exercise.files, exercise.paths):
            archive.write(path, name)
        archive.writestr("result.json", result.to_json())
        archive.writestr("junit.xml", reports.junit([result]))
    print(f"written: {session.shown(target)}; the grader runs the "
          "tests again and believes only that")
    return 0 if result.passed or not exercise.tests else 1


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
