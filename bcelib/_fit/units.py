"""Units: what one look at the features tells of their sizes, and of their curvature.

Of a matrix A each piece of the data gives a triangle R with RᵀR = AᵀA.
"""

import math
from typing import NamedTuple

import numpy as np

_EPSILON = np.finfo(float).eps
_BLOCK = 2048  # rows


class Units(NamedTuple):
    """Each feature from its centre, in standard deviations: (x/size − centre)/spread.

    Or in units of √l2, where those are larger: then the penalty sets the pace. `size`,
    a power of 2, keeps all from overflow. The centre is the mean where that
    exceeds the deviation. Else it is 0: beside an outlier the others would lose digits.
    A feature that is constant, but for rounding, is 0.
    """

    size: np.ndarray
    mean: np.ndarray
    centre: np.ndarray
    spread: np.ndarray
    constant: np.ndarray

    def of(self, X):
        X = (X / self.size - self.centre) / self.spread
        return np.where(self.constant, 0.0, X)

    def to(self, theta):
        """The same model in these units."""
        w = theta[:-1] * self.size
        return np.append(w * self.spread, theta[-1] + self.centre @ w)

    def back(self, theta):
        """The same model in the units of the features."""
        w = theta[:-1] / self.spread
        return np.append(w / self.size, theta[-1] - self.centre @ w)


def survey(data, l2=0.0):
    """The sum of weights, `Units`, a triangle in them, the least and largest label."""
    n, sizes, means, triangles, lowest, highest = zip(*data.map(_survey), strict=True)
    total, largest = math.fsum(n), np.max(sizes, axis=0)
    size = np.maximum(largest, np.ldexp(0.5, np.frexp(math.sqrt(l2))[1]) if l2 else 0)
    means = [mean * (s / size) for mean, s in zip(means, sizes, strict=True)]
    mean = sum_of(m * (k / total) for m, k in zip(means, n, strict=True))
    for R, m, s in zip(triangles, means, sizes, strict=True):
        R[:, :-1] = R[:, :-1] * (s / size) + np.outer(R[:, -1], m - mean)
    R = triangle_of(triangles)
    deviation = np.linalg.norm(R[:, :-1], axis=0) / math.sqrt(total)
    constant = deviation <= 8 * _EPSILON * (largest / size)
    spread = np.where(constant, 1.0, np.hypot(deviation, math.sqrt(l2) / size))
    centre = np.where(np.abs(mean) > deviation, mean, 0.0)
    R[:, :-1] = (R[:, :-1] + np.outer(R[:, -1], mean - centre)) / spread
    R[:, :-1] = np.where(constant, 0.0, R[:, :-1])
    units = Units(size, mean, centre, spread, constant)
    return total, units, R, min(lowest), max(highest)


def in_features(R, units):
    """A triangle in the units of the features, from one in standard units."""
    R = R.copy()
    centred = R[:, :-1] * units.spread + np.outer(R[:, -1], units.centre)
    R[:, :-1] = centred * units.size
    return R


def _survey(X, y, weights):
    X = X[:, :-1]
    largest = np.max(np.abs(X), axis=0)
    size = np.where(largest == 0, 1.0, np.ldexp(0.5, np.frexp(largest)[1]))
    X = X / size
    mean = np.average(X, axis=0, weights=weights)
    X -= mean
    rest = np.average(X, axis=0, weights=weights)  # what rounding left, if all are one
    X -= rest
    ends = (0, 0) if y is None else (y.min(), y.max())
    R = triangle(np.column_stack([X, np.ones(len(X))]), weights)
    return total_of(X, weights), size, mean + rest, R, *ends


def triangle_of(parts):
    """R with RᵀR = Σ AᵀA over the parts."""
    return np.linalg.qr(np.vstack(parts), mode="r")


def triangle(X, weights):
    """R with RᵀR = Xᵀ diag(weights) X."""
    if weights is None:
        return tall_triangle(lambda i: X[i], len(X))
    root = np.sqrt(weights)
    return tall_triangle(lambda i: root[i, None] * X[i], len(X))


def tall_triangle(rows, n):
    """R of the n rows that `rows(slice)` gives, by blocks that stay in cache."""
    blocks = (slice(i, i + _BLOCK) for i in range(0, n, _BLOCK))
    return triangle_of([np.linalg.qr(rows(block), mode="r") for block in blocks])


def total_of(X, weights):
    return len(X) if weights is None else math.fsum(weights)


def sum_of(parts):
    """The sum of numbers or vectors, rounded once."""
    return np.apply_along_axis(math.fsum, 0, [*parts])


def largest_curvature(triangle, n, l2):
    """λ_max(XᵀX)/(4n) + l2, from R with RᵀR = XᵀX."""
    return float(np.linalg.norm(triangle, 2) ** 2 / (4 * n) + l2)


def steepest_row(X, y, weights):
    """How many rows there are, and the largest curvature of one, times its weight."""
    curvatures = np.sum(X**2, axis=1) / 4
    return len(X), np.max(curvatures if weights is None else weights * curvatures)
