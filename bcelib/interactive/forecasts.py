"""Figures of part III: what a loss asks of a forecast."""

from __future__ import annotations

import numpy as np

from bcelib import losses, numerics

from .svg import DOT, SHARES, Axes, Figure, fixed, moving, nearest, path, ticks


def focal_loss(gamma: float = 2.0) -> Figure:
    r"""Slope of the focal loss, and the forecast that it asks for, at a chosen γ.

    Above, the slope for the label 1 against the logit. Left of the dot it falls: there
    the loss bends down, and is not convex. Below, the forecast of least mean loss
    against the true probability. The dashed curves are those of γ = 0, binary
    cross-entropy.

    With a and b the slopes for the labels 1 and 0, the mean slope q a + (1 − q) b is 0
    at q = b / (b − a): so each forecast has its truth. Chapter 14.

    Parameters
    ----------
    gamma : float, optional
        Focusing exponent γ at which the slider starts, in [0.5, 5].

    See Also
    --------
    bcelib.losses.focal_loss : The loss.
    bcelib.losses.focal_loss_grad : Its slope.

    Examples
    --------
    >>> focal_loss(2.0)
    The slope of the focal loss, and the forecast that it asks for
      γ = 2.0: truth 0.8, it asks for 0.627
      truth 0.01, it asks for 0.154
      it bends down left of z = −2.79

    A larger γ moves every forecast further towards ½:

    >>> focal_loss(5.0)
    The slope of the focal loss, and the forecast that it asks for
      γ = 5.0: truth 0.8, it asks for 0.562
      truth 0.01, it asks for 0.305
      it bends down left of z = −2.94
    """
    gammas = np.linspace(0.5, 5, 10)
    start = nearest("gamma", gamma, gammas)
    above = Axes(x=(-5, 5), y=(-1.4, 0.1), top=26, height=120)
    below = Axes(x=(0, 1), y=(0, 1), top=208, height=140)
    z, p = np.linspace(-5, 5, 101), np.linspace(0, 0.5, 17)
    fine = np.linspace(-5, 0, 5001)
    slopes = [losses.focal_loss_grad(fine, 1, gamma=g) for g in gammas]
    columns = fixed(1, gamma=gammas)
    columns |= fixed(2, turn=[fine[slope.argmin()] for slope in slopes])
    columns |= fixed(3, lowest=[slope.min() for slope in slopes])
    columns |= fixed(3, best=[_best(0.8, g) for g in gammas])
    columns |= fixed(3, rare=[_best(0.01, g) for g in gammas])
    columns |= {
        "slopes": [
            above.curve(z, losses.focal_loss_grad(z, 1, gamma=g)) for g in gammas
        ],
        "forecasts": [_polyline(_truth(p, g), p) for g in gammas],
    }
    drawing = (
        above.grid(
            ticks(-4, 4, 2), {"-1": -1, "-½": -0.5, "0": 0}, "logit z", "slope, label 1"
        )
        + above.panel(
            path("dash", above.curve(z, numerics.sigmoid(z) - 1)),
            moving("blue", "{slopes}"),
            moving("dot orange", "M{turn} {lowest}" + DOT),
        )
        + below.grid(SHARES, SHARES, "true probability q", "forecast p")
        + below.panel(
            path("dash", "M0 0L1 1"),
            moving("guide orange", "M.8 0V{best}H0"),
            moving("blue", "{forecasts}"),
            # The upper half: 1 − p is the forecast where the truth is 1 − q.
            f'<g transform="matrix(-1 0 0 -1 1 1)">{moving("blue", "{forecasts}")}</g>',
            moving("dot orange", "M.8 {best}" + DOT),
        )
    )
    return Figure("focal_loss", drawing, 384, start, columns)


def _truth(p, gamma):
    """The true probability at which the forecast `p` has the least mean loss."""
    z = numerics.logit(p)
    for_one = losses.focal_loss_grad(z, 1, gamma=gamma)
    for_zero = losses.focal_loss_grad(z, 0, gamma=gamma)
    return for_zero / (for_zero - for_one)


def _best(q, gamma):
    """The forecast of least mean loss where the true probability is `q`."""
    p = np.linspace(0, 1, 10_001)
    return np.interp(q, _truth(p, gamma), p)


def _polyline(x, y):
    points = zip(x.round(3), y.round(3), strict=True)
    return "M" + "L".join(f"{a:g} {b:g}".replace("0.", ".") for a, b in points)
