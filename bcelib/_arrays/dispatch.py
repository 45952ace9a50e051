"""Dispatch: from what the caller passed to the way that a formula takes."""

import math

import numpy as np
from array_api_compat import is_dask_namespace

from bcelib._arrays import blocks, chunks, foreign, whole
from bcelib._arrays.convert import is_foreign, numpy_array
from bcelib._arrays.program import Program
from bcelib._arrays.validate import check_shapes, checked

LONG = 512  # results, from which on a recorded formula is faster than one called once

# Overflow, underflow and log 0 are part of the mathematics: nothing is warned.
_FLOAT64 = np.dtype(float)
_quietly = np.errstate(all="ignore")
_tried: set = set()


@_quietly
def evaluate(formula, arguments, *values, **constants):
    """`formula(xp, *arrays, **constants)`, element by element."""
    way, operands = _way(arguments, values)
    if formula not in _tried:
        _try(formula, arguments, constants)
    return way.evaluate(formula, constants, arguments, *operands)


@_quietly
def mean_and_gradient(formulas, arguments, *values, **constants):
    """Mean of the values of a formula, and its gradient, from a formula of the slopes.

    The slopes are divided by the number of values. Of several numbers alone it is 1.
    """
    for formula in formulas:
        if formula not in _tried:
            _try(formula, arguments, constants)
    way, operands = _way(arguments, values, results=2)
    return way.mean_and_gradient(formulas, constants, arguments, *operands)


def _way(arguments, values, results=1):
    """The module that knows the way, and what it works on besides the arguments."""
    operands = _alike(values)
    if not operands:
        if any(map(is_foreign, values)):
            xp = foreign.namespace(arguments, values)
            if is_dask_namespace(xp):
                return chunks, (evaluate, xp, values)
            return foreign, (xp, values)
        operands = _numpy_operands(arguments, values)
    _, shape, _ = operands
    return blocks if results * math.prod(shape) >= LONG else whole, operands


def _alike(values):
    """The operands, if they are NumPy arrays of one shape and one floating dtype."""
    first = values[0]
    if type(first) is not np.ndarray or first.dtype.kind != "f":
        return None
    dtype, shape = first.dtype, first.shape
    for x in values[1:]:
        if type(x) is not np.ndarray or x.dtype != dtype or x.shape != shape:
            return None
    return values, shape, dtype if dtype.isnative else dtype.newbyteorder("=")


def _numpy_operands(arguments, values):
    """The values as NumPy arrays, the shape they agree on, and the result's dtype.

    Only arrays that carry a floating dtype decide it: numbers, lists, integers
    and booleans adapt, and are float64 among themselves.
    """
    arrays, shapes, floating = [], set(), set()
    for argument, value in zip(arguments, values, strict=True):
        x = numpy_array(argument.name, value)
        arrays.append(x)
        if x.ndim:
            shapes.add(x.shape)
        if x.dtype.kind == "f" and hasattr(value, "dtype"):
            floating.add(x.dtype)
    if len(shapes) > 1:
        check_shapes(arguments, arrays)
    dtype = np.result_type(*floating) if floating else _FLOAT64
    for argument, x in zip(arguments, arrays, strict=True):
        if x.dtype.kind == "f" and x.dtype.itemsize > dtype.itemsize:
            # Rounding it to the narrower dtype could bring it into the domain.
            checked(argument.name, x, argument.domain)
    return arrays, shapes.pop() if shapes else (), dtype


def _try(formula, arguments, constants):
    """Refuse what breaks the contract, when the formula is first seen."""
    name = getattr(formula, "__qualname__", repr(formula))
    if not name.isidentifier():
        raise TypeError(
            f"a formula must stand in its module under a name, to be recorded once; "
            f"got {name}. What it needs besides arrays comes by keyword"
        )
    Program([formula], len(arguments), _FLOAT64, constants)
    _tried.add(formula)
