"""One test cell, run in this trusted process on functions that are elsewhere."""

import ast
import builtins
import traceback
import types
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

import numpy as np

from autograder.grading.checks import CheckFailedError, check, shown
from autograder.results import Status
from autograder.sandbox.guest import notebook, wire
from autograder.sandbox.session import CrashedError, TimedOutError

FAMILIAR = frozenset(  # what a test may catch by name
    error.__name__
    for error in (
        *(ArithmeticError, FloatingPointError, OverflowError, ZeroDivisionError),
        *(LookupError, IndexError, KeyError, TypeError, ValueError, AssertionError),
        *(RuntimeError, NotImplementedError, RecursionError),
    )
)
STUB = "NotImplementedError"  # what an untouched stub raises


@dataclass
class Outcome:
    """What became of a test cell, and all that was seen of the student's code."""

    status: Status
    line: int = 0  # of the test cell, where it ended
    case: str = ""
    came_out: str = ""
    expected: str = ""
    message: str = ""
    trace: list = field(default_factory=list)  # of (name, what came out)


Outcomes = dict[str, Outcome]  # of the test cells, by name


class RaisedError(Exception):
    """The student's function raised; `kind` is the class, by name."""

    kind = ""


class Missing:
    """Stands for a name that the student's code does not define."""


class Asked(Protocol):
    """A session: a `Session` of the sandbox, or a `LocalSession`."""

    def ask(self, question: dict) -> Any: ...


class LocalSession:
    """A session with code that we trust: it runs in this process."""

    def __init__(
        self, given: Iterable[str | types.CodeType], code: Iterable[str]
    ) -> None:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            self._notebook = notebook.Notebook(given, code)

    def ask(self, question: dict) -> dict:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return notebook.reply(self._notebook, question)


class Student:
    """The student's names, seen through a session, and a trace of what came out."""

    def __init__(self, session: Asked) -> None:
        self._session = session
        self.trace: list[tuple[str, object]] = []

    def look_up(
        self, names: Sequence[str]
    ) -> tuple[dict[str, object], list[tuple[str, str]]]:
        """For each name a proxy or a value; and the errors of the cells."""
        match self._session.ask({"names": names}):
            case {"names": dict(found), "errors": list(errors)}:
                values = {name: self._value(name, found.get(name)) for name in names}
                return values, [_two_texts(error) for error in errors[:20]]
        raise CrashedError("an answer of an unknown form")

    def _value(self, name, found):
        match found:
            case {"function": True}:
                return Proxy(self, name)
            case {"value": message}:
                value = _decoded(message)
                self.trace.append((f"{name} =", value))
                return value
            case {"missing": True}:
                return Missing()
        raise CrashedError("an answer of an unknown form")

    def call(
        self, name: str, positional: Iterable[object], named: Mapping[str, object]
    ) -> Any:
        """The result of a function of the student's, or what it raised, raised."""
        question = {
            "call": name,
            "args": [_encoded(value) for value in positional],
            "kwargs": {key: _encoded(value) for key, value in named.items()},
        }
        try:
            reply = self._session.ask(question)
        except (TimedOutError, CrashedError) as error:
            self.trace.append((name, error))
            raise
        match reply:
            case {"value": message}:
                value = _decoded(message)
                self.trace.append((name, value))
                return value
            case {"raised": raised}:
                error = _as_raised(*_two_texts(raised))
                self.trace.append((name, error))
                raise error
        raise CrashedError("an answer of an unknown form")


class Proxy:
    """Stands for a function of the student's in the tests.

    The function gets copies of its arguments. So it cannot change what the test
    computes the expected value from.
    """

    def __init__(self, student: Student, name: str) -> None:
        self._student = student
        self.__name__ = name

    def __call__(self, *positional: object, **named: object) -> Any:
        return self._student.call(self.__name__, positional, named)


