"""Figures of a linear model on twenty tumours: its boundary, its arrow, its errors."""

import numpy as np

from bcelib import losses, numerics

from .svg import DOT, Axes, Figure, fixed, moving, nearest, path, ticks

# The first 20 tumours that chapter 8 learns from, to a tenth of a standard deviation:
# mean radius, worst smoothness, and 1 for malignant.
_SIZE = [
    *(0.0, 0.5, 1.5, -0.1, 1.0, 0.1, 0.1, 1.1, -0.7, 1.9),
    *(-0.9, 1.1, -0.9, 0.9, -0.3, 1.4, 1.6, -0.8, -0.9, -0.7),
]
_ROUGHNESS = [
    *(0.5, 0.9, -0.3, -0.8, 0.2, 0.9, -0.2, -1.5, 0.5, 0.3),
    *(-1.7, 2.4, -1.4, 1.0, -1.3, -1.3, 0.8, -0.2, 0.0, 0.1),
]
_X = np.column_stack([_SIZE, _ROUGHNESS])
_Y = np.array([int(label) for label in "10101100010101011000"])
_RING = 0.4  # radius of the ring for an error of 1, in standard deviations
_CROSS = "m-.06-.06 .12 .12m0-.12-.12 .12"


def decision_boundary(angle: float = 90.0) -> Figure:
    r"""Decision boundary to turn, and how hard each of twenty tumours pulls at it.

    The slider turns the weights, whose arrow stands at a right angle to the boundary.
    A ring's radius is the error of its tumour, the size of p − y. Below, the mean loss
    answers.

    Parameters
    ----------
    angle : float, optional
        Direction of the weights in degrees, in [−180, 180], at which the slider
        starts; the nearest of its positions is taken. At 0 only the size counts, at
        90 only the roughness.

    Returns
    -------
    Figure
        An object that a notebook displays.

    Raises
    ------
    TypeError
        If `angle` is not a real number.
    ValueError
        If `angle` leaves [−180, 180].

    See Also
    --------
    boundary_descent : The same tumours, and gradient descent at the wheel.
    bcelib.plotting.decision_boundary : Draws the boundary of any model.

    Notes
    -----
    The weights have the length 2, the bias is −½. The slider has steps of 15 degrees.
    Chapter 8.

    Examples
    --------
    >>> decision_boundary(90.0)
    A decision boundary to turn, and the pull of each tumour
      angle 90°: weights (0.00, 2.00)
      mean loss 0.580, right 15 of 20
      hardest pull 0.96

    Turned to the other side, nearly every tumour is in the wrong:

    >>> decision_boundary(-150.0)
    A decision boundary to turn, and the pull of each tumour
      angle −150°: weights (−1.73, −1.00)
      mean loss 1.987, right 3 of 20
      hardest pull 0.99
    """
    angles = np.linspace(-180, 180, 25).round()
    start = nearest("angle", angle, angles)
    turn = np.radians(angles)
    weights = 2 * np.column_stack([np.cos(turn), np.sin(turn)])
    above, columns = _scene(weights, np.full(angles.size, -0.5))
    below = Axes(x=(-180, 180), y=(0, 2), top=318, height=80)
    grid = below.grid(ticks(-180, 180, 90), ticks(0, 2, 1), "angle (°)", "mean loss")
    drawing = above + grid + _loss_below(below, angles, columns, "{angle}")
    columns |= fixed(0, angle=angles)
    return Figure("decision_boundary", drawing, 434, start, columns)


