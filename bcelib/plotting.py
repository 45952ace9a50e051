r"""Matplotlib in the course's one style. A function draws on `ax` and returns it.

The palette is Okabe and Ito's :cite:p:`okabe2008`: blue stands for label 1, orange for
label 0. Each line has a style of its own, so that colour is not needed to tell them
apart. Bad input is refused as by the function whose numbers are drawn.

* **ax** is a `matplotlib.axes.Axes`, where to draw.
* **Returns** `ax`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D
from numpy.typing import ArrayLike

from bcelib import metrics
from bcelib._arrays import validate as _validate
from bcelib._arrays.validate import FINITE, LABEL
from bcelib.models import Fit, LinearModel

# Okabe and Ito's palette, which readers with any colour vision can tell apart.
BLUE = "#0072B2"  # label 1, and whatever is right
ORANGE = "#D55E00"  # label 0, and whatever is wrong
GREEN = "#009E73"
PURPLE = "#CC79A7"
SKY = "#56B4E9"
GREY = "#6B6B6B"  # guides and references
LINES = ("-", "--", "-.", ":")

STYLE = {
    # A figure is about as wide as a phone, so its type is not scaled down there.
    "figure.figsize": (5.2, 3.2),
    "figure.dpi": 72,
    "figure.constrained_layout.use": True,
    "font.size": 11,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.labelsize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.prop_cycle": mpl.cycler(color=[BLUE, ORANGE, GREEN, PURPLE, SKY, GREY]),
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.6,
    "lines.linewidth": 2,
    "legend.frameon": False,
    "legend.fontsize": 10,
}


def use_style() -> None:
    """Turn on the course's style for every figure that follows.

    Sets Matplotlib's `rcParams`. A notebook draws its pictures with twice as many
    pixels as it shows, for screens that have them. From chapter 1 on.

    See Also
    --------
    matplotlib.rc_context : To go back to another style afterwards.

    Examples
    --------
    >>> import matplotlib as mpl
    >>> use_style()
    >>> mpl.rcParams["axes.spines.top"]
    False
    """
    mpl.rcParams.update(STYLE)
    if "inline" in mpl.get_backend():  # a notebook shows a picture at half its pixels
        from matplotlib_inline.config import InlineBackend

        InlineBackend.instance().figure_formats = {"retina"}


def decision_boundary(ax: Axes, model: Any, X: ArrayLike, y: ArrayLike) -> Axes:
    r"""Examples with two features, and where a model is undecided about them.

    The solid line is p = ½; the dashed lines are p = 0.1 and p = 0.9, all
    level lines of the logit on a grid of 121 × 121 points. Lines that miss the picture
    are left out. Chapter 8.

    Parameters
    ----------
    model : LinearModel, or any object with a method ``logits(X)``
        The model. A linear one gives straight lines.
    X : array_like of float, shape (n, 2)
        Features.
    y : array_like of int, shape (n,)
        Labels in {0, 1}: orange crosses for 0, blue circles for 1.

    See Also
    --------
    bcelib.models.fit : Finds a linear model.
    sklearn.inspection.DecisionBoundaryDisplay : The twin in scikit-learn.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from bcelib import data, models
    >>> X, y = data.two_gaussians(50, rng=np.random.default_rng(0))
    >>> ax = decision_boundary(plt.figure().gca(), models.fit(X, y).model, X, y)
    >>> ax.get_legend_handles_labels()[1]
    ['y = 0', 'y = 1']
    >>> plt.close()
    """
    X = _validate.features("X", X)
    y = _validate.one_label_each("y", y, LABEL, X)
    if X.shape[1] != 2:
        raise ValueError(f"X must have two features to be drawn; got shape {X.shape}")
    for label, marker, colour in ((0, "x", ORANGE), (1, "o", BLUE)):
        points = X[y == label]
        face = {"facecolors": "none"} if marker == "o" else {}
        ax.scatter(
            *points.T,
            s=18,
            linewidths=1.2,
            marker=marker,
            color=colour,
            label=f"y = {label}",
            **face,
        )
    low, high = X.min(axis=0), X.max(axis=0)
    margin = 0.06 * np.where(high > low, high - low, 1)
    across, up = np.linspace(low - margin, high + margin, 121).T
    grid = np.stack(np.meshgrid(across, up), axis=-1)
    z = model.logits(grid.reshape(-1, 2)).reshape(grid.shape[:2])
    for level, style, width in (
        (-np.log(9), "--", 1),
        (0, "-", 2),
        (np.log(9), "--", 1),
    ):
        if z.min() < level < z.max():
            line = {"colors": "black", "linestyles": style, "linewidths": width}
            ax.contour(across, up, z, [level], **line)
    return ax


def half_plane(ax: Axes, model: LinearModel, words: str = "w") -> Axes:
    r"""A model with two features: its ones' side shaded, its weights as an arrow.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw, up to its present limits.
    model : LinearModel
        A model with two features, not both of weight 0.
    words : str, optional
        What to write at the arrow's head.

    Returns
    -------
    matplotlib.axes.Axes
        `ax`, with equal scales: a right angle looks like one.

    Raises
    ------
    ValueError
        If `model` does not have two features, or both weights are 0.

    See Also
    --------
    decision_boundary : The boundary among its examples.

    Notes
    -----
    The boundary is w·x + b = 0. The arrow runs from the origin to w, at a right angle
    to the boundary. Chapter 8.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from bcelib import models
    >>> ax = plt.figure().gca()
    >>> _ = ax.set(xlim=(-2, 2), ylim=(-2, 2))
    >>> ax = half_plane(ax, models.LinearModel([1.0, 0.5], 0.3))
    >>> ax.texts[-1].get_text()
    'w'
    >>> plt.close()
    """
    w = model.weights
    if w.size != 2 or not w.any():
        raise ValueError(f"model must have two weights, not both 0; got {w}")
    across, up = ax.get_xlim(), ax.get_ylim()
    corners = np.stack(np.meshgrid(across, up), axis=-1).reshape(4, 2)
    z = model.logits(corners).reshape(2, 2)  # linear, so four corners say it all
    if z.max() > 0:
        ax.contourf(across, up, z, [0, z.max()], colors=[BLUE], alpha=0.12)
    if z.min() < 0 < z.max():
        ax.contour(across, up, z, [0], colors="black")
    arrow = {"arrowstyle": "-|>", "color": BLUE, "linewidth": 2, "shrinkA": 0}
    ax.annotate("", w, (0, 0), arrowprops=arrow | {"shrinkB": 0})
    ax.text(*(w * (1 + 0.25 / np.hypot(*w))), words, color=BLUE, ha="center")
    ax.set_aspect("equal")
    return ax


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


def flow(ax: Axes, steps: Sequence[str]) -> Axes:
    r"""Boxes with words in them, joined by arrows, from left to right.

    They need no axes, since nothing is measured. From chapter 1 on.

    Parameters
    ----------
    steps : sequence of str
        The words in each box; a line break is kept.

    See Also
    --------
    matplotlib.axes.Axes.annotate : Draws one arrow.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> ax = flow(plt.figure().gca(), ["x", "model", "p"])
    >>> [text.get_text() for text in ax.texts if text.get_text()]
    ['x', 'model', 'p']
    >>> plt.close()
    """
    box = {"boxstyle": "round,pad=0.6", "facecolor": "none", "edgecolor": GREY}
    for place, words in enumerate(steps):
        ax.text(place, 0, words, ha="center", va="center", bbox=box)
        if place:
            arrow = {"arrowstyle": "->", "color": GREY}
            ax.annotate("", (place - 0.36, 0), (place - 0.64, 0), arrowprops=arrow)
    ax.set(xlim=(-0.5, len(steps) - 0.5), ylim=(-1, 1))
    ax.axis("off")
    return ax


def code_tree(ax: Axes, code: Mapping[str, str], chances: Mapping[str, float]) -> Axes:
    r"""A prefix code as a tree that grows to the right, each string a leaf.

    A branch bears its digit, and a fork the probability of passing through it. The
    forks' probabilities add up to the mean length of a string :cite:p:`huffman1952`.
    Chapter 5.

    Parameters
    ----------
    code : dict of str to str
        The string of 0 and 1 for each message. None is the beginning of another.
    chances : dict of str to float
        The probability of each message.

    See Also
    --------
    flow : Boxes without forks.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> code = {"dry": "0", "rain": "10", "snow": "11"}
    >>> ax = code_tree(plt.figure().gca(), code, {"dry": 0.8, "rain": 0.1, "snow": 0.1})
    >>> [text.get_text() for text in ax.texts][:3]
    ['dry 0.8', 'rain 0.1', 'snow 0.1']
    >>> plt.close()
    """
    strings = sorted(code.values())
    for string, later in itertools.pairwise(strings):
        if later.startswith(string):
            raise ValueError(f"code: {string!r} is the beginning of {later!r}")
    if odd := [string for string in strings if {*string} - {"0", "1"}]:
        raise ValueError(f"code: {odd[0]!r} has other digits than 0 and 1")
    height: dict = {string: -place for place, string in enumerate(strings)}
    for message, string in sorted(code.items(), key=lambda item: item[1]):
        words = f"{message} {chances[message]:g}"
        ax.text(len(string) + 0.08, height[string], words, va="center")
    for depth in reversed(range(max(map(len, strings)))):
        for fork in sorted({s[:depth] for s in strings if len(s) > depth}):
            branches = [fork + digit for digit in "01" if fork + digit in height]
            height[fork] = np.mean([height[branch] for branch in branches])
            for end in branches:
                elbow = [height[fork], height[end], height[end]]
                ax.plot([depth, depth, depth + 1], elbow, color=GREY, linewidth=1.2)
                ax.text(depth + 0.5, height[end] + 0.08, end[-1], ha="center")
            passing = sum(chances[m] for m, s in code.items() if s.startswith(fork))
            box = {"boxstyle": "round", "facecolor": "white", "edgecolor": GREY}
            ax.text(depth, height[fork], f"{passing:.2f}", ha="center", bbox=box)
    ax.axis("off")
    return ax


def landscape(
    ax: Any, loss: Callable[[float, float], float], *, reach: float = 4.0
) -> Any:
    r"""A function of two weights as a small landscape, without numbers.

    Parameters
    ----------
    ax : mpl_toolkits.mplot3d.axes3d.Axes3D
        Where to draw: axes with ``projection="3d"``.
    loss : callable
        Height at two weights, ``loss(u, v)``, both numbers.
    reach : float, optional
        Each weight runs from −`reach` to `reach`, > 0.

    Returns
    -------
    mpl_toolkits.mplot3d.axes3d.Axes3D
        `ax`.

    Raises
    ------
    ValueError
        If `reach` is not positive and finite.

    See Also
    --------
    matplotlib.axes.Axes.contourf : The same seen from above, with numbers.

    Notes
    -----
    The height is taken on a grid of 25 × 25 points; the colour is the height again.
    Chapter 9.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> ax = plt.figure().add_subplot(projection="3d")
    >>> ax = landscape(ax, lambda u, v: u**2 + v**2, reach=1.0)
    >>> len(ax.collections)
    1
    >>> plt.close()
    """
    if not 0 < reach < np.inf:
        raise ValueError(f"reach must be in (0, inf); got {reach}")
    grid = np.linspace(-reach, reach, 25)
    heights = np.array([[loss(u, v) for u in grid] for v in grid])
    mesh = {"linewidth": 0.3, "edgecolor": "white", "rcount": 25, "ccount": 25}
    ax.plot_surface(*np.meshgrid(grid, grid), heights, cmap="viridis", **mesh)
    ax.view_init(elev=38, azim=-55)
    ax.set_box_aspect((1, 1, 0.7), zoom=1.25)
    ax.axis("off")
    return ax


def loss_against_passes(
    ax: Axes, fits: Mapping[str, Fit], *, floor: float | None = None
) -> Axes:
    r"""How far each fit had come after so many passes over the data.

    On the logarithmic axis a straight line is linear convergence, and a curve that
    bends down is faster. Chapter 8.

    Parameters
    ----------
    fits : dict of str to bcelib.models.Fit
        The fits and their names. With `floor`, all of one objective.
    floor : float, optional
        The smallest value of the objective. If given, what is left above it is drawn,
        on a logarithmic axis; a fit that has reached it ends there.

    See Also
    --------
    bcelib.models.fit : Gives the fits; Newton's minimum is a good floor.

        Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from bcelib import models
    >>> newton = models.fit([[0.0], [1.0], [2.0], [3.0]], [0, 1, 0, 1])
    >>> ax = loss_against_passes(
    ...     plt.figure().gca(), {"Newton": newton}, floor=newton.losses[-1])
    >>> ax.get_yscale(), ax.get_ylabel()
    ('log', 'objective − minimum')
    >>> plt.close()
    """
    for (name, fit), style in zip(fits.items(), itertools.cycle(LINES)):
        height = fit.losses - (0 if floor is None else floor)
        drawn = height > 0 if floor is not None else slice(None)
        ax.plot(fit.passes[drawn], height[drawn], style, label=name)
    ax.set(xlabel="passes over the data", ylabel="objective")
    if floor is not None:
        ax.set(yscale="log", ylabel="objective − minimum")
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


def sequence_logo(
    ax: Axes, positions: ArrayLike, weights: ArrayLike, letters: str = "acgt"
) -> Axes:
    r"""Letters as tall as their weight, stacked at their position.

    Only what speaks *for* the label is drawn: weights above 0, the tallest on top. The
    logo of Schneider and Stephens :cite:p:`schneider1990` has frequencies in its
    place. Chapter 17.

    Parameters
    ----------
    positions : array_like of float, shape (n,)
        Where the stacks stand, in steps of 1.
    weights : array_like of float, shape (n, k)
        Weight of each letter at each position, in log-odds.
    letters : str of length k, optional
        What the columns of `weights` stand for, one colour each.

    See Also
    --------
    bcelib.data.promoters : The stretches of DNA whose weights chapter 17 draws.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> ax = sequence_logo(plt.figure().gca(), [-2, -1], [[1, -1], [0.5, 0.25]], "at")
    >>> len(ax.patches), round(float(ax.get_ylim()[1]), 2)
    (3, 1.1)
    >>> plt.close()
    """
    x = _validate.checked("positions", positions, FINITE).astype(float)
    w = _validate.checked("weights", weights, FINITE).astype(float)
    if w.shape != (*x.shape, len(letters)):
        raise ValueError(
            f"weights must have a row for each of {x.size} positions and a column for "
            f"each of {len(letters)} letters; got shape {w.shape}"
        )
    colors = itertools.cycle((GREEN, BLUE, "black", ORANGE))
    looks = [*zip(letters, colors, strict=False)]
    for place, row in zip(x, w, strict=True):
        foot = 0.0
        for k in [k for k in np.argsort(row) if row[k] > 0]:
            glyph = TextPath((0, 0), looks[k][0], size=1)
            box = glyph.get_extents()
            fit = Affine2D().translate(-box.x0, -box.y0)
            fit.scale(0.9 / box.width, row[k] / box.height).translate(
                place - 0.45, foot
            )
            patch = PathPatch(glyph.transformed(fit), color=looks[k][1], linewidth=0)
            ax.add_patch(patch)
            foot += row[k]
    top = np.maximum(w, 0).sum(axis=1).max()
    ax.set(xlim=(x.min() - 1, x.max() + 1), ylim=(0, 1.1 * top if top else 1))
    return ax


def word_map(
    ax: Axes, words: Sequence[str], vectors: ArrayLike, shown: Sequence[str]
) -> Axes:
    r"""The directions of some word vectors, seen along the two that differ most.

    Each vector is scaled to length 1; the plane is that of the first two principal
    components of the vectors shown. Chapter 18.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    words : sequence of str, length n
        The words, in the order of `vectors`.
    vectors : array_like of float, shape (n, d), d ≥ 2
        A vector for each word, none of them zero.
    shown : sequence of str
        Which words to draw, at least 3. An unknown one is refused.

    Returns
    -------
    matplotlib.axes.Axes
        `ax`.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> ax = plt.figure().add_subplot()
    >>> ax = word_map(ax, "abc", [[1, 0], [0, 2], [3, 3]], "abc")
    >>> [text.get_text() for text in ax.texts]
    ['a', 'b', 'c']
    >>> plt.close()
    """
    vectors = np.asarray(vectors, dtype=float)
    if vectors.ndim != 2 or vectors.shape[0] != len(words) or vectors.shape[1] < 2:
        raise ValueError(
            f"vectors must have shape ({len(words)}, d) with d ≥ 2; got {vectors.shape}"
        )
    unknown = [word for word in shown if word not in words]
    if unknown:
        raise ValueError(f"shown must name some of words; got {unknown[0]!r}")
    if len(shown) < 3:
        raise ValueError(f"shown must name at least 3 words; got {len(shown)}")
    cloud = vectors[[list(words).index(word) for word in shown]]
    cloud = cloud / np.linalg.norm(cloud, axis=1, keepdims=True)
    cloud = cloud - cloud.mean(axis=0)
    spots = cloud @ np.linalg.svd(cloud, full_matrices=False)[2][:2].T
    ax.plot(*spots.T, "o", color=GREY, markersize=3)
    for word, spot in zip(shown, spots, strict=True):
        ax.annotate(word, spot, fontsize=9)
    ax.set(xlabel="first direction", ylabel="second direction")
    return ax
