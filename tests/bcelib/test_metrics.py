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


def test_roc_curve_of_four_with_a_tie():
    curve = metrics.roc_curve([3.0, 1.0, 1.0, -2.0], [1, 0, 1, 0])
    assert curve._fields == ("false_positive_rate", "true_positive_rate", "thresholds")
    assert curve.false_positive_rate.tolist() == [0, 0, 1 / 2, 1]
    assert curve.true_positive_rate.tolist() == [0, 1 / 2, 1, 1]
    assert curve.thresholds.tolist() == [math.inf, 3, 1, -2]


def test_precision_recall_curve_of_four_with_a_tie():
    curve = metrics.precision_recall_curve([3.0, 1.0, 1.0, -2.0], [1, 0, 1, 0])
    assert curve._fields == ("precision", "recall", "thresholds")
    assert curve.precision.tolist() == [2 / 4, 2 / 3, 1, 1]
    assert curve.recall.tolist() == [1, 1, 1 / 2, 0]
    assert curve.thresholds.tolist() == [-2, 1, 3]


# Extremes


def test_infinite_scores_have_an_order_like_any_other():
    scores, labels = [math.inf, 1e308, -1e308, -math.inf], [1, 1, 0, 0]
    roc = metrics.roc_curve(scores, labels)
    assert roc.true_positive_rate.tolist() == [0, 1 / 2, 1, 1, 1]
    assert roc.thresholds.tolist() == [math.inf, *scores]
    curve = metrics.precision_recall_curve(scores, labels)
    assert curve.precision.tolist() == [1 / 2, 2 / 3, 1, 1, 1]
    assert curve.thresholds.tolist() == scores[::-1]


def test_zeros_of_both_signs_are_a_tie():
    assert metrics.roc_curve([0.0, -0.0], [0, 1]).thresholds.size == 2


def test_recall_needs_no_zeros():
    curve = metrics.precision_recall_curve([0.2, 0.1], [1, 1])
    assert curve.precision.tolist() == [1, 1, 1]
    assert curve.recall.tolist() == [1, 1 / 2, 0]


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
    metrics.roc_curve,
    metrics.precision_recall_curve,
)
OF_ANY_NUMBER = (
    metrics.log_loss_with_logits,
    metrics.roc_curve,
    metrics.precision_recall_curve,
)
OF_PROBABILITIES = [f for f in EVERY if f not in OF_ANY_NUMBER]


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


@pytest.mark.parametrize("curve", OF_ANY_NUMBER[1:])
def test_scores_without_an_order_are_refused(curve):
    with pytest.raises(ValueError, match=r"scores\[1\] is nan"):
        curve([0.5, math.nan], [0, 1])


@pytest.mark.parametrize(
    ("curve", "label", "message"),
    [
        (metrics.roc_curve, 0, "hold a 1; without one there is no true positive rate"),
        (metrics.roc_curve, 1, "hold a 0; without one there is no false positive rate"),
        (metrics.precision_recall_curve, 0, "hold a 1; without one there is no recall"),
    ],
)
def test_a_rate_among_nobody_is_refused(curve, label, message):
    with pytest.raises(ValueError, match=f"labels must {message}"):
        curve([0.2, 0.8], [label, label])


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


@given(forecasts(least=2))
def test_each_point_of_a_curve_is_a_count_of_decisions(pair):
    p, y = pair
    y[:2] = 0, 1
    roc = metrics.roc_curve(p, y)
    curve = metrics.precision_recall_curve(p, y)
    assert roc.thresholds[0] == math.inf
    assert roc.thresholds[:0:-1].tolist() == curve.thresholds.tolist()
    for k, threshold in enumerate(curve.thresholds):
        decided = p >= threshold
        true, false = decided @ y, decided @ (1 - y)
        assert curve.precision[k] == true / (true + false)
        assert curve.recall[k] == true / y.sum()
        assert roc.true_positive_rate[-1 - k] == curve.recall[k]
        assert roc.false_positive_rate[-1 - k] == false / (1 - y).sum()


@given(forecasts(least=2))
def test_the_curves_see_only_the_order_of_the_scores(pair):
    p, y = pair
    y[:2] = 0, 1
    rank = np.unique(p, return_inverse=True)[1]
    for curve in (metrics.roc_curve, metrics.precision_recall_curve):
        np.testing.assert_array_equal(curve(p, y)[:2], curve(rank - 7, y)[:2])


@given(forecasts(least=2), st.integers(1, 5))
def test_more_of_the_label_0_leave_the_roc_curve_and_lower_the_precision(pair, times):
    p, y = pair
    y[:2] = 0, 1
    zeros = y == 0
    more = np.append(p, np.repeat(p[zeros], times))
    labels = np.append(y, np.repeat(y[zeros], times))
    ours, theirs = metrics.roc_curve(p, y), metrics.roc_curve(more, labels)
    np.testing.assert_allclose(ours, theirs, rtol=1e-14)
    few = metrics.precision_recall_curve(p, y)
    many = metrics.precision_recall_curve(more, labels)
    np.testing.assert_array_equal(few.recall, many.recall)
    assert np.all(many.precision <= few.precision)
    assert many.precision[0] == labels.mean()


