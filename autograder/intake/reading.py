"""A notebook's bytes become a student's work: all that reads what may be hostile.

`serve` runs in a jail: it can write no file and reach nobody. So this module, and what
it imports, needs nothing but Python, and is soon there.
"""

import base64
import dataclasses
import json
import os
import resource
from collections.abc import Sequence
from typing import Any, BinaryIO

from autograder.intake import matching, notebook
from autograder.intake.matching import Work
from autograder.masters.cells import Cell

MEMORY = 4 << 30  # bytes, for one notebook


def read(released: Sequence[Cell], data: bytes, variant: str | None = None) -> Work:
    """The work that a notebook's bytes hold. Raises Unreadable.

    Parameters
    ----------
    released : tuple of Cell
        The cells as handed out, in order.
    data : bytes
    variant : str, optional
        The student whose numbers they have.
    """
    work = matching.match(released, notebook.read_cells(data))
    work.notes = [*matching.notes(work, data, variant)]
    work.python = notebook.python_of(data)
    return work


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer each line of `questions`, a `task`, by a line; each in its own fork.

    The line of one that died is null, or no JSON.
    """
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for line in questions:
        child = os.fork()
        if child == 0:
            answers.write(json.dumps(_answer(**json.loads(line))).encode() + b"\n")
            answers.flush()
            os._exit(0)
        if os.waitpid(child, 0)[1]:
            answers.write(b"null\n")
            answers.flush()


def task(released: Sequence[Cell], data: bytes, variant: str | None) -> bytes:
    """A call of `read`, as a line for `serve`."""
    words = {
        "released": [dataclasses.astuple(cell) for cell in released],
        "data": base64.b64encode(data).decode(),
        "variant": variant,
    }
    return json.dumps(words).encode() + b"\n"


def answered(line: bytes) -> Work:
    """What `read` returned or raised, of a line from `serve`. EOFError if neither."""
    try:
        answer = json.loads(line)
    except ValueError:
        answer = None
    match answer:
        case {"unreadable": str(problem)}:
            raise notebook.Unreadable(problem)
        case {"work": dict(work)}:
            return Work(**work)
    raise EOFError("the process that reads the notebook ended")


def _answer(released: list[Any], data: str, variant: str | None) -> dict[str, Any]:
    try:
        cells = [Cell(*each) for each in released]
        work = read(cells, base64.b64decode(data), variant)
    except notebook.Unreadable as error:
        return {"unreadable": str(error)}
    return {"work": dataclasses.asdict(work)}
