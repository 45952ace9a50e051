r"""Matplotlib in the course's one style. A function draws on `ax` and returns it.

The palette is Okabe and Ito's :cite:p:`okabe2008`: blue stands for label 1, orange for
label 0. Each line has a style of its own, so that colour is not needed to tell them
apart. Bad input is refused as by the function whose numbers are drawn.

* **ax** is a `matplotlib.axes.Axes`, where to draw.
* **Returns** `ax`.
"""

from .boundaries import decision_boundary, half_plane
from .diagrams import code_tree, flow
from .forecasts import digit_strips, reliability_diagram
from .letters import sequence_logo, word_map
from .style import BLUE, GREEN, GREY, LINES, ORANGE, PURPLE, SKY, STYLE, use_style
from .training import landscape, loss_against_passes

__all__ = [
    "BLUE",
    "GREEN",
    "GREY",
    "LINES",
    "ORANGE",
    "PURPLE",
    "SKY",
    "STYLE",
    "code_tree",
    "decision_boundary",
    "digit_strips",
    "flow",
    "half_plane",
    "landscape",
    "loss_against_passes",
    "reliability_diagram",
    "sequence_logo",
    "use_style",
    "word_map",
]
