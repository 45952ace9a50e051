"""Every exhibit of the museum fails in the way told, and its line catches it."""

import ast
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from attempts import as_in_a_kernel, run
from notebook_file import Notebook

BOOK = Path(__file__).parents[2] / "book"
MUSEUM = Notebook.read(BOOK / "museum.ipynb")
EXHIBITS = [c.id.removesuffix("-test") for c in MUSEUM.code if c.id.endswith("-test")]
approx, isnan, log2 = pytest.approx, np.isnan, np.log(2)


@pytest.fixture(scope="module")
def museum():
    """What the notebook's cells define, and what each of them prints."""
    namespace, printed = {"__name__": "__main__"}, {}
    with as_in_a_kernel(BOOK), np.errstate():
        for cell in MUSEUM.code:
            printed[cell.id] = run(cell, namespace)
        yield SimpleNamespace(**namespace, printed=printed)


@pytest.mark.parametrize("name", EXHIBITS)
def test_line_passes_right_code_and_catches_the_exhibit(museum, name):
    assert museum.printed[f"{name}-test"] == "True False\n"


def trained(m, wrong, slope=None, **how):
    """The weights before the last step, of the program that an exhibit draws."""
    on = how.pop("on", (m.X, m.y))
    return m.train(wrong, slope, *on, **how)


def true(m, w):
    return m.right(m.X @ w, m.y).mean()


def stops(m, reach, loss=None, slope=None):
    """Whether training that begins well becomes NaN, where the right code does not."""
    path = trained(m, loss or m.right, slope, on=m.far_out(reach), rate=0.3)
    whole = trained(m, m.right, on=m.far_out(reach), rate=0.3)
    return 5 < len(path) < len(whole) == 41


def refuses(loss, z, label):
    with pytest.raises(ValueError, match=r"labels must be in \[0, 1\]"):
        loss(z, label)
    return True


# What is told of each exhibit, in its story and beside its picture.
TOLD = {
    "swapped": lambda m: (
        m.swapped(1.3, 1) == approx(m.right(1.3, 0))
        and np.mean(m.swapped(m.X @ (w := trained(m, m.swapped)[-1]), m.y))
        == approx(true(m, trained(m, m.right)[-1]))
        and true(m, w) > 2
    ),
    "minus": lambda m: (
        m.minus_lost(m.X @ trained(m, m.minus_lost)[20], m.y).mean() < -20
    ),
    "bracket": lambda m: m.bracket(3.0, 1) > 100 and m.twice(3.0, 1) < 0.1,
    "deviance": lambda m: (
        m.deviance(np.array([-20.0, 0, 20]), 0) == approx(log2)
        and m.deviance(-2.0, 1) == approx(m.right(-4.0, 1))
    ),
    "hinge": lambda m: (
        set(m.one_sided(np.linspace(-9, 9, 5), 0)) == {1}
        and (m.X @ trained(m, m.one_sided)[-1] > 0).all()
    ),
    "labels": lambda m: (
        m.unasked(2.0, 2) < 0
        and m.unasked(2.0, 1) == approx(m.right(2.0, 1))
        and refuses(m.right, 2.0, 2)
    ),
    "after": lambda m: (
        isnan(m.sigmoid_first(37.5, 1))
        and m.sigmoid_first(36.5, 1) > 0
        and m.sigmoid(np.float32(17.5)) == 1 > m.sigmoid(np.float32(16.5))
        and stops(m, 20, m.sigmoid_first)
    ),
    "clip": lambda m: isnan(m.clipped(20.0, 1)) and m.right(20.0, 1) > 0,
    "shift": lambda m: (
        m.shifted(-709.0, 0) < 1 < m.shifted(-711.0, 0) == np.inf
        and np.exp(np.float32(88)) < np.exp(np.float32(89)) == np.inf
        and stops(m, -400, m.shifted)
    ),
    "infinities": lambda m: (
        m.quotient(-700.0, 1) == -1
        and isnan(m.quotient(-1000.0, 1))
        and m.quotient(1.3, 1) == approx(m.right_slope(1.3, 1))
    ),
    "column": lambda m: (
        m.of_all_pairs(1.3, 1) == approx(m.right(1.3, 1))
        and true(m, trained(m, m.of_all_pairs)[-1]) == approx(0.686, abs=5e-4)
        and m.right(0.0, 1) == approx(0.69, abs=5e-3)
    ),
    "twice": lambda m: (
        0.5 <= m.sigmoid(m.sigmoid(-30.0)) < m.sigmoid(m.sigmoid(30.0)) < 0.7311
        and m.sigmoid_twice(700.0, 1) == approx(0.313, abs=5e-4)
        and m.sigmoid_twice(-700.0, 0) == approx(0.693, abs=5e-4)
    ),
    "clamped": lambda m: (
        m.no_sigmoid(-9.0, 1) == m.no_sigmoid(-1.0, 1) > 2 * 8
        and m.no_sigmoid(m.X @ [-2, -2, 0], m.y).mean() > 8
    ),
    "corner": lambda m: (
        (m.by_parts(0.0, 0), m.by_parts(0.0, 1)) == (0, -1)
        and m.by_parts(1.3, 1) == approx(m.right_slope(1.3, 1))
        and not np.any(
            trained(m, None, m.by_parts, on=(m.X[m.y == 0], 0 * m.y[m.y == 0]))
        )
    ),
    "floor": lambda m: m.floored(-50.0, 1) == approx(-1.9287e-10, rel=1e-4),
    "power": lambda m: (
        isnan(m.by_the_rule(40.0, 1))
        and m.by_the_rule(-1.3, 1) == approx(m.right_slope(-1.3, 1))
        and m.by_the_rule(1.3, 0, 2.0) == approx(m.losses.focal_loss_grad(1.3, 0))
        and stops(m, 20, slope=m.by_the_rule)
    ),
    "focus": lambda m: (
        m.easy_first(1.3, 1) == approx(m.losses.focal_loss(1.3, 1))
        and m.easy_first(9.0, 0) < 1e-6
        and (m.X @ trained(m, m.easy_first, rate=4)[-1] > 0).mean() > 0.9
    ),
    "smooth": lambda m: m.smoothed(1) + m.smoothed(0) == approx(1.1),
    "whole": lambda m: (
        m.weight_on_all(2.0, 1) == approx(m.weight_on_ones(2.0, 1))
        and m.weight_on_all(np.log(9), 0.9) < m.weight_on_all(np.log(9) + 0.1, 0.9)
        and m.weight_on_ones(np.log(9), 0.9) > m.weight_on_ones(np.log(9) + 0.1, 0.9)
    ),
    "means": lambda m: (
        true(m, trained(m, m.mean_of_means)[-1]) > true(m, trained(m, m.one_mean)[-1])
        and m.mean_of_means(m.X[:, 0], m.y, 100) == approx(m.one_mean(m.X[:, 0], m.y))
    ),
    "half": lambda m: (
        m.sigmoid(0.5) == approx(0.62, abs=5e-3) and not m.at_one_half(0.3, 1)
    ),
    "base": lambda m: (
        m.base_ten(0.0, 1) == approx(0.301, abs=5e-4)
        and m.right(5.0, 0) / m.base_ten(5.0, 0) == approx(2.303, abs=5e-4)
        and -np.log10(0.01) == approx(2)
    ),
    "bin": lambda m: (
        m.eleven_bins(*m.two) == approx(0.525)
        and m.ten_bins(np.r_[[0.95] * 100, [1] * 5], np.r_[[1] * 100, [0] * 5]) < 1e-12
    ),
    "vision": lambda m: (
        m.with_another_minus(1.3, 1) == approx(-m.losses.focal_loss(1.3, 1))
    ),
    "factor": lambda m: (
        abs(m.once_too_often(-5.0, 1)) < 0.01 < abs(m.right_slope(-5.0, 1))
    ),
}


