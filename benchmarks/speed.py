"""Speed of binary cross-entropy from logits: `python -m benchmarks.speed [calls]`.

Times bcelib and its peers in one process, by turns, so that whatever else the machine
does hits all alike; first on one core, then on two. Measures the peak memory of each
in a process of its own. Writes `speed.csv`, `memory.csv` and `speed.json` to
`benchmarks/results/`, and for numbers and short arrays `calls.csv` and `calls.json`:
with `calls`, these two alone.
"""

import gc
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.accuracy import RESULTS, environment, read, write
from benchmarks.contenders import CONTENDERS, QUANTITIES
from benchmarks.peers import PEERS

DTYPES = ("float64", "float32")
SIZES = (1, 256, 10_000, 1_000_000, 10_000_000)
NUMBER = 0  # in the place of n: a Python number, not an array
CALLS = (NUMBER, 1, 256)
THREADS = (1, 2)
MEMORY_SIZE = 10_000_000
SEED = 20
SAMPLE = 2e-2  # seconds that one reading of the clock should span at least
ROUNDS = 15
PAUSE = 5e-3  # seconds, after which the threads of the racer before are asleep
LARGE_PAGES = {"THP_MEM_ALLOC_ENABLE": "1"}  # has PyTorch ask for them, as NumPy does
LONG = 0.02  # seconds of a call from which on fewer rounds are enough


def data(n, dtype):
    """Logits of scale 4, and hard labels; for float32 a number is one of NumPy's."""
    rng = np.random.default_rng(SEED)
    z = rng.normal(scale=4, size=max(n, 1)).astype(dtype)
    y = rng.integers(0, 2, max(n, 1)).astype(dtype)
    if n == NUMBER:
        return (z.item(), y.item()) if dtype == "float64" else (z[0], y[0])
    return z, y


def race(calls, clock):
    """{name: seconds a call, one for each round}, the rounds of all interleaved."""
    repeats = {}
    for name, call in calls.items():
        call()  # compiles, starts threads, fills caches
        repeats[name] = 1
        while repeats[name] * seconds(call, repeats[name], clock) < SAMPLE:
            repeats[name] *= 2
    slowest = max(seconds(call, 1, clock) for call in calls.values())
    samples = {name: [] for name in calls}
    for _ in range(5 if slowest > LONG else ROUNDS):
        for name, call in calls.items():
            time.sleep(PAUSE)
            call()
            samples[name].append(seconds(call, repeats[name], clock))
    return samples


def seconds(call, repeats, clock):
    """Mean time of a call, garbage collection aside."""
    gc.disable()
    start = clock()
    for _ in range(repeats):
        call()
    end = clock()
    gc.enable()
    return (end - start) / repeats


def speed(threads, sizes=SIZES, contenders=CONTENDERS):
    """Rows of `speed.csv` for one number of threads."""
    # One core's time is what the process used of it, whoever else was running.
    clock = time.process_time if threads == 1 else time.perf_counter
    for dtype in DTYPES:
        for n in sizes:
            z, y = data(n, dtype)
            racers = {c.name: c.calls(z, y, threads) for c in contenders}
            for quantity in QUANTITIES:
                calls = {name: calls[quantity] for name, calls in racers.items()}
                for name, samples in race(calls, clock).items():
                    yield {
                        "threads": threads,
                        "dtype": dtype,
                        "quantity": quantity,
                        "n": n,
                        "library": name,
                        "best_us": f"{min(samples) * 1e6:.4g}",
                        "median_us": f"{statistics.median(samples) * 1e6:.4g}",
                    }


def calls(threads):
    """Rows of `calls.csv`."""
    return speed(threads, CALLS)


def memory(name, n=MEMORY_SIZE):
    """Rows of `memory.csv` for one library: what a call adds to the process's peak."""
    (contender,) = (c for c in CONTENDERS if c.name == name)
    calls = contender.calls(*data(n, "float64"), 1)
    for quantity in QUANTITIES:
        contender.calls(*data(100_000, "float64"), 1)[quantity]()  # loads what is lazy
        gc.collect()
        Path("/proc/self/clear_refs").write_text("5")  # the peak starts from here
        before = resident("VmRSS")
        calls[quantity]()
        growth = resident("VmHWM") - before
        yield {
            "quantity": quantity,
            "n": n,
            "library": name,
            "bytes_per_logit": f"{growth / n:.1f}",
        }


