"""What the reader has done so far: one small file, safe to delete.

It holds the slots that are switched to the reader's own code, which exercises
were seen green, which hints were shown, and which quiz questions were right.
A file that cannot be read is never overwritten in silence.
"""

import json
import os
import pathlib

FILE = ".strata/progress.json"   # below the root of the tree
EMPTY = {"mine": [], "done": {}, "hints": {}, "quiz": {}}


class StateError(Exception):
    """The state file is broken; the text says what to do."""


class State:
    """The reader's progress. Changes are written at once."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.values = {}
        self.reload()

    def reload(self):
        """Reads the file again: another terminal may have written it."""
        self.values = json.loads(json.dumps(EMPTY))
        if self.path.exists():
            self.values.update(self._read())

    def _read(self):
        try:
            values = json.loads(self.path.read_text())
            if not isinstance(values, dict):
                raise ValueError("no object")
            for name, empty in EMPTY.items():
                if not isinstance(values.get(name, empty), type(empty)):
                    raise ValueError(f"{name!r} is no {type(empty).__name__}")
        except (ValueError, OSError) as error:
            raise StateError(
                f"{self.path} cannot be read ({error}); your code is not in "
                "it: remove the file and go on") from error
        return values

    def save(self):
        """Writes the file, whole or not at all."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(self.values, indent=1, sort_keys=True)
                         + "\n")
        os.replace(fresh, self.path)

    @property
    def mine(self):
        """Names of the slots switched to the reader's own code."""
        return tuple(self.values["mine"])

    def swap(self, slot, to_mine):
        """Switches a slot."""
        mine = set(self.values["mine"])
        (mine.add if to_mine else mine.discard)(slot)
        self.values["mine"] = sorted(mine)
        self.save()

    def is_done(self, exercise_id):
        return exercise_id in self.values["done"]

    def mark(self, exercise_id, points):
        """Notes that an exercise's public tests all passed."""
        self.values["done"][exercise_id] = points
        self.save()

    def unmark(self, exercise_id):
        """Notes that they no longer do."""
        if self.values["done"].pop(exercise_id, None) is not None:
            self.save()

    def hints_shown(self, exercise_id):
        return self.values["hints"].get(exercise_id, 0)

    def show_hint(self, exercise_id, count):
        self.values["hints"][exercise_id] = count
        self.save()

    def quiz_right(self, question_id):
        return self.values["quiz"].get(question_id, False)

    def mark_quiz(self, question_id, right):
        self.values["quiz"][question_id] = right
        self.save()
