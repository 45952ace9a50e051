"""The course's one style."""

import matplotlib as mpl

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
