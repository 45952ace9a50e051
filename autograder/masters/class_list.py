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
    titles, *rows = [*csv.reader(text.splitlines(), delimiter=separator)] or [[]]
    titles = [title.strip().lower() for title in titles]
    for column in [column for column in COLUMNS if column in titles]:
        place = titles.index(column)
        cells = {n: "".join(row[place:][:1]) for n, row in enumerate(rows, 2)}
        if names := {n: text.strip() for n, text in cells.items() if text.strip()}:
            if column == "identifier":  # 123 of 'Participant 123', in any language
                names = {n: re.sub(r".*?(\d+)$", r"\1", x) for n, x in names.items()}
            return _checked(path, names)
    columns = ", ".join(COLUMNS)
    raise ValueError(
        f"{path} names no student: it needs a filled column, one of {columns}"
    )


def _checked(path, names):
    seen = {}
    for line, name in names.items():
        where = f"{path}, line {line}: {name!r}"
        if not PERMITTED.fullmatch(name):
            raise ValueError(
                f"{where} cannot name a hand-in; permitted are up to 55 letters a to "
                "z, digits and '_', and between them '.' and '-'"
            )
        if (first := seen.setdefault(name.casefold(), line)) != line:
            raise ValueError(
                f"{where} stands in line {first} already; name each student once"
            )
    return list(names.values())
