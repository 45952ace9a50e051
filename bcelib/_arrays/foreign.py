"""Foreign arrays: the formulas on PyTorch, JAX, CuPy and whatever follows the standard.

They go through a formula whole, stay in their library and on their device, and can be
differentiated wherever the library differentiates.
"""

import functools
import math
import operator

import numpy as np
from array_api_compat import (
    array_namespace,
    device,
    is_jax_namespace,
    is_torch_namespace,
)

from bcelib._arrays.convert import is_foreign
from bcelib._arrays.validate import check_not_empty, check_shapes, checked
from bcelib._arrays.whole import Calls, known, mean, with_limits


def evaluate(formula, constants, arguments, xp, values):
    """`formula(xp, *arrays)`, element by element."""
    arrays, dtype = _operands(xp, arguments, values)
    return xp.astype(_result(xp, formula, constants, arrays), dtype, copy=False)


def mean_and_gradient(formulas, constants, arguments, xp, values):
    """Mean of the values of the first formula, and of the second the share of each."""
    arrays, dtype = _operands(xp, arguments, values)
    check_not_empty(arguments, arrays)
    values, slopes = (_result(xp, each, constants, arrays) for each in formulas)
    gradient = slopes / math.prod(slopes.shape)
    return mean_of(values, dtype), xp.astype(gradient, dtype, copy=False)


def mean_of(values, dtype=None):
    """The mean of an array, as one without axes."""
    xp = array_namespace(values)
    average = mean(xp, values, total_of=_total)
    return xp.astype(average, dtype or values.dtype, copy=False)


def _total(xp, values):
    """The sum, in float64; by JAX without it with compensation."""
    if "float64" in xp.__array_namespace_info__().dtypes(kind="real floating"):
        return xp.sum(values, dtype=xp.float64)
    if not is_jax_namespace(xp):
        return xp.sum(values)
    from bcelib._arrays.by_jax import total

    return total(values)


def namespace(arguments, values):
    """The one array library that the values come from."""
    namespaces = {
        argument.name: array_namespace(value)
        for argument, value in zip(arguments, values, strict=True)
        if is_foreign(value) or isinstance(value, np.ndarray)
    }
    xp, *others = set(namespaces.values())
    if others:
        origins = ", ".join(
            f"{name} comes from {namespace.__name__.removeprefix('array_api_compat.')}"
            for name, namespace in namespaces.items()
        )
        raise TypeError(f"all arrays must come from one library; {origins}")
    kinds = ("bool", "integral", "real floating")
    for argument, value in zip(arguments, values, strict=True):
        if is_foreign(value) and not xp.isdtype(value.dtype, kinds):
            raise TypeError(
                f"{argument.name} must hold real numbers; got dtype {value.dtype}"
            )
    return xp


def _operands(xp, arguments, values):
    """The values as arrays of `xp`, checked, and the result's dtype."""
    foreign = [x for x in values if is_foreign(x)]
    floating = [x.dtype for x in foreign if xp.isdtype(x.dtype, "real floating")]
    where = device(foreign[0])
    default = xp.__array_namespace_info__().default_dtypes(device=where)
    dtype = xp.result_type(*floating) if floating else default["real floating"]
    working = xp.result_type(dtype, xp.float32)  # float16 as `working_dtype` has it
    arrays = [
        xp.astype(x, working, copy=False)
        if is_foreign(x)
        else xp.asarray(
            checked(a.name, x, a.domain).tolist(), dtype=working, device=where
        )
        for a, x in zip(arguments, values, strict=True)
    ]
    check_shapes(arguments, arrays)
    for argument, array in zip(arguments, arrays, strict=True):
        _check(xp, argument, array)
    return arrays, dtype


def _check(xp, argument, array):
    permitted = argument.domain.contains(array)
    if known(xp.all(permitted)) is False:
        flat = int(xp.argmin(xp.astype(xp.reshape(permitted, (-1,)), xp.int8)))
        where = tuple(int(i) for i in np.unravel_index(flat, array.shape))
        argument.refuse_element(where, float(array[where]))


def _result(xp, formula, constants, arrays):
    return _way(xp)(_value(xp), formula, arrays, constants)


def _way(xp):
    """How the library takes a formula with the slopes that it declares."""
    if is_torch_namespace(xp):
        from bcelib._arrays.by_torch import apply  # only here is PyTorch sure to be
    elif is_jax_namespace(xp):
        from bcelib._arrays.by_jax import apply
    else:
        return lambda value, *call: value(*call)
    return apply


@functools.cache
def _value(xp):
    """A function of a formula and its arrays: the result, of their one shape."""

    def value(formula, arrays, constants):
        result = with_limits(xp, _one_sided(xp), formula, constants, arrays)
        shape = max((x.shape for x in arrays), key=len)  # the others are scalars
        return xp.broadcast_to(result, shape)

    return value


@functools.cache
def _one_sided(xp):
    """Calls whose minimum and maximum have the slope of one side at a tie.

    Libraries that differentiate take the mean of both. In min(z, −z) that is 0 at
    z = 0, and a second derivative that is made of its square would be 0 too.
    """
    return Calls(
        xp,
        minimum=lambda a, b: xp.where(a < b, a, b),
        maximum=lambda a, b: xp.where(a < b, b, a),
        pow=operator.pow,  # which takes a number as well
    )
