"""SVG: axes, paths, and the figure with its slider, for `bcelib.interactive`.

Nothing is computed in the browser. The figure carries columns of numbers, one number
for each position of the slider. A part that moves is a template whose fields, in
braces, are filled from the columns: here for the still, later by `figure.js`.
"""

import re
import tomllib
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from bcelib._arrays import validate as _validate
from bcelib._arrays.validate import Domain

FOLDER = files(__package__)
WORDS = tomllib.loads(FOLDER.joinpath("words.toml").read_text(encoding="utf-8"))
WIDTH, LEFT, RIGHT = 360, 40, 14  # in units of the drawing: about a phone's pixels
THIN = 0.2  # how far, in the same units, a drawn curve may leave the computed one
SHARES = {"0": 0, "½": 0.5, "1": 1}  # numbers of an axis of probabilities
DOT = "h.0001"  # a line of almost no length, which its round ends make a disc


def fixed(count: int, **columns: Iterable[float]) -> dict[str, list[str]]:
    """Columns of numbers as text, with so many decimals; −0 is written as 0."""
    return {k: [f"{x:z.{count}f}" for x in v] for k, v in columns.items()}


def digits(count: int, **columns: Iterable[float]) -> dict[str, list[str]]:
    """Columns of numbers as text, with so many significant digits."""
    return {k: [f"{x:.{count}g}" for x in v] for k, v in columns.items()}


def ticks(low: int, high: int, step: int) -> dict[str, int]:
    """{text: value} of the whole numbers on an axis."""
    return {str(value): value for value in range(low, high + 1, step)}


def nearest(name: str, value: float, positions: np.ndarray) -> int:
    """Where on the slider the caller's argument stands: the nearest position."""
    low, high = positions[0], positions[-1]
    span = Domain(f"[{low:g}, {high:g}]", low, high)
    return int(np.argmin(np.abs(positions - _validate.number(name, value, span))))


def path(style: str, d: str) -> str:
    """A path that stays."""
    return f'<path class="{style}" d="{d}"/>'


def moving(style: str, d: str, transform: str | None = None) -> str:
    """A path that follows the slider: by its `transform` if any, else by `d`."""
    if transform:
        return f'<path class="{style}" d="{d}" data-transform="{transform}"/>'
    return f'<path class="{style}" data-d="{d}"/>'


def bar(style: str, left: float, width: float, height: str, across: str = "1") -> str:
    """A filled bar from 0 to `height`; its width is `across` times `width`."""
    return (
        f'<rect class="{style}" x="{left:g}" width="{width:g}" height="1" '
        f'fill="currentcolor" data-transform="scale({across} {height})"/>'
    )


