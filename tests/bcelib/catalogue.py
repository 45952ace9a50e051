"""Every element-wise function of numerics, bernoulli and losses, and what it may take.

A letter stands for a domain: z a logit, x a finite number, p and s numbers in [0, 1]
(s a soft label), y a label, u a number in [0, ∞], v in [−1, ∞], w a finite weight.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from bcelib import bernoulli, losses, numerics

TINY = 5e-324  # the smallest number above 0
HUGE = float(np.finfo(float).max)
VALUES = {
    "z": [-np.inf, -HUGE, -745, -37, -1, -TINY, -0.0, 0, TINY, 0.5, 37, 710, np.inf],
    "x": [-HUGE, -1, -TINY, -0.0, 0, TINY, 0.5, HUGE],
    "p": [0, TINY, 1e-17, 0.25, 0.5, 0.75, 1 - 2**-53, 1],
    "s": [0, TINY, 0.5, 0.9, 1],
    "y": [0, 1],
    "u": [0, TINY, 0.5, 1, HUGE, np.inf],
    "v": [-1, -0.5, -TINY, 0, TINY, 1, HUGE, np.inf],
    "w": [0, TINY, 1, 2.5, HUGE],
}


@dataclass(frozen=True)
class Case:
    """A function of arrays, called by position; `kinds` has one letter for each."""

    name: str
    function: Any
    kinds: str

    def __str__(self):
        return self.name

    def grid(self, dtype=float):
        """All combinations of the values above, as one vector for each argument."""
        axes = [_rounded(VALUES[kind], dtype) for kind in self.kinds]
        return [axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")]

    def draw(self, size, dtype=float, seed=0):
        """Ordinary random arguments of one size."""
        rng = np.random.default_rng(seed)
        draws = {
            "z": lambda: rng.normal(scale=10, size=size),
            "x": lambda: rng.normal(size=size),
            "y": lambda: rng.integers(0, 2, size=size),
            "w": lambda: rng.exponential(size=size),
        }
        unit = lambda: rng.random(size=size)  # noqa: E731
        return [draws.get(kind, unit)().astype(dtype) for kind in self.kinds]


def _rounded(values, dtype):
    """`values` in a narrower dtype; what is finite stays finite."""
    largest = np.finfo(dtype).max
    wide = np.array(values, np.longdouble)
    finite = np.clip(wide, -np.longdouble(largest), np.longdouble(largest))
    with np.errstate(all="ignore"):
        return np.where(np.isinf(wide), wide, finite).astype(dtype)


def _with_weight(function):
    return lambda z, s, w: function(z, s, pos_weight=w)


CASES = [
    Case("sigmoid", numerics.sigmoid, "z"),
    Case("softplus", numerics.softplus, "z"),
    Case("log_sigmoid", numerics.log_sigmoid, "z"),
    Case("logit", numerics.logit, "p"),
    Case("xlogy", numerics.xlogy, "xu"),
    Case("xlog1py", numerics.xlog1py, "xv"),
    Case("pmf", bernoulli.pmf, "py"),
    Case("log_pmf", bernoulli.log_pmf, "py"),
    Case("entropy", bernoulli.entropy, "p"),
    Case("entropy in bits", lambda p: bernoulli.entropy(p, base=2), "p"),
    Case("cross_entropy", bernoulli.cross_entropy, "pp"),
    Case("kl_divergence", bernoulli.kl_divergence, "pp"),
    Case("binary_cross_entropy", losses.binary_cross_entropy, "ps"),
    Case(
        "binary_cross_entropy, clipped",
        lambda p, s: losses.binary_cross_entropy(p, s, clip=1e-7),
        "ps",
    ),
    Case("bce", losses.binary_cross_entropy_with_logits, "zs"),
    Case("bce_grad", losses.binary_cross_entropy_with_logits_grad, "zs"),
    Case("bce_hessian", losses.binary_cross_entropy_with_logits_hessian, "zs"),
    Case("weighted bce", _with_weight(losses.binary_cross_entropy_with_logits), "zsw"),
    Case(
        "weighted bce_grad",
        _with_weight(losses.binary_cross_entropy_with_logits_grad),
        "zsw",
    ),
    Case(
        "weighted bce_hessian",
        _with_weight(losses.binary_cross_entropy_with_logits_hessian),
        "zsw",
    ),
    Case("margin", losses.margin, "zy"),
    Case("zero_one_loss", losses.zero_one_loss, "zy"),
    Case("hinge_loss", losses.hinge_loss, "zy"),
    Case("hinge_loss_grad", losses.hinge_loss_grad, "zy"),
    Case("squared_error", losses.squared_error, "zs"),
    Case("squared_error_grad", losses.squared_error_grad, "zs"),
    Case("focal_loss", losses.focal_loss, "zs"),
    Case("focal_loss_grad", losses.focal_loss_grad, "zs"),
    Case(
        "focal_loss, balanced",
        lambda z, s: losses.focal_loss(z, s, gamma=0.5, balance=0.25),
        "zs",
    ),
    Case(
        "focal_loss_grad, balanced",
        lambda z, s: losses.focal_loss_grad(z, s, gamma=0.5, balance=0.25),
        "zs",
    ),
    Case("smooth_labels", lambda s: losses.smooth_labels(s, alpha=0.1), "s"),
]

VALUE_AND_GRAD = [
    Case("plain", losses.binary_cross_entropy_with_logits_value_and_grad, "zs"),
    Case(
        "weighted",
        _with_weight(losses.binary_cross_entropy_with_logits_value_and_grad),
        "zsw",
    ),
]
