"""Draw which chapter needs which, from the chapters' own *You need* lines.

```{course-map}
```

Chapters stand one below the other in the order of the course, each as a dot in a lane.
A line leads from a chapter to one that needs it. What is needed already by something
that is needed has no line of its own; each row names all that its chapter needs.
"""

import json
import re
import textwrap
from html import escape
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

ROW, LANE, WIDTH, LETTERS = 56, 15, 288, 26  # pixels, and letters in a line of a title


def chapters_of(folder: Path) -> dict[int, tuple[str, str, list[int]]]:
    """{number: (file name, title, numbers of the chapters that it needs)}."""
    found = {}
    for path in sorted(folder.glob("[0-9][0-9]_*.ipynb")):
        first = json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"]
        head = "".join(first)
        title = re.search(r"^# \d+ · (.+)$", head, re.MULTILINE)
        needs = re.search(r"^\*\*You need\*\* .+$", head, re.MULTILINE)
        if not title or not needs:
            raise ValueError(
                f"{path.name} does not open with `# N · ` and **You need**"
            )
        numbers = re.findall(r"\((\d\d)_\w+\.ipynb\)", needs[0])
        found[int(path.stem[:2])] = path.stem, title[1], sorted(map(int, numbers))
    for number, (name, _, needs) in found.items():
        for each in needs:
            if each not in found or each >= number:
                raise ValueError(f"{name} needs chapter {each}, which is not before it")
    return found


def direct(needs: dict[int, list[int]]) -> list[tuple[int, int]]:
    """The pairs (needed, needing) that follow from no others."""
    behind: dict[int, set[int]] = {}  # all that a chapter rests on
    for number, own in needs.items():
        behind[number] = set(own).union(*(behind[each] for each in own))
    return [
        (each, number)
        for number, own in needs.items()
        for each in own
        if not any(each in behind[other] for other in own)
    ]


def lanes(numbers: list[int], pairs: list[tuple[int, int]]) -> tuple[dict, dict]:
    """A lane for each chapter's dot, and one for each pair's line, so that none meet.

    A chapter goes on in the lane of one that it needs, where that is free, or else
    takes the first lane that nothing passes through.
    """
    dots: dict[int, int] = {}
    lines: dict[tuple[int, int], int] = {}
    taken: dict[int, int] = {}  # the last row to which a lane is taken

    def free(row: int, *wanted: int) -> int:
        all_lanes = (*wanted, *range(len(pairs) + 1))
        return next(lane for lane in all_lanes if taken.get(lane, 0) <= row)

    for number in numbers:
        mine = [lines[pair] for pair in pairs if pair[1] == number]
        dots[number] = min(mine) if mine else free(number)
        for pair in sorted(pair for pair in pairs if pair[0] == number):
            lines[pair] = free(number, dots[number])
            taken[lines[pair]] = pair[1]
    return dots, lines


def listed(numbers: list[int]) -> str:
    *most, last = map(str, numbers)
    return f"{', '.join(most)} and {last}" if most else last


def draw(chapters: dict[int, tuple[str, str, list[int]]]) -> str:
    """The map as SVG, which is read and clicked like a list."""
    needs = {number: own for number, (_, _, own) in chapters.items()}
    pairs = direct(needs)
    dots, lines = lanes(list(chapters), pairs)
    edge = LANE * (max([*dots.values(), *lines.values()]) + 1) + 4

    def x(lane: int) -> float:
        return LANE * (lane + 0.5)

    def y(number: int) -> float:
        return ROW * (number - 0.5)

    parts = []
    for (start, end), lane in lines.items():
        first, middle, last = x(dots[start]), x(lane), x(dots[end])
        top, bottom = y(start), y(end)
        path = f"M{first} {top}"
        if middle != first:  # out of the way of what goes on in the same lane
            bend = top + ROW / 2
            path += f"C{first} {bend} {middle} {bend} {middle} {top + ROW}"
        if middle != last:
            bend = bottom - ROW / 2
            path += f"V{bottom - ROW}C{middle} {bend} {last} {bend} {last} {bottom}"
        else:
            path += f"V{bottom}"
        parts.append(f'<path class="lane-{lane % 5}" d="{path}"/>')
    for number, (name, title, own) in chapters.items():
        top, *rest = textwrap.wrap(f"{number} · {title}", LETTERS)
        said = f"needs {listed(own)}" if own else "needs no other"
        height = y(number) - 8 * len(rest)
        text = f'<tspan x="{edge}" y="{height - 2}">{escape(top)}</tspan>'
        for line in rest:
            height += 16
            text += f' <tspan x="{edge}" y="{height - 2}">{escape(line)}</tspan>'
        parts.append(
            f'<circle class="lane-{dots[number] % 5}" cx="{x(dots[number])}" '
            f'cy="{y(number)}" r="5"/><a href="{name}.html"><text>{text}</text></a>'
            f'<text class="needs" x="{edge}" y="{height + 13}">{said}</text>'
        )
    size = f"0 0 {WIDTH} {ROW * len(chapters)}"
    return (
        f'<svg class="course-map" viewBox="{size}" role="group" '
        f'aria-label="The chapters, and which each needs">{"".join(parts)}</svg>'
    )


def folder_of_chapters(env: BuildEnvironment) -> Path:
    """The folder of the page, which is read again when a chapter beside it changes."""
    folder = Path(env.doc2path(env.docname)).parent
    for chapter in folder.glob("[0-9][0-9]_*.ipynb"):
        env.note_dependency(str(chapter))
    return folder


class CourseMap(Directive):
    """The map of the chapters that stand beside the page."""

    def run(self) -> list[nodes.Node]:
        folder = folder_of_chapters(self.state.document.settings.env)
        try:
            chapters = chapters_of(folder)
        except ValueError as fault:
            raise self.error(str(fault)) from None
        return [nodes.raw("", draw(chapters), format="html")]


def setup(app: Sphinx) -> dict:
    app.add_directive("course-map", CourseMap)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
