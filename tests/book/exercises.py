"""Walk through a chapter as learners do: a blank, a wrong and a right answer."""

import ast
import contextlib
import io
import math
import re

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest


def exercises(notebook):
    """The names of the exercises that have a cell to write in."""
    return [
        cell.id.removesuffix("-answer")
        for cell in notebook.code
        if re.fullmatch(r"exercise-\d+-answer", cell.id)
    ]


def faults(notebook, folder):
    """Run a chapter from top to bottom and try each exercise on the way.

    Return, for each exercise, what is wrong with its check and its solution.
    """
    namespace, found = {"__name__": "__main__"}, {}
    with as_in_a_kernel(folder):
        for cell in notebook.code:
            name = cell.id.removesuffix("-answer")
            if name in exercises(notebook):
                found[name] = [*faults_of_exercise(notebook, name, namespace)]
            else:
                run(cell, namespace)
    return found


@contextlib.contextmanager
def as_in_a_kernel(folder):
    """Run in the notebook's folder; figures close once shown, styles do not leak."""
    with pytest.MonkeyPatch.context() as patch, matplotlib.rc_context():
        patch.chdir(folder)
        patch.setattr(plt, "show", lambda: plt.close("all"))
        plt.switch_backend("agg")
        yield


def faults_of_exercise(notebook, name, namespace):
    answer, check, solution = (
        notebook.cell(f"{name}-{part}") for part in ("answer", "check", "solution")
    )
    run(answer, namespace)
    said = run(check, namespace)
    if "Not attempted yet" not in said:
        yield f"on a blank answer the check says {said!r}"
    for asked in names_bound(answer.tree):
        run(solution, namespace)
        namespace[asked] = wrong(namespace[asked])
        try:
            said = run(check, namespace)
        except AssertionError as refusal:
            if not str(refusal):
                yield f"the check refuses a wrong {asked} without a word"
        else:
            yield f"on a wrong {asked} the check says {said!r}"
    run(solution, namespace)
    said = run(check, namespace)
    if "Correct" not in said:
        yield f"on the solution the check says {said!r}"


def run(cell, namespace):
    """Run one cell and return what it prints."""
    printed = io.StringIO()
    expected = (Exception,) if "raises-exception" in cell.tags else ()
    with contextlib.redirect_stdout(printed), contextlib.suppress(*expected):
        exec(compile(cell.source, f"<cell {cell.id}>", "exec"), namespace)
    return printed.getvalue()


def names_bound(tree):
    """The functions and variables that the learner is asked for."""
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef):
            yield statement.name
        else:
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    yield node.id


def wrong(value):
    """Something of the same shape that is not the right answer."""
    if callable(value):
        return lambda *args, **kwargs: wrong(value(*args, **kwargs))
    if isinstance(value, str):
        return f"not {value}"
    if isinstance(value, list | tuple):
        return type(value)(map(wrong, value))
    if isinstance(value, bool | np.bool_):
        return not value
    if isinstance(value, np.ndarray):
        return np.array([wrong(each) for each in value.flat]).reshape(value.shape)
    if isinstance(value, float | np.floating) and math.isinf(value):
        return 0.0
    return value + 1
