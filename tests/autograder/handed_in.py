"""Notebooks as students hand them in, for the tests of the grader."""

import json
from pathlib import Path

from autograder.masters import homework, release

DEMO = Path(__file__).parent / "demo"


def demo():
    """The small homework that the tests grade."""
    return homework.load("01", DEMO)


def notebook(master, answers, variant=None):
    """The students' version of a homework with answers, by the name of their cell."""
    made = json.loads(release.as_text(release.student_version(master, variant)))
    for cell in made["cells"]:
        cell["source"] = answers.get(cell["id"], cell["source"])
    return made


def solved(master, question=None, source=None, words="It says a, b and c."):
    """The students' version with the master's solutions, or another of one question."""
    written = {cell.name: words for cell in master.cells if cell.kind == "written"}
    return notebook(master, master.solved(question, source) | written)


def hand_in(folder, student, made):
    """Write a notebook as a student's submission in a folder."""
    path = folder / student / "01_demo.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(made), encoding="utf-8")
    return path
