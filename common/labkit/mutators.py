"""Changes one place of a source the way a hurried author would.

Two tables, one for C++ and one for assembly, say what is searched in a line
and what it becomes; beside them whole statements are dropped or change places.
Only lines between a lab's [begin] and [else] are touched: what is outside of
them a reader does not write.
"""

import dataclasses
import hashlib
import re

from . import starter

# Name, what is searched, what it becomes: each occurrence is a mutant.
CPP = [
    ("weaken release", r"memory_order_release", "memory_order_relaxed"),
    ("weaken acquire", r"memory_order_acquire", "memory_order_relaxed"),
    ("weaken acq_rel", r"memory_order_acq_rel", "memory_order_relaxed"),
    ("weaken seq_cst", r"memory_order_seq_cst", "memory_order_relaxed"),
    ("drop a lock", r"^\s*(?:LockGuard|QueueGuard) \w+\(.*\);$", ""),
    ("off by one, less", r"(?<=[\w)]) ([<>])=(?= )", r" \1"),
    ("off by one, more", r"(?<=[\w)]) ([<>])(?= )", r" \1="),
    ("equal to unequal", r" == ", " != "),
    ("unequal to equal", r" != ", " == "),
    ("and to or", r" && ", " || "),
    ("or to and", r" \|\| ", " && "),
    ("plus to minus", r"(?<=[\w)]) \+ (?=[\w(])", " - "),
    ("minus to plus", r"(?<=[\w)]) - (?=[\w(])", " + "),
    ("halve to whole", r" / 2\b", ""),
    ("condition always", r"\bif \(([^;{}]+)\) (?=return|continue|break|\{)",
     r"if ((\1) || true) "),
    ("condition never", r"\bif \(([^;{}]+)\) (?=return|continue|break|\{)",
     r"if ((\1) && false) "),
    ("true to false", r"\btrue\b", "false"),
    ("false to true", r"\bfalse\b", "true"),
    ("both ends", r"\bback\(\)", "front()"),
    ("no round", r"(?<=\w)\+\+|\+\+(?=\w)", ""),
]
ASSEMBLY = [
    ("next register", r"%r12\b", "%r13"), ("next register", r"%r13\b", "%r14"),
    ("next register", r"%r14\b", "%r15"), ("next register", r"%r15\b", "%r12"),
    ("next register", r"%rbx\b", "%rbp"), ("next register", r"%rbp\b", "%rbx"),
    ("next register", r"%rdi\b", "%rsi"), ("next register", r"%rsi\b", "%rdx"),
    ("next register", r"%rdx\b", "%rdi"), ("next register", r"%rax\b", "%rcx"),
    ("next register", r"\bx19\b", "x20"), ("next register", r"\bx20\b", "x21"),
    ("next register", r"\bd8\b", "d9"), ("next register", r"\bx1\b", "x2"),
    ("other place", r"(?<![\w%])4\(%rsp\)", "(%rsp)"),
    ("other place", r"(?<![\w)])\(%rsp\)", "4(%rsp)"),
    ("other place", r"\$8, %rsp", "$16, %rsp"),
    ("other place", r"\[sp, #(\d+)\]", r"[sp, #\g<1>+8]"),
    ("other way", r"\bjne\b", "je"), ("other way", r"\bb\.ne\b", "b.eq"),
]
CALL = re.compile(r"\s*(?!return\b|delete\b)[\w.:>\[\]*-]+(?:\([^()]*\))?"
                  r"(?:(?:\.|->)\w+)*\(")
ASSIGNMENT = re.compile(r"\s*(?:\+\+|--)?[\w.>*\[\]()-]+(?: [-+|&]?= .*)?;?$")
INSTRUCTION = re.compile(r"(\s*(?:\w+:)?\s+)([a-z]\w*(?:\.\w+)?\s+[^:]+|ret)$")
UNWIND = re.compile(r"\s*\.cfi_\w+")


