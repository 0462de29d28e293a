#!/usr/bin/env python3
"""Tests the order of building and running, without a compiler."""

import unittest
from unittest import mock

import support
from labkit import build as build_module
from labkit import grade, runner
from labkit.result import Outcome


class FakeBuild:
    """Notes what is built; some programs cannot be."""

    mine = ()

    def __init__(self, broken=()):
        self.broken, self.built = broken, []

    def build(self, programs):
        self.built.append(list(programs))
        if set(self.broken) & set(programs):
            raise build_module.BuildError("it does not compile")

    def program(self, name):
        return name


class GradeTest(unittest.TestCase):
    """One exercise with tests in three programs."""

    def setUp(self):
        tests = [dict(support.TEST, name=name, program=program, tier=tier)
                 for name, program, tier in (
                     ("unit", "lab_02_1_tests", 1),
                     ("explored", "lab_02_1_explore_tests", 3),
                     ("above", "sched_tests", 5))]
        tree = support.Tree(self, labs=[support.lab(tests=tests)])
        self.exercise = tree.load().exercise("02.1")

    def grade(self, build, failing=(), **options):
        def run(test, _program, _seed, **_limits):
            status = "fail" if test.name in failing else "pass"
            return Outcome(test=test, status=status)

        with mock.patch.object(runner, "run", run):
            return grade.grade(build, self.exercise, self.exercise.tests,
                               **options)

    def test_all_is_built_at_once_when_all_is_run(self):
        build = FakeBuild()
        result = self.grade(build)
        self.assertEqual([len(step) for step in build.built], [3])
        self.assertEqual((result.points, result.points_max), (9, 9))

    def test_a_chapter_s_program_waits_for_its_first_test(self):
        build = FakeBuild()
        result = self.grade(build, failing=["explored"],
                            stop_at_failure=True)
        self.assertEqual(build.built, [["lab_02_1_tests",
                                        "lab_02_1_explore_tests"]])
        self.assertEqual((result.points, result.points_max), (3, 9))
        self.assertEqual(result.first_failure.test.name, "explored")

    def test_code_that_does_not_build_scores_nothing(self):
        result = self.grade(FakeBuild(broken=["lab_02_1_tests"]))
        self.assertEqual({o.status for o in result.outcomes}, {"unbuilt"})
        self.assertEqual(result.points, 0)

    def test_the_limit_of_the_whole_ends_it(self):
        with mock.patch.object(grade.time, "monotonic",
                               mock.Mock(side_effect=range(0, 100, 10))):
            result = self.grade(FakeBuild(), seconds_in_all=15)
        self.assertEqual([o.status for o in result.outcomes],
                         ["pass", "hang", "hang"])
        self.assertIn("not run", result.outcomes[-1].message)


if __name__ == "__main__":
    unittest.main()
