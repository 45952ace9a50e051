"""The cells of a master notebook, as nbgrader's metadata and its headings say."""

import re
import warnings
from dataclasses import dataclass
from typing import NamedTuple

PROMPT = re.compile(r"#+ Question (\d+)\b(?:: (.+?) \(([\d.]+) points?\) *$)?", re.M)


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


def as_cell(raw: dict, number: int) -> Cell:
    """The Cell of a notebook's cell, which is the `number`th."""
    source = source_of(raw)
    says = raw["metadata"].get("nbgrader") or {}
    name = says.get("grade_id") or raw.get("id") or f"cell-{number}"
    kind = _kind(raw, says)
    if kind == "text" and (heading := PROMPT.match(source)):
        name = f"q{heading[1]}-prompt"
    return Cell(name, kind, source, says.get("points", 0) if says.get("grade") else 0)


def source_of(raw: dict) -> str:
    """Its text, whose lines end in a line feed."""
    return "".join(raw["source"]).replace("\r\n", "\n").replace("\r", "\n")


def _kind(raw, says):
    if says.get("solution"):
        return "written" if says["grade"] else "solution"
    if says.get("grade"):
        return "test"
    return "given" if says and raw["cell_type"] == "code" else "text"


def answer_and_rubric(source: str) -> tuple[str, tuple]:
    """A written model answer, and its rubric: tuples of (points, text)."""
    body = re.sub(r"(?m)^ *### (BEGIN|END) SOLUTION *\n?", "", source)
    answer, _, rubric = body.partition("**Rubric**")
    items = re.findall(r"(?m)^- ([\d.]+): (.+(?:\n  .+)*)", rubric)
    return answer.strip(), tuple((float(points), text) for points, text in items)


class Fault(NamedTuple):
    """Where a source is no Python, and why."""

    line: int
    said: str


def no_python(source: str) -> Fault | None:
    """The first fault of a source that is no Python; else None."""
    try:
        with warnings.catch_warnings(action="ignore"):
            compile(source, "source", "exec")
    except (SyntaxError, ValueError) as error:
        return Fault(getattr(error, "lineno", None) or 1, error.args[0])
    return None
