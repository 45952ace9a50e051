"""Figures with a slider, for the page and the notebook.

A function returns an object that a notebook displays: an SVG of a few kilobytes that
asks for nothing else. Every number in it was computed here; without JavaScript it is
a still, with a table of numbers.
"""

import numpy as np

from bcelib import _validate, losses, numerics
from bcelib._svg import DOT, Axes, Figure, fixed, moving, path
from bcelib._validate import Domain

_SHARES = {"0": 0, "½": 0.5, "1": 1}


def loss_and_tangent(logit=-2.0):
    r"""Binary cross-entropy against the logit for both labels, with its tangents.

    The slider moves the logit. Each tangent's slope is p − y, so the two slopes always
    differ by 1.

    Parameters
    ----------
    logit : float, optional
        Where the slider starts, in [−6, 6]; the nearest
        position of the slider is taken.

    Returns
    -------
    Figure
        An object that a notebook displays.

    Raises
    ------
    TypeError
        If `logit` is not a real number.
    ValueError
        If `logit` leaves [−6, 6].

    See Also
    --------
    bcelib.losses.binary_cross_entropy_with_logits : The curves.
    bcelib.losses.binary_cross_entropy_with_logits_grad : The slopes.

    Notes
    -----
    The slider has steps of 0.2. Chapter 6.

    Examples
    --------
    >>> loss_and_tangent(0.0)
    Binary cross-entropy against the logit, with its tangents
      z = 0.0, p = σ(z) = 0.500
      y = 1: loss 0.693, slope p − 1 = −0.500
      y = 0: loss 0.693, slope p − 0 = 0.500

    At the edge one label has nearly nothing left to learn:

    >>> loss_and_tangent(6.0)
    Binary cross-entropy against the logit, with its tangents
      z = 6.0, p = σ(z) = 0.998
      y = 1: loss 0.002, slope p − 1 = −0.002
      y = 0: loss 6.002, slope p − 0 = 0.998
    """
    z = np.linspace(-6, 6, 61).round(1)
    start = _nearest("logit", logit, z)
    curve_z = np.linspace(-6, 6, 241)
    axes = Axes(x=(-6, 6), y=(0, 6.4), top=26, height=190)
    columns = {"z": fixed(z, 1), "p": fixed(numerics.sigmoid(z), 3)}
    parts = [moving("guide", "M{z} 0V6.4")]
    for y, style in ((1, "blue"), (0, "orange")):
        loss = losses.binary_cross_entropy_with_logits
        slope = losses.binary_cross_entropy_with_logits_grad
        columns[f"loss{y}"] = fixed(loss(z, y), 3)
        columns[f"slope{y}"] = fixed(slope(z, y), 3)
        # The matrix takes (t, 0) to (z + t, loss + slope · t).
        tangent = f"matrix(1 {{slope{y}}} 0 1 {{z}} {{loss{y}}})"
        parts += [
            path(style, axes.curve(curve_z, loss(curve_z, y))),
            moving(f"thin {style}", "M-2 0H2", tangent),
            moving(f"dot {style}", f"M{{z}} {{loss{y}}}{DOT}"),
        ]
    drawing = (
        axes.grid(_ticks(-6, 6, 2), _ticks(0, 6, 1), "logit z", "loss (nats)")
        + axes.panel(*parts)
        + axes.text(-4.6, 5.1, "y = 1", "blue")
        + axes.text(4.6, 5.1, "y = 0", "left orange")
    )
    return Figure("loss_and_tangent", drawing, 254, start, columns)


def coin_likelihood(heads=7, trials=10):
    r"""Likelihood and log-likelihood of a coin, with the number of heads as the slider.

    Each curve is drawn relative to its maximum, at p̂ = heads / trials. More trials make
    both curves narrower.

    Parameters
    ----------
    heads : int, optional
        Where the slider starts, from 0 to `trials`.
    trials : int, optional
        Number of tosses, at least 1.

    Returns
    -------
    Figure
        An object that a notebook displays.

    Raises
    ------
    TypeError
        If an argument is not a whole number.
    ValueError
        If `trials` is below 1, or `heads` is negative or above `trials`.

    See Also
    --------
    bcelib.bernoulli.likelihood : The upper curve, before it is scaled.
    bcelib.bernoulli.mle : Its maximiser.

    Notes
    -----
    k log p + (n − k) log(1 − p). From 11 tosses on, the slider has about eleven
    positions, and `heads` is one of them. Chapter 2.

    Examples
    --------
    >>> coin_likelihood(heads=7, trials=10)
    Likelihood and log-likelihood of a coin
      7 heads in 10 tosses: p̂ = 0.700
      at p̂: likelihood 0.00222, its log −6.109
      at p = ½: likelihood 0.000977, its log −6.931

    With 2000 tosses no likelihood can be told from 0, and the logarithm can:

    >>> coin_likelihood(heads=1000, trials=2000)
    Likelihood and log-likelihood of a coin
      1000 heads in 2000 tosses: p̂ = 0.500
      at p̂: likelihood 0, its log −1386.294
      at p = ½: likelihood 0, its log −1386.294
    """
    n = _validate.whole_number("trials", trials, at_least=1)
    heads = _validate.whole_number("heads", heads, at_least=0)
    if heads > n:
        raise ValueError(f"heads must be at most trials, which is {n}; got {heads}")
    k = np.union1d(heads, np.linspace(0, n, min(n, 10) + 1).round())
    start = int(np.searchsorted(k, heads))

    def log_likelihood(k, p):
        return numerics.xlogy(k, p) + numerics.xlog1py(n - k, -p)

    best, half = log_likelihood(k, k / n), log_likelihood(k, 0.5)
    p = np.linspace(0, 1, 1001)
    gaps = [log_likelihood(h, p) - top for h, top in zip(k, best, strict=True)]
    above = Axes(x=(0, 1), y=(0, 1), top=26, height=100)
    below = Axes(x=(0, 1), y=(-8, 0), top=188, height=100)
    marks = {f"{p:g}": p for p in (0, 0.2, 0.4, 0.6, 0.8, 1)}
    drawing = (
        above.grid(marks, _SHARES, "", "likelihood ÷ its maximum")
        + below.grid(marks, _ticks(-8, 0, 2), "p", "log-likelihood − its maximum")
        + above.panel(moving("blue", "{curve}"), moving("guide", "M{best} 0V1"))
        + below.panel(
            moving("blue", "{log_curve}"), moving("guide", "M{best} -8V0"), room=1
        )
        + above.panel(moving("dot orange", "M{best} 1" + DOT))
        + below.panel(moving("dot orange", "M{best} 0" + DOT))
    )
    columns = {
        "heads": fixed(k, 0),
        "trials": fixed(np.full(k.size, n), 0),
        "best": fixed(k / n, 3),
        "at_best": _digits(np.exp(best), 3),
        "log_at_best": fixed(best, 3),
        "at_half": _digits(np.exp(half), 3),
        "log_at_half": fixed(half, 3),
        "curve": [above.curve(p, np.exp(gap)) for gap in gaps],
        "log_curve": [below.curve(p, gap) for gap in gaps],
    }
    return Figure("coin_likelihood", drawing, 324, start, columns)


