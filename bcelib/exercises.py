"""Checks of a reader's answers, each in one sentence that says what to look at.

A check prints "Not attempted yet." while a ``...`` is left, "Correct." or "Not yet: …".
It never raises for what a reader wrote, so *Run all* goes on; a mistake of an author
is a TypeError or a ValueError, and so is a `judge` that refuses `expected`. A right
answer counts in any form: int, float, fraction, NumPy or SymPy number, 0-d array, and
a list for an array. Infinity equals infinity, and NaN equals NaN.

Every exercise ends in a check, in chapter 1 and all after it. Of feedback, what helps
most says what to do next :cite:p:`shute2008`.

* **name** is the reader's name for the answer.
* **tolerance** says how far off a number may be: as far as the prompt says.
* **relative** says whether `tolerance` is a share of the right number.
"""

import copy
import inspect
import math
import reprlib
import warnings
from collections.abc import Callable, Sequence

import numpy as np


def check(
    name: str,
    answer: object,
    expected: object,
    *,
    tolerance: float = 1e-9,
    relative: bool = False,
    hints: dict | None = None,
    judge: Callable | None = None,
) -> None:
    """Say whether a number, an array or a tuple of these is the right one.

    Parameters
    ----------
    name : str
        The reader's name for it; for a tuple the names, such as ``"low, high"``.
    answer : object
        What the reader wrote.
    expected : float, array_like or tuple of these
        The right answer. Its form is the form that is asked for.
    hints : dict of str to object, optional
        Known wrong answers, each after the sentence that helps. In a wrong tuple
        ``...`` stands for anything.
    judge : callable, optional
        Decides where several answers are right; `expected` is then one of them. It
        takes the numbers and returns what is wrong with them, or "".

    Examples
    --------
    >>> check("mean", ..., 0.7)
    Not attempted yet.
    >>> check("mean", 7, 0.7, hints={"that is the sum; divide by ten": 7})
    Not yet: mean is 7: that is the sum; divide by ten.
    >>> check("mean", [0.7, 0.7], 0.7)
    Not yet: mean should be one number, not [0.7, 0.7] (list).
    >>> check("mean", 0.71, 0.7, tolerance=0.02)
    Correct.
    """
    close = _closeness(tolerance, relative)
    hints = {hint: lambda value=value: value for hint, value in (hints or {}).items()}
    _check(name, lambda: answer, lambda: expected, [()], hints, judge, close)


def check_function(
    name: str,
    answer: object,
    expected: Callable,
    cases: Sequence,
    *,
    tolerance: float = 1e-9,
    relative: bool = False,
    hints: dict | None = None,
    judge: Callable | None = None,
    no_warnings: bool = False,
) -> None:
    """Say whether a function returns the right numbers, or where it first does not.

    Parameters
    ----------
    answer : callable
        What the reader wrote. It is called once a case, with copies of the arguments.
    expected : callable
        A right function. The form of what it returns is the form that is asked for.
    cases : sequence
        A tuple of arguments for each call, or the one argument itself.
    hints : dict of str to callable, optional
        Known wrong functions, each after the sentence that helps.
    judge : callable, optional
        Decides where several answers are right. It takes what was returned and the
        arguments, and returns what is wrong, or "".
    no_warnings : bool, default False
        Whether an overflow, a division by zero or a NaN on the way counts as wrong.

    Examples
    --------
    >>> cases = [0.5, -1.0, np.array([2.0, -3.0])]
    >>> check_function("size", lambda x: ..., abs, cases)
    Not attempted yet.
    >>> check_function("size", lambda x: x, abs, cases)
    Not yet: for x = -1 you get -1.
    >>> check_function("size", lambda x: x if x > 0 else -x, abs, cases)
    Not yet: for x = [2, -3] you get a ValueError: `if`, `and` and `or` decide \
about one number; for an array use np.where.
    >>> check_function("size", lambda x: max(x, -x), abs, cases[:2])
    Correct.
    """
    close = _closeness(tolerance, relative)
    cases = [case if isinstance(case, tuple) else (case,) for case in cases]
    if not cases:
        raise ValueError("cases must hold at least one case")
    if answer is not ... and not callable(answer):
        print(f"Not yet: {name} should be a function, not {_describe(answer)}.")
        return
    _check("it", answer, expected, cases, hints, judge, close, no_warnings)


