"""Which of a student's cells answers which question.

People delete cells, split, merge, copy and reorder them, and pass notebooks through
programs that drop their metadata. A cell is known by nbgrader's grade_id, else by its
id, else by its text; what is not known is the student's own, and runs.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from autograder.intake import notebook
from autograder.intake.handout import UNKNOWN, Found, Handout, bound, essence
from autograder.intake.nearby import nearby
from autograder.intake.notebook import StudentCell
from autograder.masters.cells import Cell

FENCE = re.compile(r"(?m)^ *```.*\n?")
LONGEST_ANSWER = 50_000  # characters


@dataclass
class Work:
    """A student's work on a homework.

    Attributes
    ----------
    code : list of str
        Sources to run, in the order of the notebook.
    asked : dict of str to int
        By test cell: after how many sources it stands.
    attempted : dict of str to bool
        By question: whether there is more than what was handed out.
    sources : dict of str to str
        By question that is answered in code: that code.
    written : dict of str to str
        By question that is answered in words: the words, or "".
    notes : list of str
        What a person should know, in sentences.
    python : str
        The version of Python that the notebook was made with, if it says so.
    """

    code: list[str] = field(default_factory=list)
    asked: dict[str, int] = field(default_factory=dict)
    attempted: dict[str, bool] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    python: str = ""


def match(released: Sequence[Cell], cells: Iterable[StudentCell]) -> Work:
    """The work that a student's cells hold.

    Parameters
    ----------
    released : tuple of Cell
        The cells as handed out, in order.
    cells : list of StudentCell

    Returns
    -------
    Work
    """
    handout, cells = Handout(released), list(cells)
    found = [Found("")]
    for cell in cells:
        found.append(_found(handout, cell, found[-1].at))
    return _work(handout, cells, found[1:])


def _found(handout, cell, at):
    known = handout.named(cell)
    if known.question or known.kind == "text":
        at = known.question
    found = _of_kind(handout, cell, known, at)
    recognised = found.recognised or known is not UNKNOWN
    return replace(found, test=handout.test(cell, known), recognised=recognised)


def _of_kind(handout, cell, known, at):
    """What a cell says, by what it was handed out as and what it is now."""
    kind, source = known.kind, cell.source
    if cell.untouched and cell.kind == "code":
        said = "The notebook is of another version of the handout."
        return Found(at, note="" if handout.has(source) else said)
    if kind == "solution" and cell.kind != "code":
        found = _in_code(handout, FENCE.sub("", source), known, at)
        said = f"{known.name} is no code cell; it ran as if it were."
        return replace(found, note=said) if found.code else found
    if kind == "written" or cell.kind != "code":
        return _in_words(handout, source, known, at)
    if kind == "text":  # a prompt turned into code
        lines = source.split("\n")
        source = "\n".join(x for x in lines if x.strip() not in handout.lines)
        known = UNKNOWN
    return _in_code(handout, source, known, at)


def _in_code(handout, source, known, at):
    kind = known.kind
    if handout.is_blank(source):
        return Found(at, recognised=bool(essence(source)))
    if kind != "solution" and handout.is_given(source):
        return Found(at, recognised=True)
    answers = handout.answered(source)
    if kind in ("given", "test") and not answers:
        said = f"{known.name} was changed; the original was used."
        if kind == "test":
            return Found(at, note=said)
        return Found(at, code=source, then=known.source, note=said)
    if kind == "solution" and not (answers and handout.names[known.question]):
        answers = [*answers, known.question]
    elif not answers and bound(source) and handout.names.get(at) == set():
        answers = [at]  # its stub binds nothing: go by the place
    return Found(at, code=source, answers=tuple(answers))


def _in_words(handout, source, known, at):
    recognised, words = False, []
    for line in source.split("\n"):
        if known.kind != "written":
            prompted = handout.prompted(line)
            recognised |= prompted is not None
            at = prompted or at
        if line.strip() not in handout.lines or not line.strip():
            words.append((at, line))
    own = "\n".join(line for _, line in words)
    asides = handout.answered(FENCE.sub("", own))
    return Found(at, recognised, words=(*words, (at, "")), asides=tuple(asides))


def _work(handout, cells, found):
    """All that was found, question by question."""
    coded = [each for each in found if each.code]
    answers = {
        name: [x.code for x in coded if name in x.answers] for name in handout.names
    }
    written, notes = {}, [each.note for each in found]
    for question in handout.in_words:
        words = [line for each in found for at, line in each.words if at == question]
        stray = [each.code for each in coded if each.at == question]
        text = "\n".join(words).strip() or "\n\n".join(stray).strip()
        if not text and (text := nearby(handout, cells, found, question)):
            near = "was found near its place, not in it."
            notes.append(f"The answer to {question} {near}")
        if len(text) > LONGEST_ANSWER:
            notes.append(f"The answer to {question} is very long and was cut.")
        written[question] = text[:LONGEST_ANSWER]
    sources = {question: "\n\n".join(codes) for question, codes in answers.items()}
    names = set().union(*(bound(each.code) for each in coded))
    asides = {question for each in found for question in each.asides}
    for question in handout.names:
        notes += _remarks(handout, question, answers[question], names, asides)
    if not any(each.recognised for each in found):
        notes.append("No cell of this homework was recognised: is it another one's?")
    attempted = {x: bool(written.get(x) or sources.get(x)) for x in handout.questions}
    notes = list(dict.fromkeys(filter(None, notes)))
    return Work(*_in_order(handout, found), attempted, sources, written, notes)


def notes(work: Work, data: bytes, variant: str | None) -> tuple[str, ...]:
    """What a person should know of a notebook's bytes, graded as a `variant`."""
    tried = any(work.attempted.values())
    unseen = [
        f"No answer to {question} was found, in its place or near it; it has 0 points "
        "until a person sets others."
        for question, words in work.written.items() if tried and not words
    ]  # fmt: skip
    return (*notebook.of_another(data, variant), *work.notes, *unseen)


def _in_order(handout, found):
    """What runs, and after how many sources of it each test is asked.

    A test whose cell is gone is asked with the others of its question, or at the end.
    """
    code, stands = [], {}
    for each in found:
        code += filter(None, [each.code, each.then])
        if each.test:
            stands[each.test] = len(code)
    of = handout.tests
    last = {of[test]: stands[test] for test in sorted(stands, key=stands.__getitem__)}
    return code, {x: stands.get(x, last.get(of[x], len(code))) for x in of}


def _remarks(handout, question, answers, bound_names, asides):
    """Yield what a person should know of the code that answers a question."""
    names = sorted(handout.names[question])
    if len(answers) > 1:
        yield f"{len(answers)} cells answer {question}; all ran, in order."
    if answers and names and not bound_names.intersection(names):
        yield f"The answer to {question} defines no {' and no '.join(names)}."
    if not answers and question in asides:
        yield f"A cell of text holds code for {question}; text does not run."
