"""Writes a result for others: JUnit, Gradescope, GitHub Classroom.

Formats: JUnit as CTest reads and writes it; Gradescope's results.json;
the result that GitHub Classroom's autograding-grading-reporter takes.
"""

import base64
import json
import xml.etree.ElementTree as ElementTree

MESSAGE_KEPT = 4000


def text_of(outcome):
    """What a student is told about one test."""
    parts = [outcome.message, outcome.expression and
             f"claimed: {outcome.expression}", outcome.expansion and
             f"got: {outcome.expansion}", outcome.place and
             f"at: {outcome.place}", outcome.test.invariant and
             f"defends: {outcome.test.invariant}", outcome.seed and
             f"seed: {outcome.seed}", outcome.stacks]
    return "\n".join(part for part in parts if part)[:MESSAGE_KEPT]


def junit(results):
    """Returns JUnit XML for a list of results."""
    suites = ElementTree.Element("testsuites")
    for result in results:
        suite = ElementTree.SubElement(
            suites, "testsuite", name=f"lab {result.exercise.id}",
            tests=str(len(result.outcomes)),
            failures=str(sum(not o.passed for o in result.outcomes)))
        properties = ElementTree.SubElement(suite, "properties")
        ElementTree.SubElement(properties, "property", name="slots_of_reader",
                               value=" ".join(result.mine))
        for outcome in result.outcomes:
            case = ElementTree.SubElement(
                suite, "testcase", name=outcome.test.name,
                classname=f"lab.{result.exercise.id}.T{outcome.test.tier}",
                time=f"{outcome.seconds:.3f}")
            if not outcome.passed:
                failure = ElementTree.SubElement(
                    case, "failure", message=outcome.status)
                failure.text = printable(text_of(outcome))
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode") + "\n"


def printable(text):
    """Drops what XML cannot hold."""
    return "".join(c for c in text if c in "\n\t" or ord(c) >= 32)


def gradescope(results):
    """Returns Gradescope's results.json for a list of results.

    A hidden test shows its verdict but neither its name's details nor what it
    printed; standard output of the grader is never shown.
    """
    tests = []
    for result in results:
        for outcome in result.outcomes:
            hidden = outcome.test.hidden
            tests.append({
                "name": f"{result.exercise.id}: {outcome.test.name}",
                "score": outcome.points, "max_score": outcome.test.points,
                "status": "passed" if outcome.passed else "failed",
                "output": "" if outcome.passed else (
                    "a hidden test" if hidden else text_of(outcome)),
                "tags": [f"T{outcome.test.tier}"],
                "visibility": "after_due_date" if hidden else "visible",
                "extra_data": {"seed": outcome.seed},
            })
    return {
        "score": sum(result.points for result in results),
        "execution_time": round(sum(o.seconds for r in results
                                    for o in r.outcomes)),
        "stdout_visibility": "hidden",
        "extra_data": {"slots_of_reader": sorted(
            {slot for result in results for slot in result.mine})},
        "tests": tests,
    }


def classroom(results):
    """Returns the runner's result that GitHub Classroom's reporter takes:
    a JSON text in base64."""
    tests = []
    for result in results:
        for outcome in result.outcomes:
            tests.append({
                "name": f"{result.exercise.id}: {outcome.test.name}",
                "status": "pass" if outcome.passed else "fail",
                "message": text_of(outcome), "score": outcome.points,
                "line_no": 0, "test_code": "", "filename": "",
                "execution_time": f"{outcome.seconds:.2f}s",
            })
    passed = all(result.passed for result in results)
    text = json.dumps({
        "version": 1, "status": "pass" if passed else "fail",
        "max_score": sum(result.points_max for result in results),
        "tests": tests,
    })
    return base64.b64encode(text.encode()).decode()