def check_expression(
    name: str,
    answer: object,
    expected: object,
    points: Sequence[dict],
    *,
    tolerance: float = 1e-9,
    relative: bool = False,
    hints: dict | None = None,
) -> None:
    """Say whether a formula of SymPy has the right values.

    Parameters
    ----------
    answer : sympy.Expr or float
        What the reader wrote, in any of the symbols of `points`.
    expected : sympy.Expr
        A right formula.
    points : sequence of dict of str to float
        Where to compare the two: the value of each symbol. A formula in z is accepted
        beside one in p if the points give both.
    hints : dict of str to sympy.Expr, optional
        Known wrong formulas, each after the sentence that helps.

    Examples
    --------
    >>> import sympy as sp
    >>> p, q = sp.symbols("p q")
    >>> points = [{"p": 0.3}, {"p": 0.9}]
    >>> check_expression("product", p - p**2, p * (1 - p), points)
    Correct.
    >>> check_expression("product", q - p**2, p * (1 - p), points)
    Not yet: for p = 0.3 product should be in p alone, without q.
    >>> check_expression("product", p + 1, p * (1 - p), points)
    Not yet: for p = 0.3 you get 1.3.
    """
    close = _closeness(tolerance, relative)
    names, cases = [*points[0]], [tuple(point.values()) for point in points]
    hints = {h: _function_of(names, h, formula) for h, formula in (hints or {}).items()}
    answer = _function_of(names, name, answer)
    right = _function_of(names, "expected", expected)
    _check(name, answer, right, cases, hints, None, close)


# ---- what the three share -----------------------------------------------------------


class _NotYetError(ValueError):
    """What is not right yet, in a sentence."""


class _BlankError(Exception):
    """Nothing is written yet."""


def _check(name, answer, expected, cases, hints, judge, close, no_warnings=False):
    """Try the cases in turn, and say what is wrong with the first that is not right."""
    right = [_by_author("expected", _call(expected, case)) for case in cases]
    wrong = {
        hint: [_by_author(hint, _call(function, case)) for case in cases]
        for hint, function in (hints or {}).items()
    }
    for case, value in zip(cases, right, strict=True):
        if judge and (fault := judge(value, *copy.deepcopy(case))):
            raise ValueError(f"judge refuses expected: {fault}")
    found, stopped = [], ""
    for case, value in zip(cases, right, strict=True):
        try:
            found.append(_numbers(name, _call(answer, case, no_warnings), value))
        except Exception as problem:
            if isinstance(problem, _BlankError) and not found:
                print("Not attempted yet.")
                return
            stopped = _given(answer, case) + _explain(problem)
            break
    fault = ""
    for case, value, have in zip(cases, right, found, strict=False):
        if judge:
            fault = fault or judge(have, *copy.deepcopy(case))
        elif not (fault or close(have, value)):
            fault = _difference(name, answer, case, have, value, close)
    if fault and not stopped:
        matching = (hint for hint in wrong if all(map(close, found, wrong[hint])))
        fault += "".join(f": {hint}" for hint in [*matching][:1])
    end = "" if (fault := fault or stopped).endswith((".", "?")) else "."
    print(f"Not yet: {fault}{end}" if fault else "Correct.")


def _difference(name, answer, case, found, right, close):
    """Where what was found first differs, and what stands there."""
    if isinstance(right, tuple):
        parts = zip(_names(name, len(right)), found, right, strict=True)
        name, found, right = next(part for part in parts if not close(*part[1:]))
    places = np.ndindex(np.shape(right))
    place = next(at for at in places if not close(found[at], right[at]))
    given = _given(answer, case, place, np.shape(right))
    where = f"{given}you get" if case else f"{name}{[*place] if place else ''} is"
    near = math.isclose(found[place], right[place], rel_tol=0.01)
    text = f"{where} {_show(found[place])}"
    return f"{text}, near but not precise enough" if near else text


def _closeness(tolerance, relative):
    """How two values of one form are compared."""
    if not 0 <= tolerance < math.inf:
        raise ValueError(f"tolerance must be in [0, inf); got {tolerance}")

    def close(found, right):
        if right is ...:
            return True
        if isinstance(right, tuple):
            return len(found) == len(right) and all(map(close, found, right))
        if np.shape(found) != np.shape(right):
            return False
        both_nan = np.isnan(found) & np.isnan(right)
        with np.errstate(invalid="ignore"):
            off = np.abs(found - right)
        near = off <= (tolerance * np.abs(right) if relative else tolerance)
        return bool(np.all((near & np.isfinite(right)) | (found == right) | both_nan))

    return close


