"""The tables and charts of `book/benchmarks.md`: `python -m benchmarks.report`.

Everything between `% begin NAME` and `% end` on that page, and on that of the API, is
written here, from the files in `benchmarks/results/` and from nothing else. What speaks
against those files stops it.
"""

import json
import math
import re
import sys
from functools import partial
from itertools import groupby, product
from pathlib import Path

from benchmarks import objections
from benchmarks.accuracy import LABELS, RESULTS, read
from benchmarks.accuracy import QUANTITIES as MEASURED
from benchmarks.contenders import CONTENDERS, QUANTITIES
from benchmarks.speed import CALLS, NUMBER, key

BOOK = Path(__file__).parents[1] / "book"
PAGES = BOOK / "benchmarks.md", BOOK / "api.md"
NAMES = [c.name for c in CONTENDERS]
FASTER = [name for name in NAMES if name not in ("bcelib", "np.exp")]
LEVEL = 1.1  # two times that differ by less may change places in the next run
SPACE = "\N{NO-BREAK SPACE}"
OWN = [c.name for c in CONTENDERS if c.own]
SIZES = {1: "1", 256: "256", 10_000: "10⁴", 1_000_000: "10⁶", 10_000_000: "10⁷"}
SMALL, LARGE = (1, 256), (10_000, 1_000_000, 10_000_000)
DTYPES = ("float64", "float32", "float16")
CORES = {1: "one core", 2: "two cores"}


def rows_of(name):
    """The rows of a result file in CSV."""
    return read(RESULTS / name)


def about(name):
    """What a result file in JSON says."""
    return json.loads((RESULTS / name).read_text(encoding="utf-8"))


def machine(name):
    """The sentences beside a table: what was measured, where and when."""
    known = about(name)
    versions = ", ".join(f"{k} {v}" for k, v in known["distributions"].items())
    return (
        f"{known['date']}, {known['processor']}, {known['cores']} cores, "
        f"{known['memory_gib']} GiB, {known['system']}, large pages: "
        f"{known['large_pages']}; NumPy uses {', '.join(known['numpy_simd'])}. "
        f"Python {known['python']}, {versions}."
    )


def quiet():
    """What other programs and the host of a virtual machine did to the times."""
    known = about("speed.json")
    others, host = known["cores_used_by_others"], known["cores_taken_by_host"]
    used = (
        f"While this was measured, other programs used {others:.2f} cores, and the "
        f"host of a virtual machine took {host:.2f}."
    )
    if others + host < 0.1:
        return used
    return (
        f"**Not fair yet.** {used} That lengthens every time on two cores, most of all "
        "of libraries whose threads wait for one another. Trust the tables of one core "
        "only."
    )


