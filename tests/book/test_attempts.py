"""Every exercise knows right from wrong, and says so in its own words."""

import re
from functools import cache
from pathlib import Path

import equipment
import matplotlib.pyplot as plt
import nbformat
import pytest
import refresh
from attempts import attempts_at, exercises, tried
from nbformat.v4 import new_code_cell
from notebook_file import Notebook

BOOK = Path(__file__).parents[2] / "book"
CHAPTERS = sorted(BOOK.glob("[0-9][0-9]_*.ipynb"))
EXERCISES = [
    pytest.param(path, name, id=f"{path.stem}-{name}")
    for path in CHAPTERS
    for name in exercises(Notebook.read(path))
]


@cache
def tried_chapter(path):
    return tried(Notebook.read(path), path.parent, attempts_at(path))


def skip_without_its_libraries(path):
    """Skip a chapter that cannot run here; in CI `test_equipment` fails instead."""
    imports = {name.partition(".")[0] for name in Notebook.read(path).code[0].imports}
    if {"jax", "torch"} & imports and (missing := equipment.array_libraries()):
        pytest.skip(missing)


@pytest.mark.parametrize(("path", "name"), EXERCISES)
def test_exercise_knows_right_from_wrong(path, name):
    skip_without_its_libraries(path)
    faults, _ = tried_chapter(path)
    assert faults[name] == []


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_attempts_are_at_exercises_of_the_chapter(path):
    assert {*attempts_at(path)} == {*exercises(Notebook.read(path))}


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_no_check_congratulates_one_who_wrote_nothing(path):
    skip_without_its_libraries(path)
    _, congratulations = tried_chapter(path)
    assert congratulations == []


# ---- each fault is found in an exercise that has it ---------------------------------

ANSWER = "def double(x):\n    return ..."
SOLUTION = "# Solution 1\ndef our_double(x):\n    return x + x"
CHECK = """\
check_function("double", double, lambda x: 2 * x, [3.0, 2.0],
               hints={"that is the square": lambda x: x * x})"""
DOUBLE = "def double(x):\n    return "
ATTEMPTS = {
    "right": [f"{DOUBLE}{form}" for form in ("2 * x", "x + x", "x / 0.5")],
    "wrong": [
        [f"{DOUBLE}x * x", "that is the square"],
        [f"{DOUBLE}x", "for x = 3 you get 3"],
        ["double = 6", "should be a function"],
    ],
}
REFUSAL = {"tags": ["raises-exception"]}


def made(answer=ANSWER, check=CHECK, solution=SOLUTION):
    notebook = nbformat.v4.new_notebook()
    imports = "import matplotlib.pyplot as plt\nfrom bcelib.exercises import *"
    notebook.cells = [
        new_code_cell(imports, id="imports"),
        new_code_cell("1 / 0", id="refusal", metadata=REFUSAL),
        new_code_cell(answer, id="exercise-1-answer"),
        new_code_cell(check, id="exercise-1-check"),
        new_code_cell(solution, id="exercise-1-solution"),
        new_code_cell("plt.plot([1, 2])\nplt.show()", id="figure"),
    ]
    return Notebook(refresh.serialise(notebook))


def faults_in(folder, attempts=ATTEMPTS, **cells):
    faults, _ = tried(made(**cells), folder, {"exercise-1": attempts})
    return faults["exercise-1"]


def congratulations(folder, **cells):
    return tried(made(**cells), folder, {"exercise-1": ATTEMPTS})[1]


def test_good_exercise_has_no_fault(tmp_path):
    assert faults_in(tmp_path) == []
    assert congratulations(tmp_path) == []
    assert plt.get_fignums() == []


@pytest.mark.parametrize(
    ("check", "fault"),
    [
        ("print('Correct.')", "on a blank the check says 'Correct."),
        ("print('Correct.')", "on the wrong 'double = 6' the check says 'Correct."),
        ("print('Correct.')", "on double = None the check says 'Correct."),
        ("print('Not yet: no.')", "on the solution the check says 'Not yet"),
        (
            "print('Not yet: no.')",
            r"on the right 'def double\(x\):\\n    return x / 0.5'",
        ),
        ("print('Not yet: no.')", "says 'Not yet: no.\\\\n', not 'that is the square'"),
        (
            "assert double(3.0) == 6, 'no'\nprint('Correct.')",
            "raised AssertionError: no",
        ),
        (CHECK + "\nprint('Hm.')", "on a blank"),
    ],
)
def test_faulty_check_is_found_out(tmp_path, check, fault):
    found = faults_in(tmp_path, check=check)
    assert any(re.search(fault, each) for each in found), found


@pytest.mark.parametrize(
    ("solution", "fault"),
    [
        (SOLUTION.replace("x + x", "x * x"), "on the solution the check says 'Not yet"),
        ("our_double = 1", "on the solution"),
    ],
)
def test_faulty_solution_is_found_out(tmp_path, solution, fault):
    found = faults_in(tmp_path, solution=solution)
    assert any(fault in each for each in found), found


def test_too_few_attempts_are_found_out(tmp_path):
    found = faults_in(tmp_path, attempts={"right": ATTEMPTS["right"][:2]})
    assert found == [
        "2 right attempts, where 3 are the least",
        "0 wrong attempts, where 3 are the least",
    ]


@pytest.mark.parametrize(
    "cells",
    [
        {"solution": SOLUTION + "\ndouble = our_double"},
        {"answer": "", "solution": SOLUTION + "\ndouble = our_double"},
        {"check": "print('Correct.' if 'our_double' in globals() else 'Not yet: no.')"},
    ],
)
def test_praise_for_one_who_wrote_nothing_is_found_out(tmp_path, cells):
    assert congratulations(tmp_path, **cells) == ["exercise-1-check"]


def test_each_of_several_names_is_tried(tmp_path):
    cells = {
        "answer": "once, twice = ..., ...",
        "check": "check('once', once, 1)\ncheck('twice', once, 1)",
        "solution": "our_once, our_twice = 1, 2\nour_double = abs",
    }
    attempts = {"right": ["once = 1"] * 3, "wrong": [["once = 2", "once is 2"]] * 3}
    found = faults_in(tmp_path, attempts, **cells)
    assert found
    assert all(each.startswith("on twice = ") for each in found)
