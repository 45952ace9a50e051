"""Whole: a formula called once, on whole arrays of any library.

Numbers and short NumPy arrays go this way, and nothing comes between them and the
formula. The arrays of other libraries do too, by way of `foreign`. And here stand the
two rules that hold on every way: what 0 · ∞ is, and a mean that does not overflow.
"""

import math

import numpy as np

from bcelib._arrays.validate import check_not_empty


class Calls:
    """What a formula finds in `xp`: the functions that it may call, and no others."""

    NAMES = (
        *("abs", "astype", "atanh", "clip", "exp", "expm1", "log", "log1p", "maximum"),
        *("minimum", "pow", "sqrt", "square", "where"),
    )

    def __init__(self, library, **others):
        functions = {name: getattr(library, name) for name in self.NAMES} | others
        self.__dict__.update(functions)

    def __getattr__(self, name):
        permitted = ", ".join(self.NAMES)
        raise AttributeError(
            f"a formula works element by element and may call {permitted} of xp; "
            f"xp.{name} is none of them"
        )


# The method takes half as long as the function, and is one of NumPy's scalars too.
NUMPY = Calls(np, astype=lambda x, dtype: x.astype(dtype))


# ---- the direct path ---------------------------------------------------------------


def evaluate(formula, constants, arguments, arrays, shape, dtype):
    """`formula(xp, *arrays)` of NumPy arrays: an array, or a NumPy scalar."""
    inputs = _inputs(arguments, arrays, dtype)
    return _shaped(_result(formula, constants, inputs), shape, dtype)


def mean_and_gradient(formulas, constants, arguments, arrays, shape, dtype):
    """Mean of the values of the first formula, and of the second the share of each."""
    check_not_empty(arguments, arrays)
    inputs = _inputs(arguments, arrays, dtype)
    values, slopes = [_result(formula, constants, inputs) for formula in formulas]
    gradient = _shaped(slopes / math.prod(shape), shape, dtype)
    return dtype.type(mean(np, values)), gradient


def _result(formula, constants, inputs):
    result = formula(NUMPY, *inputs, **constants)
    return (
        with_limits(np, NUMPY, formula, constants, inputs)
        if has_nan(result)
        else result
    )


def _inputs(arguments, arrays, dtype):
    """The arrays as a formula takes them, checked; single elements as NumPy scalars."""
    working, inputs = working_dtype(dtype), []
    for argument, x in zip(arguments, arrays, strict=True):
        if x.size == 1:
            inputs.append(working.type(x.item()))
            fits = argument.domain.contains(inputs[-1])
        else:
            # NumPy's loops over strides may end in another last bit.
            as_it_is = x.dtype is working and x.flags.forc
            inputs.append(x if as_it_is else x.astype(working))
            fits = not x.size or argument.domain.holds(inputs[-1])
        if not fits:
            argument.refuse(x, working)
    return inputs


def _shaped(result, shape, dtype):
    if result.ndim:
        return result.astype(dtype, copy=False)
    # Of single elements, or it does not depend on the array among them.
    return np.full(shape, result, dtype) if shape else dtype.type(result)


def working_dtype(dtype):
    # float16 is computed in float32: its own exp and log1p lose half the digits.
    return dtype if dtype.itemsize >= 4 else np.dtype(np.float32)


def has_nan(x):
    """Whether a NumPy array or scalar holds NaN, which argmin takes for the least."""
    if x.size > 1:
        return math.isnan(x.item(x.argmin()))
    return x.size == 1 and math.isnan(x.item())


# ---- the two rules -----------------------------------------------------------------


def with_limits(library, xp, formula, constants, arrays):
    """The result of a formula, with 0 · ∞ = 0.

    The arrays hold no NaN, so one in the result is a term of weight exactly 0 at an
    infinite logit. At the largest finite logit the same term is 0. The arrays are
    changed, not the result: a NaN that is not chosen would still make an automatic
    derivative NaN.
    """
    result = formula(xp, *arrays, **constants)
    undefined = library.isnan(result)
    if known(library.any(undefined)) is False:
        return result
    largest = library.finfo(arrays[0].dtype).max
    finite = [
        library.where(undefined, library.clip(x, -largest, largest), x) for x in arrays
    ]
    return formula(xp, *finite, **constants)


def mean(library, values, sizes=None, total_of=None):
    """The mean of an array of values; each may be that of a piece with its size.

    Where the sum overflows each is divided before it is added. By rounding, that of
    equal values at the end of the range can still overflow, and that of equal pieces be
    another number: but no mean is outside its values.
    """
    if library is np and values.ndim == 0:
        return values
    total_of = total_of or _sum
    n = math.prod(values.shape) if sizes is None else sizes.sum()
    total = total_of(library, values if sizes is None else values * sizes)
    average = total / n
    if known(abs(total) < math.inf) is not True:
        shares = total_of(
            library, values / n if sizes is None else values * (sizes / n)
        )
        average = library.where(library.isfinite(total), average, shares)
    elif sizes is None:
        return average
    least, largest = library.min(values), library.max(values)
    average = library.where(average > largest, largest, average)
    return library.where(average < least, least, average)


def _sum(library, values):  # of NumPy, in float64 or wider
    wide = values.dtype if values.dtype.itemsize >= 8 else np.float64
    return np.add.reduce(values, None, wide)


def known(condition):
    """True or False; None where a transformation is being traced and has no values."""
    try:
        return bool(condition)
    except (TypeError, RuntimeError):  # of jax.jit and jax.vmap; of torch.func.vmap
        return None
