"""models: the minimum that scikit-learn finds, or a proof that there is none."""

import contextlib
import copy
import math
import multiprocessing
import pickle
import warnings

import dask.array as da
import mpmath
import numpy as np
import pytest
import scipy.sparse
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.linear_model import LogisticRegression

from bcelib import data, models

METHODS = ("newton", "gradient descent", "sgd")
MEANS = data.breast_cancer().feature_names[:10]


def rng(seed=0):
    return np.random.default_rng(seed)


def standardised(X):
    return (X - X.mean(axis=0)) / X.std(axis=0)


@pytest.fixture(scope="module")
def tumours():
    X, y, _ = data.breast_cancer(MEANS)
    return standardised(X), y


@pytest.fixture(scope="module")
def clouds():
    return data.two_gaussians(200, rng=rng(1))


def objective(theta, X, y, l2=0.0):
    """J as the documentation states it; works on complex θ too."""
    z = X @ theta[:-1] + theta[-1]
    return np.mean(np.log1p(np.exp(z)) - y * z) + l2 / 2 * np.sum(theta[:-1] ** 2)


# LinearModel


def test_logits_and_probabilities_are_the_formula():
    model = models.LinearModel([2.0, -1.0], 0.5)
    X = np.array([[1.0, 3.0], [0.0, 0.0]])
    np.testing.assert_array_equal(model.logits(X), [-0.5, 0.5])
    np.testing.assert_allclose(
        model.probabilities(X),
        [1 / (1 + math.sqrt(math.e)), 1 / (1 + 1 / math.sqrt(math.e))],
    )


def test_a_model_does_not_change_with_the_array_it_was_made_from():
    weights = np.array([1.0])
    model = models.LinearModel(weights, 0)
    weights[0] = 2
    assert model.weights[0] == 1
    with pytest.raises(ValueError, match="read-only"):
        model.weights[0] = 2
    with pytest.raises(AttributeError):
        model.bias = 1.0


@pytest.mark.parametrize(
    ("weights", "bias", "error", "message"),
    [
        ([math.nan], 0.0, ValueError, r"weights\[0\] is nan"),
        ([1.0], math.inf, ValueError, "bias must be in .*; bias is inf"),
        (1.0, 0.0, ValueError, r"weights must have one axis; got shape \(\)"),
        ([[1.0]], 0.0, ValueError, r"weights must have one axis; got shape \(1, 1\)"),
        (["1"], 0.0, TypeError, "weights must hold real numbers"),
        ([1.0], [0.0], ValueError, r"bias must be one number; got shape \(1,\)"),
    ],
)
def test_a_bad_model_is_refused(weights, bias, error, message):
    with pytest.raises(error, match=message):
        models.LinearModel(weights, bias)


@pytest.mark.parametrize(
    ("X", "message"),
    [
        ([1.0, 2.0], r"got shape \(2,\); did you mean one example, X\[None, :\]\?"),
        ([1.0, 2.0, 3.0], r"got shape \(3,\)$"),
        ([[1.0]], r"X must have 2 features, one for each weight; got shape \(1, 1\)"),
        ([[1.0, math.inf]], r"X\[0, 1\] is inf"),
        (np.empty((0, 2)), r"X must not be empty; got shape \(0, 2\)"),
    ],
)
def test_features_that_do_not_fit_are_refused(X, message):
    model = models.LinearModel([1.0, 1.0], 0.0)
    for method in (model.logits, model.probabilities):
        with pytest.raises(ValueError, match=message):
            method(X)


# Exact optima


@pytest.mark.parametrize("method", METHODS[:2])
@pytest.mark.parametrize(("zeros", "ones"), [((3, 1), (1, 3)), ((9, 1), (2, 3))])
def test_two_coins_have_their_own_log_odds(method, zeros, ones):
    # One binary feature: p̂ is the share of ones in each group.
    X = np.repeat([[0.0], [1.0]], [sum(zeros), sum(ones)], axis=0)
    y = np.repeat([0, 1, 0, 1], [*zeros, *ones])
    model = models.fit(X, y, method=method).model
    first, second = math.log(zeros[1] / zeros[0]), math.log(ones[1] / ones[0])
    np.testing.assert_allclose(model.bias, first, rtol=1e-8)
    np.testing.assert_allclose(model.weights, second - first, rtol=1e-8)


