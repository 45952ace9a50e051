"""Elementary functions: exact values, limits, bad input, laws, and their twins."""

import math

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st

from bcelib.numerics import log_sigmoid, logit, sigmoid, softplus, xlog1py, xlogy

INF = math.inf
TINY = 5e-324
HUGE = np.finfo(float).max
EPS = 2.0**-52
logits = st.floats(-700, 700)
any_logit = st.floats(allow_nan=False)


@pytest.mark.parametrize(
    ("function", "arguments", "exact"),
    [
        (sigmoid, [0], 1 / 2),
        (sigmoid, [math.log(3)], 3 / 4),
        (sigmoid, [-math.log(3)], 1 / 4),
        (sigmoid, [-math.log(1e9 - 1)], 1e-9),
        (sigmoid, [-700], math.exp(-700)),
        (softplus, [0], math.log(2)),
        (softplus, [math.log(3)], math.log(4)),
        (softplus, [-math.log(3)], math.log(4 / 3)),
        (softplus, [40], 40 + math.exp(-40)),
        (softplus, [-40], math.exp(-40)),
        (log_sigmoid, [0], -math.log(2)),
        (log_sigmoid, [math.log(3)], -math.log(4 / 3)),
        (log_sigmoid, [-math.log(3)], -math.log(4)),
        (log_sigmoid, [-1000], -1000),
        (logit, [0.75], math.log(3)),
        (logit, [0.25], -math.log(3)),
        (logit, [0.2], -math.log(4)),
        (logit, [0.9], math.log(9)),
        (logit, [1 - 2**-53], 53 * math.log(2)),
        (logit, [TINY], -1074 * math.log(2)),
        (xlogy, [0.5, 0.5], -0.5 * math.log(2)),
        (xlogy, [2, 8], 6 * math.log(2)),
        (xlogy, [-3, math.e], -3),
        (xlogy, [1, TINY], -1074 * math.log(2)),
        (xlog1py, [0.5, -0.5], -0.5 * math.log(2)),
        (xlog1py, [2, 3], 4 * math.log(2)),
        (xlog1py, [3, 1e-20], 3e-20),
    ],
)
def test_exact_value(function, arguments, exact):
    assert function(*arguments) == pytest.approx(exact, rel=4 * EPS, abs=0)


