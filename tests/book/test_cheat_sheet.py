"""The cheat sheet: each number, each stable form and each call does what it says."""

import importlib
import re
from pathlib import Path

import numpy as np
import pytest
import scipy.special
from equipment import need
from scipy.optimize import brentq, minimize_scalar

from bcelib import bernoulli, losses, numerics

PAGE = (Path(__file__).parents[2] / "book" / "cheat_sheet.md").read_text("utf-8")
NAMES = {**vars(np), **vars(numerics), "y": np.array([0.0, 1.0, 1.0])}
Z = np.array([-1.5, 0.25, 2.0])


def rows(section):
    """The cells of each row of a section's table, without its head."""
    text = PAGE.split(f"## {section}\n")[1].split("\n## ")[0]
    lines = re.findall(r"^\| (.*) \|$", text, re.MULTILINE)
    return [line.split(" | ") for line in lines[1:] if not set(line) <= set("-| ")]


def code(cell):
    return re.sub(r"^`|`$", "", cell)


def rounds_to_one(dtype):
    def above(z):
        return 0.5 - (1 / (1 + np.exp(dtype(-z))) == 1)

    return brentq(above, 10, 40, xtol=1e-6)


def focal(p):
    value = losses.focal_loss(float(numerics.logit(p)), np.array([1, 0]), gamma=2)
    return np.array([0.8, 0.2]) @ value


def weighted(z):
    both = losses.binary_cross_entropy_with_logits(z, np.array([1, 0]), pos_weight=10)
    return np.array([0.3, 0.7]) @ both


VALUES = {
    "loss of": [float(bernoulli.entropy(0.5))],
    "best constant": [*bernoulli.entropy([0.1, 0.01])],
    r"$\sigma(1)$": [*numerics.sigmoid([1, 2, 3])],
    "logit of 0.9": [*numerics.logit([0.9, 0.99, 0.999])],
    "`1 / (1 + exp(-z))`": [rounds_to_one(np.float64), rounds_to_one(np.float32)],
    "label smoothing": [float(numerics.logit(0.95)), float(bernoulli.entropy(0.95))],
    "focal loss": [minimize_scalar(focal, bounds=(0.5, 0.9), method="bounded").x],
    "`pos_weight`": [minimize_scalar(weighted).x, np.log(10)],
    "threshold": [1 / (1 + 9)],
}


@pytest.mark.parametrize("row", rows("Numbers to know"), ids=lambda row: row[0][:20])
def test_number(row):
    words, printed = row
    known = next(VALUES[start] for start in VALUES if words.startswith(start))
    numbers = re.findall(r"(?<!\w)\d+\.\d+", printed)
    assert len(numbers) == len(known)
    for number, value in zip(numbers, known, strict=True):
        assert round(value, len(number.partition(".")[2])) == float(number)


def test_every_number_is_on_the_sheet():
    assert len(rows("Numbers to know")) == len(VALUES)


@pytest.mark.parametrize("row", rows("Stable forms"), ids=lambda row: row[0])
def test_stable_form(row):
    naive, stable = map(code, row)
    names = NAMES | {"z": Z, "p": numerics.sigmoid(Z)}
    if naive.startswith("the loss"):
        expected = losses.binary_cross_entropy(names["p"], names["y"])
    else:
        expected = eval(naive, names)
    if "max(z) " in stable:  # Python's own, as NumPy's would be
        names = names | {"max": np.max}
    np.testing.assert_allclose(eval(stable, names), expected, rtol=1e-12)


@pytest.mark.parametrize("row", rows("Stable forms")[:3], ids=lambda row: row[0])
def test_where_the_other_form_fails(row):
    naive, stable = map(code, row)
    wrong_at = {"log(1 + exp(z))": 1000.0, "log(sigmoid(z))": -800.0}.get(naive, 50.0)
    names = NAMES | {"z": np.float64(wrong_at)}
    with np.errstate(all="ignore"):
        right, wrong = eval(stable, names), eval(naive, names)
    assert 0 < abs(right) < np.inf
    assert wrong in (0, np.inf, -np.inf)


@pytest.mark.parametrize("row", rows("In your library"), ids=lambda row: row[0])
def test_call(row):
    library, call = row[0], code(row[1])
    z, y, names = Z.astype(np.float32), NAMES["y"].astype(np.float32), {}
    module = {"PyTorch": "torch"}.get(library.split(",")[0], call.split(".")[0])
    need(module)
    if module == "torch":
        import torch

        names["F"], (z, y) = torch.nn.functional, map(torch.tensor, (z, y))
    names |= {module: importlib.import_module(module), "scipy": scipy, "z": z, "y": y}
    for name in ("bcelib.losses", "sklearn.metrics"):
        importlib.import_module(name)
    expected = losses.binary_cross_entropy_with_logits(Z, NAMES["y"])
    if library.endswith("mean"):
        expected = expected.mean()
    np.testing.assert_allclose(np.asarray(eval(call, names)), expected, rtol=1e-6)


def test_floors_of_a_sigmoid_applied_twice():
    twice = numerics.sigmoid(numerics.sigmoid([-np.inf, np.inf]))
    least = losses.binary_cross_entropy(twice, [0, 1])
    assert f"never below {least[1]:.3f} for label 1, {least[0]:.3f} for 0" in PAGE
