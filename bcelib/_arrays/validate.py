"""Validation: what an argument may be, and the error that says otherwise.

Every message names the argument, the offending value and where it stands, and
the permitted range.
"""

import math
import operator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from array_api_compat import is_array_api_obj, is_cupy_array, is_torch_array


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


# The commonest types, which need no closer look.
_PLAIN = {float, int, bool, list, np.ndarray, np.float32, np.float64, np.int64}


def is_foreign(value):
    """Whether `value` is an array of a library other than NumPy."""
    if type(value) in _PLAIN or isinstance(value, np.ndarray | np.generic):
        return False
    return is_array_api_obj(value)


def on_host(value):
    """`value`; if it is a foreign array, its numbers as a NumPy array."""
    if not is_foreign(value):
        return value
    if is_torch_array(value):
        return value.detach().cpu().numpy()
    return value.get() if is_cupy_array(value) else np.asarray(value)


def numpy_array(name, value):
    """`value` as a NumPy array of real numbers, or an error that says why not."""
    if type(value) is float or type(value) is bool:
        return np.asarray(value)
    value = on_host(value)
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(
            f"{name} must not be a masked array, whose mask would be ignored; "
            f"pass {name}.compressed() or {name}.filled(...)"
        )
    if hasattr(value, "toarray"):
        raise TypeError(
            f"{name} must be a dense array; got {type(value).__name__}: pass "
            f"{name}.toarray()"
        )
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(
            f"{name} must be a rectangular array of real numbers: {error}"
        ) from None
    if array.dtype.kind == "O" and isinstance(value, int):  # too large for int64
        try:
            array = array.astype(float)
        except OverflowError:
            raise ValueError(
                f"{name} must be within the range of float64; "
                f"got an integer of {value.bit_length()} bits"
            ) from None
    if array.ndim > 1 and isinstance(value, list | tuple) and _any_masked(value):
        raise TypeError(
            f"{name} must not hold masked arrays, whose masks would be ignored; pass "
            f"{name} = numpy.ma.stack({name}).filled(...)"
        )
    if array.dtype.kind == "O" and hasattr(value, "columns"):
        _refuse_columns(name, value)
    if array.dtype.kind not in "biuf":
        raise TypeError(
            f"{name} must hold real numbers; got {_describe(value, array.dtype)}"
        )
    return array


def _any_masked(values):
    return any(
        isinstance(x, np.ma.MaskedArray)
        or (isinstance(x, list | tuple) and _any_masked(x))
        for x in values
    )


def _refuse_columns(name, frame):
    """Say which columns of a data frame are to blame, and what helps."""
    dtypes = {str(c): str(t) for c, t in zip(frame.columns, frame.dtypes, strict=True)}
    words = ("int", "uint", "float", "bool")
    bad = {c: t for c, t in dtypes.items() if not t.lower().startswith(words)}
    remedy = f"encode it first, as pandas.get_dummies({name}, dtype=float) does"
    if not bad:  # booleans beside floats
        bad = {c: t for c, t in dtypes.items() if not t.startswith("float")} or dtypes
        remedy = f"pass {name}.astype(float)"
    column, dtype = next(iter(bad.items()))
    raise TypeError(
        f"{name} must hold real numbers in one dtype; column {column!r} is of dtype "
        f"{dtype}: {remedy}"
    )


def _describe(value, dtype):
    if isinstance(value, str | bytes | complex | type(None)):
        return repr(value)
    return f"{type(value).__name__} of dtype {dtype}"


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
                + _broadcasting_trap(first, expected, name, shape)
            )


def _broadcasting_trap(first, expected, name, shape):
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
