"""Boxes that teach: exercise, hint, answer, predict, aside and their kin.

What folds is a plain <details> and reads without JavaScript; a script adds
only the order of things (commit first, then see). In LaTeX each box is a
titled frame where it stands.
"""

from __future__ import annotations

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

import strata_nodes
from strata_coverage import note_seeds
from strata_nodes import error, fold, make, parse_content, words

ASIDE_WORDS_MAX = 60
STARS_MAX = 5


class exercise(nodes.General, nodes.Element):
    """A numbered exercise; its first child is the caption."""


def seed_list(text):
    """Split the text of a :seeds: option."""
    return text.replace(",", " ").split()


def register_seeds(directive, node):
    """Tell the coverage page which seed items this box covers."""
    seeds = directive.options.get("seeds", [])
    if seeds:
        anchor = node["ids"][0] if node["ids"] else ""
        note_seeds(directive.env, directive.env.docname, seeds, anchor, node)


def minutes_in_words(minutes):
    """Return 20 as "20 min", 70 as "1 h 10 min" and 240 as "4 h"."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} h"] if hours else []
    if rest or not hours:
        parts.append(f"{rest} min")
    return " ".join(parts)


# ---- hint, answer, details --------------------------------------------------
class Fold(SphinxDirective):
    """A box that opens: label, optional title, content."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec = {"name": directives.unchanged_required,
                   "open": directives.flag}
    kind = "details"
    label = "Details"

    def run(self):
        self.assert_has_content()
        title, messages = [], []
        if self.arguments:
            title, messages = words(self, self.arguments[0])
        options = {"open": "open"} if "open" in self.options else {}
        node = self.box(title, **options)
        self.set_source_info(node)
        parse_content(self, node[-1])
        self.add_name(node)
        return [node] + messages

    def box(self, title, **options):
        """Return the empty box."""
        text = "".join(part.astext() for part in title)
        name = f"{self.label}: {text}" if text else self.label
        return fold(self.kind, self.label, title, latex_title=name, **options)


class Details(Fold):
    """`.. details:: Title`: the title is the label."""

    def box(self, title, **options):
        text = "".join(part.astext() for part in title) or self.label
        if not title:
            return fold(self.kind, text, **options)
        node = fold(self.kind, "", latex_title=text, **options)
        node[0].clear()
        node[0].extend(title)
        return node


class Hint(Fold):
    """`.. hint::` a step toward the answer."""

    kind, label = "hint", "Hint"


class Answer(Fold):
    """`.. answer::` what is so, and why."""

    kind, label = "answer", "Answer"


# ---- exercise ---------------------------------------------------------------
class Exercise(SphinxDirective):
    """`.. exercise:: Title` with stars, minutes and lab."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True
    option_spec = {
        "stars": directives.positive_int,
        "minutes": directives.positive_int,
        "lab": directives.unchanged_required,
        "name": directives.unchanged_required,
        "seeds": seed_list,
    }

    def run(self):
        self.assert_has_content()
        stars = self.options.get("stars", 1)
        if stars > STARS_MAX:
            return error(self, f"{stars} stars, the most is {STARS_MAX}")
        node = exercise(classes=["exercise"])
        self.set_source_info(node)
        title, messages = words(self, self.arguments[0])
        node += nodes.caption(self.arguments[0], "", *title,
                              classes=["exercise-title"])
        node += self.facts(stars)
        parse_content(self, node)
        number_hints(node)
        self.add_name(node)
        if not node["ids"]:
            number = self.env.new_serialno("exercise") + 1
            node["ids"].append(f"exercise-{number}")
        register_seeds(self, node)
        return [node] + messages

    def facts(self, stars):
        """Return the line under the title: stars, time, lab."""
        line = nodes.paragraph(classes=["exercise-facts"])
        line += make(
            "span", nodes.Text("★" * stars + "☆" * (STARS_MAX - stars)),
            classes=["stars"], block=False, latex="skip", role="img",
            aria_label=f"{stars} of {STARS_MAX} stars",
        )
        facts = []
        if "minutes" in self.options:
            facts.append(minutes_in_words(self.options["minutes"]))
        if "lab" in self.options:
            facts.append(f"lab {self.options['lab']}")
        for fact in facts:
            line += nodes.Text(" ")
            line += make("span", nodes.Text(fact), classes=["fact"],
                         block=False)
        return line


def number_hints(node):
    """Call the hints of an exercise Hint 1, Hint 2, if there are several."""
    hints = [child for child in node if "hint" in child.get("classes", [])]
    for number, hint in enumerate(hints, 1) if len(hints) > 1 else ():
        label = hint[0][0]
        label.clear()
        label += nodes.Text(f"Hint {number}")
        hint["title"] = hint["title"].replace("Hint", f"Hint {number}", 1)


def visit_exercise_html(translator, node):
    translator.body.append(translator.starttag(
        node, "div", role="group",
        **{"aria-label": "Exercise: " + node[0].astext()},
    ))


def depart_exercise_html(translator, node):
    translator.body.append("</div>\n")


def exercise_number(translator, node):
    """Return the number that HTML shows too, such as "2.3"."""
    numbers = translator.builder.env.toc_fignumbers
    document = translator.curfilestack[-1]
    own = numbers.get(document, {}).get("exercise", {})
    return ".".join(map(str, own.get(node["ids"][0], ())))


def visit_exercise_latex(translator, node):
    # A \caption is legal in a float only, so it becomes the frame's title.
    title = node.pop(0).astext()
    number = exercise_number(translator, node)
    translator.body.append(
        "\n" + translator.hypertarget_to(node, True)
        + "\\begin{sphinxadmonition}{note}{Exercise %s: %s}\n"
        % (number, translator.encode(title))
    )


def depart_exercise_latex(translator, node):
    translator.body.append("\\end{sphinxadmonition}\n")


# ---- aside ------------------------------------------------------------------
class Aside(SphinxDirective):
    """`.. aside:: Title`: a note in the margin, at most 60 words."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec = {"name": directives.unchanged_required}

    def run(self):
        self.assert_has_content()
        title, messages = [], []
        if self.arguments:
            title, messages = words(self, self.arguments[0])
        text = "".join(part.astext() for part in title)
        node = make("aside", classes=["margin-note"], latex="box",
                    title=text or "Note", role="note")
        self.set_source_info(node)
        if title:
            node += make("p", *title, classes=["margin-title"], latex="skip")
        parse_content(self, node)
        self.add_name(node)
        return [node] + messages + self.too_long(node)

    def too_long(self, node):
        """Return a warning when the note is an essay."""
        count = len(node.astext().split())
        if count <= ASIDE_WORDS_MAX:
            return []
        return [self.state.document.reporter.warning(
            f"aside: {count} words, the most is {ASIDE_WORDS_MAX}",
            line=self.lineno,
        )]


