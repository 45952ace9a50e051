"""Figures of part I: coins, ten days of forecasts, surprise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bcelib import bernoulli, losses, numerics
from bcelib._arrays import validate as _validate

from .svg import (
    DOT,
    SHARES,
    Axes,
    Figure,
    bar,
    digits,
    fixed,
    moving,
    nearest,
    path,
    ticks,
)

_TENTHS = {f"{p:g}": p for p in (0, 0.2, 0.4, 0.6, 0.8, 1)}
# The ten days of chapter 3, and what two apps said about them.
_RAIN = [1, 1, 0, 1, 1, 1, 0, 1, 0, 1]
_CAREFUL = [0.8, 0.7, 0.3, 0.8, 0.6, 0.7, 0.4, 0.9, 0.2, 0.7]
_BOLD = [0.99, 0.9, 0.1, 0.99, 0.01, 0.95, 0.05, 0.99, 0.02, 0.9]
_FIFTH = 4


def one_flip(probability: float = 0.7) -> Figure:
    r"""Probabilities of heads and tails for one p, and likelihoods of every p.

    The slider moves p. Above, the label moves and p is held: the bars add up to 1.
    Below, the label is held and p moves: the two lines.

    The slider has steps of 0.05. Chapter 1.

    Parameters
    ----------
    probability : float, optional
        Where the slider starts, in [0, 1].

    See Also
    --------
    bcelib.bernoulli.pmf : The heights of the bars and of the lines.

    Examples
    --------
    >>> one_flip(0.7)
    One flip: probability and likelihood
      p = 0.70: heads 0.70, tails 0.30, together 1
      after heads the likelihood of this p is 0.70
      after tails it is 0.30

    A coin that always falls heads cannot explain tails:

    >>> one_flip(1.0)
    One flip: probability and likelihood
      p = 1.00: heads 1.00, tails 0.00, together 1
      after heads the likelihood of this p is 1.00
      after tails it is 0.00
    """
    p = np.linspace(0, 1, 21).round(2)
    start = nearest("probability", probability, p)
    above = Axes(x=(-0.5, 1.5), y=(0, 1), top=26, height=90)
    below = Axes(x=(0, 1), y=(0, 1), top=178, height=90)
    names = {"y = 0, tails": 0, "y = 1, heads": 1}
    drawing = (
        above.grid(names, SHARES, "", "probability")
        + above.panel(bar("orange", -0.2, 0.4, "{tails}"))
        + above.panel(bar("blue", 0.8, 0.4, "{heads}"))
        + below.grid(_TENTHS, SHARES, "p", "likelihood of p")
        + below.panel(
            moving("guide", "M{p} 0V1"),
            path("blue", "M0 0L1 1"),
            path("dash orange", "M0 1L1 0"),
            moving("dot blue", "M{p} {heads}" + DOT),
            moving("dot orange", "M{p} {tails}" + DOT),
        )
        + below.text(0.99, 0.46, "after heads", "left blue")
        + below.text(0.01, 0.46, "after tails", "orange")
    )
    columns = fixed(2, p=p, heads=bernoulli.pmf(p, 1), tails=bernoulli.pmf(p, 0))
    return Figure("one_flip", drawing, 304, start, columns)


def coin_likelihood(heads: int = 7, trials: int = 10) -> Figure:
    r"""Likelihood and log-likelihood of a coin, with the number of heads as the slider.

    Each curve is drawn relative to its maximum, at p̂ = heads / trials. More trials make
    both curves narrower.

    k log p + (n − k) log(1 − p). From 11 flips on, the slider has about eleven
    positions, and `heads` is one of them. Chapter 2.

    Parameters
    ----------
    heads : int, optional
        Where the slider starts, from 0 to `trials`.
    trials : int, optional
        Number of flips, at least 1.

    See Also
    --------
    bcelib.bernoulli.likelihood : The upper curve, before it is scaled.
    bcelib.bernoulli.mle : Its maximiser.

    Examples
    --------
    >>> coin_likelihood(heads=7, trials=10)
    Likelihood and log-likelihood of a coin
      7 heads in 10 flips: p̂ = 0.700
      at p̂: likelihood 0.00222, its log −6.109
      at p = ½: likelihood 0.000977, its log −6.931

    With 2000 flips no likelihood can be told from 0, and the logarithm can:

    >>> coin_likelihood(heads=1000, trials=2000)
    Likelihood and log-likelihood of a coin
      1000 heads in 2000 flips: p̂ = 0.500
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
    drawing = (
        above.grid(_TENTHS, SHARES, "", "likelihood ÷ its maximum")
        + below.grid(_TENTHS, ticks(-8, 0, 2), "p", "log-likelihood − its maximum")
        + above.panel(moving("blue", "{curve}"), moving("guide", "M{best} 0V1"))
        + below.panel(
            moving("blue", "{log_curve}"), moving("guide", "M{best} -8V0"), room=1
        )
        + above.panel(moving("dot orange", "M{best} 1" + DOT))
        + below.panel(moving("dot orange", "M{best} 0" + DOT))
    )
    columns = fixed(0, heads=k, trials=np.full(k.size, n)) | {
        "curve": [above.curve(p, np.exp(gap)) for gap in gaps],
        "log_curve": [below.curve(p, gap) for gap in gaps],
    }
    columns |= fixed(3, best=k / n, log_at_best=best, log_at_half=half)
    columns |= digits(3, at_best=np.exp(best), at_half=np.exp(half))
    return Figure("coin_likelihood", drawing, 324, start, columns)


