"""Errors of at most a few ulps, at logits from every binade, against mpmath."""

import functools
import math
from pathlib import Path

import mpmath
import numpy as np
import pytest

from bcelib import losses, numerics
from benchmarks.accuracy import grid
from benchmarks.reference import exact, in_ulps, truths

# The promised bounds in ulps. A soft label's gradient counts in ulps of max(p, y).
BOUNDS = {
    np.float64: {
        ("loss", "hard"): 2,
        ("loss", "soft"): 3,
        ("gradient", "hard"): 2,
        ("gradient", "soft"): 3,
        ("hessian", "hard"): 3,
        ("hessian", "soft"): 3,
    },
    np.float32: {
        (quantity, label): 4
        for quantity in ("loss", "gradient", "hessian")
        for label in ("hard", "soft")
    },
}
FUNCTIONS = {
    "loss": losses.binary_cross_entropy_with_logits,
    "gradient": losses.binary_cross_entropy_with_logits_grad,
    "hessian": losses.binary_cross_entropy_with_logits_hessian,
}
# Found by search: the worst of e / (1 + e), (1 − y) p − y (1 − p), e / (1 + e)², …
HARD_SPOTS = [
    *(-4.850062460011165, -4.844969702008536, -3.4465286145802665, 4.147296506415401),
    *(5.541647364788304, -4.152123896117263, -6.236946642541131, -1.254608676555273),
    *(-5.544705867767334, 5.538609981536865, 2.042401075363159, 0.34283044934272766),
]
SOFT_SPOTS = [
    (-6.236704774484595, 4.006495537902397e-09),
    (-2.7568074577534603, 6.266250135144497e-17),
    (-1.1833536678286776, 0.08854672976964235),
    (-1.1393058131745841, 0.1),
    (-5.544705867767334, 0.0018226791871711612),
    (4.156546979222563, 0.9999999667556853),
    (1.0342955589294434, 0.8355692028999329),
]
both_dtypes = pytest.mark.parametrize("dtype", [np.float64, np.float32])


@functools.cache
def points(dtype, label):
    """Logits, labels, and what is true there."""
    z = np.concatenate([grid(dtype)[::11], np.array(HARD_SPOTS, dtype)])
    y = {"0": np.zeros_like, "1": np.ones_like, "soft": soft_labels}[label](z)
    if label == "soft":
        spots = np.array(SOFT_SPOTS, dtype)
        z, y = np.append(z, spots[:, 0]), np.append(y, spots[:, 1])
    return z, y, truths(z, y, dtype)


def soft_labels(z):
    """One for each logit: anywhere, close to 0, to 1, to ½ or to the probability."""
    rng = np.random.default_rng(2)
    small = 10 ** -rng.uniform(0, 18, z.size)
    p = 1 / (1 + np.exp(-np.clip(z, -80, 80)))
    kinds = [rng.random(z.size), small, 1 - small, (1 + small) / 2, p * (1 - small)]
    return np.choose(rng.integers(0, len(kinds), z.size), kinds).astype(z.dtype)


def worst(computed, truth, z):
    errors = truth.errors(computed)
    i = np.argmax(errors)
    return errors[i], f"{errors[i]:.2f} ulps at z = {z[i]}: {computed[i]}"


def test_the_api_page_promises_these_bounds():
    page = (Path(__file__).parents[2] / "book" / "api.md").read_text(encoding="utf-8")
    for quantity, label in BOUNDS[np.float64]:
        words = {"hard": "label 0 or 1", "soft": "soft label"}[label]
        bounds = [BOUNDS[dtype][quantity, label] for dtype in (np.float64, np.float32)]
        assert f"| {quantity}, {words} | {bounds[0]} | {bounds[1]} |" in page


@both_dtypes
@pytest.mark.parametrize("label", ["0", "1", "soft"])
@pytest.mark.parametrize("quantity", list(FUNCTIONS))
def test_loss_gradient_and_hessian(quantity, label, dtype):
    z, y, truth = points(dtype, label)
    computed = FUNCTIONS[quantity](z, y)
    assert computed.dtype == dtype
    error, where = worst(computed, truth[quantity], z)
    bound = BOUNDS[dtype][quantity, "soft" if label == "soft" else "hard"]
    assert error <= bound, where


@both_dtypes
@pytest.mark.parametrize(
    ("function", "sign", "quantity", "label"),
    [
        (numerics.sigmoid, 1, "gradient", "0"),
        (numerics.softplus, 1, "loss", "0"),
        (numerics.log_sigmoid, -1, "loss", "1"),
    ],
)
def test_sigmoid_softplus_and_log_sigmoid(function, sign, quantity, label, dtype):
    # σ is the gradient for label 0; sp and −log σ are the losses of the two labels.
    z, _, truth = points(dtype, label)
    computed = function(z)
    assert computed.dtype == dtype
    error, where = worst(sign * computed, truth[quantity], z)
    assert error <= BOUNDS[dtype][quantity, "hard"], where


