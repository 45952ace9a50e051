"""CSV sheets: written so that a spreadsheet computes nothing, and read back.

Every text comes from students, so every field stands in quotes. Control characters,
marks that turn the direction of writing and lone surrogates are taken out, long texts
are cut, and a cell that a spreadsheet would compute gets an apostrophe before it.

Spreadsheets add a byte-order mark, write ; or tabs for commas, move rows and columns,
add columns, and change the case of a heading. All that is read. Their own formats are
not: the error says how to save the sheet.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder import files
from autograder.reports.text import number, plain

FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


@dataclass
class Sheet:
    """The cells of a sheet, and where the columns stand that a program knows."""

    known: tuple[str, ...]
    header: list[str]
    rows: list[tuple[int, list[str]]] = field(
        default_factory=list
    )  # (row number, cells)
    delimiter: str = ","

    def __post_init__(self) -> None:
        places = [name.strip().casefold() for name in self.header]
        self.place = {name: places.index(name) for name in self.known if name in places}
        self.twice = [name for name in self.place if places.count(name) > 1]

    def get(self, cells: Sequence[str], column: str) -> str:
        """The text in a column; empty if the sheet lacks it or the row is short."""
        place = self.place.get(column, len(cells))
        return cells[place].strip().removeprefix("'") if place < len(cells) else ""


def read(path: Path, known: tuple[str, ...], needed: tuple[str, ...]) -> Sheet:
    """The sheet at a path, whatever a spreadsheet did to it; empty if there is none.

    Parameters
    ----------
    path : Path
        A CSV file; the error names a newer .xlsx or .ods beside it.
    known, needed : tuple of str
        Names of columns: those that a program reads, and those that must be there.

    Raises
    ------
    ValueError
        If it is not UTF-8, no CSV, or lacks a column that is needed.
    """
    advice = f"Save it as 'CSV UTF-8' under the name {path.name}"
    for book in (path.with_suffix(".xlsx"), path.with_suffix(".ods")):
        if book.exists() and not (path.exists() and _modified(book) <= _modified(path)):
            raise ValueError(f"{book} is newer than {path.name}, and no CSV. {advice}")
    if not path.exists():
        return Sheet(known, list(known))
    raw = path.read_bytes()
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ValueError(f"{path} is a spreadsheet's own format, not CSV. {advice}")
    try:
        text = raw.decode("utf-8-sig")
        delimiter = max(",;\t", key=text.partition("\n")[0].count)
        lines = io.StringIO(text, newline="")
        header, *rows = csv.reader(lines, delimiter=delimiter, strict=True)
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path} is not CSV in UTF-8 ({error}). {advice}") from error
    except ValueError:
        raise ValueError(f"{path} is empty. Delete it to begin a new sheet") from None
    numbered = [(number, row) for number, row in enumerate(rows, 2) if any(row)]
    sheet = Sheet(known, header, numbered, delimiter)
    if sheet.twice or set(needed) - sheet.place.keys():
        raise ValueError(
            f"{path}: the columns {', '.join(needed or sheet.twice)} must be there, "
            f"each once; the first row is {delimiter.join(header)[:300]!r}"
        )
    return sheet


def _modified(path):
    return path.stat().st_mtime_ns


# ---- writing ----------------------------------------------------------------------


def cell(value: str | float | None) -> str:
    """What stands in a cell: a number as it is, a text that is no formula."""
    if isinstance(value, (int, float)):
        return number(value)
    return harmless(plain("" if value is None else value))


def harmless(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet would compute it."""
    return f"'{text}" if FORMULA.match(text) else text


def save(
    path: Path,
    rows: Iterable[Sequence[str]],
    *,
    delimiter: str = ",",
    mark: bool = True,
) -> None:
    """Write rows of finished cells; the byte-order mark tells Excel of UTF-8."""
    text = io.StringIO()
    # Each field in quotes: LibreOffice by default also splits at ; and tabs, so that a
    # bare text could move into the columns behind it.
    writer = csv.writer(
        text, delimiter=delimiter, lineterminator="\r\n", quoting=csv.QUOTE_ALL
    )
    writer.writerows(rows)
    files.save(path, ("\ufeff" if mark else "") + text.getvalue())