def test_soft_labels_that_are_all_alike_are_the_forecast():
    X = rng().standard_normal((50, 3))
    result = models.fit(X, np.full(50, 0.3))
    np.testing.assert_allclose(result.model.probabilities(X), 0.3, rtol=1e-12)


def test_balanced_exclusive_or_is_one_half_everywhere():
    X, y = data.xor(4, rng=rng())
    result = models.fit(X, y)
    assert result.converged
    assert result.losses[-1] == pytest.approx(math.log(2), rel=1e-15)
    np.testing.assert_array_equal(result.model.probabilities(X), 0.5)


def test_a_penalty_alone_leaves_the_bias_to_the_base_rate():
    X, y = rng().standard_normal((40, 2)), np.repeat([0, 1], [30, 10])
    model = models.fit(X, y, l2=1e8).model
    np.testing.assert_allclose(model.weights, 0, atol=1e-8)
    np.testing.assert_allclose(model.bias, -math.log(3), rtol=1e-7)


def test_the_true_posterior_is_recovered():
    X, y = data.two_gaussians(20_000, rng=rng(5), balance=0.3)
    model = models.fit(X, y).model
    errors = models.standard_errors(model, X)
    weights, bias = data.two_gaussians_posterior(balance=0.3)
    assert np.all(np.abs(model.weights - weights) < 4 * errors.weights)
    assert abs(model.bias - bias) < 4 * errors.bias


# Oracle: scikit-learn


@pytest.mark.parametrize("l2", [0.0, 1e-4, 1e-2, 1.0])
def test_newton_finds_the_optimum_of_scikit_learn_on_the_shipped_data(tumours, l2):
    X, y = tumours
    result = models.fit(X, y, l2=l2)
    assert result.converged
    assert result.gradient_norm < 1e-10
    # At 1e-16 a penalty moves no digit that is compared. Not all versions take C = ∞.
    C = 1 / (len(y) * max(l2, 1e-16))
    theirs = LogisticRegression(
        C=C, tol=1e-13, max_iter=1000, solver="newton-cholesky"
    ).fit(X, y)
    np.testing.assert_allclose(result.model.weights, theirs.coef_[0], rtol=1e-6)
    np.testing.assert_allclose(result.model.bias, theirs.intercept_[0], rtol=1e-6)


@pytest.mark.parametrize("features", [MEANS, MEANS[:2], None])
def test_newton_needs_no_standardising(features):
    X, y, _ = data.breast_cancer(features)
    l2 = 1e-3 if features is None else 0.0
    result = models.fit(X, y, l2=l2)
    assert result.gradient_norm < 1e-10
    if not l2:
        other = models.fit(standardised(X), y)
        np.testing.assert_allclose(
            result.model.logits(X), other.model.logits(standardised(X)), rtol=1e-6
        )


def test_gradient_descent_finds_the_same_minimum(clouds):
    newton = models.fit(*clouds)
    slow = models.fit(*clouds, method="gradient descent")
    assert slow.converged
    assert slow.iterations > newton.iterations
    np.testing.assert_allclose(slow.model.weights, newton.model.weights, rtol=1e-8)
    np.testing.assert_allclose(slow.losses[-1], newton.losses[-1], rtol=1e-14)


def test_stochastic_descent_comes_near_and_says_that_it_hovers(clouds):
    best = models.fit(*clouds)
    with pytest.warns(models.ConvergenceWarning, match="sgd stopped after 30 passes"):
        near = models.fit(
            *clouds, method="sgd", max_passes=30, rng=rng(), step_size=0.01
        )
    assert not near.converged
    assert best.losses[-1] <= near.losses[-1] < best.losses[-1] + 1e-3


def test_stochastic_descent_on_one_batch_is_gradient_descent(clouds):
    options = {"tolerance": None, "max_passes": 7, "step_size": 0.5, "l2": 0.1}
    batch = models.fit(*clouds, method="sgd", batch_size=200, rng=rng(), **options)
    full = models.fit(*clouds, method="gradient descent", **options)
    np.testing.assert_allclose(batch.model.weights, full.model.weights, rtol=1e-13)
    np.testing.assert_allclose(batch.losses, full.losses, rtol=1e-13)


