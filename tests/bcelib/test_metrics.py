"""metrics: exact values, scikit-learn as oracle, laws, other array libraries."""

import math
import warnings

import array_api_strict
import dask.array as da
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn import metrics as theirs
from sklearn.calibration import calibration_curve

from bcelib import losses, metrics, numerics

BINNINGS = ("equal width", "equal count")


@st.composite
def forecasts(draw, least=1):
    n = draw(st.integers(least, 60))
    # Steps of 1/8 make ties and put forecasts on bin edges.
    values = st.one_of(st.floats(0, 1), st.integers(0, 8).map(lambda k: k / 8))
    p = draw(hnp.arrays(float, n, elements=values))
    return p, draw(hnp.arrays(int, n, elements=st.integers(0, 1)))


# Exact values


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (metrics.log_loss([0.5, 0.25], [1, 1]), 1.5 * math.log(2)),
        (metrics.log_loss([0.2], [0.2]), 0.8 * -math.log(0.8) - 0.2 * math.log(0.2)),
        (metrics.log_loss([0.0, 1.0], [1, 1], clip=0.25), math.log(4 / math.sqrt(3))),
        (metrics.log_loss_with_logits([0.0, 0.0], [1, 0]), math.log(2)),
        (metrics.log_loss_with_logits([2.0], [1]), math.log1p(math.exp(-2))),
        (metrics.accuracy([0.5, 0.5, 0.6, 0.4], [0, 1, 1, 1]), 0.5),
        (metrics.accuracy([0.5, 0.3], [1, 0], threshold=0.4), 1.0),
        (metrics.brier_score([0.5, 0.75], [1, 0]), (0.25 + 0.5625) / 2),
        (metrics.brier_score(0.5, [0, 1, 1]), 0.25),
    ],
)
def test_exact_values(value, expected):
    assert float(value) == pytest.approx(expected, rel=1e-15)


def test_confusion_counts_each_kind():
    counts = metrics.confusion_counts(
        [0.9, 0.8, 0.7, 0.2, 0.1, 0.0], [1, 1, 0, 1, 0, 0], threshold=0.5
    )
    assert counts == (2, 1, 2, 1)
    assert counts._fields == (
        "true_positives",
        "false_positives",
        "true_negatives",
        "false_negatives",
    )


def test_a_bin_includes_its_upper_edge_and_the_first_one_zero():
    curve = metrics.reliability_curve([0.0, 0.5, 0.5, 1.0], [0, 1, 0, 1], bins=2)
    assert curve.count.tolist() == [3, 1]
    np.testing.assert_allclose(curve.mean_probability, [1 / 3, 1])
    np.testing.assert_allclose(curve.share_of_ones, [1 / 3, 1])


def test_bins_of_equal_count_hold_equally_many():
    p = np.arange(12) / 20
    curve = metrics.reliability_curve(p, p > 0.3, bins=4, binning="equal count")
    assert curve.count.tolist() == [3, 3, 3, 3]
    assert curve.share_of_ones.tolist() == [0, 0, 2 / 3, 1]


def test_expected_calibration_error_weighs_bins_by_count():
    p, y = [0.1, 0.1, 0.1, 0.8], [0, 0, 1, 1]
    expected = 3 / 4 * (1 / 3 - 0.1) + 1 / 4 * 0.2
    assert metrics.expected_calibration_error(p, y) == pytest.approx(expected)


# Extremes


def test_a_wrong_certainty_costs_infinity_and_no_less():
    assert metrics.log_loss([0.0], [1]) == math.inf
    assert metrics.log_loss([1.0, 0.5], [0, 0]) == math.inf
    assert metrics.log_loss([0.0, 1.0], [0, 1]) == 0
    assert metrics.log_loss_with_logits([-math.inf], [1]) == math.inf


def test_a_mean_of_huge_losses_does_not_overflow():
    assert metrics.log_loss_with_logits([1e308] * 4, 0) == 1e308


def test_one_bin_holds_everything():
    for binning in BINNINGS:
        curve = metrics.reliability_curve([0.1, 0.9], [0, 1], bins=1, binning=binning)
        assert curve.count.tolist() == [2]