def sigmoid_odds_logodds(logit=1.4):
    r"""One number on three scales: probability, odds p / (1 − p), and log-odds.

    A line crosses the sigmoid and three rulers at the same place. Equal steps of the
    log-odds multiply the odds by equal factors.

    Parameters
    ----------
    logit : float, optional
        Log-odds at which the slider starts, in [−5, 5]; the nearest tenth is taken.

    Returns
    -------
    Figure
        An object that a notebook displays.

    Raises
    ------
    TypeError
        If `logit` is not a real number.
    ValueError
        If `logit` leaves [−5, 5].

    See Also
    --------
    bcelib.numerics.sigmoid : From the log-odds to the probability.
    bcelib.numerics.logit : The way back.

    Notes
    -----
    The odds are σ(z) / σ(−z) = exp(z). Chapter 5.

    Examples
    --------
    >>> sigmoid_odds_logodds(0.0)
    One number on three scales: probability, odds, log-odds
      p = 0.500, odds 1 to 1, log-odds z = 0.0
      1 − p = 0.500, with log-odds −z = 0.0
    >>> sigmoid_odds_logodds(5.0)
    One number on three scales: probability, odds, log-odds
      p = 0.993, odds 148 to 1, log-odds z = 5.0
      1 − p = 0.007, with log-odds −z = −5.0
    """
    z = np.linspace(-5, 5, 101).round(1)
    start = _nearest("logit", logit, z)
    p, q = numerics.sigmoid(z), numerics.sigmoid(-z)
    odds = {f"{a}:{b}": a / (a + b) for a, b in ((1, 100), (1, 10), (1, 3), (1, 1))}
    odds |= {f"{a}:1": a / (a + 1) for a in (3, 10, 100)}
    rulers = {
        "probability p": {f"{p:g}": p for p in (0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99)},
        "odds p : (1 − p)": odds,
        "log-odds z": {f"{z}": numerics.sigmoid(z) for z in range(-4, 5, 2)},
    }
    curve_z = np.linspace(-5, 5, 201)
    axes = Axes(x=(-5, 5), y=(0, 1), top=26, height=110)
    drawing = axes.grid({}, _SHARES, "", "p = σ(z)") + axes.panel(
        path("blue", axes.curve(curve_z, numerics.sigmoid(curve_z))),
        moving("guide orange", "M{z} 0V1"),
        moving("dot orange", "M{z} {p}" + DOT),
    )
    for i, (name, marks) in enumerate(rulers.items()):
        ruler = Axes(x=(-5, 5), y=(0, 1), top=172 + 52 * i, height=8)
        at = {text: float(numerics.logit(mark)) for text, mark in marks.items()}
        ticks = "".join(f"M{z:.4g} 0V1" for z in at.values())
        drawing += ruler.grid(at, {}, "", name) + ruler.panel(
            path("", "M-5 1H5"),
            path("thin", ticks),
            moving("dot orange", "M{z} 1" + DOT),
        )
    columns = {
        "z": fixed(z, 1),
        "minus_z": fixed(-z, 1),
        "p": fixed(p, 3),
        "q": fixed(q, 3),
        "odds": _digits(p / q, 3),
    }
    return Figure("sigmoid_odds_logodds", drawing, 308, start, columns)


def _nearest(name, value, positions):
    """The position of the slider nearest to the caller's argument."""
    low, high = positions[0], positions[-1]
    span = Domain(f"[{low:g}, {high:g}]", low, high)
    return int(np.argmin(np.abs(positions - _validate.number(name, value, span))))


def _ticks(low, high, step):
    return {str(value): value for value in range(low, high + 1, step)}


def _digits(values, digits):
    """Numbers as text with so many significant digits."""
    return [f"{value:.{digits}g}" for value in values]
