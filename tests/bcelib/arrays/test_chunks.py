"""Dask arrays: chunk by chunk, and not before they are asked for."""

import subprocess
import sys

import dask.array as da
import numpy as np
import pytest
from catalogue import CASES, VALUE_AND_GRAD

from bcelib import bernoulli, losses, metrics, models, numerics
from bcelib.losses import binary_cross_entropy_with_logits as bce

bce_value_and_grad = losses.binary_cross_entropy_with_logits_value_and_grad
MEBIBYTE = 2**20
pytestmark = pytest.mark.usefixtures("in_this_thread")


def parts(result):
    return result if isinstance(result, tuple) else (result,)


def lazy(array, chunks):
    return da.from_array(np.asarray(array), chunks=chunks)


def untouchable(shape=(6,), dtype=float):
    """A Dask array that fails if any chunk of it is computed."""

    def fail(block_info=None):
        if block_info:  # Dask itself asks for the dtype first, of no chunk at all
            raise AssertionError("computed before it was asked for")
        return np.zeros((1,) * len(shape), dtype)

    return da.map_blocks(
        fail, chunks=tuple((size,) for size in shape), dtype=dtype, meta=np.empty(0)
    )


# ---- element by element -----------------------------------------------------------


@pytest.mark.parametrize("case", [*CASES, *VALUE_AND_GRAD], ids=str)
def test_chunks_have_the_values_of_the_whole(case):
    arguments = case.grid()
    expected = parts(case.function(*arguments))
    # Each argument is cut in another way.
    cut = [lazy(x, 100 + 7 * i) for i, x in enumerate(arguments)]
    results = parts(case.function(*cut))
    for result, ours in zip(results, expected, strict=True):
        assert isinstance(result, da.Array)
        assert result.dtype == ours.dtype
        np.testing.assert_allclose(result.compute(), ours, rtol=1e-15, atol=0)


@pytest.mark.parametrize(
    ("logits", "labels", "dtype"),
    [
        (lazy(np.ones(5, "f4"), 2), [0, 1, 0, 1, 0.5], "f4"),
        (lazy(np.ones(5, "f4"), 2), 0.5, "f4"),
        (lazy(np.ones(5, "f4"), 2), lazy(np.ones(5), 3), "f8"),
        (lazy(np.ones(5, "f2"), 2), lazy(np.ones(5, int), 3), "f2"),
        (2.0, lazy(np.ones((5, 4), bool), (2, 3)), "f8"),
        (lazy(2.0, ()), lazy(np.ones((5, 4)), (2, 3)), "f8"),
        (lazy(2.0, ()), [0, 1], "f8"),
        (lazy(2.0, ()), 1, "f8"),
        (lazy(np.ones((3, 0)), 2), 1, "f8"),
    ],
)
def test_numbers_lists_and_dtypes_follow_the_law_of_numpy(logits, labels, dtype):
    plain = [x.compute() if isinstance(x, da.Array) else x for x in (logits, labels)]
    result = bce(logits, labels)
    assert isinstance(result, da.Array)
    expected = bce(*plain)
    assert result.dtype == expected.dtype == dtype
    assert result.shape == expected.shape
    np.testing.assert_array_equal(result.compute(), expected)


def test_nothing_is_computed_before_it_is_asked_for():
    z = untouchable()
    for result in (bce(z, 1), *bce_value_and_grad(z, 1), numerics.sigmoid(z)):
        with pytest.raises(AssertionError, match="before it was asked"):
            result.compute()
    for metric in (metrics.log_loss, metrics.brier_score, metrics.accuracy):
        with pytest.raises(AssertionError, match="before it was asked"):
            float(metric(z, 1))
    logits = models.LinearModel([1.0], 0.0).logits(untouchable((6, 1)))
    with pytest.raises(AssertionError, match="before it was asked"):
        logits.compute()