def test_the_first_stochastic_steps_are_the_rule_of_the_chapter():
    X, y = np.array([[1.0, 2.0], [-1.0, 0.5], [0.5, -1.0]]), np.array([1, 0, 1])
    w, b, step = np.zeros(2), 0.0, 0.1
    for i in rng(3).permutation(3):
        p = 1 / (1 + np.exp(-(X[i] @ w + b)))
        w, b = w - step * (p - y[i]) * X[i], b - step * (p - y[i])
    result = models.fit(
        X, y, method="sgd", step_size=step, max_passes=1, tolerance=None, rng=rng(3)
    )
    np.testing.assert_allclose(result.model.weights, w, rtol=1e-14)
    np.testing.assert_allclose(result.model.bias, b, rtol=1e-14)


# Laws


@given(
    hnp.arrays(float, (12, 2), elements=st.floats(-3, 3)),
    hnp.arrays(float, 12, elements=st.floats(0, 1)),
    st.floats(0.01, 10),
)
@example(np.full((12, 2), 3.0), np.zeros(12), 1.0)
def test_at_the_minimum_the_gradient_is_zero_by_the_complex_step(X, y, l2):
    y[:2] = 0, 1
    result = models.fit(X, y, l2=l2)
    assert result.converged
    theta = np.append(result.model.weights, result.model.bias)
    slopes = [objective(theta + 1e-30j * e, X, y, l2).imag / 1e-30 for e in np.eye(3)]
    # The tolerance, 1e-10, is for features in their units: √(mean² + spread²) at most
    # √(3² + l2) of the features' own.
    np.testing.assert_allclose(slopes, 0, atol=1.1e-10 * np.sqrt(9 + l2))
    assert result.losses[-1] == pytest.approx(objective(theta, X, y, l2), rel=1e-14)


@pytest.mark.parametrize("method", METHODS[:2])
@pytest.mark.parametrize("l2", [0.0, 0.3])
def test_the_objective_never_rises(clouds, method, l2):
    for start in (None, models.LinearModel([5.0, -30.0], 20.0)):
        values = models.fit(*clouds, method=method, l2=l2, start=start).losses
        assert np.all(np.diff(values) <= 1e-15)


@pytest.mark.parametrize("size", [0.1, 1.0, 1.9])
def test_steps_below_two_over_the_curvature_descend(clouds, size):
    L = models.lipschitz_constant(clouds[0], l2=0.1)
    result = models.fit(
        *clouds,
        method="gradient descent",
        l2=0.1,
        step_size=size / L,
        max_passes=50,
        tolerance=None,
    )
    assert np.all(np.diff(result.losses) <= 1e-15)


def test_a_step_beyond_it_can_rise():
    # Two examples at ±1 with the label ½: the curvature at 0 is the bound itself.
    X, y = [[1.0], [-1.0]], [0.5, 0.5]
    options = {"method": "gradient descent", "max_passes": 5, "tolerance": None}
    start = models.LinearModel([0.01], 0.0)
    for size, rises in ((1.9, False), (2.1, True)):
        values = models.fit(X, y, start=start, step_size=size / 0.25, **options).losses
        assert (values[-1] > values[0]) == rises


@given(hnp.arrays(float, (6, 2), elements=st.floats(-10, 10)), st.floats(0, 5))
def test_no_hessian_exceeds_the_lipschitz_constant(X, l2):
    L = models.lipschitz_constant(X, l2=l2)
    ones = np.column_stack([X, np.ones(6)])
    for p in (np.full(6, 0.5), rng().random(6)):
        hessian = ones.T @ np.diag(p * (1 - p)) @ ones / 6 + np.diag([l2, l2, 0])
        assert np.linalg.eigvalsh(hessian).max() <= L * (1 + 1e-12)


def test_the_order_of_the_examples_does_not_matter(tumours):
    X, y = tumours
    order = rng().permutation(len(y))
    first, second = models.fit(X, y).model, models.fit(X[order], y[order]).model
    np.testing.assert_allclose(first.weights, second.weights, rtol=1e-8)


