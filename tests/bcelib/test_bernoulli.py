"""The coin: exact values, limits, bad input, and the laws of chapters 1 to 4."""

import math
from collections import Counter

import mpmath
import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from bcelib.bernoulli import (
    cross_entropy,
    entropy,
    kl_divergence,
    likelihood,
    log_likelihood,
    log_pmf,
    mle,
    pmf,
    sample,
)

INF = math.inf
TINY = 5e-324
EPS = 2.0**-52
LN2 = math.log(2)
probabilities = st.floats(0, 1)
inside = st.floats(1e-300, 1 - EPS)
outcomes = st.lists(st.integers(0, 1), min_size=1, max_size=50)


@pytest.mark.parametrize(
    ("function", "arguments", "exact"),
    [
        (pmf, [0.75, 1], 3 / 4),
        (pmf, [0.75, 0], 1 / 4),
        (pmf, [0.75, True], 3 / 4),
        (log_pmf, [0.25, 1], -math.log(4)),
        (log_pmf, [0.25, 0], math.log(3) - math.log(4)),
        (log_pmf, [1e-20, 0], -1e-20),
        (likelihood, [0.5, [1, 0, 1]], 1 / 8),
        (likelihood, [0.75, [1, 0, 1, 1]], 27 / 256),
        (likelihood, [[0.5, 0.25], [1, 0]], 3 / 8),
        (likelihood, [[0.5, 0.25], 1], 1 / 8),
        (likelihood, [0.5, [1] * 1074], TINY),
        (log_likelihood, [0.5, [1, 0, 1]], -3 * LN2),
        (log_likelihood, [0.75, [1, 0, 1, 1]], 3 * math.log(3) - 8 * LN2),
        (log_likelihood, [0.5, [1] * 1075], -1075 * LN2),
        (log_likelihood, [0.5, [0] * 10**6], -1e6 * LN2),
        (mle, [[1, 0, 1]], 2 / 3),
        (mle, [[False, True]], 1 / 2),
        (mle, [1], 1),
        (entropy, [0.5], LN2),
        (entropy, [0.25], 2 * LN2 - 0.75 * math.log(3)),
        (entropy, [1e-20], 1e-20 * (1 + 20 * math.log(10))),
        (cross_entropy, [0.5, 0.5], LN2),
        (cross_entropy, [0.5, 0.25], math.log(4) - 0.5 * math.log(3)),
        (cross_entropy, [1, 0.25], 2 * LN2),
        (cross_entropy, [0, 0.25], math.log(4 / 3)),
        (cross_entropy, [0, 1e-20], 1e-20),
        (kl_divergence, [0.5, 0.25], LN2 - 0.5 * math.log(3)),
        (kl_divergence, [1, 0.25], 2 * LN2),
        (kl_divergence, [0, 0.25], math.log(4 / 3)),
        (kl_divergence, [0.5, 0.5 + 2**-40], 2**-79),
        (kl_divergence, [0.5, 0.5 - 2**-53], 2**-105),
    ],
)
def test_exact_value(function, arguments, exact):
    assert function(*arguments) == pytest.approx(exact, rel=6 * EPS, abs=0)


@pytest.mark.parametrize(
    ("function", "arguments", "limit"),
    [
        (pmf, [0, 1], 0),
        (pmf, [1, 1], 1),
        (pmf, [0, 0], 1),
        (log_pmf, [0, 1], -INF),
        (log_pmf, [1, 0], -INF),
        (log_pmf, [0, 0], 0),
        (log_pmf, [1, 1], 0),
        (log_pmf, [TINY, 0], -TINY),
        (likelihood, [0.5, []], 1),
        (likelihood, [0, [1, 0]], 0),
        (likelihood, [0.5, [1] * 1075], 0),
        (log_likelihood, [0.5, []], 0),
        (log_likelihood, [0, [0, 1, 0]], -INF),
        (log_likelihood, [1, [1, 1, 1]], 0),
        (mle, [[1, 1, 1]], 1),
        (mle, [[0, 0]], 0),
        (entropy, [0], 0),
        (entropy, [1], 0),
        (cross_entropy, [0, 0], 0),
        (cross_entropy, [1, 1], 0),
        (cross_entropy, [TINY, 0], INF),
        (cross_entropy, [0.5, 0], INF),
        (cross_entropy, [0.5, 1], INF),
        (kl_divergence, [0, 0], 0),
        (kl_divergence, [1, 1], 0),
        (kl_divergence, [0, 1], INF),
        (kl_divergence, [0.5, 1], INF),
        (kl_divergence, [TINY, 0], INF),
        (kl_divergence, [0, TINY], TINY),
    ],
)
def test_limit(function, arguments, limit):
    assert function(*arguments) == limit


