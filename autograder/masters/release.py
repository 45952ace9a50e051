"""The student's version of a homework, made by nbgrader's own release step."""

import json

import nbformat
from nbformat import NotebookNode
from nbgrader import preprocessors

from autograder.masters.homework import Homework

STEPS = (  # as in `nbgrader generate_assignment`, less those for its gradebook
    preprocessors.LockCells,
    preprocessors.ClearSolutions,
    preprocessors.ClearOutput,
    preprocessors.CheckCellMetadata,
    preprocessors.ClearHiddenTests,
    preprocessors.ComputeChecksums,
    preprocessors.CheckCellMetadata,
)


def student_version(
    homework: Homework, variant: str | None = None, notice: str = ""
) -> NotebookNode:
    """The notebook that students get, as a NotebookNode.

    Parameters
    ----------
    homework : Homework
    variant : str, optional
        A student: the numbers of the handout are then drawn for this student.
    notice : str, optional
        A paragraph for the end of the first cell, which is the title's.
    """
    notebook = with_numbers(homework, variant)
    if notice:
        notebook.cells[0].source += f"\n\n{notice}"
    for step in STEPS:
        notebook, _ = step().preprocess(notebook, {})
    if variant is not None:
        notebook.metadata["bce_variant"] = variant
    nbformat.validate(notebook)
    return notebook


def with_numbers(homework: Homework, variant: str | None = None) -> NotebookNode:
    """The master as nbgrader's own commands take it: numbers stand in the prompts."""
    notebook = nbformat.from_dict(json.loads(homework.notebook))
    notebook.nbformat_minor = 5  # from here on, cells have ids
    for cell, known in zip(notebook.cells, homework.cells, strict=True):
        cell.id, cell.source = known.name, homework.with_numbers(known, variant)
    return notebook


def stubs(homework: Homework) -> dict[str, str]:
    """What students get in the place of each answer and test, by the cell's name."""
    return {cell.id: cell.source for cell in student_version(homework).cells}


def as_text(notebook: NotebookNode) -> str:
    """The file of a notebook: the same text on every machine."""
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