def test_equal_forecasts_share_a_bin_whatever_the_order():
    p, y = np.full(10, 0.3), np.repeat([0, 1], 5)
    for order in (slice(None), slice(None, None, -1)):
        curve = metrics.reliability_curve(p, y[order], bins=5, binning="equal count")
        assert curve.count.tolist() == [10]
        assert curve.share_of_ones.tolist() == [0.5]


def test_float32_stays_float32():
    p, y = np.array([0.25, 0.5], dtype=np.float32), [0, 1]
    z = np.array([1.0, -1.0], dtype=np.float32)
    for value in (
        metrics.log_loss(p, y),
        metrics.brier_score(p, y),
        metrics.accuracy(p, y),
        metrics.log_loss_with_logits(z, y),
    ):
        assert value.dtype == np.float32


# Bad input

EVERY = (
    metrics.log_loss,
    metrics.log_loss_with_logits,
    metrics.accuracy,
    metrics.brier_score,
    metrics.confusion_counts,
    metrics.reliability_curve,
    metrics.expected_calibration_error,
)
OF_PROBABILITIES = [f for f in EVERY if f is not metrics.log_loss_with_logits]


@pytest.mark.parametrize("metric", EVERY)
def test_no_example_has_no_metric(metric):
    with pytest.raises(ValueError, match="must hold at least one value"):
        metric([], [])


@pytest.mark.parametrize("metric", EVERY)
def test_columns_against_rows_are_refused(metric):
    with pytest.raises(ValueError, match=r"broadcasting would silently make \(3, 3\)"):
        metric(np.full(3, 0.5), np.ones((3, 1)))


@pytest.mark.parametrize("metric", OF_PROBABILITIES)
@pytest.mark.parametrize("p", [1.5, -0.1, math.nan, math.inf])
def test_a_logit_is_no_probability(metric, p):
    with pytest.raises(ValueError, match=r"probabilities must be in \[0, 1\]"):
        metric([0.5, p], [0, 1])


@pytest.mark.parametrize("metric", EVERY)
def test_labels_of_the_other_convention_are_refused(metric):
    with pytest.raises(ValueError, match=r"labels\[0\] is -1"):
        metric([0.5, 0.5], [-1, 1])


@pytest.mark.parametrize("metric", EVERY)
def test_text_is_refused(metric):
    with pytest.raises(TypeError, match="must hold real numbers"):
        metric(["high"], [1])


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"bins": 0}, ValueError, "bins must be at least 1; got 0"),
        ({"bins": 2.0}, TypeError, "bins must be a whole number; got 2.0"),
        (
            {"binning": "uniform"},
            ValueError,
            "binning must be one of 'equal width', 'equal count'; got 'uniform'",
        ),
    ],
)
def test_bad_bins_are_refused(options, error, message):
    for metric in (metrics.reliability_curve, metrics.expected_calibration_error):
        with pytest.raises(error, match=message):
            metric([0.5], [1], **options)


@pytest.mark.parametrize("metric", [metrics.accuracy, metrics.confusion_counts])
def test_a_threshold_is_a_probability(metric):
    with pytest.raises(ValueError, match=r"threshold must be in \[0, 1\]"):
        metric([0.5], [1], threshold=1.5)


# Laws


@given(forecasts())
def test_the_log_loss_is_the_mean_of_the_losses(pair):
    assert metrics.log_loss(*pair) == losses.binary_cross_entropy(*pair).mean()


@given(forecasts(), st.floats(0, 1))
def test_no_constant_beats_the_share_of_ones(pair, p):
    _, y = pair
    for score in (metrics.log_loss, metrics.brier_score):
        assert score(y.mean(), y) <= score(p, y) + 1e-15


@given(forecasts(), st.floats(0, 1))
def test_confusion_counts_add_up_to_the_accuracy(pair, threshold):
    p, y = pair
    counts = metrics.confusion_counts(p, y, threshold=threshold)
    right = counts.true_positives + counts.true_negatives
    assert sum(counts) == y.size
    assert right / y.size == pytest.approx(
        metrics.accuracy(p, y, threshold=threshold), rel=1e-15
    )