def test_a_bad_value_is_found_when_it_is_computed_and_in_its_place():
    z = np.zeros((6, 5))
    z[4, 3] = np.nan
    result = bce(lazy(z, (4, 2)), 1)
    with pytest.raises(ValueError, match=r"^logits must be .*; logits\[4, 3\] is nan$"):
        result.compute()
    mean, gradient = bce_value_and_grad(lazy(np.zeros(9), 4), lazy(np.arange(9) / 4, 2))
    for each in (mean, gradient):
        with pytest.raises(ValueError, match=r"; labels\[5\] is 1\.25$"):
            each.compute()


@pytest.mark.parametrize(
    ("logits", "labels", "error", "message"),
    [
        (untouchable(), untouchable((6, 1)), ValueError, r"silently make \(6, 6\)"),
        (untouchable(), [0, 1], ValueError, "labels must have the shape of logits"),
        (untouchable(), 2, ValueError, "labels is 2"),
        (untouchable(), [0, 0, 0, 0, 2, 0], ValueError, r"labels\[4\] is 2"),
        (untouchable(), np.zeros(6), TypeError, "must come from one library; logits"),
        (untouchable(dtype=complex), 1, TypeError, "logits must hold real numbers"),
        (untouchable()[untouchable() > 0], 1, ValueError, "compute_chunk_sizes"),
    ],
)
def test_what_can_be_seen_at_once_is_refused_at_once(logits, labels, error, message):
    with pytest.raises(error, match=message):
        bce(logits, labels)


# ---- metrics ----------------------------------------------------------------------


def test_metrics_of_chunks_are_those_of_the_whole():
    rng = np.random.default_rng(0)
    z, y = rng.normal(size=(50, 40)) * 9, rng.integers(0, 2, size=(50, 40))
    p = numerics.sigmoid(z)
    for metric, x in (
        (metrics.log_loss, p),
        (metrics.log_loss_with_logits, z),
        (metrics.brier_score, p),
        (metrics.accuracy, p),
    ):
        value = metric(lazy(x, (17, 9)), lazy(y, (8, 8)))
        assert isinstance(value, da.Array)
        assert float(value) == pytest.approx(metric(x, y), rel=1e-15)
        single = metric(lazy(x.astype("f4"), (17, 9)), lazy(y, (8, 8)))
        assert single.dtype == single.compute().dtype == "f4"
    chunked = lazy(p, (17, 9)), lazy(y, (8, 8))
    assert metrics.confusion_counts(*chunked) == metrics.confusion_counts(p, y)
    total = metrics.log_loss_sum(*chunked)
    assert total.mean == pytest.approx(metrics.log_loss_sum(p, y).mean, rel=1e-15)
    assert total.count == 2000
    assert bernoulli.mle(chunked[1]) == np.mean(y)


def test_means_at_the_ends_of_the_range():
    huge = float(np.finfo(float).max)
    mean = metrics.log_loss_with_logits
    assert float(mean(da.full(10, huge, chunks=3), 0)) == huge
    assert float(mean(da.full(10, -745.0, chunks=3), 0)) == bce(-745.0, 0) > 0
    assert float(mean(da.full(10, -np.inf, chunks=3), 0)) == 0
    assert float(metrics.log_loss(lazy([0.0, 0.5, 0.5], 1), 1)) == np.inf
    with pytest.raises(ValueError, match="at least one value"):
        mean(da.zeros(0), 0)
    with pytest.raises(ValueError, match="at least one value"):
        metrics.log_loss(da.zeros(0), 0)
    some = da.concatenate([da.zeros(3), da.zeros(0), da.zeros(2)])  # an empty chunk
    assert float(mean(some, 0)) == bce(0.0, 0)


def test_dask_is_imported_by_the_caller_alone():
    code = (
        "import sys, numpy as np; from bcelib import losses, metrics, models;"
        "models.fit(np.arange(6.0)[:, None], [0, 1, 0, 1, 0, 1]);"
        "losses.hinge_loss(0.0, 1); metrics.log_loss_sum(0.5, 1);"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert "bcelib" in loaded
    assert not {"dask", "distributed", "torch", "jax", "cupy"} & {*loaded}
