"""Try the exercises of chapters in the old form, which set the reader's own names.

This file and its test go when `Notebook.is_light` does.
"""

import math

import numpy as np
from attempts import as_in_a_kernel, exercises, names_bound, run


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


def faults_of_exercise(notebook, name, namespace):
    answer, check, solution = (
        notebook.cell(f"{name}-{part}") for part in ("answer", "check", "solution")
    )
    run(answer, namespace)
    said = run(check, namespace)
    if "Not attempted yet" not in said:
        yield f"on a blank answer the check says {said!r}"
    for asked in names_bound(answer.source):
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
