"""The grader's own `check`: the one of the handouts, and closed to odd values."""

import contextlib
from typing import Any

import numpy as np

from autograder.sandbox.guest.wire import Unusable

NUMBERS = "biufc"  # the kinds of dtype that a check compares


class CheckFailedError(AssertionError):
    """A check that failed: what it was about, what came out, what it wanted."""

    def __init__(self, case: str, came_out: str, expected: str) -> None:
        super().__init__(case)
        self.case, self.came_out, self.expected = case, came_out, expected


def check(
    actual: object, expected: Any, case: str, rtol: float = 1e-9, atol: float = 0.0
) -> None:
    """Raise CheckFailedError unless both agree in shape and value, and are numbers."""
    expected = np.asarray(expected)
    array = as_numbers(actual)
    if array is None:
        raise CheckFailedError(case, shown(actual), shown(expected))
    if array.shape != expected.shape:
        shapes = f"the shape is {array.shape}; it should be {expected.shape}"
        raise CheckFailedError(case, shapes, shown(expected))
    with np.errstate(all="ignore"):
        agree = np.allclose(array, expected, rtol=rtol, atol=atol)
    if not agree:
        raise CheckFailedError(case, shown(actual), shown(expected))


def as_numbers(value: object) -> np.ndarray | None:
    """The value as an array of numbers, or None where it is none."""
    if not _is_of_numbers(value):  # strings in a list would be padded to the longest
        return None
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        array = np.asarray(value)
        if array.dtype.kind in NUMBERS:
            return array
    return None


def _is_of_numbers(value):
    if isinstance(value, list | tuple):
        return all(map(_is_of_numbers, value))
    return isinstance(value, bool | int | float | complex | np.ndarray | np.generic)


def shown(value: object) -> str:
    """A value in at most 200 characters, for a person."""
    array = as_numbers(value)
    if array is None:
        text = (
            repr(value)
            if isinstance(value, Unusable | str | None)
            else type(value).__name__
        )
        return text[:200]
    if array.ndim == 0:
        return f"{array[()]:.8g}" if array.dtype.kind in "fc" else str(array[()])
    text = np.array2string(
        array if array.size <= 8 else array.ravel(),  # many axes have many corners
        threshold=8,
        edgeitems=3,
        precision=6,
        separator=", ",
        max_line_width=10**6,
    )
    return f"{text[:150]}, shape {array.shape}" if array.size > 8 else text[:200]
