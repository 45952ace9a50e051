"""Sums to twice the precision of a float: an unevaluated pair, total + correction."""

import math

import numpy as np

_BLOCK = 16_384  # elements, which stay in cache
_HUGE = 2.0**960
_SCALE = 2.0**-64  # a power of 2 rounds nothing


def sum_of(values):
    """The pair for a NumPy array of numbers in [0, ∞]."""
    values = values.ravel()
    total = (0.0, 0.0)
    for start in range(0, values.size, _BLOCK):
        block = values[start : start + _BLOCK].astype(float, copy=False)
        total = add(total, _sum_of_block(block))
    return total


def _sum_of_block(block):
    """The digits above a fixed position add up without rounding; the rest are few.

    σ is a power of 2 above the sum, so (x + σ) − σ is x without its digits below
    2⁻⁵² σ (Rump, Ogita, Oishi).
    """
    largest = float(block.max())
    if largest == math.inf:
        return math.inf, 0.0
    if largest > _HUGE:
        total, correction = _sum_of_block(block * _SCALE)
        return add((total / _SCALE, correction / _SCALE), (0.0, 0.0))
    sigma = math.ldexp(1.0, math.frexp(largest)[1] + block.size.bit_length())
    above = (block + sigma) - sigma
    return add((float(np.sum(above)), 0.0), (float(np.sum(block - above)), 0.0))


def add(a, b):
    """The pair for the sum of two pairs."""
    total = a[0] + b[0]
    if total == math.inf:
        return math.inf, 0.0
    # What the addition rounded away, exactly (Knuth's two-sum).
    part = total - a[0]
    rest = (a[0] - (total - part)) + (b[0] - part) + (a[1] + b[1])
    return total + rest, rest - ((total + rest) - total)
