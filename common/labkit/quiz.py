"""Asks the questions of a chapter's bank at the terminal.

The bank is exercises/NN-name/quiz.json; the book prints the same questions.
"""

import json
import re
import textwrap

from .description import DescriptionError

WIDTH = 76
LETTERS = "abcdefgh"
ROLE = re.compile(r":[\w-]+:`~?([^`<]+?)(?:\s*<[^`]*>)?`")


def plain(text):
    """Turns the book's markup into text for a terminal."""
    text = ROLE.sub(r"\1", text)
    text = re.sub(r"``([^`]*)``", r"\1", text)
    text = re.sub(r"\*\*([^*]*)\*\*|\*([^*]*)\*",
                  lambda m: m.group(1) or m.group(2), text)
    return text.replace("\\", "")


def wrapped(text, indent=""):
    """Wraps each paragraph of a text."""
    return "\n\n".join(
        textwrap.fill(plain(" ".join(part.split())), WIDTH,
                      initial_indent=indent, subsequent_indent=indent)
        for part in text.split("\n\n"))


def load(root, chapter=None):
    """Reads the questions of one chapter, or of all.

    @param chapter  number, or None.
    @return list of questions, as in quiz.json.
    @raise DescriptionError naming a file that cannot be read.
    """
    questions = []
    for path in sorted(root.glob("exercises/[0-9][0-9]-*/quiz.json")):
        try:
            bank = json.loads(path.read_text())
        except ValueError as error:
            raise DescriptionError(f"{path}: {error}") from error
        if chapter in (None, bank["chapter"]):
            questions += bank["questions"]
    return questions


def ask(question, state, read=input, say=print):
    """Asks one question. @return True if it was answered right."""
    say(f"\n{question['id']}")
    say(wrapped(question["question"]))
    if question["kind"] == "choice":
        right = ask_choice(question, read, say)
    else:
        right = ask_open(question, read, say)
    state.mark_quiz(question["id"], right)
    return right


def ask_choice(question, read, say):
    """Offers the options until the reader finds the right ones."""
    options = question["options"]
    for letter, option in zip(LETTERS, options):
        say(f"\n  {letter}) " + wrapped(option["text"], "     ").strip())
    wanted = {letter for letter, option in zip(LETTERS, options)
              if option["right"]}
    first_try = True
    prompt = "\nyour answer"
    prompt += " (several letters): " if len(wanted) > 1 else ": "
    while True:
        given = set(re.findall(r"[a-h]", read(prompt).lower()))
        given &= set(LETTERS[:len(options)])
        if not given:
            say("  a letter, or Ctrl-D to stop")
            continue
        for letter in sorted(given):
            option = options[LETTERS.index(letter)]
            verdict = "right" if option["right"] else "no"
            say(f"  {letter}) {verdict}. "
                + wrapped(option["remark"], "     ").strip())
        if given == wanted:
            return first_try
        if given < wanted:
            say("  that is not all of it")
        first_try = False


def ask_open(question, read, say):
    """Shows the model answer after the reader has thought of one."""
    read("\nanswer it aloud or on paper, then press Enter: ")
    say("\n" + wrapped(question["answer"], "  "))
    for wrong in question.get("wrong", []):
        say("\n" + wrapped(f"Often said: {wrong['text']}", "  "))
        say(wrapped(wrong["why"], "    "))
    for followup in question.get("followups", []):
        say("\n" + wrapped(f"And then: {followup['question']}", "  "))
        say(wrapped(followup["answer"], "    "))
    return read("\nwas that your answer? [y/n] ").lower().startswith("y")
