"""Dispatch: from what the caller passed to arrays of one library, shape and dtype."""

import math

import numpy as np
from array_api_compat import array_namespace, device, is_array_api_obj

from bcelib._blocks import evaluate_on_blocks, mean_and_gradient_on_blocks
from bcelib._validate import check_shapes, checked, numpy_array

# Overflow, underflow and log 0 are part of the mathematics: nothing is warned.
_quietly = np.errstate(all="ignore")


@_quietly
def evaluate(formula, *arguments):
    """`formula(xp, *arrays)`, element by element.

    NumPy arrays, numbers and lists go block by block through `_blocks`. Arrays
    of another library that follows the array API standard go through `formula`
    whole, and come back as arrays of that library.
    """
    if any(_is_foreign(argument.value) for argument in arguments):
        xp, arrays, dtype = _foreign_operands(arguments)
        (result,) = _with_limits(xp, lambda *args: (formula(*args),), arrays)
        return xp.astype(result, dtype, copy=False)
    arrays, dtype = _numpy_operands(arguments)
    return evaluate_on_blocks(formula, arguments, arrays, dtype)


@_quietly
def mean_and_gradient(formula, *arguments):
    """Mean of the values, and its gradient, of `formula` -> (values, slopes)."""
    if any(_is_foreign(argument.value) for argument in arguments):
        xp, arrays, dtype = _foreign_operands(arguments)
        _refuse_empty(arguments, arrays)
        values, slopes = _with_limits(xp, formula, arrays)
        n = math.prod(values.shape)
        mean = xp.minimum(xp.sum(values / n), xp.max(values))  # as `_blocks` has it
        return xp.astype(mean, dtype, copy=False), xp.astype(slopes / n, dtype)
    arrays, dtype = _numpy_operands(arguments)
    _refuse_empty(arguments, arrays)
    return mean_and_gradient_on_blocks(formula, arguments, arrays, dtype)


def _refuse_empty(arguments, arrays):
    for argument, array in zip(arguments, arrays, strict=True):
        if math.prod(array.shape) == 0:
            raise ValueError(
                f"{argument.name} must hold at least one value to have a mean; got 0"
            )


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


def _is_foreign(value):
    plain = isinstance(value, np.ndarray | np.generic | float | int | list | tuple)
    return not plain and is_array_api_obj(value)


def _foreign_operands(arguments):
    """The namespace, the arguments as its arrays, checked, and the result's dtype."""
    xp = _namespace(arguments)
    foreign = [a.value for a in arguments if _is_foreign(a.value)]
    for a in arguments:
        kinds = ("bool", "integral", "real floating")
        if _is_foreign(a.value) and not xp.isdtype(a.value.dtype, kinds):
            raise TypeError(
                f"{a.name} must hold real numbers; got dtype {a.value.dtype}"
            )
    floating = [x.dtype for x in foreign if xp.isdtype(x.dtype, "real floating")]
    where = device(foreign[0])
    default = xp.__array_namespace_info__().default_dtypes(device=where)
    dtype = xp.result_type(*floating) if floating else default["real floating"]
    working = xp.result_type(dtype, xp.float32)  # float16 as `_blocks` has it
    arrays = [
        xp.astype(a.value, working)
        if _is_foreign(a.value)
        else xp.asarray(
            checked(a.name, a.value, a.domain).tolist(), dtype=working, device=where
        )
        for a in arguments
    ]
    check_shapes(arguments, arrays)
    for a, array in zip(arguments, arrays, strict=True):
        _check(xp, a, array)
    return xp, arrays, dtype


def _namespace(arguments):
    """The one array library that the arguments come from."""
    namespaces = {
        a.name: array_namespace(a.value)
        for a in arguments
        if _is_foreign(a.value) or isinstance(a.value, np.ndarray)
    }
    xp, *others = set(namespaces.values())
    if others:
        origins = ", ".join(
            f"{name} comes from {namespace.__name__.removeprefix('array_api_compat.')}"
            for name, namespace in namespaces.items()
        )
        raise TypeError(f"all arrays must come from one library; {origins}")
    return xp


def _check(xp, argument, array):
    permitted = argument.domain.contains(array)
    if not bool(xp.all(permitted)):
        flat = int(xp.argmin(xp.astype(xp.reshape(permitted, (-1,)), xp.int8)))
        where = tuple(int(i) for i in np.unravel_index(flat, array.shape))
        argument.refuse_element(where, float(array[where]))


def _with_limits(xp, formula, arrays):
    """`formula(xp, *arrays)`, a tuple, with 0 · ∞ = 0 as `_blocks` has it."""
    largest = xp.finfo(arrays[0].dtype).max
    limits = [xp.clip(x, -largest, largest) for x in arrays]
    shape = max((x.shape for x in arrays), key=len)  # the others are scalars
    pairs = zip(formula(xp, *arrays), formula(xp, *limits), strict=True)
    return tuple(
        xp.broadcast_to(xp.where(xp.isnan(result), limit, result), shape)
        for result, limit in pairs
    )