@given(hnp.arrays(float, 20, elements=st.floats(-50, 36)), st.data())
def test_accuracy_is_the_complement_of_the_zero_one_loss(z, data):
    # Below z = 36.7 the sigmoid is on the same side of ½ as z is of 0, or equal to ½.
    y = data.draw(hnp.arrays(int, 20, elements=st.integers(0, 1)))
    z = np.where(np.abs(z) < 1e-12, 1.0, z)
    wrong = losses.zero_one_loss(z, y).mean()
    assert metrics.accuracy(numerics.sigmoid(z), y) == pytest.approx(1 - wrong)


@given(forecasts(), st.integers(1, 12), st.sampled_from(BINNINGS))
def test_a_reliability_curve_redistributes_without_loss(pair, bins, binning):
    p, y = pair
    curve = metrics.reliability_curve(p, y, bins=bins, binning=binning)
    assert curve.count.min() >= 1
    assert curve.count.sum() == y.size
    assert curve.count @ curve.share_of_ones == pytest.approx(y.sum())
    assert curve.count @ curve.mean_probability == pytest.approx(p.sum())
    assert np.all(np.diff(curve.mean_probability) > 0)


@given(st.integers(1, 60), st.integers(1, 12))
def test_counts_without_ties_differ_by_one_at_most(n, bins):
    p = np.random.default_rng(n).permutation(n) / n
    curve = metrics.reliability_curve(p, p > 0.5, bins=bins, binning="equal count")
    assert curve.count.size == min(n, bins)
    assert np.ptp(curve.count) <= 1


@given(forecasts(), st.integers(1, 12), st.sampled_from(BINNINGS))
def test_the_calibration_error_lies_between_bias_and_one(pair, bins, binning):
    p, y = pair
    error = metrics.expected_calibration_error(p, y, bins=bins, binning=binning)
    assert abs(p.mean() - y.mean()) - 1e-12 <= error <= 1


def test_calibrated_forecasts_have_a_small_calibration_error():
    rng = np.random.default_rng(0)
    p = rng.random(40_000)
    y = rng.random(p.size) < p
    for binning in BINNINGS:
        error = metrics.expected_calibration_error(p, y, binning=binning)
        assert error < 10 * math.sqrt(0.25 / p.size)


# Oracle: scikit-learn, which takes labels first


@given(forecasts(least=2))
def test_scores_agree_with_scikit_learn(pair):
    p, y = pair
    clipped = np.clip(p, 2.3e-16, 1 - 2.3e-16)
    assert metrics.log_loss(clipped, y) == pytest.approx(
        theirs.log_loss(y, clipped, labels=[0, 1]), rel=1e-12, abs=1e-15
    )
    assert metrics.brier_score(p, y) == pytest.approx(
        theirs.brier_score_loss(y, p, labels=[0, 1], pos_label=1), rel=1e-12
    )
    (tn, fp), (fn, tp) = theirs.confusion_matrix(y, p > 0.5, labels=[0, 1])
    assert metrics.confusion_counts(p, y) == (tp, fp, tn, fn)


@given(forecasts(least=2), st.integers(1, 12))
def test_curves_of_equal_width_agree_with_scikit_learn(pair, bins):
    p, y = pair
    y[0], y[-1] = 0, 1  # scikit-learn needs both labels
    share, mean = calibration_curve(y, p, n_bins=bins)
    curve = metrics.reliability_curve(p, y, bins=bins)
    np.testing.assert_allclose(curve.share_of_ones, share, rtol=1e-12)
    np.testing.assert_allclose(curve.mean_probability, mean, rtol=1e-12)


# Other array libraries