@dataclass(frozen=True)
class Axes:
    """A panel of the drawing, with linear scales from `x` and `y` to its units."""

    x: tuple[float, float]
    y: tuple[float, float]
    top: float
    height: float

    @property
    def scale(self) -> tuple[float, float]:
        """Units of the drawing for a step of 1 in x, and in y."""
        (left, right), (low, high) = self.x, self.y
        return (WIDTH - LEFT - RIGHT) / (right - left), self.height / (high - low)

    def units(self, x: Any, y: Any) -> tuple[Any, Any]:
        """Where a point of the data stands in the drawing."""
        across, down = self.scale
        return LEFT + (x - self.x[0]) * across, self.top + (self.y[1] - y) * down

    def panel(self, *parts: str, room: float = 7) -> str:
        """Paths in units of the data; an inner svg clips them at the panel's edge."""
        across, down = self.scale
        zero = "{:g} {:g}".format(*self.units(0, 0))
        x, y = LEFT - room, self.top - room
        width, height = WIDTH - LEFT - RIGHT + 2 * room, self.height + 2 * room
        return (
            f'<svg x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" '
            f'viewBox="{x:g} {y:g} {width:g} {height:g}">'
            f'<g transform="matrix({across:g} 0 0 {-down:g} {zero})">'
            f"{''.join(parts)}</g></svg>"
        )

    def curve(self, x: np.ndarray, y: np.ndarray) -> str:
        """The `d` of a function's graph, with no more points than the eye needs."""
        # Tenths of a unit: ties between them fall alike on every processor.
        across, down = np.round(self.units(x, y), 1)
        near = np.abs(down - self.top - self.height / 2) < self.height / 2 + 10
        x, y, across, down = x[near], y[near], across[near], down[near]
        kept = _kept(across, down)
        steps = 10 ** np.ceil(np.log10(np.multiply(10, self.scale)))
        return _relative(x[kept], y[kept], steps)

    def text(self, x: float, y: float, words: str, style: str = "") -> str:
        """Words at a point of the data."""
        return _text(*self.units(x, y), words, style)

    def grid(
        self,
        xticks: Mapping[str, float],
        yticks: Mapping[str, float],
        xlabel: str,
        ylabel: str,
    ) -> str:
        """Grid lines, their numbers, and what the axes are; ticks are {text: value}."""
        (left, right), (low, high) = self.x, self.y
        lines = "".join(
            [f"M{x:g} {low:g}V{high:g}" for x in xticks.values()]
            + [f"M{left:g} {y:g}H{right:g}" for y in yticks.values()]
        )
        bottom, middle = self.top + self.height, (WIDTH + LEFT - RIGHT) / 2
        numbers = [
            _text(self.units(x, low)[0], bottom + 16, minus(text), "tick")
            for text, x in xticks.items()
        ] + [
            _text(LEFT - 7, self.units(left, y)[1] + 4, minus(text), "left")
            for text, y in yticks.items()
        ]
        names = [
            _text(middle, bottom + 33, xlabel, "tick"),
            _text(LEFT - 5, self.top - 10, ylabel),
        ]
        return self.panel(path("grid", lines)) + "".join(numbers + names)


def minus(text: str) -> str:
    """Text of a number, with a true minus sign."""
    return text.replace("-", "−")


def _widest(texts):
    """The text that needs most room, in digits' widths; each of its digits is a 0."""
    width = dict.fromkeys(" .,:ijlrt", 0.5) | dict.fromkeys("−mw", 1.5)
    zeros = sorted({re.sub(r"\d", "0", text) for text in texts})
    return max(zeros, key=lambda text: sum(width.get(c, 1) for c in text))


def _text(x, y, words, style=""):
    return f'<text class="{style}" x="{x:g}" y="{y:g}">{words}</text>' if words else ""


def _kept(x, y, first=0):
    """Indices of the points that a line between their neighbours cannot replace."""
    chord = y[0] + (y[-1] - y[0]) * (x - x[0]) / (x[-1] - x[0])
    worst = int(np.argmax(np.abs(y - chord)))
    if abs(y[worst] - chord[worst]) <= THIN:
        return [first, first + len(x) - 1]
    before = _kept(x[: worst + 1], y[: worst + 1], first)
    return before[:-1] + _kept(x[worst:], y[worst:], first + worst)


def _relative(x, y, steps):
    """A path of relative moves, in whole steps so that no rounding adds up."""
    whole = np.rint(np.column_stack([x, y]) * steps)
    start, moves = whole[0] / steps, np.diff(whole, axis=0) / steps
    numbers = " ".join(f"{move:g}" for move in moves.ravel())
    d = f"M{start[0]:g} {start[1]:g}l{numbers}".replace(" -", "-")
    return re.sub(r"(?<!\d)0\.", ".", d)


