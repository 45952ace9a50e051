"""The race: what it times is right, and what it wrote is whole. No time is judged."""

import csv
import itertools
import json
import re
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from equipment import need

from benchmarks import report, speed
from benchmarks.contenders import CONTENDERS, QUANTITIES

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
NEEDS = {
    "PyTorch": "torch",
    "PyTorch by hand": "torch",
    "Optax": "optax",
    "scikit-learn": "sklearn",
}


def table(name):
    with (BENCHMARKS / "results" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("dtype", speed.DTYPES)
@pytest.mark.parametrize("contender", CONTENDERS[:-1], ids=lambda c: c.name)
def test_every_contender_computes_the_same(contender, dtype):
    need(NEEDS.get(contender.name, "scipy"))
    z = np.linspace(-5, 5, 31).astype(dtype)
    y = (np.arange(31) % 2).astype(dtype)
    results = {name: call() for name, call in contender.calls(z, y, 1).items()}
    mean, gradient = results["both"]
    values = np.logaddexp(0, z.astype(float)) - y * z
    slopes = 1 / (1 + np.exp(-z.astype(float))) - y
    close = {"rtol": 1e-4 if dtype == "float32" else 1e-10, "atol": 0}
    np.testing.assert_allclose(np.asarray(results["loss"]), values, **close)
    alone = results["gradient"]
    alone = alone[-1] if isinstance(alone, tuple) else alone
    np.testing.assert_allclose(np.asarray(alone), slopes, **close)
    np.testing.assert_allclose(float(mean), values.mean(), **close)
    np.testing.assert_allclose(np.asarray(gradient), slopes / 31, **close)
    assert np.asarray(gradient).dtype == dtype


@pytest.mark.parametrize("dtype", speed.DTYPES)
@pytest.mark.parametrize("contender", CONTENDERS[:-1], ids=lambda c: c.name)
def test_every_contender_takes_numbers(contender, dtype):
    need(NEEDS.get(contender.name, "scipy"))
    z, y = speed.data(speed.NUMBER, dtype)
    assert type(z) is type(y) is {"float64": float, "float32": np.float32}[dtype]
    results = {name: call() for name, call in contender.calls(z, y, 1).items()}
    value, slope = np.logaddexp(0, float(z)) - y * z, 1 / (1 + np.exp(-float(z))) - y
    alone = results["gradient"]
    alone = alone[-1] if isinstance(alone, tuple) else alone
    for found, true in [
        (results["loss"], value),
        (alone, slope),
        *zip(results["both"], (value, slope), strict=True),
    ]:
        assert np.asarray(found).dtype == dtype
        assert np.asarray(found).item() == pytest.approx(true, rel=1e-5)


def test_the_race_runs_on_a_tiny_grid(monkeypatch):
    monkeypatch.setattr(speed, "SAMPLE", 1e-6)
    monkeypatch.setattr(speed, "ROUNDS", 2)
    racers = [c for c in CONTENDERS if c.name in ("bcelib", "np.exp")]
    rows = list(speed.speed(1, sizes=(1, 3), contenders=racers))
    assert len(rows) == 2 * 2 * len(QUANTITIES) * len(racers)
    for row in rows:
        assert 0 < float(row["best_us"]) <= float(row["median_us"])


def test_rounds_are_interleaved(monkeypatch):
    monkeypatch.setattr(speed, "SAMPLE", 0)
    monkeypatch.setattr(speed, "ROUNDS", 3)
    called = []
    calls = {name: lambda name=name: called.append(name) for name in "abc"}
    speed.race(calls, time.perf_counter)
    assert "".join(called).endswith("aabbcc" * 3)  # once to wake, then timed


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux's /proc")
def test_memory_is_that_of_the_result_and_no_more():
    for row in speed.in_a_process("memory", "bcelib", 1):
        assert 7.5 < float(row["bytes_per_logit"]) < 9


def test_every_cell_is_there_once():
    names = [c.name for c in CONTENDERS]
    rows = table("speed.csv")
    cells = [
        (int(r["threads"]), r["dtype"], r["quantity"], int(r["n"]), r["library"])
        for r in rows
    ]
    assert len(cells) == len(set(cells))
    assert set(cells) == {
        (threads, dtype, quantity, n, name)
        for threads in speed.THREADS
        for dtype in speed.DTYPES
        for quantity in QUANTITIES
        for n in speed.SIZES
        for name in names
    }
    assert all(0 < float(r["best_us"]) <= float(r["median_us"]) for r in rows)
    used = {(r["quantity"], r["library"]) for r in table("memory.csv")}
    assert used == {(quantity, name) for quantity in QUANTITIES for name in names}


def test_every_call_is_there_once():
    rows = table("calls.csv")
    cells = [speed.key(row) for row in rows]
    assert len(cells) == len(set(cells))
    grid = itertools.product((1,), speed.DTYPES, QUANTITIES, speed.CALLS)
    assert set(cells) == {(*cell, c.name) for cell in grid for c in CONTENDERS}
    assert all(0 < float(r["best_us"]) <= float(r["median_us"]) for r in rows)


def test_a_call_is_compared_with_the_fastest_function_that_a_peer_has(monkeypatch):
    others = {"np.exp": 1e-8, "SciPy": 1e-7, "PyTorch by hand": 1e-7}
    cells = {
        (1, dtype, quantity, n): others
        | {"PyTorch": 2e-6, "Optax": 3e-6, "scikit-learn": 4e-6, "bcelib": 8e-6}
        for dtype in ("float64", "float32")
        for quantity in QUANTITIES
        for n in speed.CALLS
    }
    cells[1, "float32", "both", 256] |= {"scikit-learn": 1e-6}
    monkeypatch.setattr(report, "times", lambda name: cells)
    lines = report.calls().replace(report.SPACE, " ").splitlines()
    assert lines[0].endswith("a number 4.0, one element 4.0, 256 elements 8.0.")
    assert "| loss of a number, float64 | 8.00 µs | 2.00 µs, PyTorch | 4.0 |" in lines
    assert lines[-1] == (
        "| both of 256 elements, float32 | 8.00 µs | 1.00 µs, scikit-learn | 8.0 |"
    )


@pytest.mark.parametrize("words", [("call",), ("calls", "all")])
def test_what_is_not_measured_is_refused(words, monkeypatch):
    monkeypatch.setattr(speed, "measure_calls", lambda: pytest.fail("measured"))
    with pytest.raises((SystemExit, TypeError)):
        speed.main(*words)


def test_the_pages_have_every_part_as_the_result_files_have_it():
    parts = []
    for path in report.PAGES:
        page = path.read_text(encoding="utf-8")
        assert report.rewritten(page) == page, "run python -m benchmarks.report"
        parts += re.findall(r"^% begin (.+)$", page, re.M)
        assert page.count("% end\n") == len(re.findall(r"^% begin ", page, re.M))
    assert sorted(parts) == sorted(report.PARTS)


def test_where_bcelib_is_behind_is_what_the_times_say(monkeypatch):
    ahead = dict.fromkeys(report.FASTER, 2.0) | {"bcelib": 1.0, "np.exp": 0.1}
    cells = {
        (1, "float64", "loss", 256): ahead | {"SciPy": 0.25, "Optax": 0.5},
        (2, "float32", "both", 10_000): ahead,
        (2, "float32", "gradient", 10_000): ahead | {"PyTorch by hand": 0.8},
    }
    monkeypatch.setattr(report, "times", lambda: cells)
    small, large = (report.behind(n) for n in (report.SMALL, report.LARGE))
    assert small.splitlines()[2:] == [
        "| 256 | float64 | loss | 1 | SciPy 4.0, Optax 2.0 |",
    ]
    assert large.splitlines()[2:] == [
        "| 10⁴ | float32 | gradient | 2 | PyTorch by hand 1.25 |",
    ]
    assert report.by_hand().startswith("In 1 of the 1 rows of the gradient")
    assert "up to 1.2 times" in report.by_hand()


def test_change_is_that_of_ratios():
    def run(times):
        cell = {"threads": 1, "dtype": "float64", "quantity": "loss", "n": 1}
        return [cell | {"library": k, "best_us": str(v)} for k, v in times.items()]

    before = run({"bcelib": 1, "PyTorch": 2, "SciPy": 4, "np.exp": 1})
    twice = run({"bcelib": 2, "PyTorch": 4, "SciPy": 8, "np.exp": 9, "new": 1})
    assert speed.change(before, twice) == {"0.5": 0, "0.9": 0}
    other = run({"bcelib": 1, "PyTorch": 1, "SciPy": 6})
    found = speed.change(before, other)
    assert found["0.5"] == pytest.approx(0.75)  # between 2 / 1 and 6 / 4
    assert speed.change(other, before) == found


def test_what_others_used_is_the_rest(monkeypatch):
    quiet = speed.Quiet()
    times = iter([(100.0, 50.0, 2.0, 7.0), (110.0, 62.0, 2.5, 16.0)])
    monkeypatch.setattr(quiet, "readings", lambda: next(times))
    with quiet:
        pass
    assert (quiet.others, quiet.host) == (0.3, 0.05)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux's /proc")
def test_own_work_is_counted_as_own():
    before = speed.Quiet().readings()
    end = time.process_time() + 0.2
    while time.process_time() < end:
        pass
    _, used, taken, own = np.subtract(speed.Quiet().readings(), before)
    assert own >= 0.18
    assert used >= own - 0.05  # two clocks, each with its ticks
    assert taken >= 0


@pytest.mark.parametrize(
    ("others", "host", "words"),
    [
        (0.0, 0.0, "^While .* other programs used 0.00 cores"),
        (0.05, 0.04, "^While .* took 0.04"),
        (0.1, 0.0, "^..Not fair yet... While .* other programs used 0.10 cores"),
        (0.0, 0.2, "^..Not fair yet"),
    ],
)
def test_the_page_says_what_else_ran(others, host, words, tmp_path, monkeypatch):
    about = {"cores_used_by_others": others, "cores_taken_by_host": host}
    (tmp_path / "speed.json").write_text(json.dumps(about))
    monkeypatch.setattr(report, "RESULTS", tmp_path)
    assert re.search(words, report.quiet())


def test_level_is_neither_ahead_nor_behind(monkeypatch):
    others = dict.fromkeys(report.FASTER, 2.0)
    cells = {
        (threads, "float64", "loss", n): others | {"bcelib": 1.0, "PyTorch": peer}
        for threads in (1, 2)
        for n, peer in {1: 0.5, 256: 0.95, 10**4: 1.05, 10**6: 1.2, 10**7: 0.8}.items()
    }
    monkeypatch.setattr(report, "times", lambda: cells)
    assert report.score().splitlines()[2:] == [
        "- n = 10⁴ or more, one core: ahead in 1 of 3 rows, level in 1, behind in 1.",
        "- n = 10⁴ or more, two cores: ahead in 1 of 3 rows, level in 1, behind in 1.",
        "- n = 1 or 256, one core: ahead in 0 of 2 rows, level in 1, behind in 1.",
        "- n = 1 or 256, two cores: ahead in 0 of 2 rows, level in 1, behind in 1.",
    ]
    for row in cells.values():
        row["PyTorch by hand"] = 0.5
    assert report.score().count("ahead in 0") == 4  # a formula by hand counts too


def test_the_first_failure_is_the_smallest_logit_that_loses_a_number(monkeypatch):
    lost = {"nan_from": "", "inf_from": "", "zero_from": ""}
    row = lost | {"dtype": "float32", "quantity": "loss", "label": "1.0"}
    rows = [
        row | {"library": "never"},
        row | {"library": "PyTorch", "zero_from": "33.3"},
        row | {"library": "PyTorch", "quantity": "gradient", "inf_from": "-16.5"},
        row | {"library": "PyTorch", "quantity": "hessian", "nan_from": "1"},
        row | {"library": "PyTorch", "label": "0.9", "zero_from": "2"},
        row | {"library": "PyTorch", "dtype": "float64", "zero_from": "3"},
    ]
    monkeypatch.setattr(report, "rows_of", lambda name: rows)
    assert report.first_failures("float32") == {"never": None, "PyTorch": 16.5}


def test_the_page_is_one_screen_of_words():
    page = report.PAGES[0].read_text(encoding="utf-8")
    _, _, page = page.partition("\n---\n")
    shown = re.sub(r"(?ms)<details>.*?</details>|<svg.*?</svg>|^% .*?$", " ", page)
    assert len(re.findall(r"\w+", re.sub(r"<[^>]+>", " ", shown))) <= 700


def test_the_findings_are_those_of_the_tables():
    found = {d: report.first_failures(d) for d in report.DTYPES}
    assert found["float64"]["textbook SciPy"] == pytest.approx(36.7, abs=0.05)
    assert found["float32"]["textbook SciPy"] == pytest.approx(16.6, abs=0.05)
    assert {found[d]["bcelib"] for d in found} == {None}
    worst = report.errors("float32", "worst_ulps").values()
    assert all(row["scikit-learn fused"] < row["bcelib"] for row in worst)
    half = report.errors("float64", "worst_ulps")["loss", 1.0]["scikit-learn fused"]
    assert half == pytest.approx(2**26, rel=0.01)
    for dtype in report.DTYPES:
        rows = report.errors(dtype, "worst_ulps").values()
        assert max(row["bcelib"] for row in rows) < 4
    for (*_, quantity, n), row in report.times().items():
        if quantity == "gradient":
            assert row["PyTorch by hand"] < row["bcelib"]
        if n in report.SMALL:
            assert min(row[name] for name in report.FASTER) < row["bcelib"]


def test_columns_without_a_large_error(monkeypatch):
    rows = {("loss", 0.0): {"a": 3.0, "b": 100.0}, ("loss", 1.0): {"a": 99.0, "b": 1.0}}
    monkeypatch.setattr(report, "errors", lambda dtype, measure: rows)
    assert report.never_far("worst_ulps") == "a (99)"
