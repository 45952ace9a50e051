"""A student's notebook, read by hand: hostile bytes become cells, or Unreadable."""

import hashlib
import json
import re
from dataclasses import dataclass

MOST_BYTES = 20_000_000  # of a notebook, pictures included
MOST_CELLS = 5_000
MOST_TEXT = 2_000_000  # characters in all cells together, pictures aside
PICTURE = re.compile(r"data:[\w/.+-]{1,60};base64,[\w+/=]*", re.ASCII)

OTHER_FORMATS = {
    b"PK\x03\x04": "a zip file (or an Office document)",
    b"%PDF": "a PDF",
    b"<!": "a web page",
    b"<html": "a web page",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x1f\x8b": "a gzip file",
}


class Unreadable(ValueError):  # noqa: N818  # a status of the grader, not its fault
    """What was handed in cannot be read; the message is a sentence for a person."""


@dataclass(frozen=True)
class StudentCell:
    """A cell as the student left it.

    Attributes
    ----------
    kind : str
        "code", "markdown" or "raw".
    source : str
        Its text: lines end in a line feed, and UTF-8 can express every character.
    names : tuple of str
        What it may be called, best first: nbgrader's grade_id, the cell's id, and
        the id that Colab keeps in the metadata.
    untouched : bool
        Whether nbgrader's checksum says that it is as it was handed out. It still
        says so when the homework has changed since.
    """

    kind: str
    source: str
    names: tuple[str, ...] = ()
    untouched: bool = False


def read_cells(data: bytes) -> list[StudentCell]:
    """The cells of a notebook.

    Parameters
    ----------
    data : bytes
        nbformat 3 (worksheets) or 4, in UTF-8, UTF-16 or UTF-32.

    Returns
    -------
    list of StudentCell

    Raises
    ------
    Unreadable
        If `data` is no notebook or exceeds MOST_BYTES, MOST_CELLS or MOST_TEXT.
    """
    _limit("the notebook", len(data), "bytes", MOST_BYTES)
    found = _cells(_parsed(data))
    _limit("the notebook", len(found), "cells", MOST_CELLS)
    cells = [_student_cell(each) for each in found if isinstance(each, dict)]
    text = sum(len(cell.source) for cell in cells)
    _limit("its text", text, "characters", MOST_TEXT)
    return cells


def of_another(data: bytes, variant: str | None) -> list[str]:
    """A sentence if the notebook says that it is another student's variant."""
    if b"bce_variant" not in data.replace(b"\0", b""):
        return []
    says = _table(_parsed(data).get("metadata")).get("bce_variant")
    if not isinstance(says, str) or says == variant:
        return []
    if variant is None:
        return [
            f"The notebook has the numbers of the variant {says[:60]!r} and was graded "
            "as the common handout; --variants grades each student's own."
        ]
    return [f"The notebook is the variant of {says[:60]!r}, not of {variant!r}."]


def python_of(data: bytes) -> str:
    """The version of Python that a notebook says it was made with, or ""."""
    found = re.search(rb'"version"\s*:\s*"(3\.\d{1,3})', data)
    return found[1].decode() if found else ""


def _limit(what, number, unit, most):
    if number > most:
        raise Unreadable(f"{what} has {number:,} {unit}; the limit is {most:,}")


def _table(value):
    """A value of JSON as a table: what is none is an empty one."""
    return value if isinstance(value, dict) else {}


def _parsed(data):
    text = data.decode(json.detect_encoding(data), "replace")
    if not text.strip("\ufeff\0 \t\r\n"):
        raise Unreadable("the file is empty")
    for beginning, what in OTHER_FORMATS.items():
        if data.lstrip().startswith(beginning):
            raise Unreadable(f"the file is not a notebook, it is {what}")
    try:
        return json.loads(text.lstrip("\ufeff"), parse_int=_number, parse_float=_number)
    except json.JSONDecodeError as error:
        why = f"its JSON breaks in line {error.lineno} ({error.msg})"
    except RecursionError:
        why = "it is nested too deeply"
    raise Unreadable(f"the file is not a notebook: {why}")


def _number(digits):
    return float(digits) if len(digits) < 9 else 0.0  # 10^7 of them cost minutes


def _cells(notebook):
    notebook = _table(notebook)
    if isinstance(notebook.get("cells"), list):
        return notebook["cells"]
    if isinstance(sheets := notebook.get("worksheets"), list):
        lists = [_table(sheet).get("cells") for sheet in sheets]
        return [cell for each in lists if isinstance(each, list) for cell in each]
    raise Unreadable("the file is not a notebook: it has no list of cells")


def _student_cell(cell):
    kind = cell.get("cell_type")
    kind = kind if kind in ("code", "raw") else "markdown"
    metadata = _table(cell.get("metadata"))
    nbgrader = _table(metadata.get("nbgrader"))
    names = nbgrader.get("grade_id"), cell.get("id"), metadata.get("id")
    source = _text(cell.get("source", cell.get("input")))  # "input" in nbformat 3
    untouched = nbgrader.get("checksum") == _checksum(kind, source, nbgrader)
    if kind != "code":
        source = PICTURE.sub("(picture)", source)
    names = tuple(name for name in names if isinstance(name, str))
    return StudentCell(kind, source, names, untouched)


def _checksum(kind, source, nbgrader):
    """What nbgrader.utils.compute_checksum makes of a cell; "" for a strange one."""
    match nbgrader:
        case {
            "grade_id": str(name),
            "grade": bool(grade),
            "solution": bool(solution),
            "locked": bool(locked),
        }:
            fixed = not solution and (grade or locked)
            points = [str(nbgrader.get("points"))] if grade else []
            parts = [source, kind, str(grade), str(solution), str(fixed), name, *points]
            text = "".join(parts).encode("utf-8", "replace")
            return hashlib.md5(text, usedforsecurity=False).hexdigest()
    return ""


def _text(source):
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        return ""
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub("[\ud800-\udfff\0]", "\ufffd", source)