def _by_author(name, value):
    """A value of the author as numbers, or an error."""
    if isinstance(value, tuple):
        return tuple(part if part is ... else _by_author(name, part) for part in value)
    try:
        return _numbers(name, value, np.zeros(np.shape(value)))
    except (_NotYetError, _BlankError, ValueError) as problem:
        raise TypeError(f"{name!r} cannot be compared: {problem}") from None


def _numbers(name, value, like):
    """What a reader gave, as numbers in the form of `like`."""
    if value is ...:
        raise _BlankError
    if isinstance(like, tuple):
        values = value if isinstance(value, tuple | list) or np.ndim(value) else ()
        if len(values) != len(like):
            count = f"{len(like)} values"
            raise _NotYetError(f"{name} should be {count}, not {_describe(value)}")
        return tuple(map(_numbers, _names(name, len(like)), values, like))
    try:
        numbers = np.asarray(value)
        if numbers.dtype.kind == "O":  # fractions and SymPy's numbers
            numbers = np.vectorize(float, otypes=[float])(numbers)
        numbers = numbers.astype(float)[()] if numbers.dtype.kind in "biuf" else None
    except Exception:  # whatever a reader's object raises, it is no number
        numbers = None
    if numbers is None or np.shape(numbers) != np.shape(like):
        form = f"an array of shape {np.shape(like)}" if np.shape(like) else "one number"
        raise _NotYetError(f"{name} should be {form}, not {_describe(value)}")
    return numbers


def _names(name, count):
    names = name.split(", ")
    return names if len(names) == count else [f"{name}[{k}]" for k in range(count)]


def _call(function, case, no_warnings=False):
    if function is ...:
        raise _BlankError
    strict = "raise" if no_warnings else "ignore"
    floats = np.errstate(over=strict, divide=strict, invalid=strict, under="ignore")
    with floats, warnings.catch_warnings(action="ignore"):
        return function(*copy.deepcopy(case))


def _function_of(names, name, formula):
    """A formula of SymPy as a function of its symbols."""

    def function(*values):
        symbols = getattr(formula, "free_symbols", ())
        if strange := sorted({*map(str, symbols)} - {*names}):
            alone = f"{' and '.join(names)} alone"
            raise _NotYetError(f"{name} should be in {alone}, without {strange[0]}")
        point = dict(zip(names, values, strict=True))
        return formula.subs({s: point[str(s)] for s in symbols}) if symbols else formula

    kind = inspect.Parameter.POSITIONAL_ONLY
    parameters = [inspect.Parameter(each, kind) for each in names]
    function.__signature__ = inspect.Signature(parameters)
    return function


def _explain(problem):
    if isinstance(problem, _NotYetError | _BlankError):
        return str(problem) or "you get `...`"
    text = str(problem)
    if "truth value of an array" in text:
        text = "`if`, `and` and `or` decide about one number; for an array use np.where"
    if isinstance(problem, FloatingPointError):
        text += ". (np.where computes both of its branches before it picks)"
    return f"you get a {type(problem).__name__}: {text}"


def _given(function, case, place=(), shape=()):
    """The arguments of a call by name, or what stands at one place of them."""
    at = [np.asarray(v)[place] if place and np.shape(v) == shape else v for v in case]
    try:
        bound = inspect.signature(function).bind(*at).arguments
        names = [f"{name} = " for name in bound]
    except (TypeError, ValueError):
        names = []
    names = names if len(names) == len(at) else [""] * len(at)
    given = [name + _show(value) for name, value in zip(names, at, strict=True)]
    return f"for {', '.join(given)} " if case else ""


def _show(value):
    if isinstance(value, tuple):
        return f"({', '.join(map(_show, value))})"
    if isinstance(value, np.ndarray) and value.ndim:
        numbers = {"all": _show}
        text = np.array2string(value, separator=", ", threshold=12, formatter=numbers)
        return " ".join(text.split())  # a matrix too in one line
    value = value.item() if isinstance(value, np.generic) else value
    return f"{value:.6g}" if isinstance(value, float) else reprlib.repr(value)


def _describe(value):
    if value is None:
        return "None: is a `return` missing?"
    if callable(value):
        return "a function"
    if isinstance(value, np.ndarray) and value.ndim:
        return f"an array of shape {value.shape}"
    return f"{_show(value)} ({type(value).__name__})"