@both_dtypes
def test_logit(dtype):
    rng = np.random.default_rng(3)
    size = np.abs(grid(dtype)[::11])
    small = size[(size > 0) & (size < 0.5)]
    p = np.concatenate([small, 1 - small, 0.5 + small, rng.random(1000)]).astype(dtype)
    p = np.append(p[(p > 0) & (p < 1)], [0.22166009615513, 0.24485424, 0.43947629665])
    p = p.astype(dtype)
    with mpmath.workprec(1200):  # enough for 1 − p at the smallest subnormal p
        true = [mpmath.log(x / (1 - x)) for x in map(mpmath.mpf, p.tolist())]
    error, where = worst(numerics.logit(p), in_ulps(true, dtype), p)
    assert error <= {np.float64: 3, np.float32: 4}[dtype], where


@both_dtypes
@pytest.mark.parametrize("label", ["0", "1", "soft"])
@pytest.mark.parametrize("n", [1, 300])
@pytest.mark.parametrize("width", [3, 40, 700])
def test_fused_mean_and_gradient(width, n, label, dtype):
    z = np.random.default_rng(n).uniform(-width, width, n).astype(dtype)
    y = {"0": np.zeros_like, "1": np.ones_like, "soft": soft_labels}[label](z)
    value, gradient = losses.binary_cross_entropy_with_logits_value_and_grad(z, y)
    assert value.dtype == gradient.dtype == dtype
    true = [exact(*point) for point in zip(z.tolist(), y.tolist(), strict=True)]
    mean = in_ulps([mpmath.fsum(loss for loss, _, _ in true) / n], dtype)
    slopes = [slope / n for _, slope, _ in true]
    units = [
        slope if y in (0, 1) else max(slope + y / n, y / n)
        for slope, y in zip(slopes, y.tolist(), strict=True)
    ]
    kind = "soft" if label == "soft" else "hard"
    assert mean.errors(value) <= BOUNDS[dtype]["loss", kind]
    # The division by n is one rounding more.
    error, where = worst(gradient, in_ulps(slopes, dtype, units), z)
    assert error <= BOUNDS[dtype]["gradient", kind] + (n > 1), where


@both_dtypes
@pytest.mark.parametrize("y", [0.0, 5e-324, 1e-17, 0.5, 0.9, 1 - 2**-53, 1.0])
def test_finite_logits_give_finite_values_and_infinite_ones_the_limits(y, dtype):
    z, y = grid(dtype), dtype(y)
    for function in FUNCTIONS.values():
        assert np.isfinite(function(z, y)).all()
    ends = np.array([-np.inf, np.inf], dtype)
    loss, gradient, hessian = (function(ends, y) for function in FUNCTIONS.values())
    assert loss.tolist() == [0.0 if y == 0 else np.inf, 0.0 if y == 1 else np.inf]
    assert gradient.tolist() == [-y, 1 - y]
    assert hessian.tolist() == [0, 0]


def test_gradient_where_the_sigmoid_rounds_to_1():
    assert numerics.sigmoid(139.0) == 1
    gradient = losses.binary_cross_entropy_with_logits_grad(139.0, 1)
    assert gradient == pytest.approx(-1 / (1 + math.exp(139)), rel=2**-51, abs=0)


def sigmoid_as_written(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_unrefined(z):
    return np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))


@pytest.mark.parametrize(
    ("quantity", "label", "form"),
    [
        ("gradient", "1", lambda z, y: sigmoid_as_written(z) - y),
        ("gradient", "1", lambda z, y: numerics.sigmoid(z) - y),
        ("gradient", "0", lambda z, y: sigmoid_as_written(z)),
        ("gradient", "0", lambda z, y: sigmoid_unrefined(z)),
        ("loss", "0", lambda z, y: -np.log(1 - numerics.sigmoid(z))),
        ("loss", "0", lambda z, y: -np.log1p(-numerics.sigmoid(z))),
        ("loss", "0", lambda z, y: np.log1p(np.exp(z))),
        ("loss", "0", lambda z, y: np.maximum(z, 0) + np.log(1 + np.exp(-np.abs(z)))),
        ("loss", "1", lambda z, y: numerics.softplus(z) - y * z),
        ("loss", "1", lambda z, y: -np.log(numerics.sigmoid(z))),
        ("hessian", "0", lambda z, y: numerics.sigmoid(z) * (1 - numerics.sigmoid(z))),
        ("hessian", "0", lambda z, y: sigmoid_unrefined(z) * sigmoid_unrefined(-z)),
        ("hessian", "0", lambda z, y: np.exp(-abs(z)) / (1 + np.exp(-abs(z))) ** 2),
    ],
)
def test_the_points_tell_a_wrong_form(quantity, label, form):
    z, y, truth = points(np.float64, label)
    with np.errstate(all="ignore"):
        error, _ = worst(form(z, y), truth[quantity], z)
    assert error > BOUNDS[np.float64][quantity, "hard"]