def boundary_descent(step: int = 0) -> Figure:
    r"""Gradient descent at work: boundary, errors and loss after each step.

    It starts from weights that are quite wrong and steps by η = 1 on the mean loss of
    twenty tumours.

    Parameters
    ----------
    step : float, optional
        Number of steps at which the slider starts, in [0, 20]; the nearest is taken.

    Returns
    -------
    Figure
        An object that a notebook displays.

    Raises
    ------
    TypeError
        If `step` is not a real number.
    ValueError
        If `step` leaves [0, 20].

    See Also
    --------
    decision_boundary : The same tumours, and the boundary in the reader's hand.
    bcelib.models.fit : The same steps, by method "gradient descent".

    Notes
    -----
    Each step is w ← w − η Xᵀ(p − y)/n and b ← b − η mean(p − y). Chapter 8.

    Examples
    --------
    >>> boundary_descent(0)
    Gradient descent turns and moves the boundary
      step 0: weights (−1.00, 0.50), bias 0.00
      mean loss 1.003, right 8 of 20
      hardest pull 0.89
    >>> boundary_descent(20)
    Gradient descent turns and moves the boundary
      step 20: weights (1.88, 1.22), bias −0.67
      mean loss 0.275, right 18 of 20
      hardest pull 0.80
    """
    steps = np.arange(21)
    start = nearest("step", step, steps)
    columns_of_ones = np.column_stack([_X, np.ones(_Y.size)])
    theta = np.tile([-1.0, 0.5, 0.0], (steps.size, 1))
    for k in steps[:-1]:
        error = numerics.sigmoid(columns_of_ones @ theta[k]) - _Y
        theta[k + 1] = theta[k] - columns_of_ones.T @ error / _Y.size
    above, columns = _scene(theta[:, :2], theta[:, 2])
    below = Axes(x=(0, 20), y=(0, 1), top=318, height=80)
    grid = below.grid(ticks(0, 20, 5), ticks(0, 1, 1), "step", "mean loss")
    drawing = above + grid + _loss_below(below, steps, columns, "{step}")
    columns |= fixed(0, step=steps) | fixed(2, bias=theta[:, 2])
    return Figure("boundary_descent", drawing, 434, start, columns)


def _scene(weights, biases):
    """The tumours under each of several models, as a drawing and its columns."""
    z = weights @ _X.T + biases[:, None]
    error = np.abs(numerics.sigmoid(z) - _Y)
    length = np.hypot(*weights.T)
    loss = losses.binary_cross_entropy_with_logits(z, np.broadcast_to(_Y, z.shape))
    columns = fixed(3, loss=loss.mean(axis=1))
    columns |= fixed(0, right=np.sum((z > 0) == _Y, axis=1))
    columns |= fixed(0, turn=np.degrees(np.arctan2(*weights.T[::-1])))
    columns |= fixed(2, edge=-biases / length, reach=length / 2, hardest=error.max(1))
    columns |= fixed(2, w1=weights[:, 0], w2=weights[:, 1])
    columns |= fixed(0, **{f"r{i}": 100 * _RING * e for i, e in enumerate(error.T)})
    axes = Axes(x=(-3, 3), y=(-2, 2.6), top=26, height=234.6)  # a right angle is one
    half_plane = (
        '<g data-transform="rotate({turn}) translate({edge} 0)">'
        '<rect class="blue" y="-9" width="18" height="18" fill="currentcolor" '
        'fill-opacity="0.12"/>'
        + path("", "M0-9V9")
        + moving("blue", "M0 0h{reach}m-.16.1 .16-.1-.16-.1")
        + "</g>"
    )
    marks, rings = {"mark blue": "", "thin orange": ""}, {"blue": "", "orange": ""}
    for i, ((size, roughness), label) in enumerate(zip(_X, _Y, strict=True)):
        style, mark = ("mark blue", DOT) if label else ("thin orange", _CROSS)
        marks[style] += f"M{size:g} {roughness:g}{mark}"
        # A circle of radius r: an arc from its top, all the way round to its top.
        top = f"M{100 * size:g} {100 * roughness:g}m0 {{r{i}}}"
        rings[style.split()[1]] += f"{top}a{{r{i}}} {{r{i}}} 0 1 1 .1 0"
    parts = [half_plane, *(path(style, d) for style, d in marks.items())]
    hundredths = "".join(moving(f"thin {style}", d) for style, d in rings.items())
    parts.append(f'<g transform="scale(.01)">{hundredths}</g>')
    drawing = axes.grid(
        ticks(-2, 2, 1), ticks(-2, 2, 1), "size", "roughness of the outline"
    ) + axes.panel(*parts, room=0)
    return drawing, columns


def _loss_below(axes, positions, columns, position):
    curve = axes.curve(positions, np.array(columns["loss"], dtype=float))
    dot = moving("dot orange", f"M{position} {{loss}}{DOT}")
    return axes.panel(path("", curve), dot)
