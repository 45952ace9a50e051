"""What a fit goes down, and how fast."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from bcelib.models import Fit

from .style import LINES


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
        How far each weight runs from 0, > 0.

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
    The height is taken on a grid of 17 × 17 points; the colour is the height again.
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
    grid = np.linspace(-reach, reach, 17)
    heights = np.array([[loss(u, v) for u in grid] for v in grid])
    mesh = {"linewidth": 0.3, "edgecolor": "white"}
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