def resident(field):
    """`VmRSS`, the memory in use, or `VmHWM`, its peak, in bytes, as Linux has it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith(field + ":"))
    return int(line.split()[1]) * 1024


def in_a_process(function, argument, threads):
    """The rows of `function(argument)` from a fresh process on so many cores."""
    code = (
        f"import json; from benchmarks.speed import {function} as f;"
        f"print(json.dumps(list(f({argument!r}))))"
    )
    cores = sorted(os.sched_getaffinity(0))[:threads]
    result = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | LARGE_PAGES | {"OMP_NUM_THREADS": str(threads)},
        preexec_fn=lambda: os.sched_setaffinity(0, cores),
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(result.stdout)


def show(rows):
    """The best times on the terminal, one column for each library."""
    cells = {}
    for row in rows:
        n = "number" if row["n"] == NUMBER else f"n = {row['n']}"
        key = f"{row['threads']} {row['dtype']} {row['quantity']}, {n}"
        cells.setdefault(key, {})[row["library"]] = row["best_us"]
    names = [c.name for c in CONTENDERS]
    print(f"\n{'best time in µs':34}", *(f"{name:>15}" for name in names))
    for key, row in cells.items():
        print(f"{key:34}", *(f"{row[name]:>15}" for name in names))


def change(before, after):
    """How much the ratios of bcelib's time to others' changed between two runs.

    The median and the 90 % quantile, as fractions: 0.1 if the larger is 1.1 times the
    smaller. Of the cells that both have.
    """
    old, new = (
        {key(row): float(row["best_us"]) for row in rows} for rows in (before, after)
    )
    ratios = [
        (new[*cell, "bcelib"] / new[*cell, name])
        / (old[*cell, "bcelib"] / old[*cell, name])
        for *cell, name in old.keys() & new.keys()
        if name not in ("bcelib", "np.exp")
    ]
    changes = np.maximum(ratios, np.reciprocal(ratios)) - 1
    return {str(q): round(float(np.quantile(changes, q)), 3) for q in (0.5, 0.9)}


def key(row):
    return (
        int(row["threads"]),
        row["dtype"],
        row["quantity"],
        int(row["n"]),
        row["library"],
    )


class Quiet:
    """While it is open: how many cores other programs used, and the host took away."""

    def __enter__(self):
        self.start = self.readings()
        return self

    def __exit__(self, *_):
        wall, used, taken, own = np.subtract(self.readings(), self.start)
        self.others = round(max(0.0, (used - own) / wall), 2)
        self.host = round(taken / wall, 2)

    def readings(self):
        """Seconds: of the wall, of all programs, taken by the host, of this program."""
        line = Path("/proc/stat").read_text().splitlines()[0]
        user, nice, system, _, _, irq, softirq, steal, *_ = (
            int(ticks) / os.sysconf("SC_CLK_TCK") for ticks in line.split()[1:]
        )
        times = os.times()
        return (
            time.perf_counter(),
            user + nice + system + irq + softirq,
            steal,
            times.user + times.system + times.children_user + times.children_system,
        )


def measure_calls():
    """Write `calls.csv` and `calls.json`."""
    with Quiet() as quiet:
        rows = in_a_process("calls", 1, 1)
    write(RESULTS / "calls.csv", rows)
    show(rows)
    record("calls.json", quiet)


def measure_all():
    """Write `speed.csv`, `memory.csv` and `speed.json`."""
    before = read(RESULTS / "speed.csv")
    with Quiet() as quiet:
        rows = [row for t in THREADS for row in in_a_process("speed", t, t)]
    write(RESULTS / "speed.csv", rows)
    show(rows)
    used = [row for c in CONTENDERS for row in in_a_process("memory", c.name, 1)]
    write(RESULTS / "memory.csv", used)
    record("speed.json", quiet, change_since_the_run_before=change(before, rows))


def record(name, quiet, **others):
    """Write what was measured where, and what else ran meanwhile."""
    about = environment([p for p in PEERS if p.name in {c.name for c in CONTENDERS}])
    about |= {"cores_used_by_others": quiet.others, "cores_taken_by_host": quiet.host}
    (RESULTS / name).write_text(json.dumps(about | others, indent=2) + "\n")


def main(only=None):
    if not sys.platform.startswith("linux"):
        sys.exit("benchmarks.speed counts cores and memory as only Linux does")
    if only not in (None, "calls"):
        sys.exit(f"benchmarks.speed measures all, or only calls; not {only!r}")
    measure_calls()
    if only is None:
        measure_all()


if __name__ == "__main__":
    main(*sys.argv[1:])