@dataclass(frozen=True, repr=False)
class Figure:
    """A figure with a slider, for a notebook and for a page.

    Attributes
    ----------
    name : str
        Under which `words.toml` has its words.
    drawing, height : str, float
        Content of the svg, and its height.
    start : int
        Position of the slider at which the still stands.
    columns : mapping
        {field: one text for each position}, all of one length.
    """

    name: str
    drawing: str
    height: float
    start: int
    columns: Mapping[str, Sequence[str]]

    @property
    def words(self) -> dict[str, Any]:
        """Title, description and the like."""
        return WORDS[self.name]

    def filled(self, template: str, i: int | None = None) -> str:
        """`template` for the eye: its fields as they are at position `i`."""
        i = self.start if i is None else i
        return template.format(
            **{k: minus(texts[i]) for k, texts in self.columns.items()}
        )

    def __repr__(self) -> str:
        """The still in words: for a terminal, and for nbval to compare."""
        lines = [self.filled(line) for _, line in self.words["lines"]]
        return "\n  ".join([self.words["title"], *lines])

    def _repr_html_(self):
        """For a notebook: a still until its cell runs, then the figure.

        Before that, JupyterLab and others take styles and scripts out of an output, and
        leave bare text: so the figure travels as the text of a script.
        """
        return (
            '<div class="bce-output"><p>Run this cell to see the figure.</p>'
            f'<img width="{WIDTH}" alt="{self.words["title"]}" src="{self._image()}"/>'
            f'<script type="text/html">{self._figure()}</script>'
            f"<script>{_asset('figure.js')}</script></div>"
        )

    def _image(self):
        """The still as the address of an image, black on white."""
        image = (
            '<svg xmlns="http://www.w3.org/2000/svg" class="bce-interactive" '
            'style="background:white;font-family:sans-serif" '
            f'viewBox="0 0 {WIDTH} {self.height:g}">'
            f"<style>{_asset('drawing.css')}</style>{self._still()}</svg>"
        )
        return "data:image/svg+xml;base64," + b64encode(image.encode()).decode()

    def _figure(self):
        words = self.words
        columns = " ".join(f'data-{k}="{"|".join(v)}"' for k, v in self.columns.items())
        last = len(next(iter(self.columns.values()))) - 1
        return (
            f'<figure class="bce-interactive" {columns}>'
            f"<figcaption>{words['hint']}</figcaption>"
            f'<svg viewBox="0 0 {WIDTH} {self.height:g}" role="img">'
            f"<title>{words['title']}</title><desc>{words['description']}</desc>"
            f"<style>{_asset('drawing.css')}{_asset('figure.css')}</style>"
            f"{self._still()}</svg>"
            f"<label><span>{words['control']}</span>"
            f'<input class="blue" type="range" max="{last}" value="{self.start}" '
            # In JupyterLab the arrow keys move the slider, and not from cell to cell.
            'data-lm-suppress-shortcuts="true" '
            f'aria-valuetext="{self.filled(words["lines"][0][1])}" '
            'autocomplete="off" disabled="disabled"/></label>'
            # The slider speaks the first line: a live region would say it twice.
            f'<output aria-live="off">{self._lines()}</output>{self._table(last)}'
            "</figure>"
        )

    def _still(self):
        now = {key: texts[self.start] for key, texts in self.columns.items()}
        return re.sub(
            r'data-(d|transform)="([^"]*)"',
            lambda part: f'{part[0]} {part[1]}="{part[2].format(**now)}"',
            self.drawing,
        )

    def _lines(self):
        """Each line, and beside it the words that need most room at any position.

        The stylesheet lays those unseen under the line: it wraps the same everywhere.
        """
        fields = {k: f'<b data-show="{k}">{{{k}}}</b>' for k in self.columns}
        widest = {k: _widest(map(minus, texts)) for k, texts in self.columns.items()}
        return "".join(
            f'<span class="{style}" data-widest="{template.format(**widest)}">'
            f"<span>{self.filled(template.format(**fields))}</span></span>"
            for style, template in self.words["lines"]
        )

    def _table(self, last):
        table = self.words["table"]
        head = "".join(f"<th>{heading}</th>" for heading in table)
        cells = "".join(f"<td>{{{field}}}</td>" for field in table.values())
        rows = sorted({*np.linspace(0, last, 7).astype(int).tolist(), self.start})
        body = "".join(f"<tr>{self.filled(cells, i)}</tr>" for i in rows)
        return (
            "<details><summary>The numbers as a table</summary>"
            # On a narrow screen it scrolls, so the keyboard must reach it.
            '<div role="group" aria-label="Numbers" tabindex="0"><table>'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></details>"
        )


@cache
def _asset(name):
    """A script or a style without its comments and needless spaces."""
    text = FOLDER.joinpath(name).read_text(encoding="utf-8")
    bare = re.sub(r"(?m)^\s*(//|/\*).*\n", "", text)
    return re.sub(r"\s*([{};\n])\s*", r"\1", bare).strip()