def daily_losses(probability: float = 0.01) -> Figure:
    r"""Ten days of two apps' losses as bars, with one forecast to move.

    It rained on the fifth day. The slider moves what the bold app said about that day;
    its bar and its mean follow.

    The slider has steps of 0.02. Chapter 3.

    Parameters
    ----------
    probability : float, optional
        The forecast at which the slider starts, in [0.01, 0.99].

    See Also
    --------
    bcelib.losses.binary_cross_entropy : The bars.
    bcelib.bernoulli.entropy : The best constant, at the share of rainy days.

    Examples
    --------
    >>> daily_losses(0.01)
    Ten days of two apps, and the mean loss of each
      bold app, day 5: p = 0.01, loss 4.605
      mean of its ten days: 0.507, behind
      careful: 0.322; best constant: 0.611

    Seven percent would have been enough:

    >>> daily_losses(0.07)
    Ten days of two apps, and the mean loss of each
      bold app, day 5: p = 0.07, loss 2.659
      mean of its ten days: 0.313, ahead
      careful: 0.322; best constant: 0.611
    """
    p = np.linspace(0.01, 0.99, 50).round(2)
    start = nearest("probability", probability, p)
    bold, careful = (losses.binary_cross_entropy(f, _RAIN) for f in (_BOLD, _CAREFUL))
    fifth = losses.binary_cross_entropy(p, _RAIN[_FIFTH])
    mean = (bold.sum() - bold[_FIFTH] + fifth) / bold.size
    rival, constant = careful.mean(), bernoulli.entropy(bernoulli.mle(_RAIN))
    days = Axes(x=(0.5, 10.5), y=(0, 5), top=26, height=150)
    means = Axes(x=(0, 0.7), y=(0, 1), top=244, height=34)
    upper, lower = (replace(means, top=t, height=14) for t in (246, 262))
    heights = [*map("{:.3g}".format, bold)]
    heights[_FIFTH] = "{loss}"
    dry = ", ".join(f"{day}" for day, y in enumerate(_RAIN, start=1) if not y)
    bars = [bar("orange", d + 0.6, 0.38, height) for d, height in enumerate(heights)]
    bars += [bar("blue", d + 1.02, 0.38, f"{x:.3g}") for d, x in enumerate(careful)]
    drawing = (
        days.grid(ticks(1, 10, 1), ticks(0, 5, 1), f"day (dry: {dry})", "loss (nats)")
        + days.panel(*bars, room=0)
        + days.text(0.7, 4.5, "bold", "orange")
        + days.text(0.7, 3.8, "careful", "blue")
        + means.grid({f"{x / 10:g}": x / 10 for x in range(8)}, {}, "", "mean loss")
        + upper.panel(bar("orange", 0, 1, "1", across="{mean}"), room=0)
        + lower.panel(bar("blue", 0, rival, "1"), room=0)
        + means.panel(path("dash", f"M{constant:.4g} 0V1"))
        + means.text(0.6, 1.29, "best constant", "tick")  # room for wide letters
    )
    columns = fixed(2, p=p) | fixed(3, loss=fifth, mean=mean)
    columns |= fixed(3, careful=0 * p + rival, constant=0 * p + constant)
    columns["verdict"] = np.where(mean < rival, "ahead", "behind").tolist()
    return Figure("daily_losses", drawing, 304, start, columns)


