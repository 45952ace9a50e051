"""The yardstick: true values from mpmath, and distances from them in ulps.

One ulp (unit in the last place) of a number is the gap between neighbouring
floats of its binade; below the smallest normal number it is the smallest
subnormal one.
"""

import functools
import math
from dataclasses import dataclass

import mpmath
import numpy as np

FAR = 800  # beyond it e^-|z| is less than half the smallest float64
VERY_FAR = 8000  # beyond it only the size of e^-|z| can matter


def exact(z, y):
    """Loss, gradient and Hessian at the floats `z` and `y`, as mpmath numbers.

    The textbook's definitions, with as many digits as 1 − p needs for 120 good
    bits: p is within e^-|z| of 0 or 1. Far out the first term in e^-|z| is exact to
    more than that.
    """
    with mpmath.workprec(120 + int(1.5 * min(abs(z), FAR))):
        z, y = mpmath.mpf(z), mpmath.mpf(y)
        if abs(z) > FAR:
            e = _decay(abs(z))
            gradient = e - y if z < 0 else (1 - y) - e
            return max(z, 0) - y * z + e, gradient, e
        p, log_p, log_1_minus_p = _probability(z)
        return -y * log_p - (1 - y) * log_1_minus_p, p - y, p * (1 - p)


def _decay(size):
    """e^-size, or beside astronomical sizes, where it is slow, a power of 2 near it."""
    if size < VERY_FAR:
        return mpmath.exp(-size)
    return mpmath.ldexp(1, -int(size / mpmath.ln2))


@functools.cache
def _probability(z):
    p = 1 / (1 + mpmath.exp(-z))
    return p, mpmath.log(p), mpmath.log(1 - p)


@dataclass(frozen=True)
class Truth:
    """Exact values as (high + low) · 2^exponent, where 2^exponent is one ulp.

    `normal` says which are at least the smallest normal number of the dtype in size.
    """

    high: np.ndarray
    low: np.ndarray
    exponent: np.ndarray
    normal: np.ndarray

    def errors(self, computed):
        """Distances of `computed` floats from the exact values, infinite for NaN."""
        # The product and, near the exact value, the first difference are exact.
        with np.errstate(over="ignore"):
            scaled = np.ldexp(np.asarray(computed, dtype=float), -self.exponent)
        errors = np.abs((scaled - self.high) - self.low)
        return np.where(np.isnan(errors), np.inf, errors)


def in_ulps(values, dtype, scales=None):
    """mpmath numbers as a `Truth`, in ulps of `scales` or else of themselves."""
    format = np.finfo(dtype)
    exponent = [
        max(mpmath.frexp(scale)[1] - 1 if scale else -math.inf, int(format.minexp))
        - format.nmant
        for scale in (values if scales is None else scales)
    ]
    units = [mpmath.ldexp(v, -e) for v, e in zip(values, exponent, strict=True)]
    high = [float(unit) for unit in units]
    with mpmath.workprec(120):
        low = [float(u - h) for u, h in zip(units, high, strict=True)]
    smallest = float(format.smallest_normal)
    normal = [abs(value) >= smallest for value in values]
    return Truth(np.array(high), np.array(low), np.array(exponent), np.array(normal))


def truths(z, y, dtype):
    """{"loss", "gradient", "hessian": Truth} at logits `z` and labels `y`.

    A soft label's gradient p − y passes through 0, and no floating-point p − y is
    good there relative to itself: its unit is an ulp of max(p, y).
    """
    labels = np.broadcast_to(np.asarray(y, dtype), z.shape).tolist()
    values = [exact(x, y) for x, y in zip(z.tolist(), labels, strict=True)]
    loss, gradient, hessian = zip(*values, strict=True)
    scales = [
        g if y in (0, 1) else max(g + y, y)
        for g, y in zip(gradient, labels, strict=True)
    ]
    return {
        "loss": in_ulps(loss, dtype),
        "gradient": in_ulps(gradient, dtype, scales),
        "hessian": in_ulps(hessian, dtype),
    }
