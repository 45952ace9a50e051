"""Threads share the blocks of long arrays, and change no bit of what comes out."""

import threading

import numpy as np
import pytest

from bcelib import _blocks, losses

N = _blocks.BLOCK * 26 + 5  # 13 blocks of float32
rng = np.random.default_rng(5)
Z = rng.normal(scale=30, size=N)
Z[[7, -3]] = 800.0, -np.inf
Y = rng.integers(0, 2, N).astype(float)
Y[-3] = 0.0
FUNCTIONS = [
    losses.binary_cross_entropy_with_logits,
    losses.binary_cross_entropy_with_logits_grad,
    losses.binary_cross_entropy_with_logits_value_and_grad,
]


@pytest.fixture
def seen(monkeypatch):
    """The names of the threads that checked a block."""
    names, check = set(), _blocks._check

    def spy(*arguments):
        names.add(threading.current_thread().name)
        check(*arguments)

    monkeypatch.setattr(_blocks, "_check", spy)
    return names


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_no_bit_depends_on_the_threads(function, dtype, monkeypatch, seen):
    z, y = Z.clip(-60_000, 60_000).astype(dtype), Y.astype(dtype)
    results = []
    for threads in (1, 2, 3):
        monkeypatch.setenv("OMP_NUM_THREADS", str(threads))
        seen.clear()
        results.append(np.hstack(function(z, y)))
        assert min(threads, 2) <= len(seen) <= threads  # one may do two shares
    assert np.isfinite(results[0]).all()
    np.testing.assert_array_equal(results[1], results[0])
    np.testing.assert_array_equal(results[2], results[0])


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("labels", [0, 1.0, np.float64(0.25), (Y > 0.5), Y.astype(int)])
def test_scalars_and_other_dtypes(function, labels, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    z = Z.clip(-700, 700)
    whole = np.broadcast_to(np.asarray(labels, float), z.shape)
    with np.errstate(all="raise"):  # no thread warns, whatever the caller wants
        got = np.hstack(function(z, labels))
    parts = [
        np.hstack(losses.binary_cross_entropy_with_logits(z[i::4], whole[i::4]))
        for i in range(4)
    ]
    if function is FUNCTIONS[0]:
        for i, part in enumerate(parts):
            np.testing.assert_array_equal(got[i::4], part)
    np.testing.assert_array_equal(got, np.hstack(function(z, whole.copy())))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_limits_of_arithmetic_are_quiet_in_every_thread(function, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    assert np.isfinite(np.hstack(function(Z, Y))).all()  # a warning would be an error


def test_a_bad_value_in_a_later_thread_is_named(monkeypatch, seen):
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    z = Z.copy()
    z[-1] = np.nan
    with pytest.raises(ValueError, match=rf"logits.*\[{N - 1}\]"):
        losses.binary_cross_entropy_with_logits(z, Y)
    assert len(seen) == 2


def test_short_arrays_and_strided_ones_stay_in_one_thread(monkeypatch, seen):
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    losses.binary_cross_entropy_with_logits(Z[: _blocks.BLOCK * 4], 1)
    losses.binary_cross_entropy_with_logits(Z[::2], 1)
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("value", "threads"), [("3", 3), (" 2 ", 2), ("4,2", 4), ("1", 1)]
)
def test_omp_num_threads_is_read_as_others_read_it(value, threads, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", value)
    assert _blocks._threads() == threads


@pytest.mark.parametrize("value", ["", "0", "-1", "many"])
def test_else_the_cores_count(value, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", value)
    assert _blocks._threads() >= 1
    monkeypatch.setattr(
        "os.sched_getaffinity", lambda process: {0, 1, 2}, raising=False
    )
    assert _blocks._threads() == 3