# ---- misconception, go-note -------------------------------------------------
def label_line(label, *more):
    """Return the line on top of a box."""
    tag = make("span", nodes.Text(label), classes=["box-label"], block=False)
    return make("p", tag, *more, classes=["box-head"], latex="skip")


def filled(directive, node):
    """Return a box with the directive's content, name and seeds."""
    directive.set_source_info(node)
    parse_content(directive, node)
    directive.add_name(node)
    register_seeds(directive, node)
    return node


class Misconception(SphinxDirective):
    """`.. misconception:: "what people say"`: content says what is so."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True
    option_spec = {"seeds": seed_list,
                   "name": directives.unchanged_required}

    def run(self):
        self.assert_has_content()
        said, messages = words(self, self.arguments[0])
        text = "".join(part.astext() for part in said)
        node = make(
            "div", label_line("Often said"),
            make("p", *said, classes=["said"], latex="skip"),
            classes=["misconception"], latex="box",
            title=f"Often said: {text}", role="note",
        )
        return [filled(self, node)] + messages


class GoNote(SphinxDirective):
    """``.. go-note:: `symbol`, file.go, 1.26``: what Go does."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True
    option_spec = {"seeds": seed_list,
                   "name": directives.unchanged_required}

    def run(self):
        self.assert_has_content()
        parts = [part.strip() for part in self.arguments[0].rsplit(",", 2)]
        if len(parts) != 3 or not parts[2][:1].isdigit():
            return error(self, "wants symbol, file and version of Go")
        symbols, file, version = parts
        source = f"{symbols}, {file}, Go {version}"
        place, messages = self.place(*parts)
        node = make(
            "div", label_line("What Go does", nodes.Text(" "), place),
            classes=["go-note"], latex="box",
            title="What Go does (" + source.replace("`", "") + ")",
            role="note",
        )
        return [filled(self, node)] + messages

    def place(self, symbols, file, version):
        """Return the words that say where it is in Go's sources."""
        # One backquote is code here, whatever the default role is.
        text = "``".join(symbols.replace("``", "`").split("`"))
        inner, messages = words(self, f"{text} in ``{file}``, Go {version}")
        return make("span", *inner, classes=["go-place"],
                    block=False), messages


