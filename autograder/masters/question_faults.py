"""What is wrong in the cells and questions of a master, in one sentence each."""

import math
import re
import warnings
from collections.abc import Iterator, Sequence

from autograder.masters.cells import PROMPT, Cell, answer_and_rubric

PAIRS = {  # what may stand hidden in a cell, by its kind
    "solution": "SOLUTION",
    "written": "SOLUTION",
    "test": "HIDDEN TESTS",
}
MARKER = re.compile(
    r"\b(begin|end)[\s_-]+(solutions?|hidden[\s_-]*tests?|mark[\s_-]*scheme)\b", re.I
)
REGION = re.compile(r"(?m)^( *)### BEGIN SOLUTION *\n(?:.*\n)*?.*### END SOLUTION.*$")
RUBRIC = "end it with a line **Rubric**, and below that a line '- 1: …' for each point"


def faults_in(cells: Sequence[Cell]) -> Iterator[str]:
    """Yield the faults of cells whose metadata have none."""
    for cell in cells:
        yield from (f"cell '{cell.name}': {fault}" for fault in _of_text(cell))
    yield from _of_the_whole(cells)


def _of_text(cell: Cell) -> Iterator[str]:
    pair = PAIRS.get(cell.kind)
    inside = False
    for number, line in enumerate(cell.source.split("\n"), 1):
        if not (found := MARKER.search(line)):
            continue
        begins = found[1].lower() == "begin"
        wanted = f"### {'BEGIN' if begins else 'END'} {pair}"
        if pair is None:
            yield f"line {number}: {line.strip()!r} hides nothing here; delete it"
            return
        if line.strip() != wanted:
            yield f"line {number}: {line.strip()!r} is no marker here; write {wanted}"
            return
        if begins == inside:
            other = f"### {'END' if begins else 'BEGIN'} {pair}"
            yield f"line {number}: {wanted} without {other} before it; add that"
            return
        inside = begins
    if inside:
        yield f"### BEGIN {pair} is never closed; add ### END {pair}"
    elif cell.kind in ("solution", "test", "given"):
        yield from _of_code(cell)


def _of_code(cell):
    stub = REGION.sub(r"\1raise NotImplementedError()", cell.source)
    versions = {"": cell.source, "what students get in place of the solution, ": stub}
    for what, source in versions.items():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                compile(source, cell.name, "exec")
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None) or 1
            lines = source.split("\n")
            magic = line <= len(lines) and lines[line - 1].lstrip()[:1] in ("%", "!")
            remedy = (
                "delete it, magics do not run in the grader" if magic else "mend it"
            )
            yield f"{what}line {line}: is no Python ({error.args[0]}); {remedy}"
            return


def _of_the_whole(cells):
    first = cells[0]
    if first.kind != "text" or not re.match(r"# .", first.source):
        yield "cell 1: is no title; begin it with a Markdown cell '# Homework …'"
    questions = dict.fromkeys(cell.question for cell in cells if cell.question)
    if not questions:
        yield "asks no question; make one with `autograder new`"
    for question in questions:
        yield from _of_question(
            question, [cell for cell in cells if cell.question == question]
        )


def _of_question(name, cells):
    kinds = [cell.kind for cell in cells]
    prompt = next((cell for cell in cells if cell.name == f"{name}-prompt"), None)
    answers = [cell for cell in cells if cell.kind in ("solution", "written")]
    where, number = f"question {name}", name[1:]
    if prompt is None or prompt.kind != "text":
        yield f"{where}: has no prompt; add a Markdown cell '## Question {number}: …'"
        return
    if len(answers) != 1:
        yield f"{where}: has {len(answers)} cells for the answer; give it one"
        return
    answer, points = answers[0], sum(cell.points for cell in cells)
    if (answer.kind == "written") == ("test" in kinds):
        yield (
            f"{where}: has tests and is scored by hand; delete the tests"
            if "test" in kinds
            else f"{where}: has no test; add Autograder tests '{name}-tests'"
        )
    asked = cells.index(prompt), cells.index(answer)
    if asked[0] > asked[1] or "test" in kinds[: asked[1]]:
        yield f"{where}: is out of order; put the answer below the prompt, tests last"
    if not points:
        yield f"{where}: has no points; give some to the cells that are graded"
    title = PROMPT.match(prompt.source)
    if title is None or title[2] is None:
        line = prompt.source.partition("\n")[0]
        yield (
            f"cell '{prompt.name}': begins with {line!r}; begin it with '## Question "
            f"{number}: TITLE ({points} points)'"
        )
    elif not _same(title[3], points):
        yield (
            f"cell '{prompt.name}': says {title[3]} points, but the question has "
            f"{points}; change one of the two"
        )
    if answer.kind == "written":
        yield from _of_rubric(answer)


def _of_rubric(cell):
    _, rubric = answer_and_rubric(cell.source)
    given = sum(points for points, _ in rubric)
    if not rubric:
        yield f"cell '{cell.name}': has no rubric; {RUBRIC}"
    elif not _same(given, cell.points):
        yield (
            f"cell '{cell.name}': its rubric adds up to {given:g} points, but the cell "
            f"has {cell.points}; change one of the two"
        )


def _same(one, other):
    return math.isclose(float(one), other)
