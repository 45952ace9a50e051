"""Moodle: the grading worksheet, and the names of pages that it hands back.

Grades
    Assignment, "Upload grading worksheet" (needs the feedback type "Offline grading
    worksheet"). Columns Identifier ("Participant 123456", the number in the names of
    the downloaded folders), Grade and "Last modified (grade)" are read, by their
    English names: set Moodle to English while you upload. An empty grade is passed
    over. So is a grade above the assignment's maximum: set that to the points of the
    homework. To replace grades that stand there already, tick the box that allows it.
    Source: mod/assign/feedback/offline/importgradeslib.php and locallib.php of
    moodle/moodle.

Term
    Grades, Import, CSV file. One of the first three columns is mapped to the user, and
    each other one to a grade item, or to a new one. A cell with "-" is no grade. A
    grade above 100 or a student unknown to Moodle stops the whole import.
    Source: grade/import/csv/classes/load_data.php of moodle/moodle.

Pages
    Assignment, "Upload multiple feedback files in a zip" (needs the feedback type
    "Feedback files"). The folder NAME_PARTICIPANT_assignsubmission_file says whose it
    is. A file of the same name is replaced.
    Source: mod/assign/feedback/file/importziplib.php of moodle/moodle.
"""

from collections.abc import Iterable, Iterator, Sequence

from autograder.masters.homework import Homework
from autograder.reports.gradebook import total
from autograder.reports.roster import Person
from autograder.reports.sheets import cell
from autograder.reports.text import one_line
from autograder.results import Result


def grades(homework: Homework, results: Iterable[Result]) -> Iterator[list[str]]:
    """The rows of moodle.csv."""
    head = ["Identifier", "Full name", "Grade", "Maximum Grade"]
    yield [*head, "Last modified (grade)"]
    for result in results:
        row: list[str | float | None]
        row = [f"Participant {result.lms_id}", one_line(result.name)]
        row += [total(homework, result), homework.points]
        yield [*map(cell, row), "-"]


def page_name(homework: Homework, result: Result) -> str:
    """The name of a student's page in the zip."""
    folder = f"Participant_{result.lms_id}_assignsubmission_file"
    return f"{folder}/{homework.name}_feedback.html"


def is_late(result: Result) -> bool | None:
    """None: the name of a file does not say it."""
    return None


def term(
    columns: Sequence[tuple[str, str]],
    rows: Iterable[tuple[Person, Sequence[str | None]]],
) -> Iterator[list[str]]:
    """The rows of a term's sheet: students who have a total, and a number or address.

    Parameters
    ----------
    columns : list of (str, str)
        The title of each assignment, and its points.
    rows : list of (Person, list of str or None)
        The points of each student; None where one is excused.
    """
    yield ["Email address", "ID number", "Username", "Full name",
           *(cell(one_line(title, 200)) for title, _ in columns)]  # fmt: skip
    for person, points in rows:
        numbers = person.email, person.sis, person.login
        if any(numbers):
            who = [cell(each) for each in (*numbers, person.name)]
            yield [*who, *map(_at_most_100, points)]


def _at_most_100(points):
    if points is None:
        return "-"
    return "100" if float(points) > 100 else points
