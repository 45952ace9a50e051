"""Figures with a slider, for the page and the notebook.

A function returns an object that a notebook displays: an SVG of a few kilobytes that
asks for nothing else. Every number in it was computed here; without JavaScript it is
a still, with a table of numbers.

* **An argument** says where the slider starts: the nearest position is taken. It must
  be a real number (TypeError) in the range of the slider (ValueError).
* **Returns** a `Figure`, which a notebook displays.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bcelib import bernoulli, losses, numerics

from .boundaries import boundary_descent, decision_boundary
from .buckets import bucket_edges
from .forecasts import focal_loss
from .hidden import hidden_space
from .svg import (
    DOT,
    SHARES,
    Axes,
    Figure,
    digits,
    fixed,
    moving,
    nearest,
    path,
    ticks,
)
from .trials import coin_likelihood, daily_losses, one_flip, surprise, surprise_areas

__all__ = [
    "boundary_descent",
    "bucket_edges",
    "coin_likelihood",
    "daily_losses",
    "decision_boundary",
    "focal_loss",
    "gradient_descent_step",
    "hidden_space",
    "label_smoothing",
    "loss_and_tangent",
    "margin_losses",
    "one_flip",
    "sigmoid_odds_logodds",
    "surprise",
    "surprise_areas",
]

_loss = losses.binary_cross_entropy_with_logits
_slope = losses.binary_cross_entropy_with_logits_grad


def loss_and_tangent(logit: float = -2.0) -> Figure:
    r"""Binary cross-entropy against the logit for both labels, with its tangents.

    The slider moves the logit. Each tangent's slope is p − y, so the two slopes always
    differ by 1. Chapter 7.

    Parameters
    ----------
    logit : float, optional
        Where the slider starts, in [−6, 6].

    See Also
    --------
    bcelib.losses.binary_cross_entropy_with_logits : The curves.
    bcelib.losses.binary_cross_entropy_with_logits_grad : The slopes.

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
    start = nearest("logit", logit, z)
    grid = np.linspace(-6, 6, 241)
    axes = Axes(x=(-6, 6), y=(0, 6.4), top=26, height=190)
    columns = fixed(1, z=z) | fixed(3, p=numerics.sigmoid(z))
    parts = [moving("guide", "M{z} 0V6.4")]
    for y, style in ((1, "blue"), (0, "orange")):
        columns |= fixed(3, **{f"loss{y}": _loss(z, y), f"slope{y}": _slope(z, y)})
        # The matrix takes (t, 0) to (z + t, loss + slope · t).
        tangent = f"matrix(1 {{slope{y}}} 0 1 {{z}} {{loss{y}}})"
        parts += [
            path(style, axes.curve(grid, _loss(grid, y))),
            moving(f"thin {style}", "M-2 0H2", tangent),
            moving(f"dot {style}", f"M{{z}} {{loss{y}}}{DOT}"),
        ]
    drawing = (
        axes.grid(ticks(-6, 6, 2), ticks(0, 6, 1), "logit z", "loss (nats)")
        + axes.panel(*parts)
        + axes.text(-4.6, 5.1, "y = 1", "blue")
        + axes.text(4.6, 5.1, "y = 0", "left orange")
    )
    return Figure("loss_and_tangent", drawing, 254, start, columns)


def sigmoid_odds_logodds(logit: float = 1.4) -> Figure:
    r"""One number on three scales: probability, odds p / (1 − p), and log-odds.

    A line crosses the sigmoid and three rulers at the same place. Equal steps of the
    log-odds multiply the odds by equal factors.

    The odds are σ(z) / σ(−z) = exp(z). Chapter 6.

    Parameters
    ----------
    logit : float, optional
        Log-odds at which the slider starts, in [−5, 5].

    See Also
    --------
    bcelib.numerics.sigmoid : From the log-odds to the probability.
    bcelib.numerics.logit : The way back.

    Examples
    --------
    >>> sigmoid_odds_logodds(0.0)
    One number on three scales: probability, odds, log-odds
      p = 0.500, odds 1, log-odds z = 0.0
      1 − p = 0.500, with log-odds −z = 0.0
    >>> sigmoid_odds_logodds(5.0)
    One number on three scales: probability, odds, log-odds
      p = 0.993, odds 148, log-odds z = 5.0
      1 − p = 0.007, with log-odds −z = −5.0
    """
    z = np.linspace(-5, 5, 51).round(1)
    start = nearest("logit", logit, z)
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
    drawing = axes.grid({}, SHARES, "", "p = σ(z)") + axes.panel(
        path("blue", axes.curve(curve_z, numerics.sigmoid(curve_z))),
        moving("guide orange", "M{z} 0V1"),
        moving("dot orange", "M{z} {p}" + DOT),
    )
    for i, (name, marks) in enumerate(rulers.items()):
        ruler = Axes(x=(-5, 5), y=(0, 1), top=172 + 52 * i, height=8)
        at = {text: float(numerics.logit(mark)) for text, mark in marks.items()}
        strokes = "".join(f"M{z:.4g} 0V1" for z in at.values())
        drawing += ruler.grid(at, {}, "", name) + ruler.panel(
            path("", "M-5 1H5"),
            path("thin", strokes),
            moving("dot orange", "M{z} 1" + DOT),
        )
    columns = fixed(1, z=z, minus_z=-z) | fixed(3, p=p, q=q) | digits(3, odds=p / q)
    return Figure("sigmoid_odds_logodds", drawing, 308, start, columns)


