"""The tables and the chart of `book/benchmarks.md`: `python -m benchmarks.report`.

Everything between `% begin NAME` and `% end` on the page is written here, from the
files in `benchmarks/results/` and from nothing else.
"""

import csv
import json
import re
from itertools import groupby
from pathlib import Path

from benchmarks.accuracy import LABELS, RESULTS
from benchmarks.contenders import CONTENDERS, QUANTITIES

PAGE = Path(__file__).parents[1] / "book" / "benchmarks.md"
NAMES = [c.name for c in CONTENDERS]
PEERS = [name for name in NAMES if name not in ("bcelib", "np.exp")]
WORDS = {"loss": "loss", "gradient": "gradient", "both": "mean and gradient"}
SIZES = {1: "1", 256: "256", 10_000: "10⁴", 1_000_000: "10⁶", 10_000_000: "10⁷"}
SMALL, LARGE = (1, 256), (10_000, 1_000_000, 10_000_000)
CORES = {1: "one core", 2: "two cores"}


def read(name):
    """The rows of a result file."""
    with (RESULTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def machine(name):
    """The sentence beside a table: what was measured, where and when."""
    about = json.loads((RESULTS / name).read_text(encoding="utf-8"))
    versions = ", ".join(f"{k} {v}" for k, v in about["versions"].items())
    cores = f", {about['cores']} cores" if "cores" in about else ""
    return (
        f"{about['date']}, {about['processor']}{cores} "
        f"(NumPy uses {', '.join(about['numpy_simd'])}), Python {about['python']}. "
        f"{versions}."
    )


def warning():
    """What other programs and the host of a virtual machine did to the times."""
    about = json.loads((RESULTS / "speed.json").read_text(encoding="utf-8"))
    others, host = about["cores_used_by_others"], about["cores_taken_by_host"]
    taken = f" The host of this virtual machine took {host:.2f} of its cores' time."
    if others < 0.1:
        return "Nothing else ran on the machine." + (taken if host else "")
    return (
        f"**Not fair yet: other programs used {others:.2f} cores.** They lengthen "
        "every time on two cores, most of all of libraries whose threads wait for one "
        "another. Trust the tables of one core only." + (taken if host else "")
    )


def table(head, rows):
    """A Markdown table; the first column is text, the others are numbers."""
    lines = [head, ["---"] + ["--:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def accuracy(dtype):
    """Worst errors in ulps, the smallest of a row in bold."""
    cells = {
        (row["quantity"], float(row["label"]), row["library"]): float(row["worst_ulps"])
        for row in read("accuracy.csv")
        if row["dtype"] == dtype
    }
    names = list(dict.fromkeys(name for *_, name in cells))
    rows = []
    for quantity in ("loss", "gradient", "hessian"):
        for label in LABELS:
            errors = [cells[quantity, label, name] for name in names]
            best = min(errors)
            shown = [bold(ulps(e), e == best) for e in errors]
            rows.append([f"{quantity}, y = {label:g}", *shown])
    return table(["worst error, ulps", *names], rows)


def ulps(error):
    if error == float("inf"):
        return "∞"
    if error < 1000:
        return f"{error:.3g}"
    mantissa, exponent = f"{error:.0e}".split("e")
    return f"{mantissa}·10{str(int(exponent)).translate(_RAISED)}"


_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def bold(text, condition):
    return f"**{text}**" if condition else text


def times():
    """{(threads, dtype, quantity, n): {library: seconds}} of the best rounds."""
    cells = {}
    for row in read("speed.csv"):
        key = int(row["threads"]), row["dtype"], row["quantity"], int(row["n"])
        cells.setdefault(key, {})[row["library"]] = float(row["best_us"]) / 1e6
    return cells


def speed(threads, dtype):
    """Best times, the shortest of a row in bold; np.exp is no contender."""
    rows = []
    for (t, d, quantity, n), row in times().items():
        if (t, d) == (threads, dtype):
            best = min(row[name] for name in ["bcelib", *PEERS])
            shown = [bold(duration(row[name]), row[name] == best) for name in NAMES]
            rows.append([f"{WORDS[quantity]}, n = {SIZES[n]}", *shown])
    order = {f"{WORDS[q]}, n = {s}": i for i, (q, s) in enumerate(_order())}
    return table(["best time", *NAMES], sorted(rows, key=lambda row: order[row[0]]))


def _order():
    return [(quantity, text) for quantity in QUANTITIES for text in SIZES.values()]


def duration(seconds):
    """Three significant digits and a unit."""
    for unit, size in (("s", 1), ("ms", 1e-3)):
        if seconds >= size:
            return f"{_three(seconds / size)} {unit}"
    return f"{_three(seconds * 1e6)} µs"


def _three(x):
    return f"{x:.2f}" if x < 9.995 else f"{x:.1f}" if x < 99.95 else f"{x:.0f}"


def behind():
    """The rows in which a peer is faster than bcelib, and by how much."""
    rows = []
    for (threads, dtype, quantity, n), row in times().items():
        faster = {name: row["bcelib"] / row[name] for name in PEERS}
        faster = {name: ratio for name, ratio in faster.items() if ratio > 1}
        if faster:
            by = ", ".join(
                f"{name} {_ratio(ratio)} times"
                for name, ratio in sorted(faster.items(), key=lambda item: -item[1])
            )
            rows.append([SIZES[n], dtype, WORDS[quantity], CORES[threads], by])
    rows.sort(key=lambda row: list(SIZES.values()).index(row[0]))
    lines = [["n", "dtype", "quantity", "on", "as fast as bcelib"], ["---"] * 5, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _ratio(x):
    return f"{x:.0f}" if x >= 9.95 else f"{x:.1f}" if x >= 1.95 else f"{x:.2f}"


def score():
    """In how many rows bcelib is ahead of every peer, for small and large n."""
    sentences = []
    for threads, cores in CORES.items():
        parts = []
        for words, sizes in (("10⁴ or more", LARGE), ("256 or 1", SMALL)):
            cells = times().items()
            rows = [row for (t, *_, n), row in cells if t == threads and n in sizes]
            ahead = sum(row["bcelib"] <= min(row[p] for p in PEERS) for row in rows)
            parts.append(f"{ahead} of {len(rows)} rows with n = {words}")
        counted = " and in ".join(parts)
        sentences.append(f"On {cores} bcelib is ahead of every peer in {counted}.")
    return " ".join(sentences)


def memory():
    """Bytes a logit at the peak of a call."""
    rows = read("memory.csv")
    names = list(dict.fromkeys(row["library"] for row in rows))
    return table(
        ["bytes a logit", *names],
        [
            [WORDS[quantity], *(row["bytes_per_logit"] for row in group)]
            for quantity, group in groupby(
                sorted(rows, key=lambda row: QUANTITIES.index(row["quantity"])),
                key=lambda row: row["quantity"],
            )
        ],
    )


def chart(threads=1, dtype="float64", n=1_000_000):
    """Bars of nanoseconds a logit, as an SVG that follows the page's colours."""
    top, parts = 0, []
    shown = {q: times()[threads, dtype, q, n] for q in QUANTITIES}
    widest = max(row[name] for row in shown.values() for name in NAMES)
    for quantity, row in shown.items():
        parts.append(
            f'<text x="0" y="{top + 16}" font-weight="650">{WORDS[quantity]}</text>'
        )
        top += 24
        for name in NAMES:
            if name == "np.exp" and quantity != "loss":
                continue
            width = 190 * row[name] / widest
            colour = "accent" if name == "bcelib" else "quiet"
            parts.append(
                f'<text x="84" y="{top + 12}" text-anchor="end">{name}</text>'
                f'<rect x="92" y="{top + 1}" width="{width:.1f}" height="14" '
                f'style="fill:var(--{colour})"/>'
                f'<text x="{96 + width:.1f}" y="{top + 12}">'
                f"{_three(row[name] / n * 1e9)} ns</text>"
            )
            top += 19
        top += 8
    words = (
        f"Time a logit for the loss, the gradient, and both, {dtype}, "
        f"{SIZES[n]} logits, {CORES[threads]}; shorter is faster"
    )
    return (
        f'<figure><svg viewBox="0 0 360 {top}" role="img" font-size="12" '
        f'style="max-width:34rem;width:100%;fill:var(--ink)"><title>{words}</title>'
        f"{''.join(parts)}</svg><figcaption>{words}. The numbers are in the tables."
        "</figcaption></figure>"
    )


def scale():
    """Time and memory of what is larger than memory, and of several processes."""
    rows = [
        [
            row["task"],
            f"{int(row['n']):,}",
            row["workers"],
            f"{float(row['data_mb']):,.0f}",
            duration(float(row["seconds"])),
            f"{float(row['ns_per_value']):.3g}",
            f"{float(row['peak_mib']):.0f}",
        ]
        for row in read("scale.csv")
    ]
    units = ["n", "workers", "data, MB", "time", "ns a value", "peak, MiB"]
    return table(["task", *units], rows)


def estimate():
    """The paper estimate, in words."""
    about = json.loads((RESULTS / "scale.json").read_text(encoding="utf-8"))
    assumed, one_pass = about["estimate"]["assumed"], about["estimate"]["one_pass"]
    newton = one_pass["newton"]
    total = newton["seconds_of_compute"] + newton["seconds_of_messages"]
    return (
        f"On paper: {assumed['machines']:,} machines hold "
        f"{assumed['examples_each']:,} examples each, of {assumed['features']} "
        "features. One pass of Newton's method, one worker on each machine, would take "
        f"{total:.0f} s at the {assumed['ns_per_value']:.0f} ns a value measured here. "
        f"Each would send {newton['bytes_sent_by_each_machine']} bytes and wait "
        f"{newton['seconds_of_messages'] * 1e3:.1f} ms for messages, if one takes "
        f"{assumed['latency'] * 1e6:.0f} µs and a link carries "
        f"{assumed['bandwidth'] / 1e9:.3g} GB/s. Nobody has run this."
    )


PARTS = {
    "accuracy machine": lambda: machine("accuracy.json"),
    "accuracy float64": lambda: accuracy("float64"),
    "accuracy float32": lambda: accuracy("float32"),
    "speed machine": lambda: machine("speed.json"),
    "speed warning": warning,
    "speed score": score,
    "speed chart": chart,
    "speed behind": behind,
    "memory": memory,
    "scale machine": lambda: machine("scale.json"),
    "scale": scale,
    "scale estimate": estimate,
} | {
    f"speed {threads} {dtype}": lambda threads=threads, dtype=dtype: speed(
        threads, dtype
    )
    for threads in CORES
    for dtype in ("float64", "float32")
}


def rewritten(page):
    """The page with every part as the result files have it now."""

    def part(match):
        return f"{match[1]}\n{PARTS[match[2]]()}\n\n{match[3]}"

    return re.sub(r"(% begin ([^\n]+)\n).*?(% end\n)", part, page, flags=re.DOTALL)


def main():
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(rewritten(page), encoding="utf-8")


if __name__ == "__main__":
    main()
