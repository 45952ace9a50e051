"""Blocks: a formula evaluated on pieces of its arrays that stay in cache.

A formula such as ``log1p(exp(-abs(z)))`` makes a temporary array at each step.
On whole arrays each of them travels to memory and back; on blocks of a few
thousand elements none of them leaves the processor's cache.
"""

import math

import numpy as np

BLOCK = 16_384  # elements: 128 KiB for a temporary of float64


def evaluate_on_blocks(formula, arguments, arrays, dtype):
    """`formula(np, *arrays)` element by element: an array, or a NumPy scalar."""
    with _iterator(arrays, dtype) as blocks:
        for *inputs, out in blocks:
            _check(arguments, arrays, inputs)
            out[...] = _with_limits(formula, inputs)
        return blocks.operands[-1].astype(dtype, copy=False)[()]


def mean_and_gradient_on_blocks(formula, arguments, arrays, dtype):
    """Mean of the values, and its gradient, of `formula` -> (values, slopes).

    The sum is pairwise, in float64 or wider. Each value is divided by n before
    it, so it cannot overflow by more than rounding; the mean of equal values at
    the end of the range can, and no mean exceeds the largest value.
    """
    n = math.prod(np.broadcast_shapes(*(array.shape for array in arrays)))
    wide = np.result_type(dtype, float)
    shares, largest = [], -np.inf
    with _iterator(arrays, dtype) as blocks:
        for *inputs, out in blocks:
            _check(arguments, arrays, inputs)
            values, slopes = _with_limits(formula, inputs)
            shares.append(np.sum(values.astype(wide, copy=False) / n))
            largest = max(largest, values.max())
            np.divide(slopes, n, out=out)
        mean = min(np.sum(shares), largest)
        gradient = blocks.operands[-1].astype(dtype, copy=False)[()]
        return dtype.type(mean), gradient


def _iterator(arrays, dtype):
    # float16 is computed in float32: its own exp and log1p lose half the digits.
    working = np.result_type(dtype, np.float32)
    return np.nditer(
        [*arrays, None],
        flags=["external_loop", "buffered", "zerosize_ok"],
        op_flags=[["readonly"]] * len(arrays) + [["writeonly", "allocate"]],
        op_dtypes=[working] * (len(arrays) + 1),
        casting="unsafe",  # the kinds were checked in _validate
        buffersize=BLOCK,
    )


def _check(arguments, arrays, inputs):
    for argument, array, x in zip(arguments, arrays, inputs, strict=True):
        if not argument.domain.holds(x):
            argument.refuse(array, x.dtype)


def _with_limits(formula, inputs):
    """`formula(np, *inputs)` with 0 · ∞ = 0.

    The inputs hold no NaN, so one in the result is a term of weight exactly 0
    at an infinite logit. At the largest finite logit the same term is 0.
    """
    result = formula(np, *inputs)
    if not _has_nan(result):
        return result
    largest = np.finfo(inputs[0].dtype).max
    finite = formula(np, *(np.clip(x, -largest, largest) for x in inputs))
    if isinstance(result, tuple):
        return tuple(
            np.where(np.isnan(r), f, r) for r, f in zip(result, finite, strict=True)
        )
    return np.where(np.isnan(result), finite, result)


def _has_nan(result):
    parts = result if isinstance(result, tuple) else (result,)
    return any(math.isnan(part.min()) for part in parts)  # min carries NaN along