@pytest.mark.parametrize(
    ("function", "arguments", "limit"),
    [
        (sigmoid, [INF], 1),
        (sigmoid, [-INF], 0),
        (sigmoid, [38], 1),
        (sigmoid, [HUGE], 1),
        (sigmoid, [-HUGE], 0),
        (sigmoid, [-745], TINY),
        (sigmoid, [TINY], 0.5),
        (softplus, [INF], INF),
        (softplus, [-INF], 0),
        (softplus, [HUGE], HUGE),
        (softplus, [-HUGE], 0),
        (softplus, [-745], TINY),
        (log_sigmoid, [INF], 0),
        (log_sigmoid, [-INF], -INF),
        (log_sigmoid, [HUGE], 0),
        (log_sigmoid, [-HUGE], -HUGE),
        (log_sigmoid, [745], -TINY),
        (logit, [0], -INF),
        (logit, [-0.0], -INF),
        (logit, [1], INF),
        (logit, [0.5], 0),
        (logit, [0.5 - 2**-54], -(2**-52)),
        (logit, [0.5 + 2**-53], 2**-51),
        (xlogy, [0, 0], 0),
        (xlogy, [0, INF], 0),
        (xlogy, [-0.0, 0], 0),
        (xlogy, [1, 0], -INF),
        (xlogy, [-1, 0], INF),
        (xlogy, [TINY, INF], INF),
        (xlogy, [5, 1], 0),
        (xlog1py, [0, -1], 0),
        (xlog1py, [0, INF], 0),
        (xlog1py, [1, -1], -INF),
        (xlog1py, [-1, -1], INF),
        (xlog1py, [1, TINY], TINY),
        (xlog1py, [1, INF], INF),
    ],
)
def test_limit(function, arguments, limit):
    assert function(*arguments) == limit


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (sigmoid, (math.nan,), r"^z must be in \[-inf, inf\]; z is nan$"),
        (softplus, ([0, math.nan],), r"z must be .*; z\[1\] is nan"),
        (log_sigmoid, ([[0, 1], [math.nan, 1]],), r"z must be .*; z\[1, 0\] is nan"),
        (logit, ([0.5, 1.5],), r"^p must be in \[0, 1\]; p\[1\] is 1\.5$"),
        (logit, (-TINY,), r"p must be in \[0, 1\]; p is -5e-324"),
        (logit, (math.nan,), r"p must be in \[0, 1\]; p is nan"),
        (xlogy, (INF, 1), r"x must be in \(-inf, inf\); x is inf"),
        (xlogy, (1, -1), r"y must be in \[0, inf\]; y is -1"),
        (xlogy, (0, math.nan), r"y must be in \[0, inf\]; y is nan"),
        (xlogy, ([1, 2], [1, 2, 3]), r"y must have the shape of x .*\(2,\).*\(3,\)"),
        (xlog1py, (-INF, 1), r"x must be in \(-inf, inf\); x is -inf"),
        (xlog1py, (1, [-0.5, -1.5]), r"y must be in \[-1, inf\]; y\[1\] is -1\.5"),
    ],
)
def test_value_outside_the_domain_is_refused(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        function(*arguments)


@given(any_logit)
def test_sigmoid_of_the_opposite_is_the_complement(z):
    assert abs(sigmoid(z) + sigmoid(-z) - 1) <= 2 * EPS
    assert 0 <= sigmoid(z) <= 1


@given(st.floats(0, 350))
def test_sigmoid_is_a_shifted_tanh(z):  # below 0 the right-hand side cancels
    assert sigmoid(z) == pytest.approx((1 + math.tanh(z / 2)) / 2, rel=4 * EPS)


@given(logits)
def test_log_sigmoid_is_the_logarithm_of_the_sigmoid(z):
    tolerance = 4 * EPS * max(1, abs(z))
    assert math.exp(log_sigmoid(z)) == pytest.approx(sigmoid(z), rel=tolerance)


@given(any_logit)
def test_log_sigmoid_is_minus_softplus_of_minus_z(z):
    assert log_sigmoid(z) == -softplus(-z)


@given(st.floats(-1e300, 1e300))
def test_softplus_splits_z_into_two_losses(z):
    difference = softplus(z) - softplus(-z)
    assert difference == pytest.approx(z, rel=4 * EPS, abs=4 * EPS * softplus(abs(z)))


@given(any_logit)
def test_softplus_lies_above_the_ramp_by_at_most_log_2(z):
    assert max(z, 0) <= softplus(z) <= max(z, 0) + math.log(2)


@given(any_logit, any_logit)
def test_sigmoid_and_softplus_are_monotone(a, b):
    low, high = sorted([a, b])
    for function in (sigmoid, softplus):
        assert float(function(low)) <= float(function(high)) * (1 + 4 * EPS)


@given(st.floats(-1e300, 1e300), st.floats(-1e300, 1e300))
def test_softplus_is_convex(a, b):
    middle, chord = softplus(a / 2 + b / 2), softplus(a) / 2 + softplus(b) / 2
    assert middle <= chord * (1 + 8 * EPS)


@given(st.floats(-700, 0))
def test_logit_inverts_the_sigmoid(z):
    # Only below 0: near 1 a probability has lost the digits of its complement.
    assert logit(sigmoid(z)) == pytest.approx(z, rel=4 * EPS, abs=4 * EPS)


@given(st.integers(0, 2**52))
def test_logit_of_the_complement_is_the_opposite(k):
    p = k / 2**52  # so that 1 − p is exact
    assert logit(1 - p) == pytest.approx(-logit(p), rel=6 * EPS, abs=0)


@given(st.floats(TINY, 1 - 2**-53), st.floats(TINY, 1 - 2**-53))
def test_logit_is_monotone(p, q):
    low, high = sorted([p, q])
    assert logit(low) <= logit(high) + 6 * EPS * abs(logit(high))


@pytest.mark.parametrize("z", np.linspace(-30, 30, 41))
def test_derivative_of_softplus_is_the_sigmoid(z):
    # The complex step takes the textbook form, which is analytic; no difference is
    # formed, so it is exact to rounding.
    slope = np.log(1 + np.exp(z + 1e-200j)).imag / 1e-200
    assert sigmoid(z) == pytest.approx(slope, rel=1e-14)


@pytest.mark.parametrize("z", [-5, -0.5, 0, 0.5, 5])
def test_derivative_of_softplus_by_central_difference(z):
    slope = (softplus(z + 1e-5) - softplus(z - 1e-5)) / 2e-5
    assert sigmoid(z) == pytest.approx(slope, rel=1e-8)


@given(st.floats(-1e100, 1e100), st.floats(1e-150, 1e150), st.floats(1e-150, 1e150))
def test_xlogy_turns_products_into_sums(x, a, b):
    terms = xlogy(x, a), xlogy(x, b)
    tolerance = 4 * EPS * (abs(x) + sum(map(abs, terms))) + 2 * TINY
    assert xlogy(x, a * b) == pytest.approx(sum(terms), rel=0, abs=tolerance)


@given(st.floats(-1e100, 1e100), st.integers(1, 2**53))
def test_xlog1py_is_xlogy_of_one_plus_y(x, k):
    y = k / 2**26 - 1  # so that 1 + y is exact
    product = xlogy(x, 1 + y)
    assert xlog1py(x, y) == pytest.approx(product, rel=4 * EPS, abs=2 * TINY)


GRID = np.concatenate([np.linspace(-800, 800, 1601), np.linspace(-40, 40, 1601)])
UNIT = np.concatenate([np.logspace(-320, 0, 641), 1 - np.logspace(-15, 0, 61)])


@pytest.mark.parametrize(
    ("ours", "twin", "grids"),
    [
        (sigmoid, scipy.special.expit, [GRID[GRID > -708]]),  # SciPy ends there
        (log_sigmoid, scipy.special.log_expit, [GRID]),
        (softplus, lambda z: np.logaddexp(0, z), [GRID]),
        (logit, scipy.special.logit, [UNIT]),
        (xlogy, scipy.special.xlogy, [np.linspace(-3, 3, 702), UNIT]),
        (xlog1py, scipy.special.xlog1py, [np.linspace(-3, 3, 702), -UNIT]),
    ],
)
def test_twin_agrees(ours, twin, grids):
    np.testing.assert_allclose(ours(*grids), twin(*grids), rtol=1e-13, atol=TINY)
