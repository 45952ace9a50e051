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
from collections.abc import Iterable, Iterator

from autograder.intake.canvas import NAMED
from autograder.masters.homework import Homework
from autograder.reports.gradebook import total
from autograder.reports.sheets import cell
from autograder.reports.text import one_line
from autograder.results import Result


def grades(homework: Homework, results: Iterable[Result]) -> Iterator[list[str]]:
    """The rows of canvas.csv: students who have a total.

    Canvas reads an empty cell as a wish to remove the grade that stands there. And it
    reads "(7)" at the end of a title as the name of assignment 7.
    """
    title = re.sub(r"\s*\(\d+\)\s*$", "", one_line(homework.title, 200))
    empty = ["", "", "", ""]
    yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", cell(title)]
    yield ["    Points Possible", *empty, cell(homework.points)]
    for result in results:
        points = total(homework, result)
        if points is not None:
            name = cell(one_line(result.name))
            yield [name, cell(result.lms_id), *empty[1:], cell(points)]


def page_name(homework: Homework, result: Result) -> str:
    """The name of a student's page in the zip; "" where none would reach the student.

    That is so if no notebook was handed in, or if it did not come from an export: then
    its name may bear the numbers of somebody else.
    """
    for part in result.file.split("/"):
        says = NAMED.fullmatch(part)
        if says and says["id"] == result.lms_id:
            return f"{part}.feedback.html"
    return ""
