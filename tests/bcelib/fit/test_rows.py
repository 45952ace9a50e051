"""Rows in the chunks of a Dask array: the fit of the whole, in several processes."""

import functools
import os
import re
import signal
from pathlib import Path

import dask.array as da
import numpy as np
import pytest
from dask.distributed import Client, LocalCluster

from bcelib import losses, metrics, models, numerics

bce_value_and_grad = losses.binary_cross_entropy_with_logits_value_and_grad
MEBIBYTE = 2**20
pytestmark = pytest.mark.usefixtures("in_this_thread")


def lazy(array, chunks):
    return da.from_array(np.asarray(array), chunks=chunks)


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


def test_logits_of_empty_chunks_and_of_a_bad_value_in_a_later_one():
    model, X = models.LinearModel([1.0, 2.0], 0.5), np.arange(12.0).reshape(6, 2)
    found = model.logits(lazy(X, ((2, 0, 4), (1, 1))))
    np.testing.assert_array_equal(found, model.logits(X))
    X[4, 1] = np.nan
    with pytest.raises(ValueError, match=r"X\[4, 1\] is nan"):
        model.logits(lazy(X, ((2, 0, 4), (1, 1)))).compute()


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
        (lambda X, y: (X, y), {"method": "sgd"}, TypeError, "rng must be a numpy"),
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
    with pytest.raises(ValueError, match=r"must have two axes.*got shape \(2000,\)"):
        models.fit(X, y).model.logits(lazy(y, 301))


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


# ---- stochastic gradient descent -----------------------------------------------------


def by_sgd(X, y, weights=None, **options):
    options = {"method": "sgd", "tolerance": None, "max_passes": 4} | options
    return models.fit(
        X, y, sample_weight=weights, rng=np.random.default_rng(1), **options
    )


@pytest.fixture(scope="module")
def weights():
    return np.random.default_rng(8).integers(0, 4, 2000).astype(float)


@pytest.mark.parametrize("weighted", [False, True])
def test_one_chunk_takes_the_steps_of_an_array_in_memory(clouds, weights, weighted):
    X, y = clouds[0] / [1, 1000, 0.01, 1], clouds[1]
    w = weights if weighted else None
    found = by_sgd(
        lazy(X, 2000), lazy(y, 2000), lazy(w, 700) if weighted else None, batch_size=7
    )
    assert_same_fit(found, by_sgd(X, y, w, batch_size=7))


@pytest.mark.parametrize("weighted", [False, True])
def test_chunks_in_a_random_order_lead_to_the_minimum(clouds, weights, weighted):
    X, y = clouds[0] / [1, 1000, 0.01, 1], clouds[1]
    w = weights if weighted else None
    options = {"step_size": 0.2, "max_passes": 20, "batch_size": 20}
    found = by_sgd(
        lazy(X, (300, 2)), lazy(y, 170), lazy(w, 700) if weighted else None, **options
    )
    expected = models.fit(X, y, sample_weight=w)
    np.testing.assert_allclose(found.model.weights, expected.model.weights, atol=0.2)
    assert len(found.losses) == 21
    assert found.losses[-1] == pytest.approx(expected.losses[-1], rel=1e-2)


@pytest.mark.parametrize("method", ["newton", "gradient descent", "sgd"])
def test_chunks_without_weight_are_absent_for_every_method(clouds, weights, method):
    X, y = clouds[0] / [1, 1000, 0.01, 1], clouds[1]
    w = np.where(np.arange(2000) < 600, 0.0, weights)
    options = {"method": method, "rng": np.random.default_rng(1)}
    options |= {"tolerance": None, "max_passes": 3} if method == "sgd" else {}
    found = models.fit(
        lazy(X, 300)[:], lazy(y, 300), sample_weight=lazy(w, 300), **options
    )
    assert np.isfinite(found.model.weights).all()
    if method != "sgd":
        expected = models.fit(X[600:], y[600:], sample_weight=w[600:], method=method)
        np.testing.assert_allclose(found.model.weights, expected.model.weights, 1e-7)


def test_a_bad_value_in_a_later_chunk_is_named_by_sgd(clouds):
    X, y = clouds
    with pytest.raises(ValueError, match=r"X\[777, 2\] is nan"):
        by_sgd(lazy(bad(X, (777, 2), np.nan), 301), lazy(y, 301))
