"""calibration: exact values, scikit-learn and search as oracles, laws, bad input."""

import copy
import dataclasses
import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.isotonic import IsotonicRegression

from bcelib import bernoulli, calibration, losses, metrics, numerics
from bcelib.calibration import Isotonic, Platt, Temperature

CALIBRATORS = (Platt, Temperature, Isotonic)


@st.composite
def scored(draw, elements=None):
    """Scores and labels, of which both occur."""
    n = draw(st.integers(2, 40))
    # Steps of ¼ make ties.
    steps = st.integers(-12, 12).map(lambda k: k / 4)
    scores = draw(
        hnp.arrays(float, n, elements=steps if elements is None else elements)
    )
    labels = draw(hnp.arrays(int, n, elements=st.integers(0, 1)))
    labels[:2] = 0, 1
    return scores, labels


def noisy(n=400, seed=0, slope=1.0, bias=0.0):
    """Scores z whose true log-odds are slope · z + bias, and labels."""
    rng = np.random.default_rng(seed)
    z = 2 * rng.standard_normal(n)
    return z, bernoulli.sample(numerics.sigmoid(slope * z + bias), rng=rng)


# Platt


def test_platts_targets():
    targets = calibration.platt_targets([1] * 30 + [0] * 70)
    assert targets[0] == pytest.approx(31 / 32, rel=1e-15)
    assert targets[-1] == pytest.approx(1 / 72, rel=1e-15)
    assert calibration.platt_targets(np.ones((1, 3))).tolist() == [[0.8, 0.8, 0.8]]
    assert calibration.platt_targets([]).shape == (0,)


@given(scored())
def test_platts_loss_has_no_slope(pair):
    scores, labels = pair
    platt = Platt.fit(scores, labels)
    pull = platt.apply(scores) - calibration.platt_targets(labels)
    assert abs(pull.sum()) < 1e-6
    assert abs(pull @ scores) < 1e-6


def test_platt_needs_no_overlap():
    platt = Platt.fit([-1.0, 1.0], [0, 1])  # a line separates them
    assert platt.apply([-1.0, 1.0]) == pytest.approx([1 / 3, 2 / 3])
    flat = Platt.fit([0.1] * 4, [0, 1, 1, 1])
    assert flat.slope == 0
    assert flat.apply(7.0) == pytest.approx((3 * 0.8 + 1 / 3) / 4)


# Temperature


@pytest.mark.parametrize("unit", [1e-300, 1.0, 1e300])
def test_a_temperature_found_by_hand(unit):
    # Right in three of four: σ(3 / t) = ¾.
    logits = unit * np.array([3.0, 3.0, 3.0, -3.0])
    found = Temperature.fit(logits, [1, 1, 0, 0]).temperature
    assert found == pytest.approx(unit * 3 / math.log(3), rel=1e-12)


@given(scored())
def test_no_other_temperature_has_less_loss(pair):
    scores, labels = pair
    margins = losses.margin(scores, labels)
    if margins.min() < 0 < margins.sum():
        found = Temperature.fit(scores, labels)
        least = metrics.log_loss(found.apply(scores), labels)
        for factor in (0.5, 0.99, 1.01, 2):
            other = Temperature(found.temperature * factor).apply(scores)
            assert least <= metrics.log_loss(other, labels) + 1e-12


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        ([1.0, -1.0], "no logit is wrong, so the best temperature would be 0"),
        ([-1.0, 1.0], "do no better than chance"),
        ([0.0, 0.0], "do no better than chance"),
    ],
)
def test_where_no_temperature_is_best(scores, message):
    with pytest.raises(ValueError, match=message):
        Temperature.fit(scores, [1, 0])


# Isotonic


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([0, 0, 1, 1], [0, 0, 1, 1]),
        ([1, 1, 0, 0], [0.5] * 4),
        ([0, 1, 0, 1], [0, 0.5, 0.5, 1]),
        ([1, 0, 1, 0, 0, 1], [0.4, 0.4, 0.4, 0.4, 0.4, 1]),
    ],
)
def test_neighbours_that_fall_are_pooled(labels, expected):
    isotonic = Isotonic.fit(np.arange(len(labels)), labels)
    assert isotonic.probabilities.tolist() == expected


