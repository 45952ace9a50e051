"""What speaks against the result files, asked whenever the report is made.

What a peer does today and which version was measured are no matter of the tests: a new
release of a peer must not break them.
"""

import json
import re
from pathlib import Path

from benchmarks.accuracy import RESULTS, read

PINS = Path(__file__).parent / "requirements.txt"
BOUNDS = {"float64": 3, "float32": 4, "float16": 0.51}  # of bcelib's error, in ulps


def bound(row):
    """What is promised: less for a hard label, but for the Hessian."""
    hard = row["label"] != "0.9" and row["quantity"] != "hessian"
    return 2 if hard and row["dtype"] == "float64" else BOUNDS[row["dtype"]]


def faults(results=RESULTS):
    """What must be mended before the results are shown."""
    for row in read(results / "accuracy.csv"):
        if row["library"] == "bcelib":
            cell = f"{row['dtype']} {row['quantity']}, y = {row['label']}"
            if not float(row["worst_ulps"]) <= bound(row):
                yield f"bcelib errs by {row['worst_ulps']} ulps: {cell}"
            for kind in ("nan", "inf", "zero"):
                if place := row[f"{kind}_from"]:
                    yield f"bcelib returns {kind} at z = {place}: {cell}"
    table = read(results / "scale.csv")
    for task in ("log loss of a file", "pass of a fit"):
        peaks = [float(row["peak_mib"]) for row in table if row["task"] == task]
        if max(peaks) >= 1.25 * min(peaks):
            yield f"the memory of '{task}' grows: {peaks} MiB"
    largest = max(table, key=lambda row: float(row["data_mb"]))
    if float(largest["peak_mib"]) >= float(largest["data_mb"]) / 50:
        yield f"{largest['peak_mib']} MiB for {largest['data_mb']} MB of data"


def outdated(results=RESULTS, pins=PINS):
    """Which versions were measured that are no longer pinned."""
    text = pins.read_text(encoding="utf-8")
    pinned = set(re.findall(r"^[\w.-]+==[^ \n]+", text, re.MULTILINE))
    names = {pin.partition("==")[0] for pin in pinned}
    for name in ("accuracy.json", "speed.json", "scale.json"):
        about = json.loads((results / name).read_text(encoding="utf-8"))
        for distribution, version in about["distributions"].items():
            measured = f"{distribution}=={version.partition('+')[0]}"
            if distribution in names and measured not in pinned:
                yield f"{name}: {measured} was measured and is not pinned any more"
