"""To the last digit: no result leaves its range, and focal losses keep their bound."""

import math

import mpmath
import numpy as np
import pytest

from bcelib import bernoulli, losses, numerics

# ---- to the last digit of the range ------------------------------------------------

SHARES = np.unique(
    np.concatenate(
        [
            np.random.default_rng(0).random(20_000),
            0.5 + np.linspace(-1, 1, 4001) * 1e-8,
            0.5 + np.linspace(-1, 1, 4001) * 1e-4,
            [0.4999999959264332, 0.0, 1.0, 1 - 2**-53, 5e-324],
        ]
    )
)
NEAR_ZERO = np.linspace(-1, 1, 20_001) ** 5


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
@pytest.mark.parametrize(
    ("function", "low", "high"),
    [
        (lambda p, z: bernoulli.entropy(p), 0, math.log(2)),
        (lambda p, z: bernoulli.entropy(p, base=2), 0, 1),
        (lambda p, z: bernoulli.entropy(p, base=10), 0, math.log(2) / math.log(10)),
        (lambda p, z: bernoulli.kl_divergence(p, 0.5, base=2), 0, 1 + 4 * 2**-52),
        (lambda p, z: losses.smooth_labels(p, alpha=0.1), 0.05, 0.95),
        (lambda p, z: losses.smooth_labels(p, alpha=0.3), 0.15, 0.85),
        (lambda p, z: losses.smooth_labels(p, alpha=1.0), 0.5, 0.5),
        (lambda p, z: numerics.sigmoid(z), 0, 1),
        (lambda p, z: losses.binary_cross_entropy_with_logits_grad(z, 1), -1, 0),
        (lambda p, z: losses.binary_cross_entropy_with_logits_hessian(z, 1), 0, 0.25),
        (lambda p, z: losses.squared_error(z, 0), 0, 1),
    ],
)
def test_no_result_leaves_its_range(function, low, high, dtype):
    for p, z in (
        (SHARES, 1e3 * (SHARES - 0.5)),
        (SHARES, np.resize(NEAR_ZERO, SHARES.size)),
    ):
        result = function(p.astype(dtype), z.astype(dtype))
        assert result.min() >= dtype(low)
        assert result.max() <= dtype(high)


@pytest.mark.parametrize("alpha", [0.1, 0.2, 0.3, 0.7, 1e-3, 1 / 3])
def test_a_smoothed_hard_label_is_the_end_of_the_range(alpha):
    assert losses.smooth_labels([0, 1], alpha=alpha).tolist() == [
        alpha / 2,
        1 - alpha / 2,
    ]


# ---- the focal loss at every γ -------------------------------------------------------


def focal_of_a_one(z, gamma):
    z = mpmath.mpf(z)
    s, sp = mpmath.log1p(mpmath.exp(-z)), mpmath.log1p(mpmath.exp(z))
    p, q, a = mpmath.exp(-s), mpmath.exp(-sp), mpmath.exp(-gamma * sp)
    return a * s, -a * (q + gamma * p * s), sp


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(
    "gamma", [0.0, 1e-300, 1e-3, 0.5, 1.0, 2.0, 5.0, 100.0, 1e6, 1e15, 1e30, 1e38]
)
def test_focal_loss_and_its_derivative_keep_their_bound_at_every_gamma(gamma, dtype):
    # The logits at which (1 − p)^γ is neither 0 nor 1, and those beyond.
    bend = -math.log(max(gamma, 1))
    z = np.append(bend + np.linspace(-40, 7, 95), [-1e30, -700, -80, 0, 80, 700, 1e30])
    z = z.astype(dtype)
    found = (f(z, 1, gamma=gamma) for f in (losses.focal_loss, losses.focal_loss_grad))
    format = np.finfo(dtype)
    with mpmath.workprec(400):
        true = [focal_of_a_one(x, gamma) for x in z.tolist()]
        for i, values in enumerate(found):
            for x, value, exact in zip(z, values.tolist(), true, strict=True):
                bound = (10 + 4 * gamma * exact[2]) * format.eps * abs(exact[i])
                bound = min(bound, abs(exact[i])) if gamma * exact[2] > 1e3 else bound
                error = abs(value - exact[i])
                lost = float(format.smallest_subnormal) * gamma * min(abs(x), 200)
                assert error <= bound + lost + 2 * format.tiny, (x, value, exact[i])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_focal_loss_is_finite_at_finite_logits_and_has_limits(dtype):
    largest = np.finfo(dtype).max
    z = np.array([-largest, -1e10, -40, 0, 40, 1e10, largest], dtype)
    for gamma in (0, 1e-300, 0.5, 2, 1e20, 1e38):
        for y in (0, 0.5, 1):
            assert np.isfinite(losses.focal_loss(z, y, gamma=gamma)).all()
            assert np.isfinite(losses.focal_loss_grad(z, y, gamma=gamma)).all()
        ends = np.array([-np.inf, np.inf], dtype)
        assert losses.focal_loss(ends, 1, gamma=gamma).tolist() == [np.inf, 0]
        assert losses.focal_loss_grad(ends, 1, gamma=gamma).tolist() == [-1, 0]
