"""Figure of two hundred forecasts, and of the edges between which they are pooled."""

import numpy as np

from bcelib import losses, numerics

from .svg import SHARES, Axes, Figure, fixed, moving, nearest, path

# Two hundred patients of `bcelib.data.two_gaussians`, and a score that is too timid:
# their true log-odds are √2 (x₁ + x₂).
_RNG = np.random.default_rng(22)
_Y = (_RNG.random(200) < 0.5).astype(int)
_SUM = _RNG.standard_normal((200, 2)).sum(axis=1) + np.sqrt(2) * (2 * _Y - 1)
_P = numerics.sigmoid(0.9 * _SUM)


def bucket_edges(low: float = 0.2) -> Figure:
    r"""Three buckets for two hundred forecasts, and the log loss of their shares.

    The slider moves the edges, one at `low`, the other at 1 − `low`. Each patient gets
    the share of ones of the bucket: calibrated wherever the edges are, and not equally
    good. Chapter 16.

    Parameters
    ----------
    low : float, optional
        Where the slider starts, in [0.04, 0.48]; the nearest of its positions is taken.

    See Also
    --------
    bcelib.metrics.reliability_curve : Any number of buckets.
    bcelib.calibration.Isotonic : Lets the data choose the edges.

    Examples
    --------
    >>> bucket_edges(0.2)
    Two hundred patients in three buckets
      edges at 0.20 and 0.80
      shares of the ill: 0.02, 0.49, 0.98
      log loss of these shares: 0.395
      of the forecasts themselves 0.372, of one bucket 0.693

    With the edges far out nearly all share a bucket, and little is told apart:

    >>> bucket_edges(0.04)
    Two hundred patients in three buckets
      edges at 0.04 and 0.96
      shares of the ill: 0.00, 0.51, 1.00
      log loss of these shares: 0.638
      of the forecasts themselves 0.372, of one bucket 0.693
    """
    lows = np.linspace(0.04, 0.48, 23).round(2)
    start = nearest("low", low, lows)
    shares = np.array([_pooled(edge) for edge in lows])
    left, middle, right = (shares[:, _P.argsort()[k]] for k in (0, _MIDDLE, -1))
    columns = fixed(2, low=lows, high=1 - lows, left=left, middle=middle, right=right)
    columns |= fixed(
        3,
        loss=losses.binary_cross_entropy(shares, np.tile(_Y, (23, 1))).mean(axis=1),
        own=np.full(23, losses.binary_cross_entropy(_P, _Y).mean()),
        one=np.full(23, losses.binary_cross_entropy(_Y.mean(), _Y).mean()),
    )
    axes = Axes(x=(0, 1), y=(-0.09, 1.09), top=26, height=230)
    steps = "M0 {left}H{low}M{low} {middle}H{high}M{high} {right}H1"
    drawing = axes.grid(
        SHARES, SHARES, "forecast", "share of the ill in each bucket"
    ) + axes.panel(
        path("dash", "M0 0L1 1"),
        *(
            path(f"thin {style}", "".join(f"M{p:.3f} {y:g}v.05" for p in at))
            for style, y, at in (
                ("blue", 1.03, _P[_Y == 1]),
                ("orange", -0.08, _P[_Y == 0]),
            )
        ),
        moving("guide", "M{low} -.09V1.09M{high} -.09V1.09"),
        moving("blue", steps),
    )
    return Figure("bucket_edges", drawing, 294, start, columns)


_MIDDLE = int(np.sum(_P <= 0.48))  # in order of the forecasts, one near ½


def _pooled(edge):
    """The share of ones in each patient's bucket."""
    bucket = np.searchsorted([edge, 1 - edge], _P)
    return (np.bincount(bucket, _Y) / np.bincount(bucket))[bucket]
