"""The question bank: reads and checks exercises/*/quiz.json.

`load` returns all questions by id, or raises `BankError` with one line per
mistake. It knows nothing of Sphinx, so that other tools can use it too.
"""

from __future__ import annotations

import json
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
LEVELS = ("junior", "middle", "senior")
ID = re.compile(r"Q-(\d\d)-\d\d\d?$")

# Field: (type, must it be there?) for each kind of record.
COMMON = {
    "id": (str, True), "kind": (str, True), "section": (str, False),
    "question": (str, True), "seeds": (list, False),
}
CHOICE = {**COMMON, "options": (list, True)}
OPEN = {
    **COMMON, "level": (str, True), "answer": (str, True),
    "wrong": (list, False), "followups": (list, False),
}
OPTION = {"text": (str, True), "right": (bool, True), "remark": (str, True)}
WRONG = {"text": (str, True), "why": (str, True)}
FOLLOWUP = {"question": (str, True), "answer": (str, True)}


class BankError(Exception):
    """All mistakes of the bank, one a line."""


def check_fields(record, fields, where):
    """Return what is wrong with the fields of one record."""
    if not isinstance(record, dict):
        return [f"{where}: not an object"]
    mistakes = [f"{where}: unknown field '{name}'"
                for name in record if name not in fields]
    for name, (kind, needed) in fields.items():
        if name not in record:
            if needed:
                mistakes.append(f"{where}: no '{name}'")
        elif not isinstance(record[name], kind):
            mistakes.append(f"{where}: '{name}' is not a {kind.__name__}")
        elif kind is str and not record[name].strip():
            mistakes.append(f"{where}: '{name}' is empty")
    return mistakes


def check_list(question, name, fields, where):
    """Return what is wrong with the records of one list."""
    mistakes = []
    for number, record in enumerate(question.get(name, []), 1):
        mistakes += check_fields(record, fields, f"{where}, {name} {number}")
    return mistakes


def check_choice(question, where):
    """Return what is wrong with a multiple-choice question."""
    mistakes = check_fields(question, CHOICE, where)
    if mistakes:
        return mistakes
    mistakes = check_list(question, "options", OPTION, where)
    if len(question["options"]) < 2:
        mistakes.append(f"{where}: fewer than two options")
    if not mistakes and not any(o["right"] for o in question["options"]):
        mistakes.append(f"{where}: no option is right")
    return mistakes


def check_open(question, where):
    """Return what is wrong with an open question."""
    mistakes = check_fields(question, OPEN, where)
    if mistakes:
        return mistakes
    if question["level"] not in LEVELS:
        mistakes.append(f"{where}: level is none of {', '.join(LEVELS)}")
    mistakes += check_list(question, "wrong", WRONG, where)
    return mistakes + check_list(question, "followups", FOLLOWUP, where)


CHECKS = {"choice": check_choice, "open": check_open}


def check_question(question, chapter, file):
    """Return what is wrong with one question."""
    name = question.get("id", "?") if isinstance(question, dict) else "?"
    where = f"{file}: {name}"
    if not isinstance(question, dict):
        return [f"{where}: not an object"]
    kind = question.get("kind")
    if kind not in CHECKS:
        return [f"{where}: kind is neither choice nor open"]
    mistakes = CHECKS[kind](question, where)
    match = ID.match(str(name))
    if not match or int(match[1]) != chapter:
        mistakes.append(f"{where}: id is not Q-{chapter:02}-NN")
    return mistakes


def read_file(path):
    """Return the questions of one file and its mistakes."""
    file = f"{path.parent.name}/{path.name}"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as mistake:
        return [], [f"{file}: {mistake}"]
    if (not isinstance(content, dict)
            or not isinstance(content.get("chapter"), int)
            or not isinstance(content.get("questions"), list)):
        return [], [f"{file}: wants 'chapter' and 'questions'"]
    chapter, questions = content["chapter"], content["questions"]
    mistakes = []
    for question in questions:
        mistakes += check_question(question, chapter, file)
    return questions, mistakes


def files(root=ROOT):
    """Return the paths of all banks, by chapter."""
    return sorted((root / "exercises").glob("*/quiz.json"))


def load(root=ROOT):
    """Return {id: question}; each question gains 'file' and 'chapter'."""
    bank, mistakes = {}, []
    for path in files(root):
        questions, wrong = read_file(path)
        mistakes += wrong
        for question in questions if not wrong else []:
            name = question["id"]
            if name in bank:
                mistakes.append(f"{path.parent.name}: {name} is there twice")
            chapter = int(ID.match(name)[1])
            bank[name] = {**question, "file": path, "chapter": chapter}
    if mistakes:
        raise BankError("\n".join(mistakes))
    return bank
