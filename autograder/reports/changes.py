"""The record of what persons said: ``changes.csv``, which only grows.

It has a row for each change of a student's points or status, with what was there
before, who changed it and why. Where no name is typed, who runs the grader has changed
it. If what a person typed into ``scores.csv`` is emptied again, that is a row too.
"""

import contextlib
import datetime
import getpass
from collections.abc import Iterable
from pathlib import Path

from autograder.reports import sheets
from autograder.reports.alike import answer_sha
from autograder.results import Result

COLUMNS = ("time", "student", "question", "points before", "status before", "points")
COLUMNS += ("status", "by", "reason", "answer_sha")
AS_GRADED = "as graded"


def write(out: Path, results: Iterable[Result]) -> None:
    """Add to ``changes.csv`` what persons changed since it was written.

    Parameters
    ----------
    out : Path
        Folder of the batch.
    results : list of Result
        As `autograder.reports.scores` has them.
    """
    path = out / "changes.csv"
    sheet = sheets.read(path, COLUMNS, COLUMNS)
    last = {}
    for _, cells in sheet.rows:
        row = {name: sheet.get(cells, name) for name in COLUMNS}
        last[row["student"], row["question"]] = row["points"], row["status"]
    now = datetime.datetime.now().astimezone().isoformat(" ", "seconds")
    added = [
        [sheets.cell(value) for value in (now, *row)]
        for result in results for each in result.questions
        if (row := _change(result, each, last.get((result.student, each.question))))
    ]  # fmt: skip
    if added:
        kept = [cells for _, cells in sheet.rows]
        sheets.save(path, [sheet.header, *kept, *added], delimiter=sheet.delimiter)


def _change(result, answer, last):
    """The row to add for an answer, less its time; None if nothing changed."""
    if answer.was is None and last is None:
        return None
    before = last or (sheets.cell(answer.given), answer.was)
    after = sheets.cell(answer.points), answer.status
    if before == after:
        return None
    why = (answer.by or _user(), answer.reason) if answer.was else ("", AS_GRADED)
    sha = answer_sha(result.student, answer)
    return [result.student, answer.question, *before, *after, *why, sha]


def _user():
    """Who runs the grader, as far as the machine knows."""
    with contextlib.suppress(KeyError, OSError):
        return getpass.getuser()
    return "unknown"
