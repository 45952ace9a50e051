"""Cost against size and against workers: `python -m benchmarks.scale`.

The log loss of 10⁶ to 10⁹ logits, read from a file piece by piece, and Newton's method
on Dask arrays whose chunks are made where they are needed, by one worker and by two.
Writes `scale.csv` and `scale.json` to `benchmarks/results/`. What a thousand machines
send each other is worked out in chapter 19.
"""

import contextlib
import functools
import json
import logging
import multiprocessing
import os
import resource
import shutil
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from bcelib import metrics, models, numerics

SIZES = (10**6, 10**7, 10**8, 10**9)  # logits
ROWS = (10**5, 10**6, 4 * 10**6)  # examples of a fit
FEATURES = 10
WORKERS = (1, 2)
PIECE = 10**6  # logits that are in memory at a time
CHUNK = 10**5  # examples in a chunk of a fit
LIMIT = 2**30  # bytes that a worker may use
BLOCK = 10**6  # logits that are made once, and written again and again


# ---- the log loss of a file ----------------------------------------------------------


def write_data(folder, n):
    """`n` logits in float64, and as many labels of one byte each."""
    rng = np.random.default_rng(20)
    z = rng.normal(scale=4, size=min(n, BLOCK))
    y = (rng.random(z.size) < numerics.sigmoid(z)).astype(np.int8)
    for name, values in (("logits", z), ("labels", y)):
        with (folder / name).open("wb") as file:
            for _ in range(n // z.size):
                values.tofile(file)


def log_loss_of_file(folder, piece=PIECE):
    """The sum of all losses; of the data only one piece is in memory."""
    total = metrics.LossSum()
    with (folder / "logits").open("rb") as logits, (folder / "labels").open("rb") as ys:
        while len(z := np.fromfile(logits, float, piece)):
            y = np.fromfile(ys, np.int8, piece).astype(float)
            total += metrics.log_loss_sum_with_logits(z, y)
    return total


def timed(function, *arguments, repeats=1):
    """Seconds of the fastest run, its result, and the most memory ever held, in MiB."""
    seconds = []
    for _ in range(repeats):
        begin = time.perf_counter()
        result = function(*arguments)
        seconds.append(time.perf_counter() - begin)
    return min(seconds), result, most_memory()


def most_memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_a_process(function, *arguments, repeats):
    """The same in a process of its own, so that its memory is its own."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        return pool.submit(timed, function, *arguments, repeats=repeats).result()


def streamed(sizes=SIZES):
    """A row for each size: the log loss, out of core."""
    for n in sizes:
        with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as name:
            folder = Path(name)
            if shutil.disk_usage(folder).free < 12 * n:
                raise OSError(f"{n} logits need {12e-9 * n:.0f} GB free in {folder}")
            write_data(folder, n)
            repeats = min(max(10**8 // n, 1), 5)
            seconds, total, peak = in_a_process(
                log_loss_of_file, folder, repeats=repeats
            )
        if total.count != n:
            raise ValueError(f"{total.count} of {n} logits were read")
        yield row("log loss of a file", n, 1, 9 * n, seconds, 1, peak, total.mean)


# ---- a fit of more than one process --------------------------------------------------


def examples(rows, block):
    """Chunk number `block` of the features and of the labels."""
    rng = np.random.default_rng([20, block])
    X = rng.normal(size=(rows, FEATURES))
    z = X @ np.linspace(-1, 1, FEATURES) - 1
    return X, (rng.random(rows) < numerics.sigmoid(z)).astype(float)


@functools.lru_cache(maxsize=1)  # the labels are asked for right after the features
def made(rows, block):
    return examples(rows, block)


def chunked(n, chunk=CHUNK):
    """Features and labels as Dask arrays, made anew in each pass."""
    import dask.array as da

    def part(which, tail):
        return da.map_blocks(
            lambda block_info: made(chunk, block_info[None]["chunk-location"][0])[
                which
            ],
            chunks=((chunk,) * (n // chunk), *tail),
            meta=np.empty((0,) * (1 + len(tail))),
        )

    return part(0, ((FEATURES,),)), part(1, ())


@contextlib.contextmanager
def cluster(workers):
    """A Dask client of as many processes, each with one thread."""
    import dask
    from distributed import Client, LocalCluster

    # By default a worker gives each freed array back, and pages the next one in.
    keep = {"distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": LIMIT // 8}
    with (
        dask.config.set(keep),
        tempfile.TemporaryDirectory() as folder,
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            memory_limit=LIMIT,
            dashboard_address="127.0.0.1:0",
            local_directory=folder,
            silence_logs=logging.ERROR,
        ) as local,
        Client(local) as client,
    ):
        yield client


def fitted(rows=ROWS, workers=WORKERS, chunk=CHUNK):
    """Rows for each size and number of workers: a pass of Newton's method.

    The last size has a row before it for making the examples and doing nothing else.
    """
    for count in workers:
        for n in rows:
            with cluster(count) as client:
                X, y = chunked(n, chunk)
                if n == rows[-1]:
                    making(X, y, client, count)  # loads what is lazy
                    yield making(X, y, client, count)
                clock = []
                result = models.fit(
                    X,
                    y,
                    tolerance=None,
                    max_passes=3,
                    progress=lambda *_, clock=clock: clock.append(time.perf_counter()),
                )
                peak = max(client.run(most_memory).values())
            seconds = float(np.min(np.diff(clock)))
            size = X.nbytes + y.nbytes
            loss = float(result.losses[-1])
            yield row("pass of a fit", n, count, size, seconds, FEATURES, peak, loss)


def making(X, y, client, workers):
    """The row for making all examples and reading each value once."""
    import dask

    pairs = [*zip(X.to_delayed().ravel(), y.to_delayed(), strict=True)]

    def make():  # under new names, or Dask would hand out what it has
        dask.compute(*(dask.delayed(sum_of, pure=False)(*pair) for pair in pairs))

    seconds, _, _ = timed(make, repeats=3)
    peak, size = max(client.run(most_memory).values()), X.nbytes + y.nbytes
    return row("making its examples", len(X), workers, size, seconds, FEATURES, peak)


def sum_of(X, y):
    return X.sum() + y.sum()


def row(task, n, workers, size, seconds, features, peak, loss=None):
    return {
        "task": task,
        "n": n,
        "workers": workers,
        "data_mb": round(size / 1e6, 1),
        "seconds": round(seconds, 4),
        "ns_per_value": round(seconds / (n * features) * 1e9, 3),
        "peak_mib": round(peak, 1),
        "loss": loss,
    }


def main():
    from benchmarks import accuracy

    rows = [*show(streamed()), *show(fitted())]
    accuracy.write(accuracy.RESULTS / "scale.csv", rows)
    names = ("bcelib", "numpy", "dask", "distributed")
    about = accuracy.environment((), names) | {
        "memory_limit_of_a_worker_mib": LIMIT // 2**20,
        "features": FEATURES,
    }
    text = json.dumps(about, indent=2)
    (accuracy.RESULTS / "scale.json").write_text(text + "\n", encoding="utf-8")
    print(text)


def show(rows):
    for each in rows:
        print(*(f"{name}={value}" for name, value in each.items()), flush=True)
        yield each


if __name__ == "__main__":
    main()
