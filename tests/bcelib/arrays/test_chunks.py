"""Dask arrays: chunk by chunk, not before they are asked for, on several processes."""

import functools
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import dask.array as da
import numpy as np
import pytest
from catalogue import CASES, VALUE_AND_GRAD
from dask.distributed import Client, LocalCluster

from bcelib import bernoulli, losses, metrics, models, numerics
from bcelib.losses import binary_cross_entropy_with_logits as bce

bce_value_and_grad = losses.binary_cross_entropy_with_logits_value_and_grad
MEBIBYTE = 2**20


@pytest.fixture(autouse=True)
def in_this_thread():
    """Without a cluster: errors come out as they are, and nothing runs side by side."""
    with da.core.config.set(scheduler="synchronous"):
        yield


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


# ---- fit --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def clouds():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(2000, 4)) * [1, 1000, 0.01, 1]
    z = X @ [1, -0.002, 50, 0] - 1
    return X, (rng.random(2000) < numerics.sigmoid(z)).astype(int)


def assert_same_fit(found, expected):
    for each in ("weights", "bias"):
        ours, theirs = getattr(found.model, each), getattr(expected.model, each)
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    np.testing.assert_array_equal(found.passes, expected.passes)
    np.testing.assert_allclose(found.losses, expected.losses, rtol=1e-13)
    assert found.converged == expected.converged


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"l2": 0.1},
        {"method": "gradient descent", "tolerance": None, "max_passes": 20},
        {"start": models.LinearModel([1.0, 0.0, 0.0, 2.0], 1.0)},
    ],
    ids=str,
)
def test_a_fit_in_chunks_is_the_fit_of_the_whole(clouds, options):
    X, y = clouds
    found = models.fit(lazy(X, (301, 3)), lazy(y, 170), **options)
    assert_same_fit(found, models.fit(X, y, **options))


def test_a_chunk_may_have_fewer_rows_than_columns_or_none(clouds):
    X, y = (each[:60] for each in clouds)
    rows = (0, 1, 2, 50, 0, 7)
    found = models.fit(lazy(X, (rows, 4)), lazy(y, 60), l2=0.1)
    assert_same_fit(found, models.fit(X, y, l2=0.1))


def test_what_follows_a_fit_takes_chunks_too(clouds):
    X, y = clouds
    model, chunked = models.fit(X, y).model, lazy(X, (301, 3))
    np.testing.assert_allclose(model.logits(chunked), model.logits(X), rtol=1e-13)
    np.testing.assert_allclose(
        model.probabilities(chunked), model.probabilities(X), rtol=1e-13
    )
    ours, theirs = (models.standard_errors(model, each) for each in (chunked, X))
    np.testing.assert_allclose(
        [*ours.weights, ours.bias], [*theirs.weights, theirs.bias]
    )
    bound = models.lipschitz_constant(X)
    assert models.lipschitz_constant(chunked) == pytest.approx(bound, rel=1e-12)


def test_proofs_hold_over_chunks(clouds):
    X, y = clouds
    cut = lambda X, y: (lazy(X, (301, -1)), lazy(y, 301))  # noqa: E731
    with pytest.raises(models.SeparableDataError, match="separates the labels"):
        models.fit(*cut(X, (X[:, 0] > 0.1).astype(int)))
    partly = np.column_stack([X, X[:, 0] > 1])  # a feature that gives label 1 away
    labels = np.where(X[:, 0] > 1, 1, y)
    with pytest.raises(
        models.SeparableDataError, match="some of the examples"
    ) as error:
        models.fit(*cut(partly, labels))
    direction = error.value.direction.weights
    assert np.argmax(np.abs(direction)) == 4
    with pytest.warns(models.RankWarning, match="the 5 columns of X .* have rank 5"):
        models.fit(*cut(np.column_stack([X, X[:, 0]]), y))


def bad(array, place, value):
    array = array.astype(float)
    array[place] = value
    return array


@pytest.mark.parametrize(
    ("change", "options", "error", "message"),
    [
        (lambda X, y: (bad(X, (777, 2), np.nan), y), {}, ValueError, r"X\[777, 2\] is"),
        (lambda X, y: (X, bad(y, 777, 2)), {}, ValueError, r"y\[777\] is 2\.0$"),
        (
            lambda X, y: (X, y * 0),
            {},
            ValueError,
            "hold both labels; all 2000",
        ),
        (lambda X, y: (X, y[1:]), {}, ValueError, "one label for each row"),
        (lambda X, y: (X, y[:, None]), {}, ValueError, r"Did you mean y\.ravel\(\)"),
        (lambda X, y: (X[:, 0], y), {}, ValueError, r"did you mean X\[:, None\]"),
        (lambda X, y: (X * 1j, y), {}, TypeError, "X must hold real numbers"),
        (lambda X, y: (X, y), {"method": "sgd"}, ValueError, "draws examples one by"),
        (
            lambda X, y: (X, y),
            {"start": models.LinearModel([1.0], 0.0)},
            ValueError,
            "X must have 1 features",
        ),
    ],
)
def test_bad_data_are_refused(clouds, change, options, error, message):
    X, y = change(*clouds)
    with pytest.raises(error, match=message):
        models.fit(lazy(X, 301), lazy(y, 170), **options)


