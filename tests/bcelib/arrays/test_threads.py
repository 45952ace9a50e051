"""Threads share the blocks of long arrays, and change no bit of what comes out."""

import threading

import numpy as np
import pytest

from bcelib import losses
from bcelib._arrays import blocks as _blocks

N = _blocks.BLOCK * 14 + 5  # 8 blocks of float32
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


def joined(result):
    """A value and a gradient as one array; anything else as it is."""
    return np.append(*result) if isinstance(result, tuple) else result


@pytest.fixture
def share(monkeypatch):
    """Sets the number of threads, and has each wait until all are at work."""

    def share_among(threads):
        monkeypatch.setenv("OMP_NUM_THREADS", str(threads))
        seen, all_there = set(), threading.Barrier(threads)

        def spy(*arguments):
            name = threading.current_thread().name
            if name not in seen:
                seen.add(name)
                all_there.wait(60)
            check(*arguments)

        monkeypatch.setattr(_blocks, "_check", spy)
        return seen

    check = _blocks._check
    return share_among


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_no_bit_depends_on_the_threads(function, dtype, share):
    z, y = Z.clip(-60_000, 60_000).astype(dtype), Y.astype(dtype)
    results = []
    for threads in (1, 2, 3):
        seen = share(threads)
        results.append(joined(function(z, y)))
        assert len(seen) == threads
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
        got = joined(function(z, labels))
    parts = [
        joined(losses.binary_cross_entropy_with_logits(z[i::4], whole[i::4]))
        for i in range(4)
    ]
    if function is FUNCTIONS[0]:
        for i, part in enumerate(parts):
            np.testing.assert_array_equal(got[i::4], part)
    np.testing.assert_array_equal(got, joined(function(z, whole.copy())))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_limits_of_arithmetic_are_quiet_in_every_thread(function, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    assert np.isfinite(joined(function(Z, Y))).all()  # a warning would be an error


def test_a_bad_value_in_a_later_block_is_named(share):
    seen = share(2)
    z = Z.copy()
    z[-1] = np.nan
    with pytest.raises(ValueError, match=rf"logits.*\[{N - 1}\]"):
        losses.binary_cross_entropy_with_logits(z, Y)
    assert len(seen) == 2


def test_of_many_bad_values_the_first_is_named(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "4")
    y = Y.copy()
    y[_blocks.BLOCK + 3 :: 1000] = 2.0
    with pytest.raises(ValueError, match=rf"labels\[{_blocks.BLOCK + 3}\] is 2.0"):
        losses.binary_cross_entropy_with_logits(Z, y)


@pytest.mark.parametrize(
    "z", [Z[: _blocks.BLOCK * 3], Z[::2]], ids=["short", "strided"]
)
def test_short_arrays_and_strided_ones_stay_in_one_thread(z, monkeypatch):
    def refuse(*_):
        raise AssertionError("a pool of threads was asked for")

    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    monkeypatch.setattr(_blocks, "_pool", refuse)
    losses.binary_cross_entropy_with_logits(z, 1)
    with pytest.raises(AssertionError, match="pool"):
        losses.binary_cross_entropy_with_logits(Z, 1)


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
