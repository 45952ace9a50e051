"""Threads share the blocks of long arrays, and change no bit of what comes out."""

import gc
import os
import subprocess
import sys
import threading
import weakref

import numpy as np
import pytest

from bcelib import losses
from bcelib._arrays.blocks import BLOCK, _pool
from bcelib._arrays.dispatch import evaluate
from bcelib._arrays.validate import UNIT, Argument, Domain

N = BLOCK * 14 + 5  # 8 blocks of float32
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


class Watched(Domain):
    """All numbers but NaN. It notes the threads that ask, and has them all meet."""

    def watch(self, threads):
        self.__dict__["seen"] = set()
        self.__dict__["all_there"] = threading.Barrier(threads)
        return self

    def holds(self, x):
        name = threading.current_thread().name
        if name not in self.seen:
            self.seen.add(name)
            self.all_there.wait(60)  # fails where there are fewer, or more
        return super().holds(x)


def loss_seen_by(threads, z, y):
    """The loss, and the names of the threads that took it: as many as are said."""
    watched = Watched("[-inf, inf]").watch(threads)
    arguments = Argument("logits", watched), Argument("labels", UNIT)
    try:
        return evaluate(losses._bce, arguments, z, y), watched.seen
    except ValueError as error:
        return error, watched.seen


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_no_bit_depends_on_the_threads(function, dtype, monkeypatch):
    z, y = Z.clip(-60_000, 60_000).astype(dtype), Y.astype(dtype)
    results = []
    for threads in (1, 2, 3):
        monkeypatch.setenv("OMP_NUM_THREADS", str(threads))
        values, seen = loss_seen_by(threads, z, y)
        assert len(seen) == threads
        results.append(np.append(joined(function(z, y)), values))
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


def test_a_bad_value_in_a_later_block_is_named(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    z = Z.copy()
    z[-1] = np.nan
    error, seen = loss_seen_by(2, z, Y)
    assert len(seen) == 2
    assert f"logits[{N - 1}] is nan" in str(error)


def test_of_many_bad_values_the_first_is_named(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "4")
    y = Y.copy()
    y[BLOCK + 3 :: 1000] = 2.0
    with pytest.raises(ValueError, match=rf"labels\[{BLOCK + 3}\] is 2.0"):
        losses.binary_cross_entropy_with_logits(Z, y)


@pytest.mark.parametrize("z", [Z[: BLOCK * 3], Z[::2]], ids=["short", "strided"])
def test_short_arrays_and_strided_ones_stay_in_one_thread(z, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    _, seen = loss_seen_by(1, z, 1)
    assert seen == {threading.current_thread().name}


@pytest.mark.parametrize(
    ("value", "threads"), [("3", 3), (" 2 ", 2), ("4,2", 4), ("1", 1), ("99", 7)]
)
def test_omp_num_threads_is_read_as_others_read_it(value, threads, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", value)
    _, seen = loss_seen_by(threads, Z, Y)
    assert len(seen) == threads


@pytest.mark.parametrize("value", ["", "0", "-1", "many"])
def test_else_the_cores_count(value, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", value)
    monkeypatch.setattr(
        "os.sched_getaffinity", lambda process: {0, 1, 2}, raising=False
    )
    _, seen = loss_seen_by(3, Z, Y)
    assert len(seen) == 3


def test_where_no_thread_can_be_started_one_is_enough():
    # Python refuses new threads while it ends.
    code = (
        "import atexit, numpy as np; from bcelib.losses import hinge_loss;"
        f"z = np.linspace(-3, 3, {N});"
        "atexit.register(lambda: print(hinge_loss(z, 1).sum().round(3)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"OMP_NUM_THREADS": "2"},
        capture_output=True,
        text=True,
    )
    expected = losses.hinge_loss(np.linspace(-3, 3, N), 1).sum()
    assert result.stderr == ""
    assert float(result.stdout) == pytest.approx(expected)


def test_a_system_that_does_not_say_which_cores_are_ours(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.delattr("os.sched_getaffinity", raising=False)  # macOS, a browser
    for count, threads in ((3, 3), (None, 1)):
        monkeypatch.setattr("os.cpu_count", lambda count=count: count)
        _, seen = loss_seen_by(threads, Z, Y)
        assert len(seen) == threads


@pytest.mark.parametrize("after", [0, 1])
def test_a_system_that_starts_no_thread_or_too_few(after, monkeypatch):
    # As a browser does, and a container at its limit of processes.
    start, started = threading.Thread.start, []

    def refuse(thread):
        if len(started) >= after:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        start(thread)

    expected = losses.hinge_loss(Z, 1)
    _pool.cache_clear()
    monkeypatch.setenv("OMP_NUM_THREADS", "4")
    monkeypatch.setattr(threading.Thread, "start", refuse)
    for _ in range(2):
        np.testing.assert_array_equal(losses.hinge_loss(Z, 1), expected)
    _pool.cache_clear()


def test_a_browser_starts_no_thread_and_keeps_no_array(monkeypatch):
    """As Emscripten: no thread, no fork, no list of cores; what is done is let go."""

    def refuse(thread):
        raise RuntimeError("can't start new thread")

    for name in ("sched_getaffinity", "fork", "register_at_fork"):
        monkeypatch.delattr(f"os.{name}", raising=False)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    monkeypatch.setattr(threading.Thread, "start", refuse)
    _pool.cache_clear()
    z = Z.copy()
    kept = weakref.ref(z)
    np.testing.assert_array_equal(losses.hinge_loss(z, 1), losses.hinge_loss(Z, 1))
    del z
    gc.collect()
    assert kept() is None
