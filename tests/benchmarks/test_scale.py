"""Scale: the benchmark runs on little data, and what it wrote is whole and flat."""

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest

from bcelib import metrics, models
from benchmarks import scale

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results"


@pytest.mark.parametrize("piece", [1, 7, 100, 1000])
def test_the_log_loss_of_a_file_is_that_of_its_numbers(tmp_path, piece):
    scale.write_data(tmp_path, 100)
    z = np.fromfile(tmp_path / "logits", float)
    y = np.fromfile(tmp_path / "labels", np.int8)
    assert len(z) == len(y) == 100
    assert {*y} == {0, 1}
    total = scale.log_loss_of_file(tmp_path, piece)
    assert total.count == 100
    assert total.mean == pytest.approx(metrics.log_loss_with_logits(z, y), rel=1e-15)


def test_a_large_file_repeats_a_block(tmp_path, monkeypatch):
    monkeypatch.setattr(scale, "BLOCK", 10)
    scale.write_data(tmp_path, 30)
    z = np.fromfile(tmp_path / "logits", float).reshape(3, 10)
    assert (z == z[0]).all()


def test_small_sizes_give_rows():
    (small,) = scale.streamed(sizes=(1000,))
    assert (small["n"], small["data_mb"]) == (1000, 0.0)
    making, fitted = scale.fitted(rows=(2000,), workers=(2,), chunk=500)
    assert making["loss"] is None
    blocks = [scale.examples(500, block) for block in range(4)]
    X, y = (np.concatenate(each) for each in zip(*blocks, strict=True))
    expected = models.fit(X, y, tolerance=None, max_passes=3).losses[-1]
    assert fitted["loss"] == pytest.approx(expected, rel=1e-12)
    assert small.keys() == fitted.keys()
    for row in (small, fitted):
        assert row["seconds"] > 0
        assert row["peak_mib"] > 20


# ---- the results that are shown ------------------------------------------------------


@pytest.fixture(scope="module")
def table():
    with (RESULTS / "scale.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_size_and_every_number_of_workers_was_measured(table):
    measured = {(r["task"], int(r["n"]), int(r["workers"])) for r in table}
    assert measured == {("log loss of a file", n, 1) for n in scale.SIZES} | {
        ("pass of a fit", n, w) for n in scale.ROWS for w in scale.WORKERS
    } | {("making its examples", scale.ROWS[-1], w) for w in scale.WORKERS}


def test_time_for_a_value_is_the_time_over_the_values(table):
    for r in table:
        features = 1 if r["task"] == "log loss of a file" else scale.FEATURES
        seconds = float(r["ns_per_value"]) * 1e-9 * int(r["n"]) * features
        assert math.isclose(seconds, float(r["seconds"]), rel_tol=0.01, abs_tol=1e-4)


def test_the_record_says_where_and_with_what():
    about = json.loads((RESULTS / "scale.json").read_text(encoding="utf-8"))
    assert about["date"] >= "2026-01-01"
    assert about["processor"]
    assert {"bcelib", "numpy", "dask", "distributed"} == about["distributions"].keys()