@given(scored())
def test_isotonic_agrees_with_scikit_learn(pair):
    scores, labels = pair
    grid = np.linspace(-4, 4, 161)
    theirs = IsotonicRegression(out_of_bounds="clip").fit(scores, labels)
    ours = Isotonic.fit(scores, labels)
    np.testing.assert_allclose(ours.apply(grid), theirs.predict(grid), atol=1e-12)


@given(scored(), st.floats(0, 1), st.floats(0, 1))
def test_no_rising_map_has_less_loss(pair, low, high):
    scores, labels = pair
    best = Isotonic.fit(scores, labels).apply(scores)
    low, high = sorted((low, high))
    steps = np.where(scores > 0, high, low)
    for score in (metrics.log_loss, metrics.brier_score):
        for other in (steps, np.full(scores.shape, low), np.clip(best, low, high)):
            assert score(best, labels) <= score(other, labels) + 1e-12


@given(scored(), st.floats(0.1, 10))
def test_isotonic_knows_only_the_order(pair, factor):
    scores, labels = pair
    one = Isotonic.fit(scores, labels).apply(scores)
    other = Isotonic.fit(factor * scores, labels).apply(factor * scores)
    np.testing.assert_allclose(one, other, rtol=1e-12)
    assert Isotonic.fit(scores, labels).apply(scores).mean() == pytest.approx(
        labels.mean()
    )


@pytest.mark.parametrize(
    ("scores", "probabilities", "message"),
    [
        ([1.0, 1.0], [0.1, 0.2], "scores must rise strictly"),
        ([1.0, 2.0], [0.2, 0.1], "probabilities never fall"),
        ([1.0, 2.0], [0.2], r"got shapes \(2,\) and \(1,\)"),
        ([], [], "at least 1"),
        ([1.0], [1.5], r"probabilities\[0\] is 1.5"),
        ([math.inf], [0.5], r"scores\[0\] is inf"),
    ],
)
def test_a_map_that_falls_is_refused(scores, probabilities, message):
    with pytest.raises(ValueError, match=message):
        Isotonic(scores, probabilities)


# All calibrators


@pytest.mark.parametrize("calibrator", CALIBRATORS)
def test_calibrators_learn_the_truth(calibrator):
    z, y = noisy(20_000, slope=0.4)
    mended = calibrator.fit(z, y).apply([-2.0, 0.0, 2.0])
    assert mended == pytest.approx(numerics.sigmoid([-0.8, 0.0, 0.8]), abs=0.05)


@pytest.mark.parametrize("calibrator", CALIBRATORS)
def test_calibrators_keep_shapes_and_order(calibrator):
    z, y = noisy(100)
    found = calibrator.fit(z.reshape(20, 5), y.reshape(20, 5))
    again = calibrator.fit(z, y)
    grid = np.linspace(-9, 9, 60).reshape(2, 30)
    assert found.apply(grid).shape == (2, 30)
    np.testing.assert_array_equal(found.apply(grid), again.apply(grid))
    assert np.all(np.diff(found.apply(grid).ravel()) >= 0)
    assert float(found.apply(0.5)) == found.apply([0.5])[0]
    for same in (
        copy.copy(found),
        copy.deepcopy(found),
        pickle.loads(pickle.dumps(found)),
    ):
        np.testing.assert_array_equal(same.apply(grid), found.apply(grid))
        for value in vars(same).values():
            assert not np.shape(value) or not value.flags.writeable
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.slope = 2.0


