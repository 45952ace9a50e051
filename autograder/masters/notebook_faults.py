"""What is wrong in a master notebook, in one sentence each: place, fault and remedy.

The format is on the page for instructors: *A homework of your own*.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from autograder.masters import question_faults
from autograder.masters.cells import Cell, as_cell, source_of

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
FLAGS = {"grade": None, "solution": None, "locked": None, "task": False}
TYPED = "make it Read-only, an Autograded answer or Autograder tests"
PERMITTED = "write an ID of 1 to 64 letters a to z, digits, - and _"


def faults_in(text: str) -> tuple[list[str], list[Cell] | None]:
    """The faults of a notebook's text, and its cells, or None where none can be told.

    A fault of the file hides those of the metadata, and these those of the contents.
    """
    notebook = _parsed(text)
    if isinstance(notebook, str):
        return [notebook], None
    raw = list(enumerate(notebook["cells"], 1))
    for layer in (_of_structure, _of_metadata):
        found = [f"{_place(*at)}: {fault}" for at in raw for fault in layer(at[1])]
        if found:
            return found, None
    cells = [as_cell(cell, number) for number, cell in raw]
    if found := [*_of_names(cells)] or [*_of_format(notebook, cells)]:
        return found, None
    return [*question_faults.faults_in(cells)], cells


def _parsed(text):
    """The notebook, or a sentence."""
    try:
        notebook = json.loads(text)
    except json.JSONDecodeError as error:
        back = "take back the last change of the file, and edit it in JupyterLab"
        return f"line {error.lineno}: is no JSON ({error.msg}); {back}"
    match notebook:
        case {"nbformat": 4, "cells": [_, *_], "metadata": dict(metadata)}:
            kernel = metadata.get("kernelspec")
            kernel = kernel if isinstance(kernel, dict) else {}
            if kernel.get("language", kernel.get("name")) in ("python", "python3"):
                return notebook
            named = kernel.get("display_name", "not named")
            return f"its kernel is {named}; choose Python 3 in JupyterLab, and save"
        case {"nbformat": 4, "cells": []}:
            return "holds no cell; make one with `autograder new`"
        case {"nbformat": int(version)} if version != 4:
            return f"is of format {version}, not 4; open and save it in JupyterLab"
    return "is JSON but no notebook; make one with `autograder new`"


def _of_format(notebook, cells):
    """What else Jupyter asks of a notebook."""
    import nbformat  # not before it is needed: it takes long

    made = nbformat.from_dict(notebook)
    made.nbformat_minor = 5
    for raw, cell in zip(made.cells, cells, strict=True):
        raw.id = cell.name
    try:
        nbformat.validate(made)
    except nbformat.ValidationError as error:
        said = str(error).partition("\n")[0]
        yield f"is no notebook of Jupyter's ({said}); open and save it in JupyterLab"


def _place(number, cell):
    """Which cell, for a person: its number and, if it has one, its name."""
    name = ""
    if isinstance(cell, dict) and isinstance(cell.get("metadata"), dict):
        says = cell["metadata"].get("nbgrader")
        name = says.get("grade_id") if isinstance(says, dict) else cell.get("id")
    return f"cell {number}" + (f" {name!r}" if isinstance(name, str) and name else "")


def _of_structure(cell):
    match cell:
        case {
            "cell_type": "code" | "markdown" | "raw",
            "source": str() | list() as source,
            "metadata": dict(),
        } if all(isinstance(line, str) for line in [*source, cell.get("id", "")]):
            return
    wrong = "cell_type, id, metadata or source is missing or of another type"
    yield f"is damaged ({wrong}); make it anew in JupyterLab"


def _of_metadata(cell: dict[str, Any]) -> Iterator[str]:
    code, says = cell["cell_type"] == "code", cell["metadata"].get("nbgrader")
    anew = "choose its type anew in JupyterLab's Create Assignment panel"
    if says is None or says == {}:
        if code and source_of(cell).strip():
            yield f"is code that nbgrader does not know; {TYPED}"
        return
    if not isinstance(says, dict):
        yield f"its nbgrader metadata are no table; {anew}"
        return
    for key, missing in FLAGS.items():
        value = says.get(key, missing)
        if not isinstance(value, bool):
            yield f"nbgrader's {key} is {value!r}, not true or false; {anew}"
            return
    grade, solution, version = says["grade"], says["solution"], "schema_version"
    name, points = says.get("grade_id"), says.get("points", None if grade else 0)
    if says.get(version) != 3:
        old = f"its nbgrader metadata are of version {says.get(version)!r}, not 3"
        yield f"{old}; run `nbgrader update` on the notebook"
    if not (isinstance(name, str) and name):
        yield f"has no ID; {PERMITTED}"
    if says.get("task"):
        yield "is a manually graded task; make it a manually graded answer"
    elif not code and (grade != solution or (grade and cell["cell_type"] == "raw")):
        yield "is an answer or a test in code, in a cell of text; make it a code cell"
    elif code and grade and solution:
        yield "is scored by hand, and is a code cell; make it a Markdown cell"
    elif code and not (grade or solution or says["locked"]):
        yield f"has no type; {TYPED}"
    if isinstance(points, bool) or not (
        isinstance(points, int | float) and 0 <= points < math.inf
    ):
        yield f"its points are {points!r}; give it a number of points, 0 or more"
    elif points and not grade:
        yield f"has {points} points and is no test; give the points to its tests"


def _of_names(cells):
    for name, times in Counter(cell.name for cell in cells).items():
        if times > 1:
            yield f"cell {name!r}: {times} have this ID; give each its own"
        if not NAME.fullmatch(name):
            yield f"cell {name!r}: nbgrader takes no such ID; {PERMITTED}"
    for cell in cells:
        answer = cell.kind in ("solution", "written")
        pattern, like = (r"q\d+", "q1") if answer else (r"q\d+-[\w-]+", "q1-tests")
        needed = cell.question or cell.kind in question_faults.PAIRS
        if needed and not re.fullmatch(pattern, cell.name):
            yield f"cell {cell.name!r}: is of no question; give it an ID like {like}"
