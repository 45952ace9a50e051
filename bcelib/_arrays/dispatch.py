"""Dispatch: from what the caller passed to arrays of one library, shape and dtype."""

import numpy as np
from array_api_compat import is_dask_namespace

from bcelib._arrays.blocks import evaluate_on_blocks, mean_and_gradient_on_blocks
from bcelib._arrays.chunks import evaluate_on_chunks, mean_and_gradient_on_chunks
from bcelib._arrays.foreign import evaluate_whole, mean_and_gradient_whole, namespace
from bcelib._arrays.validate import (
    check_not_empty,
    check_shapes,
    checked,
    is_foreign,
    numpy_array,
)

# Overflow, underflow and log 0 are part of the mathematics: nothing is warned.
_quietly = np.errstate(all="ignore")


@_quietly
def evaluate(formula, *arguments):
    """`formula(xp, *arrays)`, element by element.

    NumPy arrays, numbers and lists go block by block through `_blocks`. Arrays
    of another library that follows the array API standard go through `formula`
    whole, and come back as arrays of that library; Dask arrays chunk by chunk.
    """
    operands = _alike(arguments)
    if not operands and any(is_foreign(a.value) for a in arguments):
        xp = namespace(arguments)
        if is_dask_namespace(xp):
            return evaluate_on_chunks(evaluate, formula, xp, arguments)
        return evaluate_whole(formula, xp, arguments)
    arrays, dtype = operands or _numpy_operands(arguments)
    return evaluate_on_blocks(formula, arguments, arrays, dtype)


@_quietly
def mean_and_gradient(formula, *arguments):
    """Mean of the values, and its gradient, of `formula` -> (values, slopes)."""
    operands = _alike(arguments)
    if not operands and any(is_foreign(a.value) for a in arguments):
        xp = namespace(arguments)
        if is_dask_namespace(xp):
            return mean_and_gradient_on_chunks(evaluate, formula, xp, arguments)
        return mean_and_gradient_whole(formula, xp, arguments)
    arrays, dtype = operands or _numpy_operands(arguments)
    check_not_empty(arguments, arrays)
    return mean_and_gradient_on_blocks(formula, arguments, arrays, dtype)


def _alike(arguments):
    """The operands, if they are NumPy arrays of one shape and one floating dtype."""
    arrays = [argument.value for argument in arguments]
    first = arrays[0]
    if type(first) is not np.ndarray or first.dtype.kind != "f":
        return None
    for x in arrays[1:]:
        if (
            type(x) is not np.ndarray
            or x.dtype != first.dtype
            or x.shape != first.shape
        ):
            return None
    dtype = first.dtype
    return arrays, dtype if dtype.isnative else dtype.newbyteorder("=")


def _numpy_operands(arguments):
    """The arguments as NumPy arrays of agreeing shapes, and the result's dtype.

    Only arrays that carry a floating dtype decide it: numbers, lists, integers
    and booleans adapt, and are float64 among themselves.
    """
    arrays = [numpy_array(a.name, a.value) for a in arguments]
    check_shapes(arguments, arrays)
    floating = {
        array.dtype
        for argument, array in zip(arguments, arrays, strict=True)
        if hasattr(argument.value, "dtype") and array.dtype.kind == "f"
    }
    dtype = np.result_type(*floating) if floating else np.dtype(float)
    for argument, array in zip(arguments, arrays, strict=True):
        if array.dtype.kind == "f" and array.dtype.itemsize > dtype.itemsize:
            # Rounding it to the narrower dtype could bring it into the domain.
            checked(argument.name, array, argument.domain)
    return arrays, dtype
