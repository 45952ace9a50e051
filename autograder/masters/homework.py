"""A homework: its master notebook, and what is known about answers to it."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Cell:
    """A cell of a homework: text, given, solution, test or written."""

    name: str
    kind: str
    source: str
    points: float = 0

    @property
    def question(self) -> str:
        """The question that it belongs to: q1 for q1, q1-check, q1-tests."""
        return self.name.partition("-")[0] if re.match(r"q\d", self.name) else ""


@dataclass(frozen=True)
class Question:
    """A question: what it asks and, where a person scores it, the rubric."""

    name: str
    title: str
    points: float
    written: bool
    prompt: str
    answer: str = ""
    rubric: tuple = ()  # of (points, text)
    misconception: str = ""


@dataclass(frozen=True)
class Answer:
    """An answer known to be right, or wrong in a known way."""

    question: str
    name: str
    source: str
    diagnosis: str = ""


@dataclass(frozen=True)
class Homework:
    """One folder of masters, as read by `load`.

    Attributes
    ----------
    name : str
        The stem of its chapter, such as 03_binary_cross_entropy.
    notebook : str
        Text of the master notebook.
    answers : str
        Text of homework.toml.
    """

    name: str
    notebook: str
    answers: str

    @cached_property
    def known(self) -> dict:
        """The contents of homework.toml."""
        return tomllib.loads(self.answers)

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The cells of the master, in order."""
        return tuple(
            Cell(
                cell["id"],
                _kind(cell),
                "".join(cell["source"]),
                cell["metadata"].get("nbgrader", {}).get("points", 0),
            )
            for cell in json.loads(self.notebook)["cells"]
        )

    @property
    def title(self) -> str:
        """Title of the handout."""
        return self.cells[0].source.partition("\n")[0].lstrip("# ")

    @property
    def minutes(self) -> int:
        """Expected time in minutes."""
        return self.known["minutes"]

    @property
    def points(self) -> float:
        """The points of all questions."""
        return sum(question.points for question in self.questions)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The questions, in order."""
        names = dict.fromkeys(cell.question for cell in self.cells if cell.question)
        return tuple(self._question(name) for name in names)

    def _question(self, name):
        cells = [cell for cell in self.cells if cell.question == name]
        prompt = next(cell.source for cell in cells if cell.kind == "text")
        written = next((cell for cell in cells if cell.kind == "written"), None)
        answer, rubric = _answer_and_rubric(written.source) if written else ("", ())
        heading = re.match(r"#+ Question \d+: (.+?) \(\d+ points?\)", prompt)
        return Question(
            name,
            heading[1] if heading else prompt.partition("\n")[0].lstrip("# "),
            sum(cell.points for cell in cells),
            written is not None,
            prompt,
            answer,
            rubric,
            self.known["misconceptions"].get(name, ""),
        )

    @cached_property
    def wrong(self) -> tuple[Answer, ...]:
        """The known wrong answers."""
        return tuple(Answer(**each) for each in self.known.get("wrong", ()))

    @cached_property
    def right(self) -> tuple[Answer, ...]:
        """Right answers in other styles than the master's."""
        return tuple(Answer(**each) for each in self.known.get("right", ()))

    @property
    def exhibits(self) -> dict[str, str]:
        """By question, the exhibit of the course's museum that is most like it."""
        return self.known.get("exhibits", {})

    def numbers(self, variant: str | None = None) -> dict:
        """The numbers of a handout, by name: the first permitted value of each,
        or one drawn from a seed made of the homework's and the student's name."""
        permitted = self.known.get("variant", {})
        if variant is None:
            return {name: values[0] for name, values in permitted.items()}
        seed = hashlib.sha256(f"{self.name}/{variant}".encode()).digest()
        rng = np.random.default_rng(list(seed))
        return {
            name: values[rng.integers(len(values))]
            for name, values in permitted.items()
        }

    def with_numbers(self, cell: Cell, variant: str | None = None) -> str:
        """The source of a cell in which the numbers of a handout stand."""
        source = cell.source
        for name, value in self.numbers(variant).items():
            if cell.name == "numbers":
                source, found = re.subn(
                    rf"(?m)^{name} = .*$", f"{name} = {value!r}", source
                )
                if found != 1:
                    raise ValueError(
                        f"{self.name}: the cell 'numbers' must assign {name} once, "
                        f"on a line of its own; it does so {found} times"
                    )
            elif cell.kind == "text":
                source = source.replace("{{" + name + "}}", str(value))
        return source

    def handed_out(self, stubs: dict, variant: str | None = None) -> tuple[Cell, ...]:
        """The cells as students get them.

        Parameters
        ----------
        stubs : dict
            From `release.stubs`: what stands in the place of each answer and test.
        variant : str, optional
            The student whose numbers stand in the handout.
        """
        return tuple(
            replace(
                cell,
                source=self.with_numbers(cell, variant)
                if cell.kind in ("text", "given")
                else stubs[cell.name],
            )
            for cell in self.cells
        )

    def solved(self, question: str | None = None, answer: str = "") -> dict[str, str]:
        """Each solution cell's name and its source in the master.

        With a question and an answer: in place of the master's solution of that
        question, the answer.
        """
        sources = {}
        for cell in self.cells:
            if cell.kind == "solution":
                theirs = cell.question == question
                sources[cell.name] = answer if theirs else cell.source
        return sources


def load(number: int | str, folder: Path) -> Homework:
    """The homework of a number or name: 3, "03" or "03_binary_cross_entropy"."""
    names = _names(folder)
    wanted = f"{int(number):02}" if str(number).isdigit() else str(number)
    for name in names:
        if wanted in (name, name.partition("_")[0]):
            return _read(folder / name)
    raise ValueError(f"there is no homework {number!r}; there are {', '.join(names)}")


def load_all(folder: Path) -> list[Homework]:
    """Every homework of a folder of masters, in the order of the chapters."""
    return [_read(folder / name) for name in _names(folder)]


def _names(folder):
    names = sorted(path.parent.name for path in folder.glob("*/homework.toml"))
    if not names:
        raise ValueError(
            f"{folder} holds no masters: each is a folder NN_topic with the notebook "
            "NN_topic.ipynb and homework.toml. Name another folder with --masters"
        )
    return names


def _read(folder):
    return Homework(
        folder.name,
        (folder / f"{folder.name}.ipynb").read_text("utf-8"),
        (folder / "homework.toml").read_text("utf-8"),
    )


def _kind(cell):
    says = cell["metadata"].get("nbgrader")
    if says is None:
        return "text"
    if says["solution"]:
        return "written" if says["grade"] else "solution"
    return "test" if says["grade"] else "given"


def _answer_and_rubric(source):
    body = re.sub(r"(?m)^### (BEGIN|END) SOLUTION\n?", "", source)
    answer, _, rubric = body.partition("**Rubric**")
    items = re.findall(r"(?m)^- ([\d.]+): (.+(?:\n  .+)*)", rubric)
    return answer.strip(), tuple((float(points), text) for points, text in items)
