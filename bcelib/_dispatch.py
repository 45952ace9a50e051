"""Dispatch: from what the caller passed to arrays of one library, shape and dtype."""

import numpy as np
from array_api_compat import array_namespace, device, is_array_api_obj

from bcelib._blocks import evaluate_on_blocks, mean_and_gradient_on_blocks
from bcelib._validate import check_shapes, numpy_array


def evaluate(formula, *arguments):
    """`formula(xp, *arrays)`, element by element.

    NumPy arrays, numbers and lists go block by block through `_blocks`. Arrays
    of another library that follows the array API standard go through `formula`
    whole, and come back as arrays of that library.
    """
    if any(_is_foreign(argument.value) for argument in arguments):
        xp, arrays = _foreign_operands(arguments)
        return _with_limits(xp, formula, arrays)
    arrays, dtype = _numpy_operands(arguments)
    return evaluate_on_blocks(formula, arguments, arrays, dtype)


def mean_and_gradient(formula, *arguments):
    """Mean of the values, and its gradient, of `formula` -> (values, slopes)."""
    if any(_is_foreign(argument.value) for argument in arguments):
        xp, arrays = _foreign_operands(arguments)
        _refuse_empty(arguments[0].name, arrays[0].size)
        values = _with_limits(xp, lambda *args: formula(*args)[0], arrays)
        slopes = _with_limits(xp, lambda *args: formula(*args)[1], arrays)
        return xp.mean(values), slopes / values.size
    arrays, dtype = _numpy_operands(arguments)
    for argument, array in zip(arguments, arrays, strict=True):
        _refuse_empty(argument.name, array.size)
    return mean_and_gradient_on_blocks(formula, arguments, arrays, dtype)


def _refuse_empty(name, size):
    if size == 0:
        raise ValueError(f"{name} must hold at least one value to have a mean; got 0")


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
    return arrays, np.result_type(*floating) if floating else np.dtype(float)


def _is_foreign(value):
    plain = isinstance(value, np.ndarray | np.generic | float | int | list | tuple)
    return not plain and is_array_api_obj(value)


def _foreign_operands(arguments):
    """The namespace, and the arguments as its arrays on one device, checked."""
    foreign = [a.value for a in arguments if _is_foreign(a.value)]
    arrays = [a.value for a in arguments if isinstance(a.value, np.ndarray)]
    xp = array_namespace(*foreign, *arrays)  # refuses a mixture of libraries
    for a in arguments:
        kinds = ("bool", "integral", "real floating")
        if _is_foreign(a.value) and not xp.isdtype(a.value.dtype, kinds):
            raise TypeError(
                f"{a.name} must hold real numbers; got dtype {a.value.dtype}"
            )
    floating = [x.dtype for x in foreign if xp.isdtype(x.dtype, "real floating")]
    dtype = xp.result_type(*floating) if floating else xp.float64
    arrays = [
        xp.astype(a.value, dtype)
        if _is_foreign(a.value)
        else xp.asarray(
            numpy_array(a.name, a.value).tolist(),
            dtype=dtype,
            device=device(foreign[0]),
        )
        for a in arguments
    ]
    check_shapes(arguments, arrays)
    for a, array in zip(arguments, arrays, strict=True):
        if not bool(xp.all(a.domain.contains(array))):
            a.refuse(np.asarray(array))
    return xp, arrays


def _with_limits(xp, formula, arrays):
    """`formula(xp, *arrays)` with 0 · ∞ = 0, as `_blocks` has it."""
    result = formula(xp, *arrays)
    largest = xp.finfo(arrays[0].dtype).max
    finite = formula(xp, *(xp.clip(x, -largest, largest) for x in arrays))
    return xp.where(xp.isnan(result), finite, result)
