"""When something was handed in, as far as anybody knows.

The zips of an LMS do not say: the times of their files are those of the export, or of
the first upload of the same bytes. What is known is the mark that an LMS puts into a
file's name, and what stands in ``handed_in.csv`` in the folder of the batch: a sheet
with a column `student` and a column `handed_in`, or an LMS's own sheet of the
assignment. The latter also says which student of the class a number of the assignment
is.
"""

import contextlib
import datetime
import re
from pathlib import Path

from autograder.reports import roster
from autograder.reports.roster import Person, Roster
from autograder.results import LMS, Result

COLUMNS = ("handed_in", "last modified (submission)")
FORMATS = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S")
FORMATS += ("%A, %d %B %Y, %I:%M %p", "%A, %B %d, %Y, %I:%M %p")  # an LMS in English


class Times:
    """What ``handed_in.csv`` says of the hand-ins of a batch; nothing without it.

    Raises
    ------
    ValueError
        If the file cannot be read, or a time in it is not one.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / "handed_in.csv"
        listed = [*roster.rows(path, COLUMNS)] if path.exists() else []
        self._roster = Roster((person for person, _ in listed), str(path))
        self._rows = dict(listed)
        self._times = {
            person: _time(cells[COLUMNS[0]] or cells[COLUMNS[1]], cells["row"])
            for person, cells in self._rows.items()
        }

    def whose(self, result: Result, students: Roster) -> Person | None:
        """The student of a class whose a hand-in is, also by the sheet's numbers."""
        listed = self.numbered(result)
        return (listed and students.like(listed)) or students.of(result)

    def numbered(self, result: Result) -> Person | None:
        """Who has the number of a hand-in, as the sheet says it."""
        return self._roster.numbered(result.lms_id, LMS.get(result.lms, ""))

    def of(self, result: Result, student: Person) -> datetime.datetime | None:
        """When a student's hand-in came; None if the sheet does not say."""
        listed = self._roster.of(result) or self._roster.like(student)
        names = (student.name, *student.numbers.values())
        listed = listed or next(filter(None, map(self._roster.named, names)), None)
        return self._times[listed] if listed else None

    def strangers(self, students: Roster, results: dict[Person, Result]) -> list[str]:
        """The rows with a time that are nobody's."""
        keys = Roster(Person(result.student) for result in results.values())
        return [
            self._rows[person]["row"]
            for person, time in self._times.items()
            if time
            and not (students.like(person) or keys.like(person))
            and not students.numbered(person.name)
        ]


def _time(text, place):
    if text in ("", "-"):
        return None
    plain = re.sub(r"(?<=\d)T(?=\d)", " ", text)
    for each in FORMATS:
        with contextlib.suppress(ValueError):
            return datetime.datetime.strptime(plain, each)
    raise ValueError(
        f"{place}: {text[:80]!r}; permitted: a time such as 2026-10-14 23:58, or as an "
        "LMS in English writes it: Wednesday, 14 October 2026, 11:58 PM"
    )
