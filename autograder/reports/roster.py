"""The roster: who is in the class, from any sheet that says so.

A roster is a CSV with a row for each student. The gradebook that an LMS exports is one,
so is its list of participants, so is a sheet of your own with a name and a login. The
columns are known by their headings, and those of assignments are passed over.

A hand-in is a student's if the LMS's number for the student agrees; else if its name or
key is the student's school number, login or address; else by the name, which then must
be that of one student alone. Nobody is found by likeness.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.reports import sheets
from autograder.results import LMS, Result

NUMBERS = ("id", "participant", "sis", "login", "email")  # what names one alone
COLUMNS = {  # what a column says, by its heading
    "id": ("id",),
    "participant": ("identifier",),
    "sis": ("sis user id", "id number"),
    "login": ("sis login id", "login", "username"),
    "email": ("email address", "email"),
    "name": ("student", "name", "full name"),
    "first": ("first name", "firstname"),
    "last": ("last name", "lastname", "surname"),
    "section": ("section",),
}
HEADINGS = tuple(heading for headings in COLUMNS.values() for heading in headings)
NOBODY = ("points possible", "student, test")  # rows of an export that are no students


@dataclass(frozen=True)
class Person:
    """A student of the class: the name, and what else names this student alone.

    Attributes
    ----------
    id, participant : str
        Numbers of an LMS: in the whole course, and for one assignment.
    sis, login, email : str
        Number, login and address at the school.
    """

    name: str
    id: str = ""
    participant: str = ""
    sis: str = ""
    login: str = ""
    email: str = ""
    section: str = ""

    @property
    def numbers(self) -> dict[str, str]:
        """What else names this student alone, by its kind."""
        return {kind: number for kind in NUMBERS if (number := getattr(self, kind))}

    @property
    def shown(self) -> str:
        """The name, or what there is."""
        return next(filter(None, (self.name, *self.numbers.values())), "nameless")


class Roster:
    """The students of a class.

    Parameters
    ----------
    people : list of Person
    source : str
        Where they are from, for messages.
    """

    def __init__(self, people: Iterable[Person], source: str = "the roster") -> None:
        self.people: list[Person] = []
        self.source = source
        self._numbers: dict[tuple[str, str], Person] = {}
        self._names: dict[str, list[Person]] = defaultdict(list)
        for person in people:
            self.add(person)

    def add(self, person: Person) -> None:
        """One more. Raises ValueError where a number is another student's."""
        for kind, number in person.numbers.items():
            other = self._numbers.setdefault((kind, plainly(number)), person)
            if other is not person:
                raise ValueError(
                    f"{self.source}: {kind} {plainly(number)!r} twice, of "
                    f"{other.shown!r} and {person.shown!r}; permitted: each once"
                )
        self._names[_by_words(person.name)].append(person)
        self.people.append(person)

    def of(self, result: Result) -> Person | None:
        """The student whose a hand-in is; None if nobody's.

        Raises ValueError if two have the name, and nothing else is known.
        """
        number = result.lms_id if result.lms else result.student
        found = self.numbered(number, LMS.get(result.lms, "id"))
        return found or self.named(result.student) or self.named(result.name)

    def like(self, person: Person) -> Person | None:
        """The student who has a number of this one, or else the name."""
        found = (self.numbered(text, kind) for kind, text in person.numbers.items())
        return next(filter(None, found), None) or self.named(person.name)

    def numbered(self, text: str, kind: str = "id") -> Person | None:
        """The student whose number this is, of the course or of an assignment."""
        return self._numbers.get((kind, plainly(text)))

    def named(self, text: str) -> Person | None:
        """The student with this number, login, address or name; None if there is none.

        Raises ValueError if it is the name of two.
        """
        found = (self.numbered(text, kind) for kind in ("sis", "login", "email"))
        people = [*filter(None, found)][:1] or self._names.get(_by_words(text), [])
        if len(people) > 1 and text:
            raise ValueError(
                f"{text!r} is the name of {len(people)} students of {self.source}; "
                "permitted: a hand-in under a number, a login or an address"
            )
        return people[0] if people and text else None


def read(path: Path) -> Roster:
    """The roster in a CSV, which may have been through a spreadsheet.

    Raises ValueError where nothing in it says who is in the class.
    """
    return Roster((person for person, _ in rows(path)), str(path))


def beside(out: Path) -> Roster | None:
    """The roster of a batch: ``roster.csv`` in the folder around; None without one."""
    path = out.absolute().parent / "roster.csv"
    return read(path) if path.exists() else None


def enrolled(out: Path) -> set[tuple[str, str]]:
    """The LMS and number of each student of a batch's roster, as far as it has them."""
    people = students.people if (students := beside(out)) else []
    found = ((lms, x.numbers.get(kind)) for x in people for lms, kind in LMS.items())
    return {(lms, number) for lms, number in found if number}


def rows(
    path: Path, more: Sequence[str] = ()
) -> Iterator[tuple[Person, dict[str, str]]]:
    """Yield each student of a CSV, with the cells of other columns and of its `row`."""
    sheet = sheets.read(path, (*HEADINGS, *more), ())
    if not {*sheet.place} & {*HEADINGS} - {"section"}:
        raise ValueError(
            f"{path}: no column says who is in the class; permitted: a first row with "
            f"one of {', '.join(HEADINGS)}"
        )
    for number, cells in sheet.rows:
        person = _person(sheet, cells)
        if (person.name or person.numbers) and plainly(person.name) not in NOBODY:
            others = {name: sheet.get(cells, name) for name in more}
            yield person, {**others, "row": f"{path}, row {number}"}


def _person(sheet, cells):
    says = {
        name: next(filter(None, (sheet.get(cells, each) for each in headings)), "")
        for name, headings in COLUMNS.items()
    }
    first, last = says.pop("first"), says.pop("last")
    says["name"] = says["name"] or f"{first} {last}".strip()
    says["participant"] = says["participant"].removeprefix("Participant ")
    return Person(**says)


def plainly(text: str) -> str:
    """The text as two of it are compared: no white space around, no capitals."""
    return unicodedata.normalize("NFC", text).strip().casefold()


def _by_words(name):
    """A name, whichever way round: Lovelace, Ada is Ada Lovelace."""
    last, comma, first = plainly(name).partition(",")
    return " ".join((f"{first} {last}" if comma else last).split())
