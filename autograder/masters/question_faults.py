"""What is wrong in the cells and questions of a master, in one sentence each."""

import math
import re
from collections.abc import Iterator, Sequence

from autograder.masters.cells import PROMPT, Cell, answer_and_rubric, no_python

# What may stand hidden in a cell, by its kind.
PAIRS = {"solution": "SOLUTION", "written": "SOLUTION", "test": "HIDDEN TESTS"}
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
    pair, inside = PAIRS.get(cell.kind), False
    begin, end = f"### BEGIN {pair}", f"### END {pair}"
    for number, line in enumerate(cell.source.split("\n"), 1):
        if not (found := MARKER.search(line)):
            continue
        begins = found[1].lower() == "begin"
        wanted, other = (begin, end) if begins else (end, begin)
        if pair is None:
            yield f"line {number}: {line.strip()!r} hides nothing here; delete it"
        elif line.strip() != wanted:
            yield f"line {number}: {line.strip()!r} is no marker here; write {wanted}"
        elif begins == inside:
            yield f"line {number}: {wanted} without {other} before it; add that"
        else:
            inside = begins
            continue
        return
    if inside:
        yield f"{begin} is never closed; add {end}"
    elif cell.kind in ("solution", "test", "given"):
        yield from _of_code(cell)


def _of_code(cell):
    stub = REGION.sub(r"\1raise NotImplementedError()", cell.source)
    versions = {"": cell.source, "what students get in place of the solution, ": stub}
    for what, source in versions.items():
        if fault := no_python(source):
            line = source.split("\n")[fault.line - 1 : fault.line]
            magic = "".join(line).lstrip()[:1] in {"%", "!"}
            mend = "delete it, magics do not run in the grader" if magic else "mend it"
            yield f"{what}line {fault.line}: is no Python ({fault.said}); {mend}"
            return


def _of_the_whole(cells):
    first = cells[0]
    if first.kind != "text" or not re.match(r"# .", first.source):
        yield "cell 1: is no title; begin it with a Markdown cell '# Homework …'"
    questions = dict.fromkeys(cell.question for cell in cells if cell.question)
    if not questions:
        yield "asks no question; make one with `autograder new`"
    for name in questions:
        yield from _of_question(name, [cell for cell in cells if cell.question == name])


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
    if answer.kind == "written" and "test" in kinds:
        yield f"{where}: has tests and is scored by hand; delete the tests"
    if answer.kind == "solution" and "test" not in kinds:
        yield f"{where}: has no test; add Autograder tests '{name}-tests'"
    asked = cells.index(prompt), cells.index(answer)
    if asked[0] > asked[1] or "test" in kinds[: asked[1]]:
        yield f"{where}: is out of order; put the answer below the prompt, tests last"
    if not points:
        yield f"{where}: has no points; give some to the cells that are graded"
    where, title = f"cell '{prompt.name}'", PROMPT.match(prompt.source)
    if title is None or title[2] is None:
        begins = f"begins with {prompt.source.partition(chr(10))[0]!r}"
        right = f"'## Question {number}: TITLE ({points} points)'"
        yield f"{where}: {begins}; begin it with {right}"
    elif not math.isclose(float(title[3]), points):
        says = f"says {title[3]} points, but the question has {points}"
        yield f"{where}: {says}; change one of the two"
    if answer.kind == "written":
        yield from _of_rubric(answer)


def _of_rubric(cell):
    _, rubric = answer_and_rubric(cell.source)
    given = sum(points for points, _ in rubric)
    if not rubric:
        yield f"cell '{cell.name}': has no rubric; {RUBRIC}"
    elif not math.isclose(given, cell.points):
        adds = f"its rubric adds up to {given:g} points, but the cell has {cell.points}"
        yield f"cell '{cell.name}': {adds}; change one of the two"
