"""Try each exercise of a chapter as readers would: blank, right, wrong and nonsense.

The attempts at chapter NN stand in `answers/NN.toml`, at least three right ones in
different forms and three wrong ones for each exercise:

    [exercise-1]
    right = ["ratio = 7 / 5", …]
    wrong = [["ratio = 0.7", "a part of what the check must say"], …]

An attempt is code that replaces the cell to write in.
"""

import contextlib
import io
import itertools
import re
import symtable
import tomllib
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

ANSWERS = Path(__file__).parent / "answers"


def exercises(notebook):
    """The names of the exercises that have a cell to write in."""
    return [
        cell.id.removesuffix("-answer")
        for cell in notebook.code
        if re.fullmatch(r"exercise-\d+-answer", cell.id)
    ]


def attempts_at(path):
    """What the file beside this one has on a chapter."""
    file = ANSWERS / f"{path.stem[:2]}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


@contextlib.contextmanager
def as_in_a_kernel(folder):
    """Run in the notebook's folder; figures close once shown, styles do not leak."""
    with pytest.MonkeyPatch.context() as patch, matplotlib.rc_context():
        patch.chdir(folder)
        patch.setattr(plt, "show", lambda: plt.close("all"))
        plt.switch_backend("agg")
        yield


def run(cell, namespace):
    """Run one cell and return what it prints."""
    expected = (Exception,) if "raises-exception" in cell.tags else ()
    with contextlib.suppress(*expected):
        return run_code(cell.source, f"<cell {cell.id}>", namespace)


def run_code(code, name, namespace):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, name, "exec"), namespace)
    return printed.getvalue()


def outcome(cell, namespace):
    """What a check says, or which exception it raises."""
    try:
        return run(cell, namespace)
    except Exception as error:
        return f"raised {type(error).__name__}: {error}"


def names_bound(code):
    """The functions and variables that code sets at its top level."""
    symbols = symtable.symtable(code, "cell", "exec").get_symbols()
    return [each.get_name() for each in symbols if each.is_assigned()]


def tried(notebook, folder, attempts):
    """Run a chapter from top to bottom and try each exercise where it stands.

    Return, for each exercise, what is wrong with its check, solution or attempts; and
    the checks that say "Correct." to one who runs all, writes nothing, and then runs
    the checks again, by themselves or with the blank cells before them.
    """
    namespace, found = {"__name__": "__main__"}, {}
    names = exercises(notebook)
    checks = [notebook.cell(f"{name}-check") for name in names]
    blanks = [notebook.cell(f"{name}-answer") for name in names]
    with as_in_a_kernel(folder):
        for cell in notebook.code:
            if cell in checks:
                name = cell.id.removesuffix("-check")
                trial = Trial(notebook, name, namespace)
                found[name] = [*trial.faults(attempts.get(name, {}))]
            else:
                run(cell, namespace)
        again = [*checks, *itertools.chain(*zip(blanks, checks, strict=True))]
        said = [(cell.id, outcome(cell, namespace)) for cell in again]
    return found, sorted({name for name, words in said if "Correct" in words})


NONSENSE = [None, "a text", np.zeros((7, 3)), np.nan, [], object(), {"a": 1}]


def nonsense(is_function):
    yield from NONSENSE
    yield raises
    for value in NONSENSE if is_function else ():
        yield lambda *args, value=value: value


def raises(*args):
    raise LookupError("lost")


class Trial:
    """One exercise and the state of the notebook before its check."""

    def __init__(self, notebook, name, namespace):
        parts = (f"{name}-{part}" for part in ("answer", "check", "solution"))
        self.answer, self.check, self.solution = map(notebook.cell, parts)
        self.namespace = namespace
        self.asked = names_bound(self.answer.source)

    def said(self, code="", **names):
        """What the check says after some code and some names set."""
        namespace = self.namespace | names
        run_code(code, "<attempt>", namespace)
        return outcome(self.check, namespace)

    def our_names(self):
        """The reader's names with the values of the solution."""
        namespace = dict(self.namespace)
        run(self.solution, namespace)
        return {name: namespace.get(f"our_{name}") for name in self.asked}

    def faults(self, attempts):
        if not only(said := self.said(), "Not attempted yet."):
            yield f"on a blank the check says {said!r}"
        ours = self.our_names()
        if not only(said := self.said(**ours), "Correct."):
            yield f"on the solution the check says {said!r}"
        right, wrong = attempts.get("right", []), attempts.get("wrong", [])
        for kind, tried in (("right", right), ("wrong", wrong)):
            if len(tried) < 3:
                yield f"{len(tried)} {kind} attempts, where 3 are the least"
        for code in right:
            if not only(said := self.said(code), "Correct."):
                yield f"on the right {code!r} the check says {said!r}"
        for code, words in wrong:
            said = self.said(code)
            if not is_refusal(said) or words not in said:
                yield f"on the wrong {code!r} the check says {said!r}, not {words!r}"
        functions = {name for name, value in ours.items() if callable(value)}
        for name in self.asked:
            for value in nonsense(name in functions):
                said = self.said(**(ours | {name: value}))
                if not is_refusal(said):
                    yield f"on {name} = {value!r} the check says {said!r}"


def only(said, sentence):
    return {*said.splitlines()} == {sentence}


def is_refusal(said):
    """Whether the check answers in its own words, and not with all being right."""
    lines = said.splitlines()
    ours = all(
        re.match(r"Correct\.$|Not (yet: |attempted yet\.$)", each) for each in lines
    )
    return ours and any(each.startswith("Not yet: ") for each in lines)