def test_exchanging_the_labels_changes_the_signs(clouds):
    X, y = clouds
    first, second = models.fit(X, y).model, models.fit(X, 1 - y).model
    np.testing.assert_allclose(first.weights, -second.weights, rtol=1e-10)
    np.testing.assert_allclose(first.bias, -second.bias, rtol=1e-8)


def test_the_same_seed_gives_the_same_path(clouds):
    one, two = (
        models.fit(*clouds, method="sgd", tolerance=None, max_passes=3, rng=rng(7))
        for _ in range(2)
    )
    np.testing.assert_array_equal(one.losses, two.losses)


# Warnings that say why


@pytest.mark.parametrize("method", METHODS)
def test_a_limit_that_was_reached_is_named(clouds, method):
    message = (
        rf"{method} stopped after 2 passes \(max_passes\) with gradient norm "
        r"[\d.e-]+, above the tolerance 1e-10; "
    )
    with pytest.warns(models.ConvergenceWarning, match=message):
        result = models.fit(*clouds, method=method, max_passes=2, rng=rng())
    assert not result.converged
    assert result.passes.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    "column", [np.ones(200), np.zeros(200), None], ids=["constant", "zero", "copy"]
)
def test_dependent_columns_are_told_and_the_probabilities_are_right(clouds, column):
    X, y = clouds
    extra = X[:, 0] if column is None else column
    with pytest.warns(models.RankWarning, match="the 3 columns .* have rank 3"):
        result = models.fit(np.column_stack([X, extra]), y)
    assert result.converged
    np.testing.assert_allclose(
        result.model.probabilities(np.column_stack([X, extra])),
        models.fit(X, y).model.probabilities(X),
        rtol=1e-8,
    )


def test_a_penalty_makes_the_weights_of_copies_equal(clouds):
    X, y = clouds
    weights = models.fit(np.column_stack([X, X[:, 0]]), y, l2=0.1).model.weights
    assert weights[0] == pytest.approx(weights[2], rel=1e-10)


def test_a_step_that_is_far_too_large_is_named(clouds):
    with pytest.raises(OverflowError, match="make step_size smaller"):
        models.fit(*clouds, method="gradient descent", l2=1.0, step_size=100.0)


def test_units_of_the_features_change_neither_rank_nor_fit(clouds):
    X, y = clouds
    units = np.array([1e-13, 1e5])
    strange, plain = models.fit(X * units, y).model, models.fit(X, y).model
    np.testing.assert_allclose(strange.weights * units, plain.weights, rtol=1e-8)


# Progress, start, history


def test_progress_is_shown_only_when_asked(clouds, capsys):
    silent = models.fit(*clouds)
    assert capsys.readouterr().out == ""
    seen = []
    models.fit(*clouds, progress=lambda *report: seen.append(report))
    assert [report[0] for report in seen] == silent.passes.tolist()
    assert [report[1] for report in seen] == silent.losses.tolist()
    assert seen[-1][2] == silent.gradient_norm
    models.fit(*clouds, progress=print)
    assert len(capsys.readouterr().out.splitlines()) == len(seen)


def test_a_fit_that_starts_at_the_minimum_stays_there(clouds):
    first = models.fit(*clouds)
    again = models.fit(*clouds, start=first.model)
    assert again.iterations == 0
    np.testing.assert_array_equal(again.model.weights, first.model.weights)


def test_halved_newton_steps_count_as_passes(clouds):
    result = models.fit(*clouds, start=models.LinearModel([30.0, -30.0], 0.0))
    assert result.converged
    assert result.passes[-1] > result.iterations


def test_no_pass_is_a_fit_of_the_start(clouds):
    result = models.fit(*clouds, max_passes=0, tolerance=None)
    assert result.losses.tolist() == [pytest.approx(math.log(2))]
    assert not result.model.weights.any()


# Bad input

GOOD = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0, 1, 0, 1])


