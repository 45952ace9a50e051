"""The names that the numbers of a class are drawn from: as the grader finds them."""

import csv
import re
from pathlib import Path

# Each names a student as a hand-in does: what the grader wrote, a gradebook, a
# worksheet for grades, and a list of one's own.
COLUMNS = ("lms_id", "id", "identifier", "login", "student")
PERMITTED = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,53}[A-Za-z0-9_])?")


def students_in(path: Path) -> list[str]:
    """The name of each student of a class, from a CSV file.

    Of the columns in COLUMNS, in capitals or not, the first that is filled is read.

    Raises
    ------
    ValueError
        If there is no such column, or a name cannot be the name of a hand-in.
    """
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not in UTF-8; save it as CSV in UTF-8") from None
    separator = max(",;\t", key=text.partition("\n")[0].count)
    rows = list(csv.DictReader(text.splitlines(), delimiter=separator))
    found = {}
    for column in COLUMNS:
        for line, row in enumerate(rows, 2):
            for title, value in row.items():
                if (title or "").strip().lower() == column and (value or "").strip():
                    found[line] = _number(value) if column == "identifier" else value
        if found:
            break
    if not found:
        raise ValueError(
            f"{path} names no student: it needs a filled column, one of "
            f"{', '.join(COLUMNS)}"
        )
    return _checked(path, {line: name.strip() for line, name in found.items()})


def _number(value):
    """123 of 'Participant 123', in any language."""
    number = re.search(r"\d+\s*$", value)
    return number[0] if number else value


def _checked(path, names):
    seen = {}
    for line, name in names.items():
        if not PERMITTED.fullmatch(name):
            raise ValueError(
                f"{path}, line {line}: {name!r} cannot name a hand-in; permitted are "
                "up to 55 letters a to z, digits and '_', and between them '.' and '-'"
            )
        if seen.setdefault(name.casefold(), line) != line:
            raise ValueError(
                f"{path}, line {line}: {name!r} stands in line {seen[name.casefold()]} "
                "already; name each student once"
            )
    return list(names.values())