# Oracle: scikit-learn, which takes labels first


@given(forecasts(least=2))
def test_curves_of_thresholds_agree_with_scikit_learn(pair):
    p, y = pair
    y[:2] = 0, 1
    for scores in (p, 5 - 8 * p):
        pairs = (
            (metrics.roc_curve, theirs.roc_curve(y, scores, drop_intermediate=False)),
            (metrics.precision_recall_curve, theirs.precision_recall_curve(y, scores)),
        )
        for curve, expected in pairs:
            for mine, their in zip(curve(scores, y), expected, strict=True):
                np.testing.assert_allclose(mine, their, rtol=1e-15)


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


# Bands


def test_a_band_is_that_of_the_binomial_distribution():
    p, rng = np.repeat([0.05, 0.6], 40), np.random.default_rng(0)
    low, high = metrics.consistency_band(p, rng=rng, bins=2, level=0.9, draws=4000)
    # Quantiles of binomial shares, by the definition.
    for chance, end, tail in (
        *((0.05, low[0], 0.05), (0.05, high[0], 0.95)),
        *((0.6, low[1], 0.05), (0.6, high[1], 0.95)),
    ):
        mass = [
            math.comb(40, k) * chance**k * (1 - chance) ** (40 - k) for k in range(41)
        ]
        assert end == np.searchsorted(np.cumsum(mass), tail) / 40


@pytest.mark.parametrize("binning", BINNINGS)
def test_a_band_has_an_entry_for_each_point_of_the_curve(binning):
    rng = np.random.default_rng(0)
    p = rng.beta(0.3, 3, 100)
    curve = metrics.reliability_curve(p, rng.random(100) < p, bins=8, binning=binning)
    band = metrics.consistency_band(p, rng=rng, bins=8, binning=binning, draws=50)
    assert band.low.shape == band.high.shape == curve.count.shape
    assert np.all((band.low >= 0) & (band.low <= band.high) & (band.high <= 1))


def test_few_rare_events_are_no_alarm():
    # Thirty forecasts of 1 in 50: the normal interval ends at 0.07, below 3 events.
    rng = np.random.default_rng(0)
    _, high = metrics.consistency_band(np.full(30, 0.02), rng=rng, draws=4000)
    assert high == pytest.approx(2 / 30)
    low, high = metrics.consistency_band([0.0, 1.0], rng=rng)
    assert low.tolist() == high.tolist() == [0, 1]


def test_the_same_generator_gives_the_same_band():
    bands = [
        metrics.consistency_band([0.2, 0.7, 0.4], rng=np.random.default_rng(5))
        for _ in range(2)
    ]
    np.testing.assert_array_equal(*bands)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"rng": 0}, TypeError, "rng must be a numpy.random.Generator"),
        ({"level": 1.0}, ValueError, r"level must be in \(0, 1\); level is 1.0"),
        ({"draws": 0}, ValueError, "draws must be at least 1; got 0"),
        ({"bins": 0}, ValueError, "bins must be at least 1; got 0"),
        ({"binning": "even"}, ValueError, "binning must be one of"),
    ],
)
def test_bad_bands_are_refused(options, error, message):
    with pytest.raises(error, match=message):
        metrics.consistency_band([0.5], **{"rng": np.random.default_rng(0)} | options)
    with pytest.raises(ValueError, match=r"probabilities\[0\] is 1.5"):
        metrics.consistency_band([1.5], rng=np.random.default_rng(0))


# Area under the ROC curve


@given(forecasts())
def test_the_area_is_the_share_of_pairs_in_order(pair):
    s, y = pair
    ones, zeros = s[y == 1], s[y == 0]
    if ones.size and zeros.size:
        above = ones[:, None] > zeros
        tied = ones[:, None] == zeros
        area = metrics.roc_auc_score(s, y)
        assert area == pytest.approx((above + tied / 2).mean(), rel=1e-15)
        assert area == pytest.approx(theirs.roc_auc_score(y, s), rel=1e-14)
        rates = metrics.roc_curve(s, y)
        curve = np.trapezoid(rates.true_positive_rate, rates.false_positive_rate)
        assert area == pytest.approx(curve, abs=1e-14)
        assert metrics.roc_auc_score(-s, y) == pytest.approx(1 - area, abs=1e-15)
        assert metrics.roc_auc_score(numerics.logit(s), y) == area


def test_areas_at_the_ends():
    assert metrics.roc_auc_score([-math.inf, 0, math.inf], [0, 1, 1]) == 1
    assert metrics.roc_auc_score([3.0, 1.0, 2.0], [0, 1, 1]) == 0
    n = 2**18  # so many pairs that 32 bits could not count them
    assert metrics.roc_auc_score(np.arange(n), np.arange(n) >= n // 2) == 1


@pytest.mark.parametrize("label", [0, 1])
def test_an_area_needs_both_labels(label):
    with pytest.raises(
        ValueError, match=f"labels must hold a {1 - label}; without one"
    ):
        metrics.roc_auc_score([0.1, 0.2], [label, label])