@pytest.mark.parametrize(
    ("X", "y", "error", "message"),
    [
        (GOOD[0][:, 0], GOOD[1], ValueError, r"did you mean X\[:, None\]\?"),
        (GOOD[0], GOOD[1][:3], ValueError, r"y must have one label for each row"),
        (GOOD[0], GOOD[1][:, None], ValueError, r"Did you mean y.ravel\(\)\?"),
        (GOOD[0], [0, 1, 0, 2], ValueError, r"y must be in \[0, 1\]; y\[3\] is 2"),
        (GOOD[0], [-1, 1, -1, 1], ValueError, r"y\[0\] is -1"),
        (GOOD[0], [0, 0, 0, 0], ValueError, "must hold both labels; all 4 are 0"),
        (GOOD[0], [1, 1, 1, 1], ValueError, "must hold both labels; all 4 are 1"),
        (GOOD[0], ["a", "b", "a", "b"], TypeError, "y must hold real numbers"),
        ([[math.nan], [1], [2], [3]], GOOD[1], ValueError, r"X\[0, 0\] is nan"),
        ([[1], [math.inf], [2], [3]], GOOD[1], ValueError, r"X\[1, 0\] is inf"),
        (np.empty((0, 1)), [], ValueError, "X must not be empty"),
        (np.empty((4, 0)), GOOD[1], ValueError, "X must not be empty"),
        ([[1j]] * 4, GOOD[1], TypeError, "X must hold real numbers"),
    ],
)
def test_bad_data_are_refused(X, y, error, message):
    with pytest.raises(error, match=message):
        models.fit(X, y)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"method": "adam"}, ValueError, "method must be one of 'newton', 'gradient"),
        ({"l2": -1.0}, ValueError, r"l2 must be in \[0, inf\)"),
        ({"tolerance": -1.0}, ValueError, r"tolerance must be in \[0, inf\)"),
        ({"max_passes": 1.5}, TypeError, "max_passes must be a whole number"),
        ({"max_passes": -1}, ValueError, "max_passes must be at least 0"),
        ({"step_size": 1.0}, ValueError, "step_size is for the gradient methods"),
        (
            {"step_size": 0.0, "method": "gradient descent"},
            ValueError,
            r"step_size must be in \(0, inf\)",
        ),
        ({"start": [0.0, 0.0]}, TypeError, r"start must be a LinearModel; got \[0.0"),
        ({"method": "sgd"}, TypeError, "rng must be a numpy.random.Generator"),
        (
            {"method": "sgd", "rng": rng(), "batch_size": 0},
            ValueError,
            "batch_size must be at least 1",
        ),
        (
            {"start": models.LinearModel([1.0, 2.0], 0.0)},
            ValueError,
            "X must have 2 features",
        ),
    ],
)
def test_bad_options_are_refused(options, error, message):
    with pytest.raises(error, match=message):
        models.fit(*GOOD, **options)


# Standard errors


def test_standard_errors_of_two_coins_are_the_textbook_ones():
    X = np.repeat([[0.0], [1.0]], [100, 50], axis=0)
    y = np.repeat([0, 1, 0, 1], [80, 20, 20, 30])
    errors = models.standard_errors(models.fit(X, y).model, X)
    # var(log-odds) = 1/(n p (1 − p)); the weight is a difference of two of them.
    first, second = 1 / (100 * 0.2 * 0.8), 1 / (50 * 0.6 * 0.4)
    assert errors.bias == pytest.approx(math.sqrt(first), rel=1e-9)
    assert errors.weights[0] == pytest.approx(math.sqrt(first + second), rel=1e-9)


def test_standard_errors_are_the_curvature_of_the_total_loss(clouds):
    X, y = clouds
    model = models.fit(X, y).model
    theta = np.append(model.weights, model.bias)
    h = 1e-4
    hessian = np.array(
        [
            [
                (
                    objective(theta + h * (a + b), X, y)
                    - objective(theta + h * (a - b), X, y)
                    - objective(theta - h * (a - b), X, y)
                    + objective(theta - h * (a + b), X, y)
                )
                / (4 * h * h)
                for a in np.eye(3)
            ]
            for b in np.eye(3)
        ]
    )
    expected = np.sqrt(np.diag(np.linalg.inv(len(y) * hessian)))
    errors = models.standard_errors(model, X)
    np.testing.assert_allclose([*errors.weights, errors.bias], expected, rtol=1e-5)


def test_standard_errors_follow_the_units_of_a_feature(tumours):
    X, y = tumours
    scale = 10.0 ** np.arange(-5, 5)
    plain = models.standard_errors(models.fit(X, y).model, X)
    scaled = models.standard_errors(
        models.fit(X * scale, y, tolerance=1e-6).model, X * scale
    )
    np.testing.assert_allclose(scaled.weights * scale, plain.weights, rtol=1e-4)


