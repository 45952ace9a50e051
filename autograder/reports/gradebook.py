"""The grades of a batch: grades.csv for a person, results.json for programs.

Half a grade is worse than none. So `autograded` in ``grades.csv`` is what the questions
have that the grader scores, and `total` stays empty until every part of the homework
has its points: no written answer waits for a person, and nothing was unreadable. The
sheets for an LMS carry the total alone, and the cell of a student without one is empty,
never 0. A question that was not attempted, crashed or ran out of time has its points
(most often 0) and says so in the column beside them.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder import files
from autograder.masters.homework import Homework
from autograder.reports import sheets
from autograder.reports.text import one_line
from autograder.results import Result, Status


def autograded(homework: Homework, result: Result) -> float | None:
    """The points of the questions that the grader scores; None if it could not."""
    return result.points_for(q.name for q in homework.questions if not q.written)


def total(homework: Homework, result: Result) -> float | None:
    """The points of the whole homework; None until each question has its points."""
    return result.points_for(question.name for question in homework.questions)


def waiting(result: Result) -> list[str]:
    """The written answers that a person has still to score."""
    return [q.question for q in result.questions if q.status == Status.TO_BE_SCORED]


def rows(homework: Homework, results: Sequence[Result]) -> Iterator[list[str]]:
    """The rows of grades.csv, for a person with a spreadsheet."""
    names = [question.name for question in homework.questions]
    yield [
        *("student", "name", "lms_id", "file", "autograded", "total", "of"),
        *(title for name in names for title in (name, f"{name} status")),
        *("written to be scored", "unsafe", "notes"),
    ]
    for result in results:
        answered = {each.question: each for each in result.questions}
        row: list[str | float | None]
        row = [result.student, one_line(result.name), result.lms_id]
        row += [one_line(result.file, 200), autograded(homework, result)]
        row += [total(homework, result), homework.points]
        for name in names:
            known = answered.get(name)
            row += [known.earned, known.status] if known else [None, Status.UNREADABLE]
        row += [len(waiting(result)), "unsafe" if result.unsafe else ""]
        row.append(one_line(" ".join([result.problem, *result.notes]), 2000))
        yield [sheets.cell(value) for value in row]


def write(out: Path, homework: Homework, results: Sequence[Result]) -> None:
    """Write results.json and grades.csv.

    Parameters
    ----------
    out : Path
        Folder of the batch.
    homework : Homework
    results : list of Result
        One a student, as `autograder.reports.scores` has them.
    """
    everything = [result.as_dict() for result in results]
    text = json.dumps(everything, indent=1, ensure_ascii=False)
    files.save(out / "results.json", text + "\n")
    sheets.save(out / "grades.csv", rows(homework, results))