def gradient_descent_step(share: float = 0.9) -> Figure:
    r"""Gradient descent on a loss and on its parabola, at a step size of your choice.

    The loss is the mean of one positive and one negative example with feature 1. Its
    curvature is largest, L = ¼, at the minimum w = 0. The parabola has that curvature
    everywhere.

    Near the minimum a step multiplies w by 1 − η L. Below 2/L that factor is inside
    (−1, 1). Above 2/L the parabola's path grows without end. The loss has a slope of at
    most ½, so its path cannot: it ends in a swing between two points. Chapter 10.

    Parameters
    ----------
    share : float, optional
        Step size at which the slider starts, as a share of 2/L, in [0.1, 1.6].

    See Also
    --------
    bcelib.losses.binary_cross_entropy_with_logits_grad : What each step follows.

    Examples
    --------
    >>> gradient_descent_step(0.9)
    Gradient descent with a step size below and above 2/L
      η = 7.2, that is 0.9 · 2/L: swings, and settles
      on the loss, step 8: w = −0.10, loss 0.694
      on the parabola, step 8: w = 0.67
    >>> gradient_descent_step(1.5)
    Gradient descent with a step size below and above 2/L
      η = 12.0, that is 1.5 · 2/L: does not settle
      on the loss, step 8: w = 2.58, loss 1.361
      on the parabola, step 8: w = 1024.00
    """
    shares = np.linspace(0.1, 1.6, 16).round(1)
    start = nearest("share", share, shares)
    curvature = losses.binary_cross_entropy_with_logits_hessian(0, 0.5)
    eta = shares * 2 / curvature
    w, v = np.full((2, 9, eta.size), 4.0)
    for k in range(8):
        w[k + 1] = w[k] - eta * _slope(w[k], 0.5)
        v[k + 1] = v[k] - eta * curvature * v[k]
    columns = fixed(1, eta=eta, share=shares)
    for k in range(9):
        columns |= fixed(2, **{f"w{k}": w[k], f"v{k}": v[k]})
        columns |= fixed(3, **{f"f{k}": _loss(w[k], 0.5)})
    columns["verdict"] = np.select(
        [shares <= 0.5, shares < 1, shares == 1],
        ["goes straight", "swings, and settles", "the limit"],
        "does not settle",
    ).tolist()
    grid = np.linspace(-6, 6, 241)
    parabola = _loss(0, 0.5) + curvature * grid**2 / 2
    above = Axes(x=(-6, 6), y=(0.5, 3.5), top=26, height=130)
    below = Axes(x=(0, 8), y=(-6, 6), top=222, height=110)
    points = [f"{{w{k}}} {{f{k}}}" for k in range(9)]
    drawing = (
        above.grid(ticks(-6, 6, 2), ticks(1, 3, 1), "w", "loss (nats)")
        + above.panel(
            path("dash orange", above.curve(grid, parabola)),
            path("blue", above.curve(grid, _loss(grid, 0.5))),
            moving("thin", "M" + "L".join(points)),
            moving("mark blue", "".join(f"M{point}{DOT}" for point in points)),
            room=1,
        )
        + below.grid(ticks(0, 8, 2), ticks(-4, 4, 4), "step", "w after each step")
        + below.panel(
            moving("dash orange", "M" + "L".join(f"{k} {{v{k}}}" for k in range(9))),
            moving("blue", "M" + "L".join(f"{k} {{w{k}}}" for k in range(9))),
            room=1,
        )
    )
    return Figure("gradient_descent_step", drawing, 368, start, columns)