def test_standard_errors_cover_the_truth_as_often_as_they_say():
    weights, bias = data.two_gaussians_posterior()
    truth, inside, runs = np.append(weights, bias), 0, 200
    generator = rng(11)
    for _ in range(runs):
        X, y = data.two_gaussians(300, rng=generator)
        model = models.fit(X, y).model
        errors = models.standard_errors(model, X)
        gap = np.abs(np.append(model.weights, model.bias) - truth)
        inside += np.sum(gap < 1.96 * np.append(errors.weights, errors.bias))
    rate = inside / (3 * runs)
    assert rate == pytest.approx(0.95, abs=4 * math.sqrt(0.05 * 0.95 / (3 * runs)))


@pytest.mark.parametrize("column", [np.ones(5), np.zeros(5), np.arange(5.0)])
def test_weights_that_the_data_leave_open_have_no_standard_error(column):
    X = np.column_stack([np.arange(5.0), column])
    with pytest.raises(ValueError, match="information of these data is singular"):
        models.standard_errors(models.LinearModel([1.0, 1.0], 0.0), X)


def test_standard_errors_want_the_model_of_a_fit():
    result = models.fit(*GOOD)
    message = r"model must be a LinearModel; got Fit\(.*\); pass its \.model"
    with pytest.raises(TypeError, match=message):
        models.standard_errors(result, GOOD[0])


# Units and offsets

STEPS = np.arange(-3.5, 4)[:, None]
MIXED = [0, 1, 0, 0, 1, 1, 0, 1]
SLOPE = 0.305742138024687  # of the eight steps, by mpmath


def test_the_steps_have_this_slope():
    def slopes(w, b):
        pairs = zip(STEPS[:, 0].tolist(), MIXED, strict=True)
        left = [(1 / (1 + mpmath.exp(-w * x - b)) - y, x) for x, y in pairs]
        return sum(r * x for r, x in left), sum(r for r, _ in left)

    w, _ = mpmath.findroot(slopes, (0.3, 0.0))
    assert float(w) == pytest.approx(SLOPE, rel=1e-10)


@pytest.mark.parametrize("unit", [1e-300, 1e-9, 1e-3, 1.0, 86400.0, 1e9, 4e307])
def test_a_fit_stops_alike_in_all_units(unit):
    result = models.fit(STEPS * unit, MIXED)
    assert result.converged
    assert result.iterations == models.fit(STEPS, MIXED).iterations
    assert result.model.weights[0] * unit == pytest.approx(SLOPE, rel=1e-9)


@pytest.mark.parametrize("unit", [1.0, 1000.0])
@pytest.mark.parametrize("offset", [4.0, 1e5, 1.7e9, -1.7e12])
def test_a_fit_stops_alike_at_all_offsets(offset, unit):
    X = offset + STEPS * unit
    result = models.fit(X, MIXED)
    assert result.converged
    assert result.iterations == models.fit(STEPS, MIXED).iterations
    assert result.model.weights[0] * unit == pytest.approx(SLOPE, rel=1e-9)
    errors, plain = (
        models.standard_errors(models.LinearModel([w], b), x).weights[0]
        for w, b, x in (
            (result.model.weights[0], result.model.bias, X),
            (SLOPE, 0.0, STEPS),
        )
    )
    # The bias has eps |offset| w of rounding, and the logits no less.
    assert errors * unit == pytest.approx(plain, rel=1e-9 + 1e-15 * abs(offset))


def test_soft_labels_in_tiny_units():
    result = models.fit([[-3e-10], [-1e-10], [1e-10], [3e-10]], [0.4, 0.5, 0.5, 0.6])
    assert result.converged
    np.testing.assert_allclose(result.model.weights, 1.2120090647e9, rtol=1e-9)


def test_counties_with_products_of_columns_need_no_standardising():
    # As R's Star98: shares beside incomes, their products, and a year.
    columns = rng().uniform([0, 0, 2e4, 1990], [100, 100, 9e4, 2000], (303, 4))
    a, b, income, _ = columns.T
    X = np.column_stack([columns, a * b, a * income, a * b * income])
    y = rng(1).uniform(0.2, 0.9, 303)
    raw, plain = models.fit(X, y), models.fit(standardised(X), y)
    assert raw.converged
    assert raw.iterations == plain.iterations
    np.testing.assert_allclose(
        raw.model.weights * X.std(axis=0), plain.model.weights, rtol=1e-8
    )


