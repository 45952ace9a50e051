"""The student's version of a homework, made by nbgrader's own release step."""

import json

import nbformat
from nbgrader import preprocessors

STEPS = (  # as in `nbgrader generate_assignment`, less those for its gradebook
    preprocessors.LockCells,
    preprocessors.ClearSolutions,
    preprocessors.ClearOutput,
    preprocessors.CheckCellMetadata,
    preprocessors.ClearHiddenTests,
    preprocessors.ComputeChecksums,
    preprocessors.CheckCellMetadata,
)


def student_version(homework, variant=None):
    """The notebook that students get, as a NotebookNode.

    Parameters
    ----------
    homework : Homework
    variant : str, optional
        A student: the numbers of the handout are then drawn for this student.
    """
    notebook = nbformat.reads(homework.notebook, as_version=4)
    for cell, known in zip(notebook.cells, homework.cells, strict=True):
        cell.source = homework.with_numbers(known, variant)
    for step in STEPS:
        notebook, _ = step().preprocess(notebook, {})
    if variant is not None:
        notebook.metadata["bce_variant"] = variant
    nbformat.validate(notebook)
    return notebook


def stubs(homework):
    """What students get in the place of each answer and test, by the cell's name."""
    return {cell.id: cell.source for cell in student_version(homework).cells}


def overview(homeworks):
    """The term plan of the instructors' guide, in Markdown."""
    rows = ["| week | homework | points | minutes |", "|---|---|---|---|"]
    for week, each in enumerate(homeworks, 1):
        link = f"[{_title(each)}](homework/{each.name}.ipynb)"
        rows.append(f"| {week} | {link} | {each.points} | {each.minutes} |")
    return "\n".join(rows)


def aims(homeworks):
    """What each question is worth and the misconception it aims at, in Markdown."""
    rows = []
    for each in homeworks:
        rows += [f"**{_title(each)}**", ""]
        for question in each.questions:
            worth = f"{question.points}{', written' if question.written else ''}"
            rows.append(f"- {question.title} ({worth}). *{question.misconception}*")
        rows.append("")
    return "\n".join(rows).rstrip()


def _title(homework):
    return homework.title.removeprefix("Homework ")


def as_text(notebook):
    """The file of a notebook: the same text on every machine."""
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