@pytest.mark.parametrize("calibrator", CALIBRATORS)
@pytest.mark.parametrize(
    ("scores", "labels", "error", "message"),
    [
        ([0.1, 0.2], [1, 1], ValueError, "labels must hold a 0; both are needed"),
        ([0.1, 0.2], [0, 0], ValueError, "labels must hold a 1; both are needed"),
        ([], [], ValueError, "labels must hold a 0"),
        ([0.1, math.inf], [0, 1], ValueError, r"scores\[1\] is inf"),
        ([0.1, math.nan], [0, 1], ValueError, r"scores\[1\] is nan"),
        ([0.1, 0.2], [-1, 1], ValueError, r"labels\[0\] is -1"),
        ([0.1, 0.2], [[0], [1]], ValueError, r"Did you mean labels.reshape"),
        (["a", "b"], [0, 1], TypeError, "scores must hold real numbers"),
    ],
)
def test_bad_input_is_refused(calibrator, scores, labels, error, message):
    with pytest.raises(error, match=message):
        calibrator.fit(scores, labels)


@pytest.mark.parametrize("calibrator", CALIBRATORS)
def test_bad_scores_are_not_mended(calibrator):
    with pytest.raises(ValueError, match=r"scores\[0\] is nan"):
        calibrator.fit(*noisy(100)).apply([math.nan])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Platt(math.inf, 0.0), "slope must be in"),
        (lambda: Platt(0.0, math.nan), "bias must be in"),
        (lambda: Temperature(0.0), r"temperature must be in \(0, inf\)"),
    ],
)
def test_bad_parameters_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


# Decomposition


def test_classical_parts_of_repeated_forecasts():
    p = np.repeat([0.1, 0.4, 0.9], [20, 30, 50])
    y = np.concatenate([np.arange(20) < 4, np.arange(30) < 9, np.arange(50) < 40])
    share, weight = np.array([0.2, 0.3, 0.8]), np.array([0.2, 0.3, 0.5])
    said, rate = np.array([0.1, 0.4, 0.9]), y.mean()
    parts = calibration.decomposition(p, y)
    assert parts == pytest.approx(
        (
            bernoulli.entropy(rate),
            weight @ bernoulli.kl_divergence(share, np.full(3, rate)),
            weight @ bernoulli.kl_divergence(share, said),
        )
    )
    assert parts.refinement == pytest.approx(weight @ bernoulli.entropy(share))
    brier = calibration.decomposition(p, y, score="brier")
    assert brier == pytest.approx(
        (rate * (1 - rate), weight @ (share - rate) ** 2, weight @ (share - said) ** 2)
    )
    assert brier.refinement == pytest.approx(weight @ (share * (1 - share)))


@pytest.mark.parametrize(
    ("score", "mean"), [("log loss", metrics.log_loss), ("brier", metrics.brier_score)]
)
@given(scored(elements=st.integers(1, 15).map(lambda k: k / 16)))
def test_parts_are_not_negative_and_make_the_score(score, mean, pair):
    p, y = pair
    parts = calibration.decomposition(p, y, score=score)
    uncertainty, resolution, miscalibration = parts
    assert min(parts) >= -1e-12
    total = uncertainty - resolution + miscalibration
    assert total == pytest.approx(float(mean(p, y)), abs=1e-12)
    # A rising map moves the calibration alone.
    warped = calibration.decomposition(p**2, y, score=score)
    assert warped[:2] == pytest.approx(parts[:2], abs=1e-12)


def test_parts_at_the_ends():
    perfect = calibration.decomposition([0.0, 1.0], [0, 1])
    assert perfect == pytest.approx((math.log(2), math.log(2), 0))
    constant = calibration.decomposition([0.25] * 4, [0, 0, 0, 1])
    assert constant == pytest.approx((bernoulli.entropy(0.25), 0, 0), abs=1e-15)
    fatal = calibration.decomposition([0.0, 1.0, 0.5], [1, 1, 0])
    assert fatal.calibration == math.inf
    assert math.isfinite(fatal.refinement)


@pytest.mark.parametrize(
    ("p", "y", "options", "message"),
    [
        ([0.5, 0.5], [0, 1], {"score": "auc"}, "score must be one of 'log loss', 'bri"),
        ([0.5, 1.5], [0, 1], {}, r"probabilities must be in \[0, 1\]"),
        ([0.5, 0.5], [1, 1], {}, "labels must hold a 0"),
    ],
)
def test_what_has_no_parts_is_refused(p, y, options, message):
    with pytest.raises(ValueError, match=message):
        calibration.decomposition(p, y, **options)
