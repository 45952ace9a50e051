"""The objective of a linear model, and proofs that it has a minimum or none.

The proofs are for binary cross-entropy; the rest takes any element-wise loss.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

_EPSILON = np.finfo(float).eps


class Loss(NamedTuple):
    """Functions of logits and labels: mean with gradient, and two derivatives."""

    mean_and_grad: Callable
    grad: Callable
    hessian: Callable


class Objective:
    """Mean loss + (l2/2) ‖w‖² as a function of θ = (w, b)."""

    def __init__(self, loss, X, y, l2):
        n, d = X.shape
        self.loss = loss
        self.X = np.column_stack([X, np.ones(n)])
        self.y = y
        self.penalty = np.append(np.full(d, l2), 0.0)  # the bias is free
        size = np.hypot(np.max(np.abs(self.X), axis=0), np.sqrt(self.penalty))
        self.scale = np.where(size == 0, 1.0, size)
        self.rank = np.linalg.matrix_rank(self.X / self.scale)

    def value_and_gradient(self, theta):
        z = self.X @ theta
        if not np.all(np.isfinite(z)):
            raise OverflowError(
                "the logits overflowed: make step_size smaller or scale the features"
            )
        mean, slopes = self.loss.mean_and_grad(z, self.y)
        value = mean + self.penalty @ theta**2 / 2
        return value, self.X.T @ slopes + self.penalty * theta

    def gradient_on(self, rows, theta):
        X = self.X[rows]
        slopes = self.loss.grad(X @ theta, self.y[rows])
        return X.T @ slopes / len(rows) + self.penalty * theta

    def newton_step(self, theta):
        """The Newton step, and whether it moves along every direction of X.

        It solves the least squares Σ h (x·s + r/h)² + n Σ l2 (s + θ)² with
        r = p − y and h = p (1 − p): the normal equations are H s = −g. Of several
        solutions it is the shortest, each weight in units of its column's scale.
        """
        z = self.X @ theta
        r = self.loss.grad(z, self.y)
        h = self.loss.hessian(z, self.y)
        # Far on the wrong side r/h grows like exp|z|; beyond 1e8 it overshoots.
        root = np.sqrt(np.maximum(h, 1e-8 * np.abs(r) + np.finfo(float).tiny))
        ridge = np.sqrt(len(z) * self.penalty)
        A = np.vstack([root[:, None] * self.X, np.diag(ridge)[ridge > 0]])
        rhs = -np.concatenate([r / root, (ridge * theta)[ridge > 0]])
        step, _, rank, _ = np.linalg.lstsq(A / self.scale, rhs)
        return step / self.scale, rank >= self.rank

    def moves(self, step):
        return np.abs(self.X @ step)

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
        return everywhere and bool(np.all(self.moves(step) < 0.5))

    def separates(self, direction, rows=slice(None)):
        """Whether the logits have the sign of the label, beyond any rounding."""
        X, y = self.X[rows], self.y[rows]
        z = X @ direction
        margins = np.where(y == 1, z, -z)
        if np.any((y > 0) & (y < 1)) or not np.all(margins > 0):
            return False
        rounding = len(direction) * _EPSILON * (np.abs(X) @ np.abs(direction))
        return bool(np.all(margins > rounding))

    def direction_of_recession(self, theta):
        """A direction along which the loss falls forever, or None if none is found.

        Far out, a Newton step moves the logits of separable examples by about 1,
        and those of all others hardly. What is left of it when the others stay
        where they are, to rounding, must separate the rest.
        """
        step, _ = self.newton_step(theta)
        moving = self.moves(step) >= 0.5
        staying = np.linalg.qr(self.X[~moving] / self.scale, mode="r")
        _, sizes, axes = np.linalg.svd(staying)
        tolerance = np.max(sizes, initial=0) * max(self.X.shape) * _EPSILON
        free = axes[np.count_nonzero(sizes > tolerance) :]
        direction = free.T @ (free @ (step * self.scale)) / self.scale
        found = moving.any() and self.separates(direction, moving)
        return direction if found else None
