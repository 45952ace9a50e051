"""The objective of a linear model, and proofs that it has a minimum or none.

The proofs are for binary cross-entropy; the rest takes any element-wise loss.

The data come in pieces (see `rows`). A pass over them asks each piece for a few
numbers, and of a matrix A for a triangle R with RᵀR = AᵀA. So no piece ever sees
another, and whoever minimises never sees the data.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

_EPSILON = np.finfo(float).eps
_BLOCK = 2048  # rows


class Loss(NamedTuple):
    """Functions of logits and labels: mean with gradient, and value by value."""

    mean_and_grad: Callable
    value: Callable
    grad: Callable
    hessian: Callable


class View(NamedTuple):
    """What a pass at some θ tells of one piece; n is the sum of its weights."""

    n: float
    mean: float
    gradient: np.ndarray
    separated: bool
    triangle: np.ndarray | None


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
    mean = _sum(m * (k / total) for m, k in zip(means, n, strict=True))
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


class Objective:
    """Mean loss + (l2/2) ‖w‖² as a function of θ = (w, b).

    With `curvature` the features are standardised, and θ is in these units: then
    neither the way to the minimum nor its rounding depends on units and offsets.
    """

    def __init__(self, loss, data, l2, *, curvature):
        self.loss = loss
        self.data = data
        self.curvature = curvature  # whether each pass also prepares a Newton step
        rows, d = data.shape
        self.n, self.units, self.triangle, lowest, highest = survey(data, l2)
        _refuse_one_label(lowest, highest, rows)
        self.penalty = np.append(np.full(d, l2), 0.0)  # the bias is free
        self.rounding = max(rows, d + 1) * _EPSILON  # relative, in singular values
        if curvature:
            data.standardise(self.units)
            root = math.sqrt(l2) / self.units.size / self.units.spread
            self.penalty[:-1] = root**2
            # The digits that a feature loses when its mean is taken off.
            lost = np.max(np.abs(self.units.centre / self.units.spread))
            self.rounding += 2 * lost * _EPSILON
        else:
            self.triangle = in_features(self.triangle, self.units)
        size = np.linalg.norm(self.triangle, axis=0) / math.sqrt(self.n)
        size = np.hypot(size, np.sqrt(self.penalty))
        self.scale = np.where(size == 0, 1.0, size)
        scaled = self.triangle / self.scale
        self.rank = np.linalg.matrix_rank(scaled, rtol=self.rounding)
        self.seen = np.full(d + 1, np.nan), ()

    def inside(self, theta):
        """θ as this objective takes it, from the weights of the features."""
        return self.units.to(theta) if self.curvature else theta

    def outside(self, theta):
        """The weights of the features, from θ as this objective takes it."""
        return self.units.back(theta) if self.curvature else theta

    def norm(self, gradient):
        """The length of a gradient, by features in their units."""
        size, mean, centre, spread, _ = self.units
        slopes, bias = gradient[:-1], gradient[-1]
        if self.curvature:
            slopes = slopes - (mean - centre) / spread * bias
        else:
            slopes = (slopes / size - mean * bias) / spread
        return float(np.linalg.norm([*slopes, bias]))

    def views(self, theta, curvature):
        """One pass over the data at θ, or what the last one told."""
        there, views = self.seen
        known = np.array_equal(there, theta)
        if not known or (curvature and views[0].triangle is None):
            scale = self.scale if curvature else None
            views = self.data.map(_view, theta, self.loss, scale)
            self.seen = theta, views
        return views

    def value_and_gradient(self, theta):
        views = self.views(theta, self.curvature)
        shares = [view.n / self.n for view in views]
        value = _sum(view.mean * s for view, s in zip(views, shares, strict=True))
        gradient = _sum(
            view.gradient * s for view, s in zip(views, shares, strict=True)
        )
        value = value + (self.penalty * theta) @ theta / 2
        return value, gradient + self.penalty * theta

    def gradient_on(self, rows, theta):
        X = self.data.X[rows]
        slopes = self.loss.grad(X @ theta, self.data.y[rows])
        if self.data.weights is not None:  # on average the gradient of the whole
            slopes = slopes * self.data.weights[rows] * (len(self.data.X) / self.n)
        return X.T @ slopes / len(rows) + self.penalty * theta

    def newton_step(self, theta):
        """The Newton step, and whether it moves along every direction of X.

        It solves the least squares Σ h (x·s + r/h)² + n Σ l2 (s + θ)² with
        r = p − y and h = p (1 − p): the normal equations are H s = −g. Of several
        solutions it is the shortest, each weight in units of its column's scale.
        """
        ridge = np.sqrt(self.n * self.penalty)
        penalties = np.column_stack([np.diag(ridge) / self.scale, -ridge * theta])
        views = self.views(theta, True)
        A = np.vstack([*(view.triangle for view in views), penalties[ridge > 0]])
        step, _, rank, _ = np.linalg.lstsq(A[:, :-1], A[:, -1], rcond=self.rounding)
        return step / self.scale, rank >= self.rank

    def minimum_exists(self, theta):
        """Proof, if it is one, that J has a minimum.

        Without a penalty it has one if and only if some λ > 0 balance the examples:
        Σ λ⁺ x = Σ λ⁻ x, with λ⁺ where y > 0 and λ⁻ where y < 1 (Stiemke). The
        Newton step offers λ⁺ = y σ(−z) (1 − σ(z) x·s), λ⁻ = (1 − y) σ(z)
        (1 + σ(−z) x·s): balanced because H s = −g, positive if |x·s| < 1. The
        bound taken is ½: if there is no minimum, some |x·s| is 1 but for rounding.
        """
        if self.penalty.any():
            return True
        step, everywhere = self.newton_step(theta)
        return everywhere and np.max(self.data.map(_largest_move, step)) < 0.5

    def decrement(self, theta):
        """Twice what a Newton step still promises, gᵀ H⁻¹ g: the same in all units."""
        step, _ = self.newton_step(theta)
        _, gradient = self.value_and_gradient(theta)
        return -gradient @ step

    def separates(self, theta):
        """Whether the logits have the sign of the label, beyond any rounding."""
        return all(view.separated for view in self.views(theta, False))

    def direction_of_recession(self, theta):
        """A direction along which the loss falls forever, or None if none is found.

        Far out, a Newton step moves the logits of separable examples by about 1,
        and those of all others hardly. What is left of it when the others stay
        where they are, to rounding, must separate the rest.
        """
        step, _ = self.newton_step(theta)
        staying = triangle_of(self.data.map(_staying, step)) / self.scale
        _, sizes, axes = np.linalg.svd(staying)
        tolerance = np.max(sizes, initial=0) * self.rounding
        free = axes[np.count_nonzero(sizes > tolerance) :]
        direction = free.T @ (free @ (step * self.scale)) / self.scale
        moving, separated = zip(*self.data.map(_rest, step, direction), strict=True)
        return direction if any(moving) and all(separated) else None


def _sum(parts):
    """The sum of numbers or vectors, rounded once."""
    return np.apply_along_axis(math.fsum, 0, [*parts])


def _refuse_one_label(lowest, highest, n):
    if lowest == highest and lowest in (0, 1):
        raise ValueError(
            f"y must hold both labels; all {n} are {lowest:g}, and no finite bias is "
            "the best"
        )


def triangle_of(parts):
    """R with RᵀR = Σ AᵀA over the parts."""
    return np.linalg.qr(np.vstack(parts), mode="r")


def _tall_triangle(rows, n):
    """R of the n rows that `rows(slice)` gives, by blocks that stay in cache."""
    blocks = (slice(i, i + _BLOCK) for i in range(0, n, _BLOCK))
    return triangle_of([np.linalg.qr(rows(block), mode="r") for block in blocks])


def largest_curvature(triangle, n, l2):
    """λ_max(XᵀX)/(4n) + l2, from R with RᵀR = XᵀX."""
    return float(np.linalg.norm(triangle, 2) ** 2 / (4 * n) + l2)


def in_features(R, units):
    """A triangle in the units of the features, from one in standard units."""
    R = R.copy()
    centred = R[:, :-1] * units.spread + np.outer(R[:, -1], units.centre)
    R[:, :-1] = centred * units.size
    return R


# ---- what is asked of a piece -----------------------------------------------------


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
    R = _triangle(np.column_stack([X, np.ones(len(X))]), weights)
    return _total(X, weights), size, mean + rest, R, *ends


def _total(X, weights):
    return len(X) if weights is None else math.fsum(weights)


def _triangle(X, weights):
    """R with RᵀR = Xᵀ diag(weights) X."""
    if weights is None:
        return _tall_triangle(lambda i: X[i], len(X))
    root = np.sqrt(weights)
    return _tall_triangle(lambda i: root[i, None] * X[i], len(X))


def root_of_information(X, y, weights, theta, hessian):
    """R with RᵀR = Xᵀ diag(p (1 − p)) X."""
    h = hessian(X @ theta, y)
    return _triangle(X, h if weights is None else weights * h)


def _view(X, y, weights, theta, loss, scale):
    z = X @ theta
    if not np.all(np.isfinite(z)):
        raise OverflowError(
            "the logits overflowed: make step_size smaller or scale the features"
        )
    n = _total(X, weights)
    if weights is None:
        mean, slopes = loss.mean_and_grad(z, y)
    else:
        mean = np.average(loss.value(z, y), weights=weights)
        slopes = weights * loss.grad(z, y) / n
    triangle = None if scale is None else _curvature(X, z, y, weights, loss, scale)
    return View(n, mean, X.T @ slopes, _separated(X, y, theta), triangle)


def _curvature(X, z, y, weights, loss, scale):
    r, h = loss.grad(z, y), loss.hessian(z, y)
    # Far on the wrong side r/h grows like exp|z|; beyond 1e8 it overshoots.
    h = np.maximum(h, 1e-8 * np.abs(r) + np.finfo(float).tiny)
    root = np.sqrt(h if weights is None else weights * h)
    R = _tall_triangle(
        lambda i: root[i, None] * np.column_stack([X[i], -r[i] / h[i]]), len(X)
    )
    return R / np.append(scale, 1.0)


def _largest_move(X, y, weights, step):
    return np.max(np.abs(X @ step))


def _staying(X, y, weights, step):
    return np.linalg.qr(X[np.abs(X @ step) < 0.5], mode="r")


def _rest(X, y, weights, step, direction):
    rows = np.abs(X @ step) >= 0.5
    return rows.any(), _separated(X[rows], y[rows], direction)


def _separated(X, y, direction):
    z = X @ direction
    margins = np.where(y == 1, z, -z)
    if np.any((y > 0) & (y < 1)) or not np.all(margins > 0):
        return False
    rounding = len(direction) * _EPSILON * (np.abs(X) @ np.abs(direction))
    return bool(np.all(margins > rounding))