# ---- predict, reveal --------------------------------------------------------
class Predict(SphinxDirective):
    """`.. predict:: Question`: text, `- [ ]` choices and one reveal."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True
    option_spec = {"name": directives.unchanged_required,
                   "seeds": seed_list}

    def run(self):
        self.assert_has_content()
        question, messages = words(self, self.arguments[0])
        number = self.env.new_serialno("predict") + 1
        page = self.env.docname.replace("/", "-")
        text = "".join(part.astext() for part in question)
        node = make(
            "div", label_line("Predict"),
            make("p", *question, classes=["predict-question"],
                 latex="strong"),
            classes=["predict"], latex="box", title="Predict", role="group",
            aria_label=f"Predict: {text}",
        )
        self.set_source_info(node)
        parse_content(self, node)
        self.turn_lists_into_choices(node, f"{page}-{number}")
        self.add_name(node)
        register_seeds(self, node)
        reveals = [child for child in node
                   if "reveal" in child.get("classes", [])]
        if len(reveals) != 1:
            return error(self, "wants one nested `.. reveal::`")
        return [node] + messages

    def turn_lists_into_choices(self, node, group):
        """Replace lists of `[ ]` items by radio buttons."""
        for child in list(node):
            if isinstance(child, nodes.bullet_list):
                choices = [choice_of(item, group) for item in child]
                if all(choices):
                    node.replace(child, make(
                        "div", *choices, classes=["choices"],
                        role="radiogroup", aria_label="Your guess",
                    ))


def choice_of(item, group):
    """Return the radio button for a list item, or None if it is none."""
    first = item[0] if len(item) else None
    if not isinstance(first, nodes.paragraph) or not len(first):
        return None
    mark = first.astext()[:4]
    if mark not in ("[ ] ", "[x] "):
        return None
    start = first[0]
    first.replace(start, nodes.Text(start.astext()[4:]))
    right = {"data_right": "1"} if mark == "[x] " else {}
    button = make("input", type="radio", name=group, block=False)
    text = make("span", *first.children, classes=["choice-text"],
                block=False)
    return make("label", button, text, classes=["choice"], latex="choice",
                **right)


class Reveal(SphinxDirective):
    """`.. reveal::` inside predict: what happens, and why."""

    has_content = True
    option_spec = {}

    def run(self):
        self.assert_has_content()
        node = fold("reveal", "This is my guess. What happens?",
                    latex_title="What happens")
        self.set_source_info(node)
        parse_content(self, node[-1])
        return [node]


# ---- title card -------------------------------------------------------------
class TitleCard(SphinxDirective):
    """`.. title-card:: 1`: the facts a reader wants before the chapter."""

    has_content = False
    required_arguments = 1
    option_spec = {
        "layer": directives.unchanged_required,
        "slots": directives.unchanged_required,
        "needs": directives.unchanged_required,
        "read": directives.positive_int,
        "do": directives.positive_int,
        "claim": directives.unchanged_required,
    }

    def run(self):
        missing = [name for name in self.option_spec
                   if name not in self.options]
        if missing:
            return error(self, "lacks " + ", ".join(missing))
        number = int(self.arguments[0])
        claim, messages = words(self, self.options["claim"])
        card = make(
            "div",
            make("p", *claim, classes=["card-claim"], latex="strong"),
            classes=["title-card"], role="note",
            aria_label="This chapter at a glance",
        )
        self.set_source_info(card)
        facts, more = self.facts(number)
        card += facts
        return [card] + messages + more

    def facts(self, number):
        """Return the list of terms and their values."""
        read = minutes_in_words(self.options["read"])
        do = minutes_in_words(self.options["do"])
        rows = [
            ("Layer", f"{number}, {self.options['layer']}"),
            ("Slots", self.slots(number)),
            ("You need", self.options["needs"]),
            ("Time", f"{read} to read, {do} to do"),
        ]
        messages, items = [], []
        for term, text in rows:
            value, more = words(self, text)
            messages += more
            items.append(fact(term, value))
        items += [fact(term, value) for term, value in self.more(number)]
        return make("dl", *items, classes=["card-facts"]), messages

    def slots(self, number):
        """Return what can be replaced, as reST."""
        return self.options["slots"]

    def more(self, number):
        """Return more terms and values, which others know."""
        return []


def fact(term, value):
    """Return a line of a card."""
    return make("div", make("dt", nodes.Text(term), latex="term"),
                make("dd", *value))


def add_scripts(app, pagename, templatename, context, doctree):
    """Link the predict script from pages that have such a box."""
    strata_nodes.link_script(app, doctree, "predict", "widgets/predict.js")


DIRECTIVES = {
    "details": Details, "hint": Hint, "answer": Answer,
    "exercise": Exercise, "aside": Aside, "misconception": Misconception,
    "go-note": GoNote, "predict": Predict, "reveal": Reveal,
    "title-card": TitleCard,
}


def setup(app):
    app.setup_extension("strata_nodes")
    app.setup_extension("strata_quiz")
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive, override=True)
    plain = (strata_nodes.pass_by, strata_nodes.pass_by)
    app.add_enumerable_node(
        exercise, "exercise", lambda node: node[0].astext(),
        html=(visit_exercise_html, depart_exercise_html),
        latex=(visit_exercise_latex, depart_exercise_latex),
        text=plain, man=plain, texinfo=plain,
    )
    app.connect("html-page-context", add_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
