"""Accuracy of binary cross-entropy from logits: `python -m benchmarks.accuracy`.

Measures worst and median error in ulps of loss, gradient and Hessian on logits from
every binade, for bcelib and its peers, against mpmath. Writes the tables that the
book shows to `benchmarks/results/`: `accuracy.csv`, `failure_points.csv`, and
`accuracy.json`, which says when, where and with which versions.
"""

import csv
import datetime
import importlib.metadata
import json
import os
import platform
import re
from pathlib import Path

import mpmath
import numpy as np

from benchmarks.peers import PEERS
from benchmarks.reference import VERY_FAR, exact, truths

RESULTS = Path(__file__).parent / "results"
DTYPES = (np.float64, np.float32, np.float16)
LABELS = (0.0, 1.0, 0.9)
QUANTITIES = ("loss", "gradient", "hessian")
SEED = 20
# Where exp overflows or underflows, σ rounds to 1, or a library changes branch.
SPOTS = (16.64, 18, 33.3, 36.74, 37, 38, 50, 88, 88.73, 104, 139, 708, 709.79, 745.2)
# The points whose values chapter 11 prints.
SHOWN = (-1000, -745, -38, 16.64, 18, 36.74, 38, 50, 139, 232.8, 710, 1e308)


def grid(dtype):
    """Logits of `dtype`: each binade of both signs, the bend, the bad spots, ±0.

    Where e^-|z| is just above a power of 2, one ulp of it is two of σ(-|z|) beneath.
    """
    rng = np.random.default_rng(SEED)
    format = np.finfo(dtype)
    binades = np.arange(format.minexp - format.nmant, format.maxexp)
    first, last = 2**format.nmant, 2 ** (format.nmant + 1) - 1
    mantissas = rng.integers(first, last, (5, binades.size))
    mantissas[0], mantissas[1] = first, last
    everywhere = np.ldexp(mantissas.astype(float), binades - format.nmant).ravel()
    spots = np.array(SPOTS) + float(format.eps) * np.arange(-32, 33)[:, None] ** 3
    dense = [rng.uniform(0, width, n) for width, n in ((40, 10_000), (760, 2_000))]
    powers = np.arange(1, 13)
    above = powers * np.log(2) - np.log1p(rng.uniform(0, 2.0**-powers, (500, 12)))
    sizes = np.concatenate([[0], everywhere, spots.ravel(), *dense, above.ravel()])
    return np.unique(np.concatenate([-sizes, sizes]).astype(dtype))


def measure(computed, truth, z):
    """One cell of the table: worst error and where, median, and what was lost."""
    errors = truth.errors(computed)
    worst = int(np.argmax(errors))
    lost = {
        "nan": np.isnan(computed),
        "inf": np.isinf(computed),
        "zero": (computed == 0) & (errors > 1),
    }
    return {
        "worst_ulps": f"{errors[worst]:.3g}",
        "worst_at": str(z[worst]),
        "worst_normal_ulps": f"{errors[truth.normal].max():.3g}",
        "median_ulps": f"{np.median(errors):.2g}",
        **{f"{kind}_from": _nearest(z[where]) for kind, where in lost.items()},
    }


def _nearest(z):
    """The logit of smallest size, or nothing if there is none."""
    return str(z[np.argmin(np.abs(z))]) if z.size else ""


def accuracy(peers):
    """Rows of `accuracy.csv`."""
    for dtype in DTYPES:
        z = grid(dtype)
        print(f"{dtype.__name__}: {z.size} logits")
        for y in LABELS:
            truth = truths(z, y, dtype)
            for peer in (p for p in peers if dtype in p.dtypes):
                values = peer.column(z, np.full_like(z, y))
                for name, computed in zip(QUANTITIES, values, strict=True):
                    yield {
                        "dtype": dtype.__name__,
                        "quantity": name,
                        "label": y,
                        "library": peer.name,
                        **measure(computed, truth[name], z),
                    }


def failure_points(peers):
    """Rows of `failure_points.csv`: what each library returns, and what is true."""
    for dtype in DTYPES[:2]:
        largest = float(np.finfo(dtype).max)
        z = np.array([x for x in SHOWN if abs(x) < largest], dtype)
        for y in (0.0, 1.0):
            values = {p.name: p.column(z, np.full_like(z, y)) for p in peers}
            for i, x in enumerate(z):
                for k, true in enumerate(exact(float(x), y)[:2]):
                    yield {
                        "dtype": dtype.__name__,
                        "quantity": QUANTITIES[k],
                        "label": int(y),
                        "z": str(x),
                        "true": _digits(true),
                        **{name: str(v[k][i]) for name, v in values.items()},
                    }


def _digits(x):
    """17 digits, or the power of e where the exponent itself would fill the page."""
    if x and mpmath.log(abs(x)) < -VERY_FAR:
        sign = "-" if x < 0 else ""
        return f"{sign}exp({mpmath.nstr(mpmath.log(abs(x)), 17)})"
    return mpmath.nstr(x, 17)


def environment(peers, distributions=("numpy", "jax", "jaxlib")):
    """Date, machine and versions, as they stand beside every table."""
    used = [*distributions, *(peer.distribution for peer in peers)]
    found = {name: importlib.metadata.version(name) for name in used}
    return {
        "date": datetime.date.today().isoformat(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(_memory() / 2**30),
        "numpy_simd": np.show_config(mode="dicts")["SIMD Extensions"]["found"],
        "system": platform.platform(),
        "large_pages": _large_pages(),
        "python": platform.python_version(),
        "seed": SEED,
        "distributions": found,
        "versions": {peer.name: found[peer.distribution] for peer in peers},
    }


def _processor():
    if not Path("/proc/cpuinfo").exists():
        return platform.processor() or platform.machine()
    pairs = (line.split(":") for line in Path("/proc/cpuinfo").read_text().splitlines())
    about = {pair[0].strip(): pair[1].strip() for pair in pairs if len(pair) == 2}
    numbers = f"family {about.get('cpu family', '?')}, model {about.get('model', '?')}"
    return f"{about.get('model name', platform.machine())} ({numbers})"


def _memory():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _large_pages():
    """Whether Linux gives large pages to all, to who asks (`madvise`), or to none."""
    setting = Path("/sys/kernel/mm/transparent_hugepage/enabled")
    chosen = re.search(r"\[(\w+)\]", setting.read_text()) if setting.exists() else None
    return chosen[1] if chosen else "unknown"


def read(path):
    """The rows of a result file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, fieldnames=rows[0], lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def show(rows, peers):
    """The worst errors on the terminal, one column for each library."""
    cells = {}
    for row in rows:
        key = f"{row['dtype']} {row['quantity']}, y = {row['label']}"
        cells.setdefault(key, {})[row["library"]] = row["worst_ulps"]
    print(f"\n{'worst error in ulps':28}", *(f"{p.name:>18}" for p in peers))
    for key, row in cells.items():
        print(f"{key:28}", *(f"{row.get(p.name, '-'):>18}" for p in peers))


def main():
    RESULTS.mkdir(exist_ok=True)
    rows = list(accuracy(PEERS))
    write(RESULTS / "accuracy.csv", rows)
    write(RESULTS / "failure_points.csv", list(failure_points(PEERS)))
    about = json.dumps(environment(PEERS), indent=2)
    (RESULTS / "accuracy.json").write_text(about + "\n", encoding="utf-8")
    show(rows, PEERS)


if __name__ == "__main__":
    main()