def margin_losses(margin: float = -0.5) -> Figure:
    r"""Zero-one, logistic, hinge, squared hinge and exponential loss of a margin.

    The slider moves the margin; the lines below give each loss and its slope.

    The logistic loss is sp(−m) in nats. At m = 0 it is log 2 < 1, so it lies below the
    zero-one loss there; in bits it would not. At its kink m = 1 the hinge is given the
    slope 0. Chapter 12.

    Parameters
    ----------
    margin : float, optional
        Where the slider starts, in [−2, 3].

    See Also
    --------
    bcelib.losses.margin : From logit and label to the margin.
    bcelib.losses.hinge_loss : One of the five.

    Examples
    --------
    >>> margin_losses(0.5)
    Five losses against the margin
      m = 0.5: right
      logistic 0.474, slope −0.378
      hinge 0.500, slope −1.000
      squared hinge 0.250, slope −1.000
      exponential 0.607, slope −0.607
      zero one 0.000, slope 0

    Past m = 1 only two of them still pull:

    >>> margin_losses(3.0)
    Five losses against the margin
      m = 3.0: right
      logistic 0.049, slope −0.047
      hinge 0.000, slope 0.000
      squared hinge 0.000, slope 0.000
      exponential 0.050, slope −0.050
      zero one 0.000, slope 0
    """
    m = np.linspace(-2, 3, 51).round(1)
    start = nearest("margin", margin, m)
    grid = np.linspace(-2, 3, 1001)
    axes = Axes(x=(-2, 3), y=(0, 3.4), top=26, height=190)
    columns = fixed(1, m=m) | {
        "verdict": np.select([m > 0, m == 0], ["right", "a tie"], "wrong").tolist(),
        "zero_one_slope": np.where(m == 0, "none", "0").tolist(),
    }
    parts, legend = [moving("guide", "M{m} 0V3.4")], ""
    curves = _losses_of_margin(grid)
    for i, (name, (style, loss, slope)) in enumerate(_losses_of_margin(m).items()):
        columns = fixed(3, **{name: loss, f"{name}_slope": slope}) | columns
        height = 3.2 - 0.3 * i
        parts += [
            path(style, axes.curve(grid, curves[name][1]) + f"M.9 {height:g}h.3"),
            moving(f"dot {style}", f"M{{m}} {{{name}}}{DOT}"),
        ]
        legend += axes.text(1.3, height - 0.08, name.replace("_", " "))
    grid_lines = axes.grid(ticks(-2, 3, 1), ticks(0, 3, 1), "margin m", "loss")
    drawing = grid_lines + axes.panel(*parts) + legend
    return Figure("margin_losses", drawing, 254, start, columns)


def _losses_of_margin(m):
    """{name: (style, values, slopes)}."""
    hinge, slope = losses.hinge_loss(m, 1), losses.hinge_loss_grad(m, 1)
    return {
        "zero_one": ("", losses.zero_one_loss(m, 1), 0 * m),
        "logistic": ("blue", _loss(m, 1), _slope(m, 1)),
        "hinge": ("dash orange", hinge, slope),
        "squared_hinge": ("dots purple", hinge**2, 2 * hinge * slope),
        "exponential": ("thin green", np.exp(-m), -np.exp(-m)),
    }


def label_smoothing(alpha: float = 0.2) -> Figure:
    r"""Loss of the label 1, and of the same label smoothed, against the logit.

    The smoothed label y = 1 − α/2 has the least loss H(y), its entropy, at the logit of
    y. The dashed curve is the loss of the label 1.

    sp(z) − y z is the graph of sp, sheared by −y. Chapter 13.

    Parameters
    ----------
    alpha : float, optional
        Smoothing at which the slider starts, in [0.02, 1].

    See Also
    --------
    bcelib.losses.smooth_labels : The smoothed label.
    bcelib.bernoulli.entropy : The floor.

    Examples
    --------
    >>> label_smoothing(0.2)
    The loss of a smoothed label, its floor and its optimum
      α = 0.20: the label 1 becomes y = 0.90
      lowest at z = 2.197, where p = 0.90: H(y) = 0.325
      for z → ∞ the slope tends to 1 − y = 0.10

    With α = 1 nothing is left of the label:

    >>> label_smoothing(1.0)
    The loss of a smoothed label, its floor and its optimum
      α = 1.00: the label 1 becomes y = 0.50
      lowest at z = 0.000, where p = 0.50: H(y) = 0.693
      for z → ∞ the slope tends to 1 − y = 0.50
    """
    alphas = np.linspace(0.02, 1, 50).round(2)
    start = nearest("alpha", alpha, alphas)
    y = np.array([losses.smooth_labels(1, alpha=a) for a in alphas])
    z = np.linspace(-4, 8, 481)
    axes = Axes(x=(-4, 8), y=(0, 4), top=26, height=180)
    # sp(z) − y z: the matrix shears the graph of sp by −y.
    softplus = replace(axes, y=(0, 8), height=360).curve(z, numerics.softplus(z))
    drawing = (
        axes.grid(ticks(-4, 8, 2), ticks(0, 4, 1), "logit z", "loss (nats)")
        + axes.panel(
            path("dash", axes.curve(z, _loss(z, 1))),
            moving("guide orange", "M-4 {floor}H8M{z} 0V4"),
            moving("blue", softplus, "matrix(1 {minus_y} 0 1 0 0)"),
            moving("dot orange", "M{z} {floor}" + DOT),
        )
        + axes.text(-3.8, 0.95, "label y", "blue")
        + axes.text(-2.4, 2.8, "label 1")
    )
    columns = fixed(2, alpha=alphas, y=y, minus_y=-y, rest=1 - y)
    columns |= fixed(3, z=numerics.logit(y), floor=bernoulli.entropy(y))
    return Figure("label_smoothing", drawing, 244, start, columns)
