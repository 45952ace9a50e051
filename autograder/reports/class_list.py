"""The names that the numbers of a class are drawn from: as the grader finds them."""

import re
from pathlib import Path

from autograder.reports import roster

# Each names a student as a hand-in does: what the grader wrote, a gradebook, a
# worksheet for grades, and a list of one's own.
COLUMNS = ("lms_id", "id", "identifier", "login", "student")
PERMITTED = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,53}[A-Za-z0-9_])?")


def students_in(path: Path) -> list[str]:
    """The name of each student of a class, from a CSV file that is a roster.

    Of the columns in COLUMNS, in capitals or not, the first that is filled is read.

    Raises
    ------
    FileNotFoundError, ValueError
        If there is no such file or column, or a name cannot be that of a hand-in.
    """
    path.stat()  # or a FileNotFoundError
    people = [cells for _, cells in roster.rows(path, COLUMNS)]
    filled = (column for column in COLUMNS if any(each[column] for each in people))
    if not (column := next(filled, "")):
        columns = ", ".join(COLUMNS)
        raise ValueError(
            f"{path} names no student: it needs a filled column, one of {columns}"
        )
    seen: dict[str, str] = {}
    names = [(each["row"], each[column]) for each in people if each[column]]
    if column == "identifier":  # 123 of 'Participant 123', in any language
        names = [(row, re.sub(r".*?(\d+)$", r"\1", name)) for row, name in names]
    for row, name in names:
        if not PERMITTED.fullmatch(name):
            raise ValueError(
                f"{row}: {name!r} cannot name a hand-in; permitted are up to 55 "
                "letters a to z, digits and '_', and between them '.' and '-'"
            )
        if (first := seen.setdefault(name.casefold(), row)) != row:
            raise ValueError(
                f"{row}: {name!r} stands in {first} already; name each student once"
            )
    return [name for _, name in names]
