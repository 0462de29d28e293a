"""What the tests of the kit share: a small tree of exercises."""

import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from labkit import description  # noqa: E402 (found only with that path)

SOURCE = """/// @file
int unrelated() { return 1; }
// [doc:answer]
int answer() {
  // [lab 02.1 begin]
  int sum = 0;
  for (int i = 0; i < 6; ++i) sum += 7;
  return sum;
  // [lab 02.1 else]
  //| // Return the answer.
  //| return 0;
  // [lab 02.1 end]
}
// [/doc:answer]
"""

TEST = {"name": "answer: is 42", "program": "lab_02_1_tests", "tier": 1,
        "points": 3, "visibility": "public", "invariant": "I-02.1"}
HIDDEN = {"name": "answer: is always 42", "program": "lab_02_1_hidden_tests",
          "tier": 6, "points": 2, "visibility": "hidden"}


def lab(**changes):
    """An entry of labs.json."""
    entry = {
        "id": "02.1", "slug": "answer", "title": "The answer",
        "goal": "Make answer() return what it should return.",
        "kind": "slot", "stars": 1, "minutes": [1, 5], "slots": ["answer"],
        "files": ["answer.cpp"], "needs": [], "seeds": ["JM-1"],
        "section": "chapters/02-scheduler/ring",
        "hints": ["Read the name of the test.", "It is six times seven.",
                  "Replace 0 by 42 in answer.cpp."],
        "tests": [dict(TEST), dict(HIDDEN)],
    }
    entry.update(changes)
    return entry


def chapter(**changes):
    """A whole labs.json."""
    values = {"chapter": 2, "layer": "sched",
              "slots": [{"name": "answer", "file": "answer.cpp",
                         "title": "the answer"}],
              "labs": [lab()], "tasks": [], "bugs": []}
    values.update(changes)
    return values


class Tree:
    """A tree with one chapter, one slot and one lab, in a folder that goes
    with the test."""

    def __init__(self, test, **changes):
        folder = tempfile.TemporaryDirectory()
        test.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.exercises = self.root / "exercises/02-scheduler"
        self.sources = self.root / "chapters/02-scheduler/src"
        self.write(self.sources / "answer.cpp", SOURCE)
        self.write(self.exercises / "labs.json",
                   json.dumps(chapter(**changes)))

    def write(self, path, text):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def load(self):
        return description.load(self.root)