@pytest.mark.parametrize("outlier", [1e3, 1e8, 1e12])
def test_an_outlier_does_not_hide_the_others(outlier):
    X, y = np.append(STEPS, [[outlier]], axis=0), [*MIXED, 1]
    result = models.fit(X, y)
    assert result.converged
    assert result.model.weights[0] == pytest.approx(SLOPE, rel=1e-6)


@pytest.mark.parametrize("offset", [273.15, 1e5])
def test_a_copy_of_a_column_at_an_offset_is_dependent(offset):
    X = np.column_stack([STEPS, STEPS + offset])
    with pytest.warns(models.RankWarning):
        result = models.fit(X, MIXED)
    assert result.model.weights.sum() == pytest.approx(SLOPE, rel=1e-6)


@pytest.mark.parametrize("weight", [1e15, 1e155, 1e308])
@pytest.mark.parametrize("l2", [0.0, 1.0])
@pytest.mark.parametrize("method", METHODS)
def test_no_start_makes_a_fit_endless(weight, l2, method):
    start = models.LinearModel([weight], 0.0)
    options = {"method": method, "max_passes": 30, "rng": rng(), "l2": l2}
    reports = []
    options["progress"] = lambda *report: reports.append(report)
    with contextlib.suppress(OverflowError), warnings.catch_warnings():
        warnings.simplefilter("ignore", models.ConvergenceWarning)
        models.fit(STEPS, MIXED, start=start, **options)
    assert len(reports) <= 31


def test_weights_beyond_the_largest_number_are_refused():
    with pytest.raises(OverflowError, match="weights overflowed: scale the features"):
        models.fit(STEPS * 1e-310, MIXED)


# Weights of examples


def weighted(method, X, y, weights, **options):
    options |= {"tolerance": None, "max_passes": 5} if method == "sgd" else {}
    return models.fit(X, y, sample_weight=weights, method=method, rng=rng(), **options)


@pytest.mark.parametrize("l2", [0.0, 0.1])
@pytest.mark.parametrize("method", METHODS[:2])
def test_a_weight_of_two_is_a_row_twice_and_of_none_is_no_row(clouds, method, l2):
    X, y = clouds
    counts = rng(4).integers(0, 4, len(y))
    found = weighted(method, X, y, counts, l2=l2)
    expected = models.fit(
        np.repeat(X, counts, axis=0), np.repeat(y, counts), method=method, l2=l2
    )
    assert found.converged
    np.testing.assert_allclose(found.losses, expected.losses, rtol=1e-12)
    np.testing.assert_allclose(found.model.weights, expected.model.weights, rtol=1e-8)
    errors, theirs = (
        models.standard_errors(found.model, X, sample_weight=counts),
        models.standard_errors(found.model, np.repeat(X, counts, axis=0)),
    )
    np.testing.assert_allclose(errors.weights, theirs.weights, rtol=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_rows_of_weight_zero_are_absent_and_equal_weights_change_nothing(
    clouds, method
):
    X, y = clouds
    present = np.arange(len(y)) % 3 > 0
    strange = np.where(present[:, None], X, 1e6)
    found = weighted(method, strange, y, present * 7.0)
    expected = weighted(method, X[present], y[present], None)
    np.testing.assert_allclose(found.model.weights, expected.model.weights, rtol=1e-10)


def test_stochastic_descent_comes_near_the_weighted_minimum(clouds):
    X, y = clouds
    weights = np.where(y == 1, 5.0, 1.0)
    best = models.fit(X, y, sample_weight=weights)
    near = models.fit(
        *clouds,
        sample_weight=weights,
        method="sgd",
        step_size=0.01,
        max_passes=40,
        tolerance=None,
        rng=rng(),
    )
    assert best.losses[-1] <= near.losses[-1] < best.losses[-1] + 2e-3


def test_the_weighted_optimum_is_that_of_scikit_learn(clouds):
    X, y = clouds
    weights = rng(5).exponential(size=len(y))
    C = 1e16  # not all versions take ∞
    theirs = LogisticRegression(C=C, tol=1e-12, solver="newton-cholesky").fit(
        X, y, sample_weight=weights
    )
    found = models.fit(X, y, sample_weight=weights).model
    np.testing.assert_allclose(found.weights, theirs.coef_[0], rtol=1e-7)
    lazily = models.fit(
        da.from_array(X, chunks=(70, 1)),
        da.from_array(y, chunks=90),
        sample_weight=da.from_array(weights, chunks=50),
    ).model
    np.testing.assert_allclose(lazily.weights, found.weights, rtol=1e-10)


def test_labels_of_weight_zero_prove_nothing():
    with pytest.raises(models.SeparableDataError):
        models.fit(*GOOD, sample_weight=[1, 0, 1, 1])
    with pytest.raises(ValueError, match="must hold both labels; all 2 are 0"):
        models.fit(*GOOD, sample_weight=[1, 0, 1, 0])


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1, 1, 1], r"one weight for each row of X, shape \(4,\); got shape \(3,\)"),
        ([1, -1, 1, 1], r"sample_weight must be in \[0, inf\); sample_weight\[1\] is"),
        ([1, math.nan, 1, 1], r"sample_weight\[1\] is nan"),
        ([0, 0, 0, 0], "sample_weight must hold a weight above 0; all are 0"),
    ],
)
def test_bad_weights_are_refused(weights, message):
    with pytest.raises(ValueError, match=message):
        models.fit(*GOOD, sample_weight=weights)
    lazy = lambda x: da.from_array(np.asarray(x), chunks=2)  # noqa: E731
    with pytest.raises(ValueError, match=message):
        models.fit(*map(lazy, GOOD), sample_weight=lazy(weights))