def test_features_in_chunks_need_labels_in_chunks(clouds):
    X, y = clouds
    with pytest.raises(TypeError, match="y must be a Dask array, as X is; got ndarray"):
        models.fit(lazy(X, 301), y)
    with pytest.raises(ValueError, match="X must have 4 features"):
        models.fit(X, y).model.logits(lazy(X[:, :2], 301))
    with pytest.raises(ValueError, match=r"did you mean X\[:, None\]"):
        models.fit(X, y).model.logits(lazy(y, 301))


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


# ---- several processes, less memory than data -------------------------------------

ALLOWED = 176 * MEBIBYTE  # for each of two workers, its interpreter included
FEATURES, ROWS, COPIES = 16, 30_000, 100
TRUTH = np.linspace(-0.5, 0.5, FEATURES)
# Dask has workers return each freed array to the system, and page it in again.
KEEP = {"distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": 64 * MEBIBYTE}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with (
        da.core.config.set(KEEP),
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            memory_limit=ALLOWED,
            dashboard_address="127.0.0.1:0",
            local_directory=str(tmp_path_factory.mktemp("workers")),
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


@pytest.fixture
def on_cluster(cluster):
    with da.core.config.set(scheduler="distributed"):
        yield cluster


@functools.cache  # once in each process
def base(rows=ROWS):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(rows, FEATURES))
    y = rng.random(rows) < numerics.sigmoid(X @ TRUTH - 1)
    return X, y.astype(float)


def copies(rows, count, load):
    """`count` copies of the base, made by `load(part, block)` where they are needed."""
    X, y = (
        da.map_blocks(
            lambda part=part, block_info=None: load(
                part, block_info[None]["chunk-location"][0]
            ),
            chunks=((rows,) * count, *tail),
            meta=np.empty((0,) * (1 + len(tail))),
        )
        for part, tail in ((0, ((FEATURES,),)), (1, ()))
    )
    return X, y


def test_more_data_than_memory_give_the_answer_of_one_machine(on_cluster):
    # The mean over copies of the same examples has the same minimum as one of them.
    X, y = copies(ROWS, COPIES, lambda part, block: base()[part].copy())
    assert X.nbytes > 2 * ALLOWED
    near = models.LinearModel(TRUTH, -1.0)  # saves passes: from here one step will do
    options = {"start": near, "tolerance": 1e-4}
    expected = models.fit(*base(), **options)
    found = models.fit(X, y, **options)
    assert found.converged
    assert_same_fit(found, expected)
    value = float(metrics.log_loss_with_logits(found.model.logits(X), y))
    assert value == pytest.approx(expected.losses[-1], rel=1e-12)

    def most_memory():
        # Not ru_maxrss: a process begins with that of the one that started it.
        lines = Path("/proc/self/status").read_text().splitlines()
        (peak,) = (line for line in lines if line.startswith("VmHWM:"))
        return int(peak.split()[1]) * 1024

    assert all(most < ALLOWED for most in on_cluster.run(most_memory).values())


def test_a_worker_that_is_killed_loses_nothing(on_cluster, tmp_path):
    asked = tmp_path / "asked"

    def load(part, block):
        if (part, block) == (0, 5):
            with asked.open("a") as file:
                file.write(f"{os.getpid()}\n")
            if len(asked.read_text().split()) == 3:
                os.kill(os.getpid(), signal.SIGKILL)  # in the middle of the third pass
        return base(2000)[part]

    before = {*on_cluster.run(os.getpid).values()}
    found = models.fit(*copies(2000, 20, load))
    killed = int(asked.read_text().split()[2])
    assert killed in before
    assert not Path(f"/proc/{killed}").exists()
    assert_same_fit(found, models.fit(*base(2000)))


def test_errors_come_back_from_the_workers(on_cluster):
    X, y = copies(2000, 4, lambda part, block: base(2000)[part] + (part and block == 3))
    with pytest.raises(ValueError, match=re.escape("y must be in [0, 1]; y[")) as error:
        models.fit(X, y)
    place = int(re.search(r"y\[(\d+)\]", str(error.value)).group(1))
    assert 6000 <= place < 8000
