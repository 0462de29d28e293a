"""Questions from the bank: `.. quiz:: ID` and `.. questions:: CHAPTER`.

A quiz is a form with a remark under each option. Without JavaScript the
remarks are in <details>; quiz.js hides them until an answer is checked. An
open question shows its model answer, the wrong answers that people give and
the follow-ups, each folded.
"""

from __future__ import annotations

import pathlib

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import strata_bank
import strata_nodes
from strata_coverage import note_seeds
from strata_nodes import error, fold, make, parse_text, words

log = logging.getLogger(__name__)
bank = {}  # question by id, read once per build
LEVEL_TITLES = {
    "junior": "Junior",
    "middle": "Middle",
    "senior": "Senior",
}


def read_bank(app):
    """Read the bank once per build; its mistakes are warnings."""
    bank.clear()
    try:
        root = pathlib.Path(app.config.strata_bank_root)
        bank.update(strata_bank.load(root))
    except strata_bank.BankError as mistakes:
        for line in str(mistakes).split("\n"):
            log.warning("question bank: %s", line)


class BankDirective(SphinxDirective):
    """What both directives share."""

    def depend_on_bank(self):
        """Have the page read again when a file of the bank changes."""
        root = pathlib.Path(self.config.strata_bank_root)
        for path in strata_bank.files(root):
            self.env.note_dependency(str(path))

    def block(self, text, question, parent):
        """Parse a field of the bank into `parent`; return `parent`."""
        parse_text(self, text, str(question["file"]), parent)
        return parent

    def register(self, question):
        """Tell the coverage page what this question covers."""
        if question.get("seeds"):
            note_seeds(self.env, self.env.docname, question["seeds"],
                       anchor_of(question), self.get_location())


def anchor_of(question):
    """Return the HTML id of a question."""
    return question["id"].lower()


class Quiz(BankDirective):
    """`.. quiz:: Q-01-03`: one multiple-choice question."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec = {"name": directives.unchanged_required}

    def run(self):
        name = self.arguments[0].strip()
        self.depend_on_bank()
        question = bank.get(name)
        if question is None:
            return error(self, f"no question {name} in the bank")
        if question["kind"] != "choice":
            return error(self, f"{name} is an open question")
        self.register(question)
        return [self.form(question)]

    def form(self, question):
        """Return the whole question."""
        right = sum(option["right"] for option in question["options"])
        title, _ = words(self, question["question"])
        fields = make("fieldset", make(
            "legend", *title, classes=["quiz-question"], latex="strong"
        ))
        if right > 1:
            fields += make("p", nodes.Text("More than one is right."),
                           classes=["quiz-several"])
        kind = "radio" if right == 1 else "checkbox"
        for number, option in enumerate(question["options"]):
            fields += self.option(question, option, kind, number)
        form = make("form", fields, classes=["quiz"], latex="box",
                    title="Check yourself",
                    aria_label=f"Question {question['id']}")
        form["ids"].append(anchor_of(question))
        self.set_source_info(form)
        return form

    def option(self, question, option, kind, number):
        """Return one option: a labelled button and its folded remark."""
        button = make("input", type=kind, name=anchor_of(question),
                      value=str(number), block=False)
        text, _ = words(self, option["text"])
        label = make(
            "label", button,
            make("span", *text, classes=["choice-text"], block=False),
            classes=["choice"], latex="choice",
        )
        verdict = "Right." if option["right"] else "Not so."
        remark, _ = words(self, option["remark"])
        why = make(
            "p", make("strong", nodes.Text(verdict), block=False),
            nodes.Text(" "), *remark,
        )
        return make(
            "div", label, fold("remark", "Is it?", body=[why],
                               latex_title=verdict),
            classes=["quiz-option"],
            data_right="1" if option["right"] else "0",
        )


class Questions(BankDirective):
    """`.. questions:: 01`: the open questions of a chapter, by level."""

    required_arguments = 1
    option_spec = {
        "level": lambda text: directives.choice(text, strata_bank.LEVELS)
    }

    def run(self):
        try:
            chapter = int(self.arguments[0])
        except ValueError:
            return error(self, "wants the number of a chapter")
        self.depend_on_bank()
        levels = [self.options.get("level")]
        if levels == [None]:
            levels = strata_bank.LEVELS
        result = []
        for level in levels:
            found = self.select(chapter, level)
            if found and len(levels) > 1:
                result.append(self.heading(level))
            result += [self.question(question) for question in found]
        return result or error(self, "the bank has none for this chapter")

    def select(self, chapter, level):
        """Return the open questions of one level in the bank's order."""
        return [question for question in bank.values()
                if question["kind"] == "open"
                and question["chapter"] == chapter
                and question["level"] == level]

    def heading(self, level):
        """Return a heading one below the section we stand in."""
        depth = min(self.state.memo.section_level + 1, 6)
        return make(
            f"h{depth}", nodes.Text(LEVEL_TITLES[level]),
            classes=["level-title"], latex="strong",
        )

    def question(self, question):
        """Return one question with all that folds."""
        title, _ = words(self, question["question"])
        node = make(
            "div", make("p", *title, classes=["question-title"],
                        latex="strong"),
            classes=["question"],
        )
        node["ids"].append(anchor_of(question))
        self.set_source_info(node)
        node += self.answer(question)
        if question.get("wrong"):
            node += self.wrong_answers(question)
        for followup in question.get("followups", []):
            node += self.followup(followup, question)
        self.register(question)
        return node

    def answer(self, question):
        """Return the folded model answer."""
        node = fold("answer", "Answer")
        self.block(question["answer"], question, node[-1])
        return node

    def wrong_answers(self, question):
        """Return the folded list of answers that miss."""
        node = fold("wrong", "Answers that miss")
        for wrong in question["wrong"]:
            text, _ = words(self, wrong["text"])
            node[-1] += make("p", *text, classes=["said"])
            self.block(wrong["why"], question, node[-1])
        return node

    def followup(self, followup, question):
        """Return a folded follow-up with its answer."""
        title, _ = words(self, followup["question"])
        text = "".join(part.astext() for part in title)
        node = fold("followup", "And then:", title,
                    latex_title=f"And then: {text}")
        self.block(followup["answer"], question, node[-1])
        return node


def add_scripts(app, pagename, templatename, context, doctree):
    """Link quiz.js from pages that have a quiz."""
    strata_nodes.link_script(app, doctree, "quiz", "widgets/quiz.js")


def setup(app):
    app.setup_extension("strata_nodes")
    app.add_directive("quiz", Quiz, override=True)
    app.add_directive("questions", Questions, override=True)
    app.add_config_value("strata_bank_root", str(strata_bank.ROOT), "env")
    app.connect("builder-inited", read_bank)
    app.connect("html-page-context", add_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
