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

from autograder.masters import answer_faults, notebook_faults
from autograder.masters.cells import PROMPT, Cell, answer_and_rubric, as_cell

COMMON = "common"  # the handout whose numbers are the first permitted ones


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
    """An answer known to be right, or wrong in a known way.

    One with typed numbers is right for the numbers of one handout, its `variant`: a
    student's, or COMMON. Without a variant it is right for all numbers.
    """

    question: str
    name: str
    source: str
    diagnosis: str = ""
    variant: str = ""


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
        raw = json.loads(self.notebook)["cells"]
        return tuple(as_cell(cell, number) for number, cell in enumerate(raw, 1))

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
        answer, rubric = answer_and_rubric(written.source) if written else ("", ())
        title, points = PROMPT.match(prompt)[2], sum(cell.points for cell in cells)
        misconception = self.known.get("misconceptions", {}).get(name, "")
        asked = name, title, points, written is not None, prompt
        return Question(*asked, answer, rubric, misconception)

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
        if variant in (None, COMMON):
            return {name: values[0] for name, values in permitted.items()}
        seed = hashlib.sha256(f"{self.name}/{variant}".encode()).digest()
        rng = np.random.default_rng(list(seed))
        return {name: x[rng.integers(len(x))] for name, x in permitted.items()}

    def with_numbers(self, cell: Cell, variant: str | None = None) -> str:
        """The source of a cell in which the numbers of a handout stand."""
        source = cell.source
        for name, value in self.numbers(variant).items():
            if cell.name == "numbers":
                assigned = f"{name} = {value!r}"
                source = re.sub(rf"(?m)^{name} = .*$", assigned, source)
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
        shown = stubs | {
            cell.name: self.with_numbers(cell, variant)
            for cell in self.cells if cell.kind in ("text", "given")
        }  # fmt: skip
        return tuple(replace(cell, source=shown[cell.name]) for cell in self.cells)

    def solved(self, question: str | None = None, answer: str = "") -> dict[str, str]:
        """Each solution cell's name and its source in the master.

        With a question and an answer: in place of the master's solution of that
        question, the answer.
        """
        return {
            cell.name: answer if cell.question == question else cell.source
            for cell in self.cells if cell.kind == "solution"
        }  # fmt: skip


class FaultyError(ValueError):
    """A master that cannot be used: a sentence for each fault, one a line."""


def load(number: int | str, folder: Path) -> Homework:
    """The homework of a number or name: 3, "03" or "03_binary_cross_entropy".

    Raises FaultyError where its files have faults.
    """
    names = names_in(folder)
    wanted = f"{int(number):02}" if str(number).isdigit() else str(number)
    found = [name for name in names if wanted in (name, name.partition("_")[0])]
    if len(found) > 1:
        several = " and ".join(found)
        raise FaultyError(f"{folder}: {several} have the same number; rename one")
    if found:
        return _read(folder / found[0])
    raise ValueError(f"there is no homework {number!r}; there are {', '.join(names)}")


def load_all(folder: Path) -> list[Homework]:
    """Every homework of a folder of masters, in the order of the chapters."""
    return [load(name, folder) for name in names_in(folder)]


def names_in(folder: Path) -> list[str]:
    """The names of all homework in a folder of masters, in order."""
    files = [*folder.glob("*/homework.toml"), *folder.glob("[0-9][0-9]_*/*.ipynb")]
    names = sorted({path.parent.name for path in files})
    if not names:
        raise ValueError(
            f"{folder} holds no masters: each is a folder NN_topic with the notebook "
            "NN_topic.ipynb and homework.toml. Name another folder with --masters"
        )
    return names


def _read(folder):
    texts, faults = {}, []
    if not re.fullmatch(r"\d\d_\w+", folder.name, re.ASCII):
        faults.append(f"{folder}: is no name like 03_topic; rename folder and notebook")
    for path in (folder / f"{folder.name}.ipynb", folder / "homework.toml"):
        try:
            texts[path.suffix] = path.read_text("utf-8")
        except FileNotFoundError:
            faults.append(f"{path}: is missing; `autograder new` shows what it holds")
        except UnicodeDecodeError:
            faults.append(f"{path}: is not in UTF-8; save it as UTF-8")
    cells = None
    if ".ipynb" in texts:
        found, cells = notebook_faults.faults_in(texts[".ipynb"])
        faults += [f"{folder / folder.name}.ipynb: {fault}" for fault in found]
    if ".toml" in texts:
        found = answer_faults.faults_in(texts[".toml"], cells)
        faults += [f"{folder / 'homework.toml'}: {fault}" for fault in found]
    if faults:
        raise FaultyError("\n".join(faults))
    return Homework(folder.name, texts[".ipynb"], texts[".toml"])
