"""Diagrams without numbers on their axes."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from .style import GREY


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