def table(head, rows, others="--:"):
    """A Markdown table: a column of text, then others, of numbers by default."""
    lines = [head, ["---"] + [others] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def unbroken(text):
    return text.replace(" ", SPACE)


def errors(dtype, measure):
    """{(quantity, label): {library: error in ulps}} of one dtype."""
    cells = {}
    for row in rows_of("accuracy.csv"):
        if row["dtype"] == dtype:
            key = row["quantity"], float(row["label"])
            cells.setdefault(key, {})[row["library"]] = float(row[measure])
    return cells


def accuracy(dtype, measure):
    """Errors in ulps, the smallest of a row in bold."""
    cells, rows = errors(dtype, measure), []
    for quantity in MEASURED:
        for label in LABELS:
            row = cells[quantity, label]
            shown = [bold(ulps(e), e == min(row.values())) for e in row.values()]
            rows.append([unbroken(f"{quantity}, y = {label:g}"), *shown])
    return table([f"{measure.partition('_')[0]} error, ulps", *row], rows)


def accuracy_of_bcelib():
    """Its worst and median errors alone, in all formats."""
    measures = {"worst": "worst_ulps", "median": "median_ulps"}
    columns = [(dtype, word) for dtype in DTYPES for word in measures]
    found = {(d, word): errors(d, measures[word]) for d, word in columns}
    rows = [
        [unbroken(f"{quantity}, y = {label:g}")]
        + [ulps(found[column][quantity, label]["bcelib"]) for column in columns]
        for quantity, label in found[columns[0]]
    ]
    return table(["ulps", *(f"{dtype} {word}" for dtype, word in columns)], rows)


def accuracy_score():
    """In how many rows of each format bcelib's worst error is the smallest."""
    parts = []
    for dtype in DTYPES:
        rows = errors(dtype, "worst_ulps").values()
        best = sum(row["bcelib"] == min(row.values()) for row in rows)
        parts.append(f"{best} of {len(rows)} rows in {dtype}")
    return (
        f"bcelib has the smallest worst error in {', '.join(parts)}. A third of "
        "the rows are Hessians, which PyTorch, Optax and Keras do not offer and get by "
        "differentiating twice. Columns that never err by more than 100 ulps: "
        f"{never_far('worst_ulps')}. Where the true value is a normal number: "
        f"{never_far('worst_normal_ulps')}."
    )


def never_far(measure):
    """The columns without a large error in any row, each with its largest."""
    largest = {}
    for dtype in DTYPES:
        for row in errors(dtype, measure).values():
            for name, error in row.items():
                largest[name] = max(error, largest.get(name, 0))
    kept = [f"{name} ({ulps(error)})" for name, error in largest.items() if error < 100]
    return ", ".join(kept) or "none"


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


def times(name="speed.csv"):
    """{(threads, dtype, quantity, n): {library: seconds}} of the best rounds."""
    cells = {}
    for row in rows_of(name):
        *cell, name = key(row)
        cells.setdefault(tuple(cell), {})[name] = float(row["best_us"]) / 1e6
    return cells


def calls():
    """What a call costs beside the fastest peer's own function."""
    words = {NUMBER: "a number", 1: "one element", 256: "256 elements"}
    cells, rows, ratios = times("calls.csv"), [], {}
    for n, (dtype, quantity) in product(CALLS, product(DTYPES[:2], QUANTITIES)):
        row = cells[1, dtype, quantity, n]
        time, name = min((row[name], name) for name in OWN)
        ratios.setdefault(n, []).append(row["bcelib"] / time)
        shown = [duration(row["bcelib"]), f"{duration(time)}, {name}"]
        what = unbroken(f"{quantity} of {words[n]}, {dtype}")
        rows.append([what, *shown, _ratio(ratios[n][-1])])
    most = ", ".join(f"{words[n]} {_ratio(max(ratios[n]))}" for n in CALLS)
    head = ["a call", "bcelib", "fastest peer's own function", "bcelib's time over it"]
    return f"At most, bcelib's time over it is for {most}.\n\n{table(head, rows)}"


def duration(seconds):
    """Three significant digits and a unit."""
    for unit, size in (("s", 1), ("ms", 1e-3)):
        if seconds >= size:
            return f"{_three(seconds / size)}{SPACE}{unit}"
    return f"{_three(seconds * 1e6)}{SPACE}µs"


def _three(x):
    return f"{x:.2f}" if x < 9.995 else f"{x:.1f}" if x < 99.95 else f"{x:.0f}"


def behind(sizes):
    """The rows in which somebody is faster than bcelib, and by how much."""
    rows = []
    for (threads, dtype, quantity, n), row in times().items():
        ratios = {name: row["bcelib"] / row[name] for name in FASTER}
        faster = sorted((-ratio, name) for name, ratio in ratios.items() if ratio > 1)
        if faster and n in sizes:
            by = ", ".join(f"{name} {_ratio(-ratio)}" for ratio, name in faster)
            rows.append([SIZES[n], dtype, quantity, str(threads), by])
    rows.sort(key=lambda row: list(SIZES.values()).index(row[0]))
    head = ["n", "dtype", "quantity", "cores", "bcelib's time over theirs"]
    return table(head, rows, others="---")


def _ratio(x):
    return f"{x:.0f}" if x >= 9.95 else f"{x:.1f}" if x >= 1.95 else f"{x:.2f}"


def score():
    """In how many rows bcelib is ahead of the fastest other, level or behind."""
    lines = []
    for words, sizes in (("10⁴ or more", LARGE), ("1 or 256", SMALL)):
        for threads, cores in CORES.items():
            cells = times().items()
            rows = [row for (t, *_, n), row in cells if t == threads and n in sizes]
            ratios = [row["bcelib"] / min(row[p] for p in FASTER) for row in rows]
            ahead = sum(ratio < 1 / LEVEL for ratio in ratios)
            lost = sum(ratio > LEVEL for ratio in ratios)
            lines.append(
                f"- n = {words}, {cores}: ahead in {ahead} of {len(rows)} rows, level "
                f"in {len(rows) - ahead - lost}, behind in {lost}."
            )
    return "\n".join(["Against the fastest of all, level within a tenth:", "", *lines])


def by_hand():
    """What PyTorch's gradient without its autograd costs."""
    ratios = [
        row["bcelib"] / row["PyTorch by hand"]
        for (*_, quantity, n), row in times().items()
        if quantity == "gradient" and n in LARGE
    ]
    won = sum(ratio > 1 for ratio in ratios)
    return (
        f"In {won} of the {len(ratios)} rows of the gradient with n = 10⁴ or more, "
        f"`torch.sigmoid(z) - y` is faster than bcelib: up to {max(ratios):.1f} times."
    )


def spread():
    """How much the rounds differ, and how much two runs did."""
    rows = rows_of("speed.csv")
    apart = sum(float(r["median_us"]) > LEVEL * float(r["best_us"]) for r in rows)
    median, most = about("speed.json")["change_since_the_run_before"].values()
    return (
        f"In {apart} of {len(rows)} cells the median of the rounds is more than a "
        "tenth above the best; `benchmarks/results/speed.csv` has both. Since the run "
        f"before, half of the ratios of bcelib to another library changed by less than "
        f"{100 * median:.0f} %, and nine in ten by less than {100 * most:.0f} %."
    )


def memory():
    """Bytes a logit at the peak of a call."""
    rows = rows_of("memory.csv")
    names = list(dict.fromkeys(row["library"] for row in rows))
    return table(
        ["bytes a logit", *names],
        [
            [quantity, *(row["bytes_per_logit"] for row in group)]
            for quantity, group in groupby(
                sorted(rows, key=lambda row: QUANTITIES.index(row["quantity"])),
                key=lambda row: row["quantity"],
            )
        ],
    )


def first_failures(dtype):
    """{library: the smallest |z| at which a loss or slope is 0, ∞ or NaN, or None}.

    Only where the truth is none of these, and for hard labels.
    """
    found = {}
    for row in rows_of("accuracy.csv"):
        if row["dtype"] == dtype and row["quantity"] != "hessian":
            places = found.setdefault(row["library"], [])
            if float(row["label"]) in (0, 1):
                lost = (row[f"{kind}_from"] for kind in ("zero", "inf", "nan"))
                places += [abs(float(z)) for z in lost if z]
    return {name: min(places, default=None) for name, places in found.items()}


def failure_chart():
    """Bars to the first logit that fails, for float64 and float32."""
    top, parts, last = 0, [], math.log10(2000)
    for dtype in DTYPES[:2]:
        parts.append(f'<text x="0" y="{top + 14}" font-weight="650">{dtype}</text>')
        top += 20
        for name, z in first_failures(dtype).items():
            share = 1 if z is None else math.log10(z) / last
            words = "never" if z is None else f"{z:.1f}"
            parts.append(_bar(top, name, 0, 170 * share, words))
            top += 18
        top += 8
    words = (
        "The first |z| at which a loss or gradient, for a label 0 or 1, is 0, "
        "infinite or NaN and should not be: longer is better, the scale is logarithmic"
    )
    return _figure(words, top, parts)


def ratio_chart(threads=1, dtype="float32", n=1_000_000):
    """Bars of each library's time over bcelib's, to the left where it is faster."""
    top, parts, cells = 0, [], times()
    for quantity in QUANTITIES:
        parts.append(f'<text x="0" y="{top + 14}" font-weight="650">{quantity}</text>')
        top += 20
        row = cells[threads, dtype, quantity, n]
        for name in FASTER:
            ratio = row[name] / row["bcelib"]
            parts.append(_bar(top, name, 60, 90 * math.log10(ratio), _ratio(ratio)))
            top += 18
        top += 8
    parts.append(f'<path d="M176 20V{top - 8}" style="stroke:var(--ink)"/>')
    words = (
        f"Time of each over bcelib's, {dtype}, {SIZES[n]} logits, {CORES[threads]}: "
        "bars to the left are faster than bcelib, bars to the right slower; "
        "logarithmic scale"
    )
    return _figure(words, top, parts)


def _bar(top, name, zero, width, words):
    """A name, a bar from `zero` that may be negative, and a number beside it."""
    left, colour = 116 + zero + min(width, 0), "accent" if name == "bcelib" else "quiet"
    return (
        f'<text x="108" y="{top + 12}" text-anchor="end">{name}</text>'
        f'<rect x="{left:.1f}" y="{top + 1}" width="{abs(width):.1f}" height="13" '
        f'style="fill:var(--{colour})"/>'
        f'<text x="{max(left + abs(width), 116 + zero) + 4:.1f}" y="{top + 12}">'
        f"{words}</text>"
    )


def _figure(words, height, parts):
    """An SVG that follows the page's colours, with the words that it says."""
    return (
        f'<figure><svg viewBox="0 0 340 {height}" role="img" font-size="12" '
        f'style="max-width:32rem;width:100%;fill:var(--ink)"><title>{words}</title>'
        f"{''.join(parts)}</svg><figcaption>{words}.</figcaption></figure>"
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
        for row in rows_of("scale.csv")
    ]
    units = ["n", "workers", "data, MB", "time", "ns a value", "peak, MiB"]
    return table(["task", *units], rows)


PARTS = {
    "accuracy machine": lambda: machine("accuracy.json"),
    "accuracy score": accuracy_score,
    "accuracy of bcelib": accuracy_of_bcelib,
    "failure chart": failure_chart,
    "calls machine": lambda: machine("calls.json"),
    "calls": calls,
    "speed machine": lambda: machine("speed.json"),
    "speed quiet": quiet,
    "speed score": score,
    "speed by hand": by_hand,
    "ratio chart": ratio_chart,
    "speed spread": spread,
    "speed behind": partial(behind, LARGE),
    "memory": memory,
    "scale machine": lambda: machine("scale.json"),
    "scale": scale,
} | {f"accuracy {dtype}": partial(accuracy, dtype, "worst_ulps") for dtype in DTYPES}


def rewritten(page):
    """The page with every part as the result files have it now."""

    def part(match):
        return f"{match[1]}\n{PARTS[match[2]]()}\n\n{match[3]}"

    return re.sub(r"(% begin ([^\n]+)\n).*?(% end\n)", part, page, flags=re.DOTALL)


def main():
    for each in objections.outdated():
        print(each)
    if found := [*objections.faults()]:
        sys.exit("\n".join(found))
    for path in PAGES:
        path.write_text(rewritten(path.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
