"""Figure of a hidden layer at work: where it puts the four corners of exclusive or."""

import numpy as np

from bcelib import network

from .svg import DOT, Axes, Figure, fixed, moving, nearest, path, ticks

_CORNERS = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
_LABELS = np.array([0, 1, 1, 0])
# Drawn at random, to a tenth; chosen for its two stops on the way.
_START = network.Network(
    hidden_weights=np.array([[-2.3, 0.1], [0.4, -1.3]]),
    hidden_biases=np.array([0.2, -0.2]),
    weights=np.array([-0.3, -0.7]),
    bias=-0.7,
)
_CROSS = "m-7-7 14 14m0-14-14 14"


def hidden_space(step: float = 0) -> Figure:
    r"""Four corners of exclusive or in the plane of two hidden units, as they learn.

    The slider moves through 200 steps of gradient descent with η = 1. The outline is
    the image of the square whose corners the examples are. Below, the mean loss halts
    near ln 2, and once more near ½ ln 2. Chapter 15.

    Parameters
    ----------
    step : float, optional
        Number of steps at which the slider starts, in [0, 200].

    See Also
    --------
    bcelib.network.fit : The same steps.

    Examples
    --------
    >>> hidden_space(0)
    Where two hidden units put the corners of exclusive or
      step 0: mean loss 0.796
      p where y = 0: 0.18 and 0.55
      p where y = 1: 0.41 and 0.27
    >>> hidden_space(200)
    Where two hidden units put the corners of exclusive or
      step 200: mean loss 0.043
      p where y = 0: 0.05 and 0.06
      p where y = 1: 0.97 and 0.97
    """
    steps = np.arange(0, 210, 10)
    start = nearest("step", step, steps)
    models, loss = [_START], []
    for _ in steps:
        descent = network.fit(_CORNERS, _LABELS, start=models[-1], max_passes=10)
        models.append(descent.model)
        loss.append(descent.losses[0])
    models.pop()
    weights = np.array([model.weights for model in models])
    length = np.hypot(*weights.T)
    columns = fixed(0, step=steps) | fixed(3, loss=loss)
    columns |= fixed(0, turn=np.degrees(np.arctan2(*weights.T[::-1])))
    columns |= fixed(2, edge=-np.array([model.bias for model in models]) / length)
    columns["outline"] = [_outline(model) for model in models]
    for i in range(4):
        h = np.concatenate([model.hidden(_CORNERS[[i]]) for model in models])
        p = np.concatenate([model.probabilities(_CORNERS[[i]]) for model in models])
        columns |= fixed(0, **{f"x{i}": 100 * h[:, 0], f"y{i}": 100 * h[:, 1]})
        columns |= fixed(2, **{f"p{i}": p})
    plane = Axes(x=(-1.6, 1.6), y=(-1.1, 1.1), top=26, height=210.4)  # one scale
    below = Axes(x=(0, 200), y=(0, 0.8), top=290, height=80)
    half_plane = (
        '<g data-transform="rotate({turn}) translate({edge} 0)">'
        '<rect class="blue" y="-9" width="18" height="18" fill="currentcolor" '
        'fill-opacity="0.12"/>' + path("", "M0-9V9") + "</g>"
    )
    hundredths = (
        moving("thin", "{outline}")
        + moving("dot blue", f"M{{x1}} {{y1}}{DOT}M{{x2}} {{y2}}{DOT}")
        + moving("orange", f"M{{x0}} {{y0}}{_CROSS}M{{x3}} {{y3}}{_CROSS}")
    )
    heights = {"0.69": np.log(2), "0.35": np.log(2) / 2, "0": 0}
    drawing = (
        plane.grid(ticks(-1, 1, 1), ticks(-1, 1, 1), "h₁", "h₂")
        + plane.panel(half_plane, f'<g transform="scale(.01)">{hundredths}</g>', room=0)
        + below.grid(ticks(0, 200, 50), heights, "step", "mean loss")
        + below.panel(
            path("", below.curve(steps, np.array(columns["loss"], dtype=float))),
            moving("dot orange", f"M{{step}} {{loss}}{DOT}"),
        )
    )
    return Figure("hidden_space", drawing, 410, start, columns)


def _outline(model):
    """The edge of the square from −1 to 1, as it lies in the plane: a path."""
    side, end = np.linspace(-1, 1, 7), np.ones(7)
    across, up = [side, end, -side, -end], [-end, side, end, -side]
    square = np.column_stack([np.ravel(across), np.ravel(up)])
    points = np.rint(100 * model.hidden(square)).astype(int)
    moves = " ".join(map(str, np.diff(points, axis=0).ravel()))
    return f"M{points[0, 0]} {points[0, 1]}l{moves}".replace(" -", "-")
