"""Canvas: the grades for its gradebook, and the names of pages that it hands back.

Grades
    Gradebook, Import. Columns Student, ID, SIS User ID, SIS Login ID, Section, then one
    for the assignment, and a row "Points Possible"; students are found by ID, so the
    SIS columns may stay empty. The assignment is found by its title, or created. An
    empty cell means "no grade" there too: Canvas lists it among the changes, before it
    saves them, where a grade stands already.
    Source: lib/gradebook_importer.rb of instructure/canvas-lms.

Pages
    Assignment, "Upload Submissions" (or "Re-Upload Submissions"). A file reaches its
    student if its name begins as the file did that Canvas exported: the first two
    numbers between underscores are the user's and the attachment's. It becomes a
    comment, each time again.
    Source: infer_comment_context_from_filename in app/models of instructure/canvas-lms.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from autograder.intake.canvas import NAMED
from autograder.masters.homework import Homework
from autograder.reports.gradebook import total
from autograder.reports.roster import Person
from autograder.reports.sheets import cell
from autograder.reports.text import number, one_line
from autograder.results import Result


def grades(homework: Homework, results: Iterable[Result]) -> Iterator[list[str]]:
    """The rows of canvas.csv: students who have a total.

    Canvas reads an empty cell as a wish to remove the grade that stands there.
    """
    graded = [
        (Person(one_line(result.name), id=result.lms_id), [number(points)])
        for result in results
        if (points := total(homework, result)) is not None
    ]
    return term([(homework.title, number(homework.points))], graded)


def page_name(homework: Homework, result: Result) -> str:
    """The name of a student's page in the zip; "" where none would reach the student.

    That is so if no notebook was handed in, or if it did not come from an export: then
    its name may bear the numbers of somebody else.
    """
    says = _named(result)
    return f"{says[0]}.feedback.html" if says and says["id"] == result.lms_id else ""


def is_late(result: Result) -> bool | None:
    """Whether the name of the file says that it was late; None if it does not say."""
    says = _named(result)
    return bool(says["late"] or says["late_too"]) if says else None


def _named(result):
    """What Canvas's name says: of the notebook, or of the zip that it was in."""
    return next(filter(None, map(NAMED.fullmatch, result.file.split("/"))), None)


def term(
    columns: Sequence[tuple[str, str]],
    rows: Iterable[tuple[Person, Sequence[str | None]]],
) -> Iterator[list[str]]:
    """The rows of a term's sheet: students who have a total, and a number or a login.

    Parameters
    ----------
    columns : list of (str, str)
        The title of each assignment, and its points.
    rows : list of (Person, list of str or None)
        The points of each student; None where one is excused.
    """
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    yield [*head, *(_title(title) for title, _ in columns)]
    yield ["    Points Possible", "", "", "", "", *(points for _, points in columns)]
    for person, points in rows:
        numbers = person.id, person.sis, person.login
        if any(numbers):
            who = [cell(each) for each in (person.name, *numbers, person.section)]
            yield [*who, *("EX" if each is None else each for each in points)]


def _title(text):
    """A title without "(7)" at its end, which would be the name of assignment 7."""
    return cell(re.sub(r"\s*\(\d+\)\s*$", "", one_line(text, 200)))
