r"""Metrics: what a set of forecasts is worth, as one number or a curve.

Unlike the losses, each function here reduces: it speaks about all examples together.

* **Order.** Prediction first, label second; the rest is passed by name.
* **Domains.** `probabilities` lie in [0, 1]: a logit in their place is refused as soon
  as it leaves it. `logits` are real numbers, infinities included, and so are `scores`,
  of which only the order counts. `labels` lie in [0, 1]; where decisions or frequencies
  are counted they are 0 or 1.
* **Shapes.** Any, but equal, or one side is a scalar. One example is the least.
* **Results.** Means of the arrays of another library are arrays of that library, and
  can be differentiated there; of a Dask array they are not computed yet. Counts, curves
  and sums are numbers: for them the values come to the host.
* **Errors** are those of `bcelib.numerics`.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from array_api_compat import is_dask_array
from numpy.typing import ArrayLike

from bcelib import losses
from bcelib._arrays import sums
from bcelib._arrays import validate as _validate
from bcelib._arrays.chunks import numbers_of_chunks
from bcelib._arrays.convert import on_host
from bcelib._arrays.dispatch import evaluate
from bcelib._arrays.frozen import Frozen
from bcelib._arrays.types import Array
from bcelib._arrays.validate import FINITE, OPEN_UNIT, UNIT
from bcelib._metrics.bins import _bin_of, _means
from bcelib._metrics.examples import _HARD, _SCORED, _SOFT, _forecasts_and_labels
from bcelib._metrics.means import _mean, _watched
from bcelib._metrics.thresholds import (
    _decided,
    _decided_positive,
    _hit,
    _refuse_without,
)


def log_loss(
    probabilities: ArrayLike, labels: ArrayLike, *, clip: float | None = None
) -> Array:
    r"""Mean `bcelib.losses.binary_cross_entropy` of probabilities.

    The average surprise at the labels, in nats. The constant ½ has ln 2 ≈ 0.693; the
    best constant, the share of ones, has the entropy of that share. A warning says so
    where all probabilities are 0 or 1 and the labels are not, as after a change of
    places; of a single loss nothing is said, since it may be meant. Chapters 3 and 8.

    Parameters
    ----------
    probabilities, labels : array_like
        Probabilities of the label 1, and labels in [0, 1].
    clip : float, optional
        Move probabilities into [clip, 1 − clip] first; in (0, ½).

    Returns
    -------
    scalar
        Mean loss in [0, ∞].

    See Also
    --------
    sklearn.metrics.log_loss : The twin; takes labels first, clips at the dtype's eps.

    Examples
    --------
    >>> round(float(log_loss([0.5, 0.5], [0, 1])), 6)
    0.693147
    >>> float(log_loss([0.9, 0.0], [1, 1]))  # one certainty that fails
    inf
    >>> round(float(log_loss([0.9, 0.0], [1, 1], clip=1e-7)), 6)  # what clipping hides
    8.111728
    """
    value = _mean(losses.binary_cross_entropy(probabilities, labels, clip=clip))
    return _watched(value, probabilities, labels, clip)


def log_loss_with_logits(logits: ArrayLike, labels: ArrayLike) -> Array:
    r"""Mean `bcelib.losses.binary_cross_entropy_with_logits`.

    The same as `log_loss` of their probabilities, with every digit. Twin:
    `torch.nn.BCEWithLogitsLoss`. Chapters 3 and 11.

    Parameters
    ----------
    logits, labels : array_like
        Logits, and labels in [0, 1].

    Returns
    -------
    scalar
        Mean loss in [0, ∞].

    Examples
    --------
    >>> round(float(log_loss_with_logits([0.0, 0.0], [0, 1])), 6)
    0.693147
    >>> print(f"{log_loss_with_logits([40.0, 40.0], [1, 1]):.4g}")  # where σ(z) is 1
    4.248e-18
    """
    return losses.binary_cross_entropy_with_logits_value_and_grad(logits, labels)[0]


@dataclass(frozen=True)
class LossSum(Frozen):
    r"""Sum of losses that arrive in pieces, to twice the precision of a float.

    Sums add up: ``a + b`` is the sum over both pieces. Because of the correction
    :cite:p:`rump2008` the order in which pieces are added does not matter, beyond the
    last digit.

    Attributes
    ----------
    count : int
        How many losses there are, not negative.
    total : float
        Their sum in nats, rounded; in [0, ∞].
    correction : float
        What the rounding left out.

    See Also
    --------
    log_loss_sum, log_loss_sum_with_logits : Make one from a piece of the data.

    Notes
    -----
    The three numbers are all there is to keep or to send:
    ``LossSum(*dataclasses.astuple(a)) == a``. Given the same pieces, in any order and
    grouped in any way, the means differ by at most 2 ulps in float64. `total` is ∞ if
    the sum exceeds 1.8e308, though the mean might not.

    Examples
    --------
    >>> logits, labels = np.array([0.0, 2.0, -1.0, 40.0]), np.array([0, 1, 0, 1])
    >>> pieces = [slice(0, 1), slice(1, 4)]
    >>> sums = [log_loss_sum_with_logits(logits[i], labels[i]) for i in pieces]
    >>> whole = sum(sums, LossSum())
    >>> whole.count, round(whole.mean, 6)
    (4, 0.283334)

    A million small losses beside a large one lose nothing. Each alone would vanish:

    >>> large, small = LossSum(1, 1e16), LossSum(1_000_000, 1e6 * 0.7)
    >>> (large + small).total - 1e16
    700000.0
    >>> LossSum(1, 1e16) + LossSum(1, 0.7)
    LossSum(count=2, total=1e+16, correction=0.7)
    """

    count: int = 0
    total: float = 0.0
    correction: float = 0.0

    def __post_init__(self):
        total_domain = _validate.Domain("[0, inf]", low=0)
        self._keep(
            count=_validate.whole_number("count", self.count, at_least=0),
            total=_validate.number("total", self.total, total_domain),
            correction=_validate.number("correction", self.correction, FINITE),
        )

    def __add__(self, other: LossSum) -> LossSum:
        if not isinstance(other, LossSum):
            return NotImplemented
        pair = sums.add((self.total, self.correction), (other.total, other.correction))
        return LossSum(self.count + other.count, *pair)

    def __radd__(self, other):
        """So that `sum` may begin with its 0."""
        return self if isinstance(other, int) and other == 0 else NotImplemented

    @property
    def mean(self) -> float:
        """The log loss of all pieces, (total + correction) / count."""
        if self.count == 0:
            raise ValueError("a mean needs at least one loss; count is 0")
        if self.total == math.inf:
            return math.inf
        # Rounded once, at the very end.
        return float((Fraction(self.total) + Fraction(self.correction)) / self.count)


def _sum_of(values):
    if is_dask_array(values):
        numbers = numbers_of_chunks(values, sums.sum_of, 2)
        pairs = np.asarray(numbers).reshape(-1, 2).tolist()
        return LossSum(values.size, *functools.reduce(sums.add, pairs, (0.0, 0.0)))
    values = on_host(values)
    return LossSum(values.size, *sums.sum_of(values))


def log_loss_sum(
    probabilities: ArrayLike, labels: ArrayLike, *, clip: float | None = None
) -> LossSum:
    r"""Sum, in place of the mean that `log_loss` takes, of one piece of the data.

    For data that arrive in pieces, or lie on several machines: the sums of the pieces
    add up to that of all. The losses have the dtype of the arguments, the sum is
    float64 and its correction. A Dask array is computed, chunk by chunk.

    Returns
    -------
    LossSum
        `count`, `total` and `correction`; ``.mean`` is the log loss. A piece may be
        empty.

    Examples
    --------
    >>> monday = log_loss_sum([0.5, 0.25], [1, 1])
    >>> tuesday = log_loss_sum([0.5], [0])
    >>> round((monday + tuesday).mean, 6)
    0.924196
    >>> (monday + log_loss_sum(0.0, 1) + tuesday).mean  # one certainty that fails
    inf
    """
    values = losses.binary_cross_entropy(probabilities, labels, clip=clip)
    result = _sum_of(values)
    _watched(result.total, probabilities, labels, clip)
    return result


def log_loss_sum_with_logits(logits: ArrayLike, labels: ArrayLike) -> LossSum:
    r"""Sum, in place of the mean of `log_loss_with_logits`, of one piece of the data.

    What `log_loss_sum` is for probabilities. Chapter 19.

    Returns
    -------
    LossSum
        `count`, `total` and `correction`; ``.mean`` is the log loss. A piece may be
        empty.

    Examples
    --------
    >>> sums = [log_loss_sum_with_logits(z, 1) for z in (0.0, 40.0, -3.0)]
    >>> sum(sums, LossSum()) == sum(reversed(sums), LossSum())
    True
    >>> log_loss_sum_with_logits([], [])
    LossSum(count=0, total=0.0, correction=0.0)
    """
    return _sum_of(losses.binary_cross_entropy_with_logits(logits, labels))


def accuracy(
    probabilities: ArrayLike, labels: ArrayLike, *, threshold: float = 0.5
) -> Array:
    r"""Share of decisions p > threshold that agree with the label.

    Blind to how sure a forecast was: 0.51 and 0.99 count the same. A probability equal
    to the threshold is decided as 0. Chapter 8.

    Parameters
    ----------
    probabilities, labels : array_like
        Probabilities of the label 1, and labels in {0, 1}.
    threshold : float, optional
        Decide 1 where the probability exceeds it; in [0, 1].

    Returns
    -------
    scalar
        Share in [0, 1].

    See Also
    --------
    sklearn.metrics.accuracy_score : The twin, which takes labels and decisions.

    Examples
    --------
    >>> float(accuracy([0.9, 0.6, 0.2, 0.7], [1, 1, 0, 0]))
    0.75

    With one label in a thousand, deciding 0 for all is 99.9 % right:

    >>> labels = np.zeros(1000)
    >>> labels[0] = 1
    >>> float(accuracy(0.0, labels))
    0.999
    """
    threshold = _validate.number("threshold", threshold, UNIT)
    return _mean(evaluate(_hit, _HARD, probabilities, labels, threshold=threshold))


def _squared_distance(xp, p, y):
    return xp.square(p - y)


def brier_score(probabilities: ArrayLike, labels: ArrayLike) -> Array:
    r"""Brier score, the mean of (p − y)².

    A strictly proper score that is bounded: the worst that one forecast can cost is 1.
    The constant ½ has ¼. Brier's own definition :cite:p:`brier1950` sums over both
    outcomes and is twice this. Chapter 5.

    Parameters
    ----------
    probabilities, labels : array_like
        Probabilities of the label 1, and labels in [0, 1].

    Returns
    -------
    scalar
        Mean in [0, 1].

    See Also
    --------
    bcelib.losses.squared_error : The terms, one by one, from logits.
    sklearn.metrics.brier_score_loss : The twin, which takes labels first.

    Examples
    --------
    >>> round(float(brier_score([0.9, 0.2], [1, 0])), 6)
    0.025
    >>> float(brier_score([0.0], [1]))  # where the log loss is ∞
    1.0
    """
    return _mean(evaluate(_squared_distance, _SOFT, probabilities, labels))


class ConfusionCounts(NamedTuple):
    """Decisions against labels, counted; "positive" means decided as 1.

    Attributes
    ----------
    true_positives : int
        Label 1, decided as 1.
    false_positives : int
        Label 0, decided as 1.
    true_negatives : int
        Label 0, decided as 0.
    false_negatives : int
        Label 1, decided as 0.
    """

    true_positives: int
    false_positives: int
    true_negatives: int
    false_negatives: int


def confusion_counts(
    probabilities: ArrayLike, labels: ArrayLike, *, threshold: float = 0.5
) -> ConfusionCounts:
    r"""Counts of right and wrong decisions, whose right share is the `accuracy`.

    Precision is TP / (TP + FP), recall TP / (TP + FN). Chapters 14 and 16.

    Returns
    -------
    ConfusionCounts
        `true_positives`, `false_positives`, `true_negatives`, `false_negatives`, in
        this order.

    See Also
    --------
    sklearn.metrics.confusion_matrix : The twin, which takes labels and decisions.

    Examples
    --------
    >>> counts = confusion_counts([0.9, 0.6, 0.2, 0.7], [1, 1, 0, 0])
    >>> counts.true_positives, counts.false_positives
    (2, 1)
    >>> tuple(confusion_counts([0.9, 1.0], [1, 0], threshold=1.0))
    (0, 0, 1, 1)
    """
    _, y = _forecasts_and_labels(probabilities, labels)
    threshold = _validate.number("threshold", threshold, UNIT)
    decided = evaluate(_decided, _HARD, probabilities, labels, threshold=threshold)
    decided = np.ravel(on_host(decided)) == 1
    return ConfusionCounts(
        true_positives=int(np.sum(decided & (y == 1))),
        false_positives=int(np.sum(decided & (y == 0))),
        true_negatives=int(np.sum(~decided & (y == 0))),
        false_negatives=int(np.sum(~decided & (y == 1))),
    )


class ReliabilityCurve(NamedTuple):
    """For each bin that holds a forecast: two means and how many there are.

    Attributes
    ----------
    mean_probability : ndarray of float, shape (k,)
        What was forecast.
    share_of_ones : ndarray of float, shape (k,)
        What happened: the share of the label 1.
    count : ndarray of int, shape (k,)
        How many forecasts the bin holds.
    """

    mean_probability: np.ndarray
    share_of_ones: np.ndarray
    count: np.ndarray  # type: ignore[assignment]  # a tuple has a method of that name


def reliability_curve(
    probabilities: ArrayLike,
    labels: ArrayLike,
    *,
    bins: int = 10,
    binning: str = "equal width",
) -> ReliabilityCurve:
    r"""What was forecast against what happened, bin by bin.

    Where the forecasts are calibrated the two agree up to chance: of the days with
    forecast 0.7 it rains on 70 %. Chapters 13 and 16.

    Parameters
    ----------
    probabilities, labels : array_like
        Probabilities of the label 1, and labels in {0, 1}.
    bins : int, optional
        Number of bins, at least 1.
    binning : {"equal width", "equal count"}, optional
        Edges at the multiples of 1/bins, or at the quantiles of `probabilities`.

    Returns
    -------
    ReliabilityCurve
        `mean_probability`, `share_of_ones` and `count`, each of shape (k,): one
        entry for each of the k ≤ `bins` bins that are not empty, from low to high.

    See Also
    --------
    consistency_band : How far chance may move a point.
    bcelib.plotting.reliability_diagram : The same as a picture.
    sklearn.calibration.calibration_curve : The twin, whose quantiles are interpolated.

    Notes
    -----
    A bin reaches from its lower edge, excluded, to its upper edge, included; the
    first includes 0. Equal forecasts always share a bin, so with many ties bins of
    equal count differ in count. How far chance moves a point: `consistency_band`.

    Examples
    --------
    >>> curve = reliability_curve([0.1, 0.2, 0.8, 0.9], [0, 1, 1, 1], bins=2)
    >>> curve.mean_probability.round(2), curve.share_of_ones, curve.count
    (array([0.15, 0.85]), array([0.5, 1. ]), array([2, 2]))
    >>> reliability_curve([0.0, 1.0], [0, 1]).mean_probability  # no empty bin
    array([0., 1.])
    """
    p, y = _forecasts_and_labels(probabilities, labels)
    which = _bin_of(p, bins, binning, probabilities)
    mean_p, mean_y = _means(which, p, y)
    return ReliabilityCurve(mean_p, mean_y, np.bincount(which))


class ConsistencyBand(NamedTuple):
    """For each bin that holds a forecast, the ends of a range for its share of ones.

    Attributes
    ----------
    low : ndarray of float, shape (k,)
        Lower ends.
    high : ndarray of float, shape (k,)
        Upper ends.
    """

    low: np.ndarray
    high: np.ndarray


def consistency_band(
    probabilities: ArrayLike,
    *,
    rng: np.random.Generator,
    bins: int = 10,
    binning: str = "equal width",
    level: float = 0.95,
    draws: int = 1000,
) -> ConsistencyBand:
    r"""Where the points of a `reliability_curve` would lie if the forecasts were true.

    Labels are drawn from the forecasts themselves, many times, and the shares of ones
    counted :cite:p:`brocker2007`: so the ends are right for few forecasts and near 0 or
    1, where p̄ ± 1.96 √(p̄ (1 − p̄)/m) is not. Chapter 16.

    Parameters
    ----------
    probabilities : array_like
        Probabilities of the label 1.
    rng : numpy.random.Generator
        Source of the labels.
    bins, binning : int, str, optional
        Those of `reliability_curve`.
    level : float, optional
        Probability, in (0, 1), that a point lies in its range. Of ten points that are
        calibrated, 0.95 leaves one or more outside in about four curves of ten.
    draws : int, optional
        How many times all labels are drawn, at least 1.

    Returns
    -------
    ConsistencyBand
        `low` and `high`, from the first bin that is not empty to the last.

    See Also
    --------
    bcelib.plotting.reliability_diagram : Draws it.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> low, high = consistency_band(np.full(20, 0.02), rng=rng)
    >>> low, high  # one event in twenty is no surprise
    (array([0.]), array([0.1]))
    >>> low, high = consistency_band([0.0, 1.0], rng=rng)  # certainties leave no room
    >>> low, high
    (array([0., 1.]), array([0., 1.]))
    """
    p, _ = _forecasts_and_labels(probabilities, 0)
    which = _bin_of(p, bins, binning, probabilities)
    _validate.generator("rng", rng)
    tail = (1 - _validate.number("level", level, OPEN_UNIT)) / 2
    draws = _validate.whole_number("draws", draws, at_least=1)
    shares = [_means(which, rng.random(p.size) < p)[0] for _ in range(draws)]
    return ConsistencyBand(*np.quantile(shares, [tail, 1 - tail], axis=0))


def expected_calibration_error(
    probabilities: ArrayLike,
    labels: ArrayLike,
    *,
    bins: int = 10,
    binning: str = "equal width",
) -> float:
    r"""Mean distance of the two means of a `reliability_curve`, over all examples.

    The sum over bins of (n_k / n) \|ȳ_k − p̄_k\|.
    It depends on the bins: more of them give a larger number, from chance alone. And it
    is not proper: the constant forecast of the share of ones has error 0. Chapter 16.

    Returns
    -------
    float
        Error in [0, 1].

    Examples
    --------
    >>> round(expected_calibration_error([0.1, 0.2, 0.8, 0.9], [0, 1, 1, 1], bins=2), 6)
    0.25
    >>> expected_calibration_error([0.5, 0.5, 0.5, 0.5], [0, 1, 0, 1])
    0.0
    """
    curve = reliability_curve(probabilities, labels, bins=bins, binning=binning)
    gap = np.abs(curve.share_of_ones - curve.mean_probability)
    return float(np.average(gap, weights=curve.count))


class ROCCurve(NamedTuple):
    """Two rates for each threshold, from (0, 0) to (1, 1).

    Attributes
    ----------
    false_positive_rate : ndarray of float, shape (k + 1,)
        Share of the labels 0 that are decided as 1.
    true_positive_rate : ndarray of float, shape (k + 1,)
        Share of the labels 1 that are decided as 1, the recall.
    thresholds : ndarray of float, shape (k + 1,)
        What a score must reach: ∞, then each of the k different scores, from high to
        low. The first means "nobody", even where a score is ∞.
    """

    false_positive_rate: np.ndarray
    true_positive_rate: np.ndarray
    thresholds: np.ndarray


def roc_curve(scores: ArrayLike, labels: ArrayLike) -> ROCCurve:
    r"""Rates of false and of true positives, for every threshold.

    Each rate looks at one label only, so the base rate does not move the curve, up to
    chance :cite:p:`fawcett2006`. Only the order of the scores counts: probabilities and
    their logits give the same rates. Chapter 14.

    Parameters
    ----------
    scores, labels : array_like
        Scores, and labels in {0, 1}, both of which must occur.

    Returns
    -------
    ROCCurve
        `false_positive_rate`, `true_positive_rate` and `thresholds`, in this order.

    See Also
    --------
    precision_recall_curve : The same decisions, seen from those decided as 1.
    roc_auc_score : The area under it.
    sklearn.metrics.roc_curve : The twin; takes labels first, drops points on a line.

    Notes
    -----
    A score *equal* to a threshold is decided as 1, as in scikit-learn. `accuracy` and
    `confusion_counts`, which take a threshold, decide it as 0.

    Examples
    --------
    >>> curve = roc_curve([0.9, 0.6, 0.4, 0.1], [1, 0, 1, 0])
    >>> curve.false_positive_rate, curve.true_positive_rate
    (array([0. , 0. , 0.5, 0.5, 1. ]), array([0. , 0.5, 0.5, 1. , 1. ]))
    >>> curve.thresholds
    array([inf, 0.9, 0.6, 0.4, 0.1])

    Ties are decided together, so the same score for all is the diagonal:

    >>> roc_curve(0.5, [0, 1, 0]).true_positive_rate
    array([0., 1.])
    """
    thresholds, true, false = _decided_positive(scores, labels)
    _refuse_without(1, true[-1], "true positive rate")
    _refuse_without(0, false[-1], "false positive rate")
    return ROCCurve(
        np.append(0, false / false[-1]),
        np.append(0, true / true[-1]),
        np.append(math.inf, thresholds),
    )


def roc_auc_score(scores: ArrayLike, labels: ArrayLike) -> float:
    r"""Area under the `roc_curve`: how often a 1 is ranked above a 0.

    The share of all pairs of a label 1 and a label 0 in which the 1 has the higher
    score; a tie is half a pair :cite:p:`hanley1982`. Any strictly increasing map of the
    scores leaves it as it is, so it says nothing of calibration. Chapter 16.

    Parameters
    ----------
    scores, labels : array_like
        Scores, and labels in {0, 1}, both of which must occur.

    Returns
    -------
    float
        Share in [0, 1]; ½ for scores that say nothing.

    See Also
    --------
    sklearn.metrics.roc_auc_score : The twin, which takes labels first.

    Examples
    --------
    >>> roc_auc_score([0.9, 0.6, 0.4, 0.1], [1, 0, 1, 0])
    0.75
    >>> roc_auc_score(0.5, [0, 1, 0])  # nothing but ties
    0.5
    """
    s, y = _forecasts_and_labels(scores, labels, _SCORED)
    ones, zeros = s[y == 1], np.sort(s[y == 0])
    _refuse_without(1, ones.size, "area under the curve")
    _refuse_without(0, zeros.size, "area under the curve")
    below = np.searchsorted(zeros, ones, "left").sum()
    not_above = np.searchsorted(zeros, ones, "right").sum()
    return float((below + not_above) / 2 / (ones.size * zeros.size))


class PrecisionRecallCurve(NamedTuple):
    """Two shares for each threshold, from recall 1 to recall 0.

    Attributes
    ----------
    precision : ndarray of float, shape (k + 1,)
        Share of the label 1 among those decided as 1; last a 1, for "nobody".
    recall : ndarray of float, shape (k + 1,)
        Share of the labels 1 that are decided as 1; last a 0.
    thresholds : ndarray of float, shape (k,)
        What a score must reach: each of the k different scores, from low to high.
    """

    precision: np.ndarray
    recall: np.ndarray
    thresholds: np.ndarray


def precision_recall_curve(
    scores: ArrayLike, labels: ArrayLike
) -> PrecisionRecallCurve:
    r"""Precision and recall, for every threshold.

    At the lowest threshold the precision is the base rate. Precision mixes both labels,
    so the curve sinks with the base rate, where the `roc_curve` stays
    :cite:p:`saito2015`. Chapter 14.

    Parameters
    ----------
    scores, labels : array_like
        Scores, and labels in {0, 1}, of which a 1 must occur.

    Returns
    -------
    PrecisionRecallCurve
        `precision`, `recall` and `thresholds`, in this order.

    See Also
    --------
    roc_curve : Which scores count, and what a tie is.
    sklearn.metrics.precision_recall_curve : The twin; takes labels first.

    Examples
    --------
    >>> curve = precision_recall_curve([0.9, 0.6, 0.4, 0.1], [1, 0, 1, 0])
    >>> curve.precision.round(3), curve.recall
    (array([0.5  , 0.667, 0.5  , 1.   , 1.   ]), array([1. , 1. , 0.5, 0.5, 0. ]))
    >>> curve.thresholds
    array([0.1, 0.4, 0.6, 0.9])

    Where nothing is a 1 at first, the precision is 0, and then 1 for "nobody":

    >>> precision_recall_curve([0.9, 0.1], [0, 1]).precision
    array([0.5, 0. , 1. ])
    """
    thresholds, true, false = _decided_positive(scores, labels)
    _refuse_without(1, true[-1], "recall")
    return PrecisionRecallCurve(
        np.append((true / (true + false))[::-1], 1),
        np.append((true / true[-1])[::-1], 0),
        thresholds[::-1],
    )