@dataclasses.dataclass(frozen=True)
class Mutant:
    """Some lines of a slot's source and what they become."""
    slot: object
    operator: str
    line: int        # the first, from 1 on
    before: tuple
    after: tuple
    nth: int = 0     # among equal ones

    @property
    def key(self):
        """Names the mutant by what it changes, not by where it stands."""
        text = "|".join([self.slot.name, self.operator, *self.before, "",
                         *self.after, str(self.nth)])
        return hashlib.sha1(text.encode()).hexdigest()[:10]

    @property
    def needs_threads(self):
        """True if only threads that really run at once, under a tool that
        watches them, are sure to notice: x86 keeps most orders by itself, and
        the explorer stops threads at locks and atomics only."""
        return self.operator.startswith("weaken") or \
            self.operator == "drop a lock"

    def text(self):
        """The whole changed source, as it is compiled."""
        lines = self.slot.reference.read_text().splitlines()
        at = self.line - 1
        lines[at:at + len(self.before)] = self.after
        return starter.as_unit("\n".join(lines) + "\n", self.slot.file)


def code_of(line):
    """A line without its comment."""
    return re.sub(r"\s*//.*", "", line).rstrip()


def lab_lines(text):
    """The lines between [begin] and [else]: (number, code) by body."""
    bodies, inside = [], False
    for number, line in enumerate(text.splitlines(), 1):
        match = starter.MARKER.match(line)
        if match:
            inside = match[2] == "begin"
            if inside:
                bodies.append([])
        elif inside:
            bodies[-1].append((number, code_of(line)))
    return bodies


def changes(code, table):
    """Pairs of an operator and what it makes of one line."""
    for name, pattern, replacement in table:
        for match in re.finditer(pattern, code):
            after = code[:match.start()] + match.expand(replacement) \
                + code[match.end():]
            if after != code:
                yield name, after


def statements(body):
    """The calls and assignments of a C++ body that stand alone, as lists of
    (number, code); one may reach over several lines."""
    at = 0
    while at < len(body):
        _, code = body[at]
        end = at
        if CALL.match(code) or ASSIGNMENT.match(code) and code.endswith(";"):
            while not body[end][1].endswith((";", "{", "}")) \
                    and end + 1 < len(body):
                end += 1
            if body[end][1].endswith(";"):
                yield body[at:end + 1]
        at = end + 1


def instructions(body):
    """The instructions of an assembly body, as lists of one line."""
    return [[entry] for entry in body if INSTRUCTION.match(entry[1])]


def without(code):
    """A line without its statement; the label of an instruction stays."""
    match = INSTRUCTION.match(code)
    return match[1].rstrip() if match else ""


def edits_of(body, is_assembly):
    """All edits of a body: operator, first line, lines before, lines after."""
    for number, code in body:
        for name, after in changes(code, ASSEMBLY if is_assembly else CPP):
            yield name, number, (code,), (after,)
        if is_assembly and UNWIND.match(code):
            yield "drop unwind rule", number, (code,), ("",)
    found = list((instructions if is_assembly else statements)(body))
    for lines in found:
        before = tuple(code for _, code in lines)
        if not re.match(r"\s*(?:LockGuard|QueueGuard) ", before[0]):
            yield "drop", lines[0][0], before, \
                tuple(without(code) if is_assembly else "" for code in before)
    for one, two in zip(found, found[1:]):
        if two[0][0] == one[-1][0] + 1 and indent(one) == indent(two):
            first = tuple(code for _, code in one)
            second = tuple(code for _, code in two)
            yield "swap", one[0][0], first + second, second + first


def indent(lines):
    """How far a statement is indented."""
    code = lines[0][1]
    return len(code) - len(code.lstrip())


def mutants_of(slot):
    """All mutants of a slot."""
    seen = {}
    is_assembly = slot.file.endswith(".S")
    for body in lab_lines(slot.reference.read_text()):
        for name, number, before, after in edits_of(body, is_assembly):
            what = (name, before, after)
            seen[what] = seen.get(what, -1) + 1
            yield Mutant(slot, name, number, before, after, seen[what])
