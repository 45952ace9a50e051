"""The committed accuracy tables: complete, and still true of bcelib."""

import csv
from pathlib import Path

import mpmath
import numpy as np
import pytest

from benchmarks import peers
from benchmarks.accuracy import LABELS, QUANTITIES, SHOWN, measure
from benchmarks.peers import PEERS
from benchmarks.reference import in_ulps, truths

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
DTYPES = {"float64": np.float64, "float32": np.float32, "float16": np.float16}


def table(name):
    with (BENCHMARKS / "results" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_accuracy_has_every_cell_once():
    cells = [
        (row["dtype"], row["quantity"], float(row["label"]), row["library"])
        for row in table("accuracy.csv")
    ]
    expected = {
        (dtype.__name__, quantity, label, peer.name)
        for peer in PEERS
        for dtype in peer.dtypes
        for quantity in QUANTITIES
        for label in LABELS
    }
    assert len(cells) == len(set(cells))
    assert set(cells) == expected


def test_failure_points_has_every_point_and_bcelib_returns_what_it_says():
    rows = table("failure_points.csv")
    points = {(r["dtype"], float(r["z"]), int(r["label"])) for r in rows}
    for label in (0, 1):
        assert {z for d, z, y in points if (d, y) == ("float64", label)} == set(SHOWN)
    for row in rows:
        dtype = DTYPES[row["dtype"]]
        z, y = np.array([row["z"]], dtype), np.array([row["label"]], dtype)
        computed = dict(zip(QUANTITIES, peers.bcelib(z, y), strict=True))
        truth = truths(z, y, dtype)[row["quantity"]]
        assert truth.errors(computed[row["quantity"]]) <= 4, row
        assert truth.errors(np.array([row["bcelib"]], dtype)) <= 4, row
        if "exp" not in row["true"]:
            assert truth.errors(np.array([row["true"]], dtype)) <= 0.5, row


@pytest.mark.parametrize(
    "column", [peers.bcelib, peers.naive_numpy, peers.clipped_numpy, peers.scipy]
)
def test_columns_agree_where_nothing_is_difficult(column):
    z = np.linspace(-3, 3, 13)
    y = np.full_like(z, 0.25)
    p = 1 / (1 + np.exp(-z))
    loss, gradient, hessian = column(z, y)
    np.testing.assert_allclose(loss, np.logaddexp(0, z) - y * z, rtol=1e-14)
    np.testing.assert_allclose(gradient, p - y, rtol=1e-13, atol=1e-16)
    np.testing.assert_allclose(hessian, p * (1 - p), rtol=1e-13)


def test_measure_names_the_worst_point_and_what_was_lost():
    z = np.array([1.0, -2.0, 3.0, 40.0])
    truth = in_ulps([mpmath.mpf(1)] * 4, float)
    cell = measure(np.array([1, 1 + 2**-50, 0, np.nan]), truth, z)
    assert (cell["worst_ulps"], cell["worst_at"]) == ("inf", "40.0")
    lost = ["nan_from", "inf_from", "zero_from"]
    assert [cell[kind] for kind in lost] == ["40.0", "", "3.0"]
    cell = measure(np.array([1, 1 + 2**-50, 1, 1]), truth, z)
    assert (cell["worst_ulps"], cell["worst_at"]) == ("4", "-2.0")
    assert [cell[kind] for kind in lost] == ["", "", ""]
