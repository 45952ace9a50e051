"""Which of a student's cells answers which question.

People delete cells, split, merge, copy and reorder them, and pass notebooks through
programs that drop their metadata. A cell is known by nbgrader's grade_id, else by its
id, else by its text; what is not known is the student's own, and runs.
"""

import re
from dataclasses import dataclass, field

from autograder.intake.handout import Handout, bound, essence

IMPORT = re.compile(r"(?:import|from) +\w.*[^(\\\s]$")
FENCE = re.compile(r"(?m)^ *```.*\n?")
LONGEST_ANSWER = 50_000  # characters


@dataclass
class Work:
    """A student's work on a homework.

    Attributes
    ----------
    code : list of str
        Sources to run, in the order of the notebook.
    attempted : dict of str to bool
        By question: whether there is more than what was handed out.
    sources : dict of str to str
        By question that is answered in code: that code.
    written : dict of str to str
        By question that is answered in words: the words, or "".
    notes : list of str
        What a person should know, in sentences.
    """

    code: list[str] = field(default_factory=list)
    attempted: dict[str, bool] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def match(view, cells):
    """The work that a student's cells hold.

    Parameters
    ----------
    view : dict
        "name", and "released": the cells as handed out, in order, each a dict of
        "name", "kind" (text, given, solution, test, written), "source", "question".
    cells : list of StudentCell

    Returns
    -------
    Work
    """
    reader = _Reader(Handout(view["released"]))
    for cell in cells:
        reader.take(cell)
    return reader.work()


class _Reader:
    """Takes one cell after another, and remembers which question it is at."""

    def __init__(self, handout):
        self.handout = handout
        self.at = ""
        self.code = []
        self.answers = {question: [] for question in handout.names}
        self.words = {question: [] for question in handout.questions}
        self.stray = {
            question: [] for question in handout.questions
        }  # code among words
        self.asides = set()  # questions with code in cells of text
        self.bound = set()
        self.recognised = 0
        self.notes = []

    def take(self, cell):
        known = self.handout.named(cell)
        self.recognised += known is not None
        if known and (known["question"] or known["kind"] == "text"):
            self.at = known["question"]
        kind = known["kind"] if known else ""
        if cell.untouched and cell.kind == "code":
            if not self.handout.has(cell.source):
                self.note("The notebook is of another version of the handout.")
        elif kind == "solution" and cell.kind != "code":
            source = FENCE.sub("", cell.source)
            if not self.handout.is_blank(source):
                self.note(f"{known['name']} is no code cell; it ran as if it were.")
            self._take_code(source, known)
        elif kind == "written" or cell.kind != "code":
            self._take_text(cell.source, known)
        elif kind == "text":  # a prompt turned into code
            lines = cell.source.split("\n")
            own = [x for x in lines if x.strip() not in self.handout.lines]
            self._take_code("\n".join(own), None)
        else:
            self._take_code(cell.source, known)

    def note(self, sentence):
        if sentence not in self.notes:
            self.notes.append(sentence)

    def _take_code(self, source, known):
        kind = known["kind"] if known else ""
        if self.handout.is_blank(source):
            self.recognised += bool(essence(source))
            return
        if kind != "solution" and self.handout.is_given(source):
            self.recognised += 1
            return
        answered = self.handout.answered(source)
        if kind in ("given", "test") and not answered:
            self.note(f"{known['name']} was changed; the original was used.")
            if kind == "given":
                self._run(_added(source, known["source"]), [])
            return
        if kind == "solution":
            nameless = not answered or not self.handout.names[known["question"]]
            answered += [known["question"]] if nameless else []
        elif (
            not answered and bound(source) and self.handout.names.get(self.at) == set()
        ):
            answered = [self.at]  # its stub binds nothing: go by the place
        self._run(source, answered)

    def _run(self, source, answered):
        if not essence(source):
            return
        self.code.append(source)
        self.bound |= bound(source)
        for question in answered:
            self.answers[question].append(source)
        if self.handout.questions.get(self.at):
            self.stray[self.at].append(source)

    def _take_text(self, source, known):
        own = []
        for line in source.split("\n"):
            if not (known and known["kind"] == "written"):
                found = self.handout.prompted(line)
                self.recognised += found is not None
                self.at = found or self.at
            if line.strip() not in self.handout.lines or not line.strip():
                own.append(line)
                if self.at in self.words:
                    self.words[self.at].append(line)
        if self.at in self.words:
            self.words[self.at].append("")
        self.asides.update(self.handout.answered(FENCE.sub("", "\n".join(own))))

    def work(self):
        written = {
            question: "\n".join(self.words[question]).strip()
            or "\n\n".join(self.stray[question]).strip()
            for question, in_words in self.handout.questions.items()
            if in_words
        }
        for question, text in written.items():
            if len(text) > LONGEST_ANSWER:
                self.note(f"The answer to {question} is very long and was cut.")
                written[question] = text[:LONGEST_ANSWER]
        sources = {q: "\n\n".join(found) for q, found in self.answers.items()}
        attempted = {
            q: bool(written.get(q) or sources.get(q)) for q in self.handout.questions
        }
        for question, names in self.handout.names.items():
            self._remark(question, sorted(names))
        if not self.recognised:
            self.note("No cell of this homework was recognised: is it another one's?")
        return Work(self.code, attempted, sources, written, self.notes)

    def _remark(self, question, names):
        answers = self.answers[question]
        if len(answers) > 1:
            self.note(f"{len(answers)} cells answer {question}; all ran, in order.")
        if answers and names and not self.bound.intersection(names):
            self.note(f"The answer to {question} defines no {' and no '.join(names)}.")
        if not answers and question in self.asides:
            self.note(f"A cell of text holds code for {question}; text does not run.")


def _added(source, given):
    """What a changed copy of a given cell adds: all below it, or its imports."""
    source, given = essence(source), essence(given)
    if source.startswith(given + "\n"):
        return source[len(given) + 1 :]
    known = given.split("\n")
    lines = source.split("\n")
    return "\n".join(x for x in lines if x not in known and IMPORT.match(x))