def test_element_wise_metrics_take_arrays_of_another_library():
    xp = array_api_strict
    p, z = xp.asarray([0.9, 0.4]), xp.asarray([2.0, -1.0])
    y = xp.asarray([1, 0])
    for metric, prediction in (
        (metrics.log_loss, p),
        (metrics.brier_score, p),
        (metrics.accuracy, p),
        (metrics.log_loss_with_logits, z),
    ):
        value = metric(prediction, y)
        expected = metric(np.asarray(prediction), np.asarray(y))
        assert type(value) is type(p)
        assert float(value) == pytest.approx(float(expected), rel=1e-15)


@pytest.mark.parametrize(
    "metric", [metrics.log_loss, metrics.brier_score, metrics.accuracy]
)
def test_a_mean_in_float32_is_summed_in_float64(metric):
    p = np.full(100_000, 0.3, np.float32)
    y = np.zeros(100_000, np.float32)
    y[::3] = 1
    one = [float(metric(p[:1], [label])) for label in (0, 1)]
    share = np.mean(y, dtype=float)
    value = metric(p, y)
    assert value.dtype == np.float32
    assert value == np.float32((1 - share) * one[0] + share * one[1])


@pytest.mark.parametrize("dtype", [np.float32, np.float64, float, np.float16])
@pytest.mark.parametrize("threshold", [0.1, 0.3, 0.7, 0.9])
def test_a_forecast_at_the_threshold_is_decided_alike_everywhere(dtype, threshold):
    p, y = np.array([threshold, 0.0, 1.0], dtype), [0, 0, 1]
    counts = metrics.confusion_counts(p, y, threshold=threshold)
    share = (counts.true_positives + counts.true_negatives) / 3
    assert float(metrics.accuracy(p, y, threshold=threshold)) == pytest.approx(
        share, rel=1e-3
    )
    if dtype != np.float16:  # it is computed in float32
        assert counts == (1, 0, 2, 0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_edge_belongs_to_the_bin_below(dtype):
    for bins in range(1, 60):
        edges = np.arange(1, bins + 1) / bins
        p = np.concatenate([edges, edges]).astype(dtype)
        curve = metrics.reliability_curve(p, np.zeros(2 * bins), bins=bins)
        assert curve.count.tolist() == [2] * bins


def test_labels_in_the_place_of_probabilities_are_told():
    for options in ({}, {"clip": 1e-7}):
        with pytest.warns(UserWarning, match="probabilities come first here"):
            metrics.log_loss([0, 1, 1, 0], [0.1, 0.8, 0.7, 0.4], **options)


TOLD = pytest.mark.parametrize("metric", [metrics.log_loss, metrics.log_loss_sum])


@TOLD
@pytest.mark.parametrize("options", [{}, {"clip": 1e-7}])
@pytest.mark.parametrize("chunks", [None, 1, 3])
def test_they_are_told_of_chunks_and_of_sums_too(metric, options, chunks):
    p, y = np.array([0.0, 1, 1, 0]), np.array([0.1, 0.8, 0.7, 0.4])
    if chunks:
        p, y = (da.from_array(x, chunks=chunks) for x in (p, y))
    with pytest.warns(UserWarning, match="probabilities come first here"):
        computed(metric(p, y, **options))
    assert computed(metric(y, p, **options)) < 2


def computed(result):
    return result.mean if isinstance(result, metrics.LossSum) else float(result)


def test_the_caller_is_the_one_who_is_told():
    for metric in (metrics.log_loss, metrics.log_loss_sum):
        with pytest.warns(UserWarning, match="first here") as told:
            metric([0, 1], [0.1, 0.8])
        assert told[0].filename == __file__


@pytest.mark.parametrize(
    ("p", "y"), [([0.0, 1.0], [1, 1]), ([0.5, 0.0], [0.2, 0.1]), ([0.0, 1.0], [0, 1])]
)
@TOLD
def test_sure_forecasts_and_soft_labels_are_legal(metric, p, y):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        metric(p, y)


def test_sums_can_be_summed_without_a_start():
    parts = [metrics.log_loss_sum(0.5, 1), metrics.log_loss_sum(0.25, 0)]
    assert sum(parts) == parts[0] + parts[1]
    with pytest.raises(TypeError):
        sum(parts, 1)
