"""The files of the data sets: where they lie, and their tables."""

import csv
from pathlib import Path

_HERE = Path(__file__).parent
# A wheel carries the files inside the package; a checkout has them where they belong.
FOLDERS = (
    _HERE / "_data",
    _HERE.parent / "book" / "data",
    _HERE.parent / "benchmarks" / "results",
)


def file(name):
    for folder in FOLDERS:
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(
        f"{name} is in none of {', '.join(map(str, FOLDERS))}; install bcelib again"
    )


def table(name):
    """The names of the columns, and the rows as text."""
    with file(name).open(encoding="utf-8", newline="") as lines:
        names, *rows = csv.reader(lines)
    return names, rows
