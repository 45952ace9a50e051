"""What a model with two features decides."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from bcelib._arrays import validate as _validate
from bcelib._arrays.validate import LABEL
from bcelib.models import LinearModel

from .style import BLUE, ORANGE


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