def run(
    source: str,
    trusted: dict[str, Any],
    session: Asked,
    late: Sequence[str] = (),
    ended: Sequence[str] = (),
) -> Outcome:
    """The Outcome of a test cell.

    Parameters
    ----------
    source : str
        The master's test cell.
    trusted : dict
        The names that the handout's own cells define, from the master.
    session : Session or LocalSession
        The latter for code that we trust.
    late, ended : list of str
        What became of cells above that ran out of time or ended their process.
    """
    student = Student(session)
    try:
        outcome = _run(source, trusted, student, late, ended)
    except TimedOutError as error:
        outcome = Outcome(Status.TIMED_OUT, message=str(error))
    except CrashedError as error:
        outcome = Outcome(Status.CRASHED, message=str(error))
    outcome.trace = student.trace
    return outcome


def _run(source, trusted, student, late, ended):
    wanted = needed(source, trusted)
    found, errors = student.look_up(wanted)
    missing = [name for name in wanted if isinstance(found[name], Missing)]
    if missing:
        unsaid = {STUB, "KeyboardInterrupt"} if late else {STUB}
        told = [f"{kind}: {text}" for kind, text in errors if kind not in unsaid]
        told = [*late, *ended, *told]
        name = f"the name {missing[0]} is not defined"
        status = Status.CRASHED if told else Status.NOT_ATTEMPTED
        status = Status.TIMED_OUT if late else status
        return Outcome(status, message="; ".join([name, *told])[:500])
    names = trusted | found | {"check": check}
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            exec(_code(source), names)
    except (TimedOutError, CrashedError):
        raise
    except CheckFailedError as error:
        told = error.case, error.came_out, error.expected
        return Outcome(Status.FAILED, _line(error), *told)
    except RaisedError as error:
        status = Status.NOT_ATTEMPTED if error.kind == STUB else Status.CRASHED
        return Outcome(status, _line(error), message=f"{error.kind}: {error}")
    except AssertionError as error:
        line, case = _line(error), str(error)
        return Outcome(Status.FAILED, line, case, _seen(source, line, student, found))
    except Exception as error:  # the check could not use what came back
        line, case = _line(error), "what came back could not be used"
        return Outcome(Status.FAILED, line, case, _seen(source, line, student, found))
    return Outcome(Status.PASSED)


@cache
def _code(source):
    return compile(source, "<test>", "exec")


def needed(source: str, trusted: Iterable[str]) -> list[str]:
    """The names that a test cell takes from the student's code."""
    return sorted(_free(source) - set(trusted))


@cache
def _free(source):
    """The names that a test cell takes from elsewhere."""
    nodes = [*ast.walk(ast.parse(source))]
    names = [node for node in nodes if isinstance(node, ast.Name)]
    read = {node.id for node in names if isinstance(node.ctx, ast.Load)}
    bound = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    bound |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    bound |= {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    return read - bound - set(dir(builtins)) - {"check"}


def _encoded(value):
    if isinstance(value, Proxy):
        value = wire.Function(value.__name__)
    return wire.encode(value)


def _decoded(message):
    try:
        return wire.decode(message)
    except (wire.WireError, RecursionError) as error:
        raise CrashedError(f"an answer that cannot be read: {error}") from None


def _two_texts(value):
    match value:
        case [str(kind), str(text)]:
            return kind[:80], text[:500]
    raise CrashedError("an answer of an unknown form")


def _as_raised(kind, message):
    """The exception as the test would meet it in the student's own kernel."""
    bases = (
        (RaisedError, getattr(builtins, kind)) if kind in FAMILIAR else (RaisedError,)
    )
    return type("RaisedError", bases, {"kind": kind, "__str__": lambda self: message})()


def _line(error):
    frames = traceback.extract_tb(error.__traceback__)
    return next((f.lineno for f in frames if f.filename == "<test>"), 0)


def _seen(source, line, student, found):
    """What of the student's stands in the statement at this line, for a person."""
    for statement in ast.parse(source).body:
        if statement.lineno <= line <= statement.end_lineno:
            names = [x.id for x in ast.walk(statement) if isinstance(x, ast.Name)]
            values = [name for name in dict.fromkeys(names) if name in found]
            values = [x for x in values if not isinstance(found[x], Proxy)]
            if values:
                return ", ".join(f"{x} = {shown(found[x])}" for x in values)[:300]
    if not student.trace:
        return ""
    name, value = student.trace[-1]
    return f"{name.removesuffix(' =')} gave {shown(value)}"
