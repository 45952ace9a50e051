"""Foreign arrays: the formulas on PyTorch, JAX, CuPy and whatever follows the standard.

They go through a formula whole, stay in their library and on their device, and can be
differentiated wherever the library differentiates.
"""

import math

import numpy as np
from array_api_compat import array_namespace, device

from bcelib._arrays.validate import check_not_empty, check_shapes, checked, is_foreign


def evaluate_whole(formula, xp, arguments):
    """`formula(xp, *arrays)`, element by element."""
    arrays, dtype = _operands(xp, arguments)
    (result,) = _with_limits(xp, lambda *args: (formula(*args),), arrays)
    return xp.astype(result, dtype, copy=False)


def mean_and_gradient_whole(formula, xp, arguments):
    """Mean of the values, and its gradient, of `formula` -> (values, slopes)."""
    arrays, dtype = _operands(xp, arguments)
    check_not_empty(arguments, arrays)
    values, slopes = _with_limits(xp, formula, arrays)
    n = math.prod(values.shape)
    mean, largest = xp.sum(values / n), xp.max(values)
    # The mean of equal values at the end of the range can overflow by rounding.
    mean = xp.where(xp.isinf(mean), largest, mean)
    return xp.astype(mean, dtype, copy=False), xp.astype(slopes / n, dtype, copy=False)


def namespace(arguments):
    """The one array library that the arguments come from."""
    namespaces = {
        a.name: array_namespace(a.value)
        for a in arguments
        if is_foreign(a.value) or isinstance(a.value, np.ndarray)
    }
    xp, *others = set(namespaces.values())
    if others:
        origins = ", ".join(
            f"{name} comes from {namespace.__name__.removeprefix('array_api_compat.')}"
            for name, namespace in namespaces.items()
        )
        raise TypeError(f"all arrays must come from one library; {origins}")
    for a in arguments:
        kinds = ("bool", "integral", "real floating")
        if is_foreign(a.value) and not xp.isdtype(a.value.dtype, kinds):
            raise TypeError(
                f"{a.name} must hold real numbers; got dtype {a.value.dtype}"
            )
    return xp


def _operands(xp, arguments):
    """The arguments as arrays of `xp`, checked, and the result's dtype."""
    foreign = [a.value for a in arguments if is_foreign(a.value)]
    floating = [x.dtype for x in foreign if xp.isdtype(x.dtype, "real floating")]
    where = device(foreign[0])
    default = xp.__array_namespace_info__().default_dtypes(device=where)
    dtype = xp.result_type(*floating) if floating else default["real floating"]
    working = xp.result_type(dtype, xp.float32)  # float16 as `_blocks` has it
    arrays = [
        xp.astype(a.value, working, copy=False)
        if is_foreign(a.value)
        else xp.asarray(
            checked(a.name, a.value, a.domain).tolist(), dtype=working, device=where
        )
        for a in arguments
    ]
    check_shapes(arguments, arrays)
    for a, array in zip(arguments, arrays, strict=True):
        _check(xp, a, array)
    return arrays, dtype


def _check(xp, argument, array):
    permitted = argument.domain.contains(array)
    if _known(xp.all(permitted)) is False:
        flat = int(xp.argmin(xp.astype(xp.reshape(permitted, (-1,)), xp.int8)))
        where = tuple(int(i) for i in np.unravel_index(flat, array.shape))
        argument.refuse_element(where, float(array[where]))


def _known(condition):
    """True or False; None where a transformation is being traced and has no values."""
    try:
        return bool(condition)
    except (TypeError, RuntimeError):  # of jax.jit and jax.vmap; of torch.func.vmap
        return None


def _with_limits(xp, formula, arrays):
    """`formula(xp, *arrays)`, a tuple, with 0 · ∞ = 0 as `_blocks` has it.

    The arguments are chosen, not the results: a NaN that is not chosen would still
    make the derivative NaN.
    """
    smooth = _OneSided(xp)
    results = formula(smooth, *arrays)
    undefined = xp.isnan(results[0])
    for result in results[1:]:
        undefined = undefined | xp.isnan(result)
    if _known(xp.any(undefined)) is not False:
        largest = xp.finfo(arrays[0].dtype).max
        finite = (xp.where(undefined, xp.clip(x, -largest, largest), x) for x in arrays)
        results = formula(smooth, *finite)
    shape = max((x.shape for x in arrays), key=len)  # the others are scalars
    return tuple(xp.broadcast_to(result, shape) for result in results)


class _OneSided:
    """A namespace whose minimum and maximum have the slope of one side at a tie.

    Libraries that differentiate take the mean of both. In min(z, −z) that is 0 at
    z = 0, and a second derivative that is made of its square would be 0 too.
    """

    def __init__(self, xp):
        self._xp = xp

    def __getattr__(self, name):
        return getattr(self._xp, name)

    def minimum(self, a, b):
        return self._xp.where(a < b, a, b)

    def maximum(self, a, b):
        return self._xp.where(a < b, b, a)