def test_nothing_costs_plus_zero_not_minus_zero():
    costs = [entropy([0, 1]), cross_entropy([0, 1], [0, 1]), kl_divergence(0.3, 0.3)]
    assert not np.signbit(np.hstack(costs)).any()


@pytest.mark.parametrize("function", [entropy, lambda p, **k: cross_entropy(p, p, **k)])
@pytest.mark.parametrize(
    ("base", "bits"), [(2, 1), (4, 1 / 2), (16, 1 / 4), (math.e, LN2)]
)
def test_base_of_the_logarithm(function, base, bits):
    assert function(0.5, base=base) == pytest.approx(bits, rel=2 * EPS)
    assert kl_divergence(1, 0.5, base=base) == pytest.approx(bits, rel=2 * EPS)


@pytest.mark.parametrize("function", [entropy, cross_entropy, kl_divergence])
@pytest.mark.parametrize(
    ("base", "error", "message"),
    [
        (1, ValueError, r"^base must be in \(1, inf\); base is 1$"),
        (0.5, ValueError, r"base must be in \(1, inf\); base is 0\.5"),
        (-2, ValueError, r"base must be in \(1, inf\); base is -2"),
        (INF, ValueError, r"base must be in \(1, inf\); base is inf"),
        (math.nan, ValueError, r"base must be in \(1, inf\); base is nan"),
        ([2], ValueError, r"base must be one number; got shape \(1,\)"),
        ("bits", TypeError, r"base must hold real numbers; got 'bits'"),
        (None, TypeError, r"base must hold real numbers; got None"),
    ],
)
def test_bad_base_is_refused(function, base, error, message):
    arguments = [0.5] if function is entropy else [0.5, 0.5]
    with pytest.raises(error, match=message):
        function(*arguments, base=base)


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (pmf, [1.5, 1], r"^p must be in \[0, 1\]; p is 1\.5$"),
        (pmf, [0.5, 0.5], r"^y must be in \{0, 1\}; y is 0\.5$"),
        (pmf, [[0.5, 0.5], [1, 2]], r"y must be in \{0, 1\}; y\[1\] is 2"),
        (pmf, [0.5, -1], r"y must be in \{0, 1\}; y is -1"),
        (log_pmf, [math.nan, 1], r"p must be in \[0, 1\]; p is nan"),
        (log_pmf, [0.5, math.nan], r"y must be in \{0, 1\}; y is nan"),
        (log_pmf, [[0.5, 0.5], [[1], [0]]], r"\(broadcasting .* \(2, 2\)\).*reshape"),
        (likelihood, [-0.1, [1]], r"p must be in \[0, 1\]; p is -0\.1"),
        (likelihood, [[0.5, 0.5], [1]], r"y must have the shape of p or be a scalar"),
        (log_likelihood, [0.5, [1, 3]], r"y must be in \{0, 1\}; y\[1\] is 3"),
        (mle, [[]], r"^y must hold at least one outcome; got 0$"),
        (mle, [[0, 1, 0.5]], r"y must be in \{0, 1\}; y\[2\] is 0\.5"),
        (mle, [[0, 1, math.nan]], r"y must be in \{0, 1\}; y\[2\] is nan"),
        (entropy, [1.01], r"^p must be in \[0, 1\]; p is 1\.01$"),
        (entropy, [math.nan], r"p must be in \[0, 1\]; p is nan"),
        (cross_entropy, [2, 0.5], r"^q must be in \[0, 1\]; q is 2"),
        (cross_entropy, [0.5, 2], r"^p must be in \[0, 1\]; p is 2"),
        (cross_entropy, [[0.5, 0.5], [0.5]], r"p must have the shape of q"),
        (kl_divergence, [[0, 1, 2], 0.5], r"q must be in \[0, 1\]; q\[2\] is 2"),
        (kl_divergence, [0.5, math.nan], r"p must be in \[0, 1\]; p is nan"),
    ],
)
def test_value_outside_the_domain_is_refused(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        function(*arguments)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_reductions_are_python_floats_of_full_precision(dtype):
    p, y = dtype(0.5), np.ones(2000, dtype)
    assert type(likelihood(p, y)) is type(log_likelihood(p, y)) is type(mle(y)) is float
    assert likelihood(p, y[:1074]) == TINY
    # A single log ½ is rounded to dtype; their sum is not.
    assert log_likelihood(p, y) == pytest.approx(2000 * float(dtype(-LN2)), rel=4 * EPS)
    assert mle(np.array([1, 0, 0], dtype)) == 1 / 3


@pytest.mark.parametrize(
    ("p", "size", "shape"),
    [
        (0.5, None, ()),
        (0.5, (), ()),
        (0.5, 3, (3,)),
        (0.5, (2, 3), (2, 3)),
        (0.5, 0, (0,)),
        ([0.1, 0.9], None, (2,)),
        ([0.1, 0.9], 2, (2,)),
        ([[0.1, 0.9]], (1, 2), (1, 2)),
        (np.float16(0.5), np.int8(3), (3,)),
    ],
)
def test_sample_has_the_shape_asked_for(p, size, shape):
    draws = sample(p, size, rng=np.random.default_rng(0))
    assert draws.shape == shape
    assert draws.dtype == int
    assert set(np.ravel(draws)) <= {0, 1}


def test_sample_depends_on_the_generator_alone():
    draws = [sample(0.5, 100, rng=np.random.default_rng(7)) for _ in range(2)]
    np.testing.assert_array_equal(*draws)
    rng = np.random.default_rng(7)
    once, again = sample(0.5, 100, rng=rng), sample(0.5, 100, rng=rng)
    assert (once != again).any()


def test_sample_of_a_certain_coin_leaves_nothing_to_chance():
    rng = np.random.default_rng(0)
    assert sample(1, 10_000, rng=rng).all()
    assert not sample(0, 10_000, rng=rng).any()
    assert not sample(TINY, 10_000, rng=rng).any()


def test_sample_compares_strictly():
    class Zeros(np.random.Generator):
        def random(self, shape):
            return np.zeros(shape)  # the least draw, of probability 2⁻⁵³

    rng = Zeros(np.random.PCG64(0))
    assert not sample(0, 3, rng=rng).any()
    assert sample(TINY, 3, rng=rng).all()


def test_sample_follows_the_law_of_large_numbers():
    n = 100_000
    p = np.array([0.2, 0.9])
    draws = sample(np.tile(p, (n, 1)), rng=np.random.default_rng(0))
    errors = (draws.mean(axis=0) - p) / np.sqrt(p * (1 - p) / n)
    assert abs(errors).max() < 4  # standard errors


@pytest.mark.parametrize(
    "rng",
    [None, 0, np.random, np.random.RandomState(0), np.random.PCG64(0)],
    ids=lambda rng: type(rng).__name__,
)
def test_sample_takes_a_generator_and_nothing_else(rng):
    with pytest.raises(TypeError, match=r"^rng must be a numpy\.random\.Generator"):
        sample(0.5, 3, rng=rng)


@pytest.mark.parametrize(
    ("p", "size", "error", "message"),
    [
        (1.5, 3, ValueError, r"p must be in \[0, 1\]; p is 1\.5"),
        ([0.5, math.nan], None, ValueError, r"p must be in \[0, 1\]; p\[1\] is nan"),
        ([0.5, 0.5], 3, ValueError, r"size must be the shape of p, \(2,\), .* got 3"),
        ([0.5, 0.5], (2, 1), ValueError, r"size must be the shape of p"),
        ("fair", 3, TypeError, r"p must hold real numbers; got 'fair'"),
        (0.5, -1, ValueError, r"negative"),
        (0.5, 1.5, TypeError, r"integer"),
    ],
)
def test_sample_refuses_bad_input(p, size, error, message):
    with pytest.raises(error, match=message):
        sample(p, size, rng=np.random.default_rng(0))


@given(probabilities)
def test_the_two_outcomes_have_probability_one_together(p):
    assert pmf(p, 0) + pmf(p, 1) == pytest.approx(1, rel=EPS)


@given(probabilities, st.integers(0, 1))
def test_log_pmf_is_the_logarithm_of_pmf(p, y):
    # 1 − p is rounded in pmf, so the two agree to an absolute ulp of 1 in p.
    assert math.exp(log_pmf(p, y)) == pytest.approx(
        float(pmf(p, y)), rel=1e-13, abs=2 * EPS
    )


@given(st.floats(0.01, 0.99), outcomes)
def test_log_likelihood_is_the_logarithm_of_the_likelihood(p, y):
    assert log_likelihood(p, y) == pytest.approx(math.log(likelihood(p, y)), rel=1e-13)


@given(inside, outcomes)
def test_log_likelihood_counts_heads_and_tails(p, y):
    heads = Counter(y)[1]
    terms = heads * math.log(p) + (len(y) - heads) * math.log1p(-p)
    assert log_likelihood(p, y) == pytest.approx(terms, rel=1e-13)


@given(outcomes, probabilities)
def test_no_p_is_more_likely_than_the_mle(y, p):
    assert log_likelihood(p, y) <= log_likelihood(mle(y), y) + 1e-12


@given(outcomes, outcomes, st.floats(0.01, 0.99))
def test_log_likelihoods_of_shards_add_up(y, more, p):
    whole = log_likelihood(p, y + more)
    shards = log_likelihood(p, y) + log_likelihood(p, more)
    assert whole == pytest.approx(shards, rel=1e-13)


@given(inside, inside)
def test_cross_entropy_is_entropy_plus_kl(q, p):
    parts = entropy(q) + kl_divergence(q, p)
    assert cross_entropy(q, p) == pytest.approx(parts, rel=1e-13)


@given(probabilities, probabilities)
def test_kl_is_never_negative_and_0_only_at_equality(q, p):
    cost = kl_divergence(q, p)
    assert cost >= 0
    if q == p:
        assert cost == 0
    elif abs(q - p) > 1e-150:  # (p − q)² does not underflow
        assert cost > 0


@given(st.floats(0.01, 0.99), st.floats(-1e-3, 1e-3))
def test_kl_is_the_square_of_the_error_over_twice_the_variance(q, error):
    p = q + q * error
    parabola = (p - q) ** 2 / (2 * q * (1 - q))
    slack = 200 * abs(error)  # the next order of the Taylor series
    assert kl_divergence(q, p) == pytest.approx(parabola, rel=slack + 1e-9, abs=1e-300)


@pytest.mark.parametrize("percent", [-1, 1, 50, 99.9])
def test_kl_leaves_nothing_out_that_float64_could_see(percent):
    wide = np.longdouble  # float64 on some machines, where only its rounding is seen
    q = wide(1) / 128
    p = q + q * wide(percent) / 100
    with mpmath.workdps(60):
        exact = [sum(map(mpmath.mpf, halves(each))) for each in (q, p)]
        kl = sum(
            w * mpmath.log(w / o) for w, o in (exact, [1 - each for each in exact])
        )
        found = sum(map(mpmath.mpf, halves(kl_divergence(q, p))))
        assert abs(found / kl - 1) < max(EPS / 32, 16 * float(np.finfo(wide).eps))


def halves(x):
    """Two floats whose sum is a longdouble, exactly."""
    return float(x), float(x - float(x))


@given(st.integers(0, 2**52), st.integers(0, 2**52))
def test_heads_and_tails_may_be_exchanged(j, k):
    q, p = j / 2**52, k / 2**52  # so that 1 − q and 1 − p are exact
    for function in (cross_entropy, kl_divergence):
        swapped = function(1 - q, 1 - p)
        assert function(q, p) == pytest.approx(float(swapped), rel=1e-14, abs=0)


def test_kl_is_not_symmetric():
    assert kl_divergence(0.5, 0.1) > 1.3 * kl_divergence(0.1, 0.5)


@given(probabilities)
def test_entropy_is_largest_for_a_fair_coin(p):
    assert 0 <= entropy(p) <= LN2 * (1 + 2 * EPS)


@given(st.lists(st.floats(0.01, 0.99), min_size=2, max_size=20))
def test_functions_of_many_coins_are_those_of_each(p):
    together = entropy(p)
    np.testing.assert_array_equal(together, [entropy(each) for each in p])


@pytest.mark.parametrize("base", [math.e, 2])
def test_scipy_agrees(base):
    p = np.linspace(0, 1, 201)
    q = np.linspace(0.005, 0.995, 201)
    pair = lambda r: np.array([r, 1 - r])  # noqa: E731
    for ours, theirs in [
        (pmf(p, 1), scipy.stats.bernoulli.pmf(1, p)),
        (log_pmf(q, 0), scipy.stats.bernoulli.logpmf(0, q)),
        (entropy(p, base=base), scipy.stats.entropy(pair(p), base=base)),
        (
            kl_divergence(p, q, base=base),
            scipy.stats.entropy(pair(p), pair(q), base=base),
        ),
    ]:
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-14)


def test_divergence_keeps_its_digits_wherever_its_series_ends():
    draw = np.random.default_rng(0)
    q = draw.uniform(0.01, 0.99, 600)
    change = draw.choice([-0.5, -0.25, 0.25, 0.5, 1.0], 600)
    p = q * (1 + change * draw.uniform(0.98, 1.02, 600))
    q, p = q[p < 1], p[p < 1]
    with mpmath.workdps(50):
        for found, a, b in zip(kl_divergence(q, p), q, p, strict=True):
            a, b = mpmath.mpf(float(a)), mpmath.mpf(float(b))
            true = a * mpmath.log(a / b) + (1 - a) * mpmath.log((1 - a) / (1 - b))
            assert abs(found - true) <= 7 * math.ulp(float(true))
