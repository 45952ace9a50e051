"""Weights of letters, and vectors of words."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D
from numpy.typing import ArrayLike

from bcelib._arrays import validate as _validate
from bcelib._arrays.validate import FINITE

from .style import BLUE, GREEN, GREY, ORANGE


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
