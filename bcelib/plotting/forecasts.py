"""How right forecasts are, and computed digits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from bcelib import metrics

from .style import GREY


def reliability_diagram(
    ax: Axes,
    probabilities: ArrayLike,
    labels: ArrayLike,
    *,
    rng: np.random.Generator,
    bins: int = 10,
    binning: str = "equal width",
    **line: Any,
) -> Axes:
    r"""What was forecast against what happened, with the diagonal of calibration.

    The grey bars are where each point of a calibrated forecaster would lie in 95 of 100
    such diagrams. Above the diagonal it happened more often than was forecast.
    Chapter 16.

    Parameters
    ----------
    probabilities : array_like of float
        Probabilities in [0, 1] of the label 1, of any shape.
    labels : array_like of int
        Labels in {0, 1}, of the shape of `probabilities`.
    rng : numpy.random.Generator
        Source of the bars, for `bcelib.metrics.consistency_band`.
    bins : int, optional
        Number of bins, at least 1.
    binning : {"equal width", "equal count"}, optional
        As in `bcelib.metrics.reliability_curve`.
    **line
        Passed on to `ax.plot` for the curve, such as ``label`` and ``color``.

    See Also
    --------
    bcelib.metrics.reliability_curve : The numbers.
    bcelib.metrics.consistency_band : The bars.
    sklearn.calibration.CalibrationDisplay : The twin in scikit-learn.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> rng = np.random.default_rng(0)
    >>> ax = reliability_diagram(plt.figure().gca(), [0.2, 0.8], [0, 1], rng=rng)
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('mean forecast', 'share of ones')
    >>> plt.close()
    """
    curve = metrics.reliability_curve(probabilities, labels, bins=bins, binning=binning)
    band = metrics.consistency_band(probabilities, rng=rng, bins=bins, binning=binning)
    p = curve.mean_probability
    ax.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1)
    ax.vlines(p, *band, color=GREY, alpha=0.4, linewidth=5)
    ax.plot(p, curve.share_of_ones, **{"marker": "o", "markersize": 4} | line)
    ax.set(xlabel="mean forecast", ylabel="share of ones")
    return ax


def digit_strips(
    ax: Axes,
    z: ArrayLike,
    shares: Mapping[str, ArrayLike],
    ticks: Sequence[float],
) -> Axes:
    r"""Strips of colour, one above the other: where a computation keeps its digits.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    z : array_like of float, shape (n,)
        Logits, ascending.
    shares : dict of str to array_like of float, shape (n,)
        For each strip, from below, its name and the share of right digits, in [0, 1].
    ticks : sequence of float
        Logits to mark. The axis is linear around 0 and logarithmic further out.

    Returns
    -------
    matplotlib.axes.Axes
        `ax`; its one collection is what a colour bar needs.

    Raises
    ------
    TypeError
        If the shares do not have the shape of `z`.

    See Also
    --------
    bcelib.data.failure_points : What libraries return at some of these logits.

    Notes
    -----
    The failure atlas of chapter 11 has twelve of them.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> shares = {"y = 0": [1, 1, 0.4], "y = 1": [0.5, 1, 1]}
    >>> ax = digit_strips(plt.figure().gca(), [-20, 0, 20], shares, [-20, 0, 20])
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['y = 0', 'y = 1']
    >>> plt.close()
    """
    places = range(len(shares))
    ax.pcolormesh(z, places, list(shares.values()), cmap="Blues", vmin=0, vmax=1)
    ax.set_xscale("asinh")
    ax.set_xticks(ticks, [f"{tick}".replace("-", "−") for tick in ticks], fontsize=8)
    ax.minorticks_off()
    ax.set_yticks(places, shares, fontsize=8)
    ax.grid(False)
    return ax
