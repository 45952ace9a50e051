"""Prompts, checks and solutions of chapters in the old form agree."""

import math
from functools import cache
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
import refresh
from attempts import exercises
from nbformat.v4 import new_code_cell
from notebook_file import Notebook
from old_form import faults, wrong

CHAPTERS = sorted((Path(__file__).parents[2] / "book").glob("[0-9][0-9]_*.ipynb"))
EXERCISES = [
    pytest.param(path, name, id=f"{path.stem}-{name}")
    for path in CHAPTERS
    for name in exercises(Notebook.read(path))
    if not Notebook.read(path).is_light
]


@cache
def faults_of(path):
    return faults(Notebook.read(path), path.parent)


@pytest.mark.parametrize(("path", "name"), EXERCISES)
def test_check_and_solution_agree(path, name):
    assert faults_of(path)[name] == []


# ---- each fault is found in an exercise that has it ---------------------------------

ANSWER = "def double(x):\n    return ..."
SOLUTION = "def double(x):\n    return x + x"
CHECK = """\
if double(1) is ...:
    print("Not attempted yet.")
else:
    assert double(3) == 6, "double(3) is 6"
    print("Correct.")"""


REFUSAL = {"tags": ["raises-exception"]}


def faults_in(folder, answer=ANSWER, check=CHECK, solution=SOLUTION):
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [
        new_code_cell("import matplotlib.pyplot as plt", id="imports"),
        new_code_cell("1 / 0", id="refusal", metadata=REFUSAL),
        new_code_cell(answer, id="exercise-1-answer"),
        new_code_cell(check, id="exercise-1-check"),
        new_code_cell(solution, id="exercise-1-solution"),
        new_code_cell("plt.plot([double(1)] * 2)\nplt.show()", id="figure"),
    ]
    return faults(Notebook(refresh.serialise(notebook)), folder)["exercise-1"]


def test_good_exercise_has_no_fault(tmp_path):
    assert faults_in(tmp_path) == []
    assert plt.get_fignums() == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "Not attempted yet.",
            "Correct.",
            "on a blank answer the check says 'Correct.",
        ),
        ("== 6", "", "on a wrong double the check says 'Correct."),
        (', "double(3) is 6"', "", "refuses a wrong double without a word"),
        ('"Correct."', '"Good."', "on the solution the check says 'Good."),
    ],
)
def test_faulty_check_is_found_out(tmp_path, old, new, fault):
    found = faults_in(tmp_path, check=CHECK.replace(old, new))
    assert any(fault in each for each in found), found


def test_faulty_solution_is_found_out(tmp_path):
    with pytest.raises(AssertionError, match=r"double\(3\) is 6"):
        faults_in(tmp_path, solution=SOLUTION.replace("x + x", "x * x"))


def test_every_part_of_an_answer_is_checked(tmp_path):
    found = faults_in(
        tmp_path,
        answer="once, twice = ..., ...\ndouble = abs",
        check="print('Not attempted yet.' if once is ... else 'Correct.')",
        solution="once, twice, double = 1, 2, abs",
    )
    wrong_parts = [each.split()[3] for each in found]
    assert wrong_parts == ["once", "twice", "double"]


@pytest.mark.parametrize(
    "value",
    [
        0,
        1.5,
        math.inf,
        -math.inf,
        True,
        np.True_,
        np.float32(2),
        "yes",
        (1, 2.0),
        ["a"],
    ],
)
def test_wrong_differs(value):
    assert wrong(value) != value
    assert type(wrong(value)) is type(value) or value in (math.inf, True)


def test_wrong_array_differs_everywhere():
    array = np.array([[0.0, np.inf, -np.inf], [1.0, 2.0, 1e-300]])
    assert wrong(array).shape == array.shape
    assert (wrong(array) != array).all()
    assert (wrong(array > 1) != (array > 1)).all()


def test_wrong_function_has_wrong_values():
    assert wrong(lambda x, y: x + y)(1, y=2) == 4
