r"""Calibration: probabilities from scores, and how much of a loss calibration can mend.

A calibrator is learned from scores and labels that the model was *not* trained on:
``Platt.fit(scores, labels).apply(new_scores)``. It is judged on labels that it has not
seen either. Chapter 16.

* **Scores** are finite real numbers of any shape, of which a higher one speaks for the
  label 1: logits, margins of a support-vector machine; for `Isotonic` probabilities
  will do as well.
* **Labels** are 0 or 1, of the shape of the scores; both must occur.
* **Returns.** `apply` gives an ndarray of float of the shape of its scores.
* **Arrays.** Everything is computed in float64, by NumPy.
* **Errors** are those of `bcelib.metrics`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from bcelib import losses, metrics, models, numerics
from bcelib._arrays import validate as _validate
from bcelib._arrays.frozen import Frozen
from bcelib._arrays.validate import FINITE, LABEL, UNIT, Argument, Domain

_POSITIVE = Domain("(0, inf)", 0, open_low=True, open_high=True)
_SCORED = Argument("scores", FINITE), Argument("labels", LABEL)
_SCORES = {"log loss": metrics.log_loss, "brier": metrics.brier_score}


def _scores_and_labels(scores, labels):
    s = _validate.checked("scores", scores, FINITE).astype(float)
    y = _validate.checked("labels", labels, LABEL).astype(float)
    _validate.check_shapes(_SCORED, [s, y])
    s, y = map(np.ravel, np.broadcast_arrays(s, y))
    for label in (0, 1):
        if label not in y:
            raise ValueError(f"labels must hold a {label}; both are needed to learn")
    return s, y


def _finite(scores):
    return _validate.checked("scores", scores, FINITE).astype(float)


def platt_targets(labels: ArrayLike) -> np.ndarray:
    r"""Platt's soft labels: (n₁ + 1)/(n₁ + 2) for a 1, 1/(n₀ + 2) for a 0.

    With n₁ ones and n₀ zeros. What is left of each certainty after a uniform prior on
    it, by Laplace's rule of succession; so few labels are trusted less
    :cite:p:`platt1999`. Chapter 16.

    Parameters
    ----------
    labels : array_like
        Labels in {0, 1}.

    Returns
    -------
    ndarray of float
        Labels in (0, 1), of the shape of `labels`.

    See Also
    --------
    bcelib.losses.smooth_labels : Moves all labels by the same amount.

    Examples
    --------
    >>> platt_targets([1, 1, 0]).round(3)
    array([0.75 , 0.75 , 0.333])
    """
    y = _validate.checked("labels", labels, LABEL).astype(float)
    ones = np.sum(y)
    return np.where(y == 1, (ones + 1) / (ones + 2), 1 / (y.size - ones + 2))


@dataclass(frozen=True)
class Platt(Frozen):
    r"""Platt scaling, σ(slope · score + bias): logistic regression on the score.

    Two numbers, learned from `platt_targets` :cite:p:`platt1999`. It never fails: the
    targets are soft, so the loss has a minimum even where a score separates the labels.
    Chapter 16.

    Attributes
    ----------
    slope : float
        Finite; below 0 it says that the scores rank the wrong way.
    bias : float
        Finite.

    See Also
    --------
    sklearn.calibration.CalibratedClassifierCV : With ``method="sigmoid"``, the twin.

    Examples
    --------
    >>> platt = Platt.fit([-2.0, -1.0, 1.0, 2.0], [0, 0, 1, 1])
    >>> platt.apply([0.0, 2.0]).round(3)
    array([0.5  , 0.794])
    """

    slope: float
    bias: float

    def __post_init__(self):
        for name in ("slope", "bias"):
            self._keep(**{name: _validate.number(name, getattr(self, name), FINITE)})

    @classmethod
    def fit(cls, scores: ArrayLike, labels: ArrayLike) -> Platt:
        """Slope and bias of least loss for `scores` and the targets of `labels`.

        The slope is 0 if all scores are equal.
        """
        s, y = _scores_and_labels(scores, labels)
        targets = platt_targets(y)
        if s.min() == s.max():
            return cls(0.0, float(numerics.logit(targets.mean())))
        model = models.fit(s[:, None], targets).model
        return cls(float(model.weights[0]), model.bias)

    def apply(self, scores: ArrayLike) -> np.ndarray:
        """Probabilities of the label 1 at `scores`."""
        return numerics.sigmoid(self.slope * _finite(scores) + self.bias)


@dataclass(frozen=True)
class Temperature(Frozen):
    r"""Temperature scaling, σ(logit / temperature): one number, for logits.

    Above 1 it makes forecasts more careful, below 1 bolder. It never moves a forecast
    across ½ :cite:p:`guo2017`, so it cannot mend a wrong base rate. Chapter 16.

    Attributes
    ----------
    temperature : float
        In (0, ∞).

    See Also
    --------
    Platt : Adds a bias.

    Examples
    --------
    >>> logits, labels = [3.0, 3.0, 3.0, -3.0], [1, 1, 0, 0]
    >>> round(Temperature.fit(logits, labels).temperature, 6)  # right in 3 cases of 4
    2.730718
    >>> Temperature(2.0).apply([-2.0, 0.0]).round(3)
    array([0.269, 0.5  ])
    """

    temperature: float

    def __post_init__(self):
        value = _validate.number("temperature", self.temperature, _POSITIVE)
        self._keep(temperature=value)

    @classmethod
    def fit(cls, scores: ArrayLike, labels: ArrayLike) -> Temperature:
        """Temperature of least loss for logits `scores` and `labels`.

        ValueError if no logit is wrong, or if they do no better than chance.
        """
        margins = losses.margin(*_scores_and_labels(scores, labels))
        if margins.sum() <= 0:
            raise ValueError(
                "the logits do no better than chance, so the best temperature would be "
                "infinite or negative"
            )
        if margins.min() >= 0:
            raise ValueError("no logit is wrong, so the best temperature would be 0")
        scale = np.abs(margins).max()
        low, high = -60.0, 60.0  # of log(temperature / scale)
        for _ in range(70):
            middle = (low + high) / 2
            pulls = numerics.sigmoid(-margins / scale * np.exp(-middle))
            # The loss rises with 1/temperature, so the temperature is too low.
            low, high = (middle, high) if pulls @ margins < 0 else (low, middle)
        return cls(float(scale * np.exp(middle)))

    def apply(self, scores: ArrayLike) -> np.ndarray:
        """Probabilities of the label 1 at `scores`."""
        return numerics.sigmoid(_finite(scores) / self.temperature)


def _pool(ones, n):
    """Pool adjacent violators: shares ones / n, in order, made to rise."""
    blocks = []
    for block in zip(ones, n, strict=True):
        # The block before has no smaller a share: compared without a division.
        while blocks and blocks[-1][0] * block[1] >= block[0] * blocks[-1][1]:
            before = blocks.pop()
            block = before[0] + block[0], before[1] + block[1]
        blocks.append(block)
    ones_of_block, n_of_block = np.transpose(blocks)
    share = ones_of_block / n_of_block
    return share[np.searchsorted(np.cumsum(n_of_block), np.cumsum(n))]


@dataclass(frozen=True, eq=False)
class Isotonic(Frozen):
    r"""Isotonic regression: the best fit that never falls as the score rises.

    Scores are put in order, and neighbours whose shares of ones fall are pooled until
    none do :cite:p:`ayer1955`. Of all rising maps it has the least Brier score and the
    least log loss on the scores it learned from. Between two of them it is linear,
    beyond them constant, and at the ends often 0 or 1: a log loss of new labels may be
    ∞. Chapter 16.

    Attributes
    ----------
    scores : ndarray of float, shape (k,)
        Scores, strictly rising.
    probabilities : ndarray of float, shape (k,)
        What they mean, never falling.

    See Also
    --------
    sklearn.isotonic.IsotonicRegression : The twin, with ``out_of_bounds="clip"``.

    Examples
    --------
    >>> isotonic = Isotonic.fit([0.1, 0.4, 0.6, 0.9], [0, 1, 0, 1])
    >>> isotonic.probabilities
    array([0. , 0.5, 0.5, 1. ])
    >>> isotonic.apply([0.0, 0.25, 0.5, 2.0])
    array([0.  , 0.25, 0.5 , 1.  ])
    """

    scores: np.ndarray
    probabilities: np.ndarray

    def __post_init__(self):
        s = _finite(self.scores)
        p = _validate.checked("probabilities", self.probabilities, UNIT).astype(float)
        if s.ndim != 1 or s.shape != p.shape or s.size == 0:
            raise ValueError(
                "scores and probabilities must have one axis and one length, at least "
                f"1; got shapes {s.shape} and {p.shape}"
            )
        if np.any(np.diff(s) <= 0) or np.any(np.diff(p) < 0):
            raise ValueError("scores must rise strictly, and probabilities never fall")
        self._keep(scores=s, probabilities=p)

    @classmethod
    def fit(cls, scores: ArrayLike, labels: ArrayLike) -> Isotonic:
        """Rising map of least loss for `scores` and `labels`."""
        s, y = _scores_and_labels(scores, labels)
        distinct, which, count = np.unique(s, return_inverse=True, return_counts=True)
        return cls(distinct, _pool(np.bincount(which, y), count))

    def apply(self, scores: ArrayLike) -> np.ndarray:
        """Probabilities of the label 1 at `scores`."""
        return np.interp(_finite(scores), self.scores, self.probabilities)


class Decomposition(NamedTuple):
    """Three parts of a mean score, which is uncertainty − resolution + calibration.

    Attributes
    ----------
    uncertainty : float
        Score of the best constant, the share of ones.
    resolution : float
        What the order of the forecasts gains on that; not negative.
    calibration : float
        What their values lose; not negative, 0 if no rising map mends them.
    """

    uncertainty: float
    resolution: float
    calibration: float

    @property
    def refinement(self) -> float:
        """What no recalibration can mend, uncertainty − resolution."""
        return self.uncertainty - self.resolution


def decomposition(
    probabilities: ArrayLike, labels: ArrayLike, *, score: str = "log loss"
) -> Decomposition:
    r"""Mean score taken apart: what the outcome leaves open, what the forecasts know.

    Beside the forecasts p stand ĉ, the same recalibrated by `Isotonic`, and the share
    of ones ȳ. With S for the mean score, S(p) = S(ȳ) − [S(ȳ) − S(ĉ)] + [S(p) − S(ĉ)]
    :cite:p:`dimitriadis2021`. Where each value of p occurs often, and the shares rise
    with it, these are the classical parts :cite:p:`murphy1973,brocker2009`. Chapter 16.

    Parameters
    ----------
    probabilities, labels : array_like
        Probabilities of the label 1, and labels in {0, 1}, both of which must occur.
    score : {"log loss", "brier"}, optional
        Which score to take apart.

    Returns
    -------
    Decomposition
        `uncertainty`, `resolution` and `calibration`; ``.refinement`` is what is left
        after recalibration.

    See Also
    --------
    bcelib.metrics.reliability_curve : The same comparison, in bins chosen by hand.

    Notes
    -----
    ĉ has seen the labels, so of calibrated forecasts too `calibration` is a little
    above 0, less so the more there are.

    Examples
    --------
    Ten days of 0.8, on which it rained five times, and ten dry days of 0.2:

    >>> p, y = np.repeat([0.8, 0.2], 10), np.repeat([1, 0, 0], [5, 5, 10])
    >>> parts = decomposition(p, y, score="brier")
    >>> [round(part, 4) for part in parts], round(parts.refinement, 4)
    ([0.1875, 0.0625, 0.065], 0.125)
    >>> round(float(metrics.brier_score(p, y)), 4)
    0.19
    """
    mean_score = _SCORES[_validate.one_of("score", score, tuple(_SCORES))]
    p = _validate.checked("probabilities", probabilities, UNIT).astype(float)
    p, y = _scores_and_labels(p, labels)
    refinement = float(mean_score(Isotonic.fit(p, y).apply(p), y))
    uncertainty = float(mean_score(y.mean(), y))
    return Decomposition(
        uncertainty, uncertainty - refinement, float(mean_score(p, y)) - refinement
    )
