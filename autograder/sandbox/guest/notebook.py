"""A student's notebook, run as a person would run it: each cell, from the top."""

import types
from collections.abc import Iterable

from . import ipython, wire


class Notebook:
    """The names that a student's cells leave behind.

    Parameters
    ----------
    given : list of str
        Cells that the handout brought along; they run first.
    code : list of str
        The student's cells. One that fails does not stop those after it.
    python : str
        The version of Python that the notebook was made with, if it says so.
    """

    def __init__(
        self,
        given: Iterable[str | types.CodeType],
        code: Iterable[str] = (),
        *,
        python: str = "",
    ) -> None:
        self.names: dict[str, object] = {"__name__": "__main__"}
        self.names |= ipython.brought(self.names)
        self.errors: list[list[str]] = []
        self._newer = ipython.newer(python)
        for source in given:
            exec(source, self.names)
        for source in code:
            self.run(source)

    def run(self, source: str) -> None:
        """Run a cell of the student's, and keep its error."""
        try:
            ipython.awaited(eval(ipython.compiled(source), self.names))
        except SyntaxError as error:
            kind, message = told(error)
            self.errors.append([kind, message + self._newer])
        except BaseException as error:  # SystemExit too: it ends the cell, not us
            self.errors.append(told(error))


def told(error: BaseException) -> list[str]:
    """Class and message of an exception, and the student's line that raised it."""
    kind = type(error).__name__
    try:
        message = str(error)
    except BaseException:
        message = "(its message cannot be shown)"
    line = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else None
    trace = error.__traceback__
    while isinstance(trace, types.TracebackType):
        if trace.tb_frame.f_code.co_filename == ipython.CELL:
            line = trace.tb_lineno
        trace = trace.tb_next
    where = f" (line {line} of the cell)" if isinstance(line, int) else ""
    return [kind[:80], f"{message[:400]}{where}"]


def reply(notebook: Notebook, question: dict) -> dict:
    """What the other side is told: names and their kinds, or the result of a call."""
    try:
        if "names" in question:
            kinds = {name: _kind(notebook, name) for name in question["names"]}
            return {"names": kinds, "errors": notebook.errors[:20]}
        return _result(notebook, question)
    except BaseException as error:
        return {"raised": told(error)}


def _kind(notebook, name):
    if name not in notebook.names:
        return {"missing": True}
    value = notebook.names[name]
    return {"function": True} if callable(value) else {"value": wire.encode(value)}


def _result(notebook, question):
    functions = {name: f for name, f in notebook.names.items() if callable(f)}
    positional = wire.decode(question["args"], functions=functions)
    named = {
        name: wire.decode(value, functions=functions)
        for name, value in question["kwargs"].items()
    }
    value = functions[question["call"]](*positional, **named)
    return {"value": wire.encode(value)}
