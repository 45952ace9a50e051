"""Validation: what an argument may be, and the error that says otherwise.

Every message names the argument, the offending value and where it stands, and
the permitted range.
"""

import math
import operator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bcelib._arrays.convert import numpy_array


@dataclass(frozen=True)
class Domain:
    """An interval of real numbers; never NaN."""

    text: str
    low: float = -np.inf
    high: float = np.inf
    open_low: bool = False
    open_high: bool = False

    def contains(self, x):
        """Boolean array: which elements of `x` are permitted (NaN never is)."""
        above = x > self.low if self.open_low else x >= self.low
        below = x < self.high if self.open_high else x <= self.high
        return above & below

    def holds(self, x):
        """Whether all of the non-empty NumPy array `x` is permitted."""
        # NaN counts as the least and the largest, and no comparison with it holds.
        x = x.ravel("K") if x.ndim > 1 else x
        least = x.item(x.argmin())
        if self.high == math.inf and not self.open_high:
            return self.contains(least)
        return self.contains(least) and self.contains(x.item(x.argmax()))


class Labels(Domain):
    """The two labels, 0 and 1."""

    def contains(self, x):
        """Boolean array: which elements of `x` are labels."""
        return (x == 0) | (x == 1)

    def holds(self, x):
        """Whether all of the NumPy array `x` are labels."""
        return bool(self.contains(x).all())


REAL = Domain("[-inf, inf]")
FINITE = Domain("(-inf, inf)", open_low=True, open_high=True)
UNIT = Domain("[0, 1]", 0, 1)
OPEN_UNIT = Domain("(0, 1)", 0, 1, open_low=True, open_high=True)
LABEL = Labels("{0, 1}", 0, 1)
NON_NEGATIVE = Domain("[0, inf)", 0, open_high=True)


class Argument(NamedTuple):
    """The name of an argument, and the domain that its values must answer to.

    `origin` is where a value begins, if it is a piece of a larger array.
    """

    name: str
    domain: Domain
    origin: tuple = ()

    def refuse(self, array, dtype=None):
        """Point at the first element of `array` that is outside, as `dtype` has it."""
        rounded = array.astype(dtype or array.dtype)
        flat = np.argmin(self.domain.contains(rounded))
        where = np.unravel_index(flat, array.shape)
        found = str(array[where])
        if self.domain.contains(array[where]):  # too large for the narrower dtype
            found += f", which is {rounded[where]} in {dtype}"
        self.refuse_element(where, found)

    def refuse_element(self, where, found):
        """Raise the error that says what was found, and where."""
        if self.origin:
            where = np.add(self.origin, where)
        place = f"[{', '.join(str(int(i)) for i in where)}]" if len(where) else ""
        raise ValueError(
            f"{self.name} must be in {self.domain.text}; {self.name}{place} is {found}"
        )


def check_shapes(arguments, arrays):
    """All shapes equal, or scalar: nothing is broadcast silently."""
    shaped = [
        (argument.name, tuple(array.shape))
        for argument, array in zip(arguments, arrays, strict=True)
        if len(array.shape)
    ]
    for name, shape in shaped[1:]:
        first, expected = shaped[0]
        if shape != expected:
            raise ValueError(
                f"{name} must have the shape of {first} or be a scalar; "
                f"{first} has shape {expected}, {name} has shape {shape}"
                + _remedy(first, expected, name, shape)
            )


def _remedy(first, expected, name, shape):
    if name.endswith("weight") and shape == expected[-len(shape) :]:
        return f". One for each class is numpy.broadcast_to({name}, {first}.shape)"
    if np.prod(expected) != np.prod(shape):
        return ""
    try:
        grown = np.broadcast_shapes(expected, shape)
    except ValueError:
        grown = None
    trap = f" (broadcasting would silently make {grown})" if grown else ""
    meant = "T" if shape == expected[::-1] else f"reshape({first}.shape)"
    return f"{trap}. Did you mean {name}.{meant}?"


def check_not_empty(arguments, arrays):
    """A mean needs at least one value."""
    for argument, array in zip(arguments, arrays, strict=True):
        if math.prod(array.shape) == 0:
            raise ValueError(
                f"{argument.name} must hold at least one value to have a mean; got 0"
            )


def number(name, value, domain):
    """`value` as a Python float in `domain`."""
    array = checked(name, value, domain)
    if array.ndim:
        raise ValueError(f"{name} must be one number; got shape {array.shape}")
    return float(array) + 0.0  # −0 is 0, so that equal numbers are the same


def generator(name, value):
    """`value`, which must be a NumPy random generator."""
    if not isinstance(value, np.random.Generator):
        raise TypeError(
            f"{name} must be a numpy.random.Generator, such as "
            f"numpy.random.default_rng(0); got {value!r}"
        )
    return value


def checked(name, value, domain, *, origin=()):
    """`value` as a NumPy array whose every element is in `domain`."""
    array = numpy_array(name, value)
    if array.size and not domain.holds(array):
        Argument(name, domain, origin).refuse(array)
    return array


def whole_number(name, value, *, at_least):
    """`value` as a Python int, which must not be below `at_least`."""
    try:
        whole = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number; got {value!r}") from None
    if whole < at_least:
        raise ValueError(f"{name} must be at least {at_least}; got {whole}")
    return whole


def features(name, value, expected=None):
    """`value` as a finite matrix of floats, one example a row."""
    X = checked(name, value, FINITE).astype(float)
    check_features(name, X, expected)
    return X


def check_features(name, X, expected=None):
    """A matrix, one example a row, that is not empty; of `expected` features, if so."""
    if X.ndim != 2:
        hint = ""
        if X.ndim == 1 and expected in (None, 1):
            hint = f"; did you mean {name}[:, None]?"
        elif X.shape == (expected,):
            hint = f"; did you mean one example, {name}[None, :]?"
        raise ValueError(
            f"{name} must have two axes, (examples, features); "
            f"got shape {X.shape}{hint}"
        )
    if X.size == 0:
        raise ValueError(f"{name} must not be empty; got shape {X.shape}")


def one_label_each(name, value, domain, X):
    """`value` as a vector of labels in `domain`, one for each row of `X`."""
    y = checked(name, value, domain)
    check_one_label_each(name, y, X)
    return y


def check_one_label_each(name, y, X):
    """As many labels, along one axis, as `X` has rows."""
    if y.shape != X.shape[:1]:
        hint = f". Did you mean {name}.ravel()?" if y.size == len(X) else ""
        raise ValueError(
            f"{name} must have one label for each row of X, shape {X.shape[:1]}; "
            f"got shape {y.shape}{hint}"
        )


def check_one_weight_each(weights, X):
    """As many weights, along one axis, as `X` has rows."""
    if weights.shape != X.shape[:1]:
        raise ValueError(
            f"sample_weight must have one weight for each row of X, shape "
            f"{X.shape[:1]}; got shape {weights.shape}"
        )


def one_of(name, value, choices):
    """`value`, which must be one of the strings `choices`."""
    if value not in choices:
        listed = ", ".join(repr(choice) for choice in choices)
        raise ValueError(f"{name} must be one of {listed}; got {value!r}")
    return value