@pytest.mark.parametrize("name", EXHIBITS)
def test_exhibit_fails_in_the_way_told(museum, name):
    assert TOLD[name](museum)


def test_every_exhibit_is_told_once():
    assert [*TOLD] == EXHIBITS
    assert len(EXHIBITS) > 16


def test_four_lines_pass_the_right_loss_and_catch_every_other(museum):
    first, *others = museum.printed["four-lines"].splitlines()
    assert first == ". . . . right"
    assert len(others) > 10
    assert all("X" in row for row in others)


# ---- the plan, and the labels on the walls ------------------------------------------


def anchor(heading):
    return heading.lower().replace(" ", "-")


def line_of(name):
    """The line of an exhibit, as it stands in its cell."""
    (returned,) = MUSEUM.cell(f"{name}-test").nodes(ast.Return)
    return ast.unparse(returned.value)


def test_floor_plan_leads_to_each_exhibit_and_has_its_line():
    row = r"(?m)^- .+: \[(.+)\]\(#(.+)\)\.\\\n  `(.+)`$"
    planned = re.findall(row, MUSEUM.cells[0].source)
    stories = [MUSEUM.cell(f"{name}-story").source for name in EXHIBITS]
    titles = [story.partition("\n")[0].removeprefix("### ") for story in stories]
    assert [title for title, _, _ in planned] == titles
    assert [where for _, where, _ in planned] == [*map(anchor, titles)]
    lines = [ast.unparse(ast.parse(line, mode="eval")) for _, _, line in planned]
    assert lines == [*map(line_of, EXHIBITS)]


@pytest.mark.parametrize("name", EXHIBITS)
def test_label_names_source_year_and_fate(name):
    label = MUSEUM.cell(f"{name}-story").source.split("\n")[2]
    source = r"\*\[[^\]]+\]\(https://github\.com/[^)]+/(issues|pull)/\d+\), .*\b20\d\d"
    assert re.match(source, label)
    assert re.search(r"\b(mended|open|kept|right as it was)\b", label)