def surprise(probability: float = 0.25) -> Figure:
    r"""Surprise −log a at an event of probability a, in nats and in bits.

    Dotted lines mark a = ½, ¼, ⅛ and so on: each halving adds one bit.

    Two independent events of probability a have probability a² and twice the surprise.
    Chapter 4.

    Parameters
    ----------
    probability : float, optional
        Where the slider starts, in [0.01, 1]; the nearest hundredth is taken.

    See Also
    --------
    bcelib.bernoulli.log_pmf : The logarithm.

    Examples
    --------
    >>> surprise(0.25)
    Surprise at an event of probability a
      a = 0.25: surprise 1.386 nats = 2.000 bits
      two of them: a² = 0.0625: surprise 2.773 nats

    What is certain does not surprise:

    >>> surprise(1.0)
    Surprise at an event of probability a
      a = 1.00: surprise 0.000 nats = 0.000 bits
      two of them: a² = 1.0000: surprise 0.000 nats
    """
    p = np.linspace(0.01, 1, 100).round(2)
    start = nearest("probability", probability, p)
    curve_p = np.linspace(0.005, 1, 996)
    axes = Axes(x=(0, 1), y=(0, 5), top=26, height=180)
    halvings = "".join(f"M0 {k * np.log(2):.4f}H{0.5**k:.4f}V0" for k in range(1, 6))
    drawing = axes.grid(_TENTHS, ticks(0, 5, 1), "a", "−log a (nats)") + axes.panel(
        path("guide", halvings),
        path("blue", axes.curve(curve_p, bernoulli.cross_entropy(1, curve_p))),
        moving("orange", "M0 {nats}H{p}V0"),
        moving("dot orange", "M{p} {nats}" + DOT),
    )
    nats, bits = -bernoulli.log_pmf(p, 1), bernoulli.cross_entropy(1, p, base=2)
    columns = fixed(2, p=p) | fixed(3, nats=nats, bits=bits, nats2=2 * nats)
    columns |= fixed(4, p2=p**2)
    return Figure("surprise", drawing, 244, start, columns)


def surprise_areas(forecast: float = 0.9) -> Figure:
    r"""Mean surprise as two rectangles, for a forecast of rain where the truth is 0.7.

    As wide as often: 0.7 of the days have rain. As high as the surprise: −log p when it
    rains, −log(1 − p) when it does not. The dashed outline is that of the forecast 0.7.

    H(q, p) = H(q) + KL(q‖p), each rounded by itself. Chapter 4.

    Parameters
    ----------
    forecast : float, optional
        Where the slider starts, in [0.05, 0.95]; the nearest hundredth is taken.

    See Also
    --------
    bcelib.bernoulli.cross_entropy : The area.
    bcelib.bernoulli.entropy : The area inside the outline.

    Examples
    --------
    >>> surprise_areas(0.9)
    Mean surprise as the area of two rectangles
      forecast 0.90: area 0.765 = floor 0.611 + KL 0.154
      rain: 0.7 of the days × 0.105 = 0.074
      dry: 0.3 of the days × 2.303 = 0.691

    The honest forecast has the smallest area:

    >>> surprise_areas(0.7)
    Mean surprise as the area of two rectangles
      forecast 0.70: area 0.611 = floor 0.611 + KL 0.000
      rain: 0.7 of the days × 0.357 = 0.250
      dry: 0.3 of the days × 1.204 = 0.361
    """
    q, p = bernoulli.mle(_RAIN), np.linspace(0.05, 0.95, 91).round(2)
    start = nearest("forecast", forecast, p)
    rain, dry = -bernoulli.log_pmf(p, 1), -bernoulli.log_pmf(p, 0)
    best = -bernoulli.log_pmf(q, [1, 0])
    axes = Axes(x=(0, 1), y=(0, 3), top=26, height=180)
    shares = {"rain, 0.7": q / 2, "dry, 0.3": (1 + q) / 2}
    outline = "M0 0V{1:.4g}H{0:g}M{0:g} 0V{2:.4g}H1V0".format(q, *best)
    drawing = axes.grid(
        shares, ticks(0, 3, 1), "share of days", "surprise (nats)"
    ) + axes.panel(
        bar("blue", 0, q - 0.004, "{rain}"),
        bar("orange", q + 0.004, 1 - q - 0.004, "{dry}"),
        path("dash", outline),
    )
    columns = fixed(2, p=p) | fixed(3, rain=rain, dry=dry)
    columns |= fixed(3, rain_area=q * rain, dry_area=(1 - q) * dry)
    columns |= fixed(3, area=bernoulli.cross_entropy(q, p))
    columns |= fixed(3, floor=0 * p + bernoulli.entropy(q))
    columns |= fixed(3, kl=bernoulli.kl_divergence(q, p))
    return Figure("surprise_areas", drawing, 244, start, columns)
