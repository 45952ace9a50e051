"""The cells of a homework as handed out, ready to be recognised in a notebook."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.intake.notebook import StudentCell
from autograder.masters.cells import Cell

DEFINED = re.compile(r"(?m)^[ \t]*(?:async +)?(?:def|class) +(\w+)")
ASSIGNED = re.compile(r"(?m)^(\w+(?: *, *\w+)*) *(?::[^=\n]*)?=(?!=)")
HEADING = re.compile(r"#+ *(question +\d+)\b", re.IGNORECASE)


UNKNOWN = Cell("", "", "")  # in the place of one that was handed out


def essence(source: str) -> str:
    """Code without blank lines, whole-line comments and spaces at line ends."""
    lines = (line.rstrip() for line in source.split("\n"))
    return "\n".join(x for x in lines if x and not x.lstrip().startswith("#"))


def bound(source: str) -> set[str]:
    """Names that code defines or assigns, by the look of it: it need not parse."""
    assigned = ",".join(ASSIGNED.findall(source)).split(",")
    return {name.strip() for name in assigned if name} | {*DEFINED.findall(source)}


def _heading(line):
    """What a line says as a heading: of the title's wording, only "Question 3"."""
    line = line.strip()
    found = HEADING.match(line)
    return " ".join(found[1].lower().split()) if found else line


@dataclass(frozen=True)
class Found:
    """What one of a student's cells says, beside the handout."""

    at: str  # the question at which it leaves the reader
    recognised: bool = False  # whether it shows that the notebook is of this homework
    code: str = ""  # to run
    then: str = ""  # to run after it: a given cell that was changed, as it was given
    test: str = ""  # a test cell's name
    answers: tuple[str, ...] = ()  # questions that the code answers
    words: tuple[tuple[str, str], ...] = ()  # (question, line) of the student's own
    asides: tuple[str, ...] = ()  # questions that code among the words would answer
    note: str = ""


class Handout:
    """What is known of the released cells.

    Parameters
    ----------
    released : tuple of Cell
        The cells as handed out, in order.
    """

    def __init__(self, released: Sequence[Cell]) -> None:
        self.questions: dict[str, bool] = {}  # whether each is answered in words
        self.names: dict[str, set[str]] = {}  # of the others: what its stub binds
        self.tests: dict[str, str] = {}  # the question of each test cell
        self._tests: dict[str, str] = {}  # the name of each, by its text
        self.lines = {""}  # of prompts and other text
        self._comments: set[str] = set()  # of code
        self._by_name = {cell.name: cell for cell in released}
        self._prompts: dict[str, str] = {}  # the question of each heading
        self._given: set[str] = set()  # texts of cells
        self._blank = {""}  # lines of stubs and tests
        for cell in released:
            self._learn(cell)

    def _learn(self, cell):
        lines = cell.source.split("\n")
        if cell.kind in ("text", "written"):
            self.lines |= {line.strip() for line in lines}
        else:
            self._comments |= {line.strip(" \t#") for line in lines if "#" in line}
        if cell.kind == "text" and cell.question:
            self._prompts.setdefault(_heading(lines[0]), cell.question)
        if cell.kind in ("solution", "written"):
            self.questions[cell.question] = cell.kind == "written"
        if cell.kind == "solution":
            self.names.setdefault(cell.question, set()).update(bound(cell.source))
        if cell.kind in ("solution", "test"):
            self._blank |= {*essence(cell.source).split("\n")}
        if cell.kind == "test":
            self.tests[cell.name] = cell.question
            text = cell.source.strip()
            self._tests[text] = "" if text in self._tests else cell.name
        if cell.kind == "given":
            self._given.add(essence(cell.source))

    @property
    def in_words(self) -> list[str]:
        """The questions that are answered in words."""
        return [question for question, words in self.questions.items() if words]

    def named(self, cell: StudentCell) -> Cell:
        """The released cell whose name a student's cell bears, or UNKNOWN."""
        return next(filter(None, map(self._by_name.get, cell.names)), UNKNOWN)

    def test(self, cell: StudentCell, known: Cell) -> str:
        """The name of the test cell that a student's cell is, or ""."""
        if known is not UNKNOWN:
            return known.name if known.kind == "test" else ""
        return self._tests.get(cell.source.strip() or "\n", "")

    def is_blank(self, source: str) -> bool:
        """Whether code holds nothing but lines of stubs and visible tests."""
        return self._blank.issuperset(essence(source).split("\n"))

    def is_given(self, source: str) -> bool:
        """Whether code is, word for word, a cell that was given."""
        return essence(source) in self._given

    def has(self, source: str) -> bool:
        """Whether code was handed out like this: a given cell, a stub or a test."""
        return self.is_given(source) or self.is_blank(source)

    def says(self, comment: str) -> bool:
        """Whether a comment was handed out with a cell of code."""
        return comment.strip(" \t#") in self._comments

    def prompted(self, line: str) -> str | None:
        """The question whose prompt a line begins, or None."""
        return self._prompts.get(_heading(line)) if line.strip() else None

    def answered(self, source: str) -> list[str]:
        """The questions whose names code binds."""
        names = bound(source)
        return [question for question in self.names if self.names[question] & names]
