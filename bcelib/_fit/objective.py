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

from bcelib._fit.units import (
    in_features,
    sum_of,
    survey,
    tall_triangle,
    total_of,
    triangle_of,
)

_EPSILON = np.finfo(float).eps


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
        value = sum_of(view.mean * s for view, s in zip(views, shares, strict=True))
        gradient = sum_of(
            view.gradient * s for view, s in zip(views, shares, strict=True)
        )
        value = value + (self.penalty * theta) @ theta / 2
        return value, gradient + self.penalty * theta

    def gradient_on(self, X, y, weights, theta, share):
        """Of a batch; on average that of the whole, if weights are times `share`."""
        slopes = self.loss.grad(X @ theta, y)
        if weights is not None:
            slopes = slopes * weights * share
        return X.T @ slopes / len(X) + self.penalty * theta

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


def _refuse_one_label(lowest, highest, n):
    if lowest == highest and lowest in (0, 1):
        raise ValueError(
            f"y must hold both labels; all {n} are {lowest:g}, and no finite bias is "
            "the best"
        )


# ---- what is asked of a piece -----------------------------------------------------


def _view(X, y, weights, theta, loss, scale):
    z = X @ theta
    if not np.all(np.isfinite(z)):
        raise OverflowError(
            "the logits overflowed: make step_size smaller or scale the features"
        )
    n = total_of(X, weights)
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
    R = tall_triangle(
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
