"""A minimum or a proof that there is none, as linear programmes say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.optimize import linprog

from bcelib import data, losses, models

METHODS = ("newton", "gradient descent", "sgd")


def rng(seed=0):
    return np.random.default_rng(seed)


def standardised(X):
    return (X - X.mean(axis=0)) / X.std(axis=0)


def separable(X, y):
    """Whether some (w, b) has no margin below 0 and at least one above."""
    margins = np.column_stack([X, np.ones(len(y))]) * (2 * y - 1)[:, None]
    solved = linprog(
        -margins.sum(axis=0),
        A_ub=-margins,
        b_ub=np.zeros(len(y)),
        bounds=[(-1, 1)] * (X.shape[1] + 1),
    )
    return -solved.fun > 1e-7


@st.composite
def small_problems(draw):
    n, d = draw(st.integers(2, 14)), draw(st.integers(1, 3))
    X = draw(hnp.arrays(float, (n, d), elements=st.integers(-2, 2).map(float)))
    y = draw(hnp.arrays(int, n, elements=st.integers(0, 1)))
    y[:2] = 0, 1
    return X, y


@given(small_problems())
@pytest.mark.filterwarnings("ignore::bcelib.models.RankWarning")
def test_newton_and_a_linear_programme_agree_on_what_is_separable(problem):
    X, y = problem
    if not separable(X, y):
        assert models.fit(X, y).converged
        return
    with pytest.raises(models.SeparableDataError, match="has no minimum") as caught:
        models.fit(X, y)
    margins = losses.margin(caught.value.direction.logits(X), y)
    assert margins.max() > 0
    assert margins.min() > -1e-12 * margins.max()


@pytest.mark.parametrize("method", METHODS)
def test_every_method_says_that_a_plane_separates(method):
    X, y = [[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]
    with pytest.raises(models.SeparableDataError, match="a plane separates the labels"):
        models.fit(X, y, method=method, rng=rng())


def test_all_thirty_features_of_the_tumours_are_separable():
    X, y, _ = data.breast_cancer()
    with pytest.raises(models.SeparableDataError) as caught:
        models.fit(X, y)
    assert losses.margin(caught.value.direction.logits(X), y).min() > 0


@pytest.mark.parametrize("method", METHODS[:2])
def test_a_feature_that_gives_one_label_away_is_found(method):
    X, y = data.two_gaussians(100, rng=rng(2))
    telltale = (rng(3).random(100) < 0.2) & (y == 1)
    X = np.column_stack([X, telltale])
    message = "separates some of the examples and contains the others"
    with pytest.raises(models.SeparableDataError, match=message) as caught:
        models.fit(X, y, method=method, max_passes=1000)
    weights = caught.value.direction.weights
    np.testing.assert_allclose(weights / weights[2], [0, 0, 1], atol=1e-12)


@pytest.mark.parametrize(
    ("X", "y"),
    [
        ([0, 0, 0, 1, 1], [0, 1, 0, 1, 1]),
        ([0, 1, 1, 2], [0, 0, 1, 1]),
        ([-1, -1, 0, 0, 0, 5], [0, 0, 1, 0, 1, 1]),
    ],
)
@pytest.mark.parametrize("unit", [1e-3, 1.0, 3.0, 1e3])
def test_a_step_that_rounds_below_one_proves_no_minimum(X, y, unit):
    # Without a minimum the Newton step moves some logit by 1, give or take rounding.
    with pytest.raises(models.SeparableDataError, match="contains the others"):
        models.fit(unit * np.array(X, dtype=float)[:, None], y)


def test_a_flat_direction_that_rounding_hides_is_no_proof():
    # At a weight of 80 the curvature along it, e^(−80), is lost beside the bias's ¼.
    start = models.LinearModel([80.0], 0.0)
    with pytest.warns(models.ConvergenceWarning, match="without proof that there is"):
        result = models.fit([[0.0], [0.0], [1.0], [1.0]], [0, 1, 1, 1], start=start)
    assert not result.converged
    assert result.gradient_norm < 1e-10


@pytest.mark.parametrize("method", METHODS)
def test_without_a_tolerance_the_loss_may_fall_for_ever(method):
    X, y = [[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]
    result = models.fit(X, y, method=method, tolerance=None, max_passes=20, rng=rng())
    assert not result.converged
    assert result.passes[-1] == 20
    assert result.losses[-1] < result.losses[0]


@pytest.mark.parametrize("gap", [1e-3, 1e-6, 1e-9])
def test_data_that_overlap_by_a_hair_have_a_minimum(gap):
    X = np.array([[0.0], [1.0], [1.0 + gap], [2.0]])
    result = models.fit(X, [0, 1, 0, 1])
    assert result.converged
    assert models.fit(X, [0, 1, 0, 1], l2=1e-14).losses[-1] >= result.losses[-1] - 1e-15


def test_soft_labels_are_never_separable():
    X, y = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0, 0, 1, 1])
    result = models.fit(X, losses.smooth_labels(y, alpha=0.2))
    assert result.converged
    assert np.all(np.abs(result.model.logits(X)) < 10)


def test_soft_labels_of_some_examples_can_leave_the_others_separable():
    X = [[0.0], [0.0], [1.0]]
    with pytest.raises(models.SeparableDataError, match="contains the others"):
        models.fit(X, [0.3, 0.8, 1.0])


def test_a_penalty_gives_separable_data_a_minimum():
    X, y, _ = data.breast_cancer()
    result = models.fit(standardised(X), y, l2=1e-3)
    assert result.converged


def test_a_penalty_needs_no_proof_and_no_plane_refutes_it():
    X, y = [[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]
    assert models.fit(X, y, l2=1e-6, tolerance=0.01).converged
