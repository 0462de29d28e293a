"""The one internal result of running an exercise's tests.

JUnit, Gradescope and GitHub Classroom are written from it, and the terminal
shows it; nobody parses anybody's output.
"""

import dataclasses
import json


@dataclasses.dataclass
class Outcome:
    """How one test ended."""
    test: object
    status: str = "fail"      # pass, fail, crash, hang, unbuilt
    seconds: float = 0.0
    message: str = ""
    expression: str = ""
    expansion: str = ""
    place: str = ""
    seed: str = ""
    stacks: str = ""
    output: str = ""

    @property
    def passed(self):
        return self.status == "pass"

    @property
    def points(self):
        return self.test.points if self.passed else 0

    def to_json(self):
        """The outcome as plain values, without what is empty."""
        values = dataclasses.asdict(self)
        test = values.pop("test")
        values = {k: v for k, v in values.items() if v not in ("", None)}
        values.update(name=test["name"], tier=test["tier"],
                      points=self.points, points_max=test["points"],
                      visibility=test["visibility"],
                      invariant=test["invariant"], section=test["section"],
                      seconds=round(self.seconds, 3))
        return values


@dataclasses.dataclass
class Result:
    """How an exercise's tests ended, with what they ran over."""
    exercise: object
    mine: tuple = ()          # qualified names of the reader's slots
    asked: tuple = ()         # the tests that were to run
    outcomes: list = dataclasses.field(default_factory=list)

    @property
    def passed(self):
        return bool(self.outcomes) and all(o.passed for o in self.outcomes)

    @property
    def first_failure(self):
        return next((o for o in self.outcomes if not o.passed), None)

    @property
    def points(self):
        return sum(o.points for o in self.outcomes)

    @property
    def points_max(self):
        tests = self.asked or [o.test for o in self.outcomes]
        return sum(test.points for test in tests)

    def to_json(self):
        """The whole result as text: the interchange format."""
        return json.dumps({
            "exercise": self.exercise.id, "title": self.exercise.title,
            "slots_of_reader": list(self.mine),
            "points": self.points, "points_max": self.points_max,
            "tests": [o.to_json() for o in self.outcomes],
        }, indent=1)