# Copies


def copies(x):
    return copy.copy(x), copy.deepcopy(x), pickle.loads(pickle.dumps(x))


def test_copies_of_a_model_and_a_fit_are_read_only():
    fit = models.fit(*GOOD)
    for model in (*copies(fit.model), *(each.model for each in copies(fit))):
        np.testing.assert_array_equal(model.weights, fit.model.weights)
        assert model.bias == fit.model.bias
        with pytest.raises(ValueError, match="read-only"):
            model.weights[0] = 2


def test_an_error_with_its_proof_comes_back_from_another_process():
    X, y = GOOD[0], [0, 0, 1, 1]
    with pytest.raises(models.SeparableDataError) as caught:
        models.fit(X, y)
    for error in copies(caught.value):
        assert str(error) == str(caught.value)
        assert error.direction.weights == caught.value.direction.weights
    with (
        multiprocessing.get_context("spawn").Pool(1) as pool,
        pytest.raises(models.SeparableDataError, match="a plane separates"),
    ):
        pool.apply_async(models.fit, (X, y)).get(timeout=60)


# Data frames and sparse matrices


class Frame:
    """What of a pandas.DataFrame is looked at."""

    def __init__(self, **columns):
        self.columns = list(columns)
        self.arrays = [np.asarray(x) for x in columns.values()]
        self.dtypes = [x.dtype for x in self.arrays]

    def __array__(self, dtype=None, copy=None):
        return np.column_stack([x.astype(object) for x in self.arrays])


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (
            Frame(age=[1.5, 2.5], town=[True, False]),
            r"column 'town' is of dtype bool: pass X\.astype\(float\)",
        ),
        (
            Frame(age=[1.5, 2.5], town=np.array(["a", "b"], object)),
            r"column 'town' is of dtype object: encode it first",
        ),
        (scipy.sparse.csr_matrix(np.eye(2)), r"dense .*csr_matrix: pass X\.toarray\("),
        (
            [np.ma.masked_array([1.0, 2.0], [0, 1]), [1.0, 2.0]],
            "must not hold masked arrays",
        ),
        ([[np.ma.masked_array([1.0], [1])]], "must not hold masked arrays"),
    ],
)
def test_what_is_no_plain_matrix_is_named_with_a_remedy(X, message):
    for use in (lambda: models.fit(X, [0, 1]), lambda: GOOD_MODEL.logits(X)):
        with pytest.raises(TypeError, match=message):
            use()


GOOD_MODEL = models.LinearModel([1.0, 1.0], 0.0)
