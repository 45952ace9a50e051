"""The gradebook of a term: whose each hand-in is, and what each student has."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from autograder import results
from autograder.masters.homework import Homework
from autograder.reports import SYSTEMS, gradebook, roster
from autograder.reports.roster import Person, Roster
from autograder.reports.scores import Scores
from autograder.reports.times import Times
from autograder.results import LMS, Result
from autograder.term import marks, settings
from autograder.term.marks import EXCUSED, MISSING, OPEN, Mark
from autograder.term.settings import Rule, Settings


@dataclass(frozen=True)
class Batch:
    """The hand-ins of a homework."""

    folder: Path
    homework: Homework
    results: list[Result]
    times: Times


@dataclass(frozen=True)
class Row:
    """What one student has: a mark for each homework, by name, and the total."""

    person: Person
    marks: dict[str, Mark]
    dropped: set[str]
    total: Fraction | None


@dataclass(frozen=True)
class Book:
    """A term.

    Attributes
    ----------
    homework : list of Homework
        As it was set, in the order of its numbers.
    rows : list of Row
        One a student, in the order of the roster, or of the names.
    settings : Settings
    lms : set of str
        The systems from which hand-ins came.
    """

    homework: list[Homework]
    rows: list[Row]
    settings: Settings
    lms: set[str]


def read(
    folder: Path,
    load: Callable[[str], Homework],
    now: datetime.datetime | None = None,
) -> Book:
    """The gradebook of a term.

    Parameters
    ----------
    folder : Path
        Holds the folder of a batch for each homework, and maybe ``roster.csv`` and
        ``term.toml``.
    load : callable
        The homework of a number or name.
    now : datetime, optional
        Until when something may still be handed in; by default, this moment.

    Raises
    ------
    FileNotFoundError, ValueError
        If there are no results, or a file is not as it should be, or it is not known
        whose a hand-in is. No grade is guessed.
    """
    rules = settings.read(folder / "term.toml")
    by_name = {load(number).name: rule for number, rule in rules.homework.items()}
    batches = _batches(folder, load)
    chosen = {name: by_name.get(name, Rule()) for name in batches}
    path = folder / "roster.csv"
    students = roster.read(path) if path.exists() else _from_hand_ins(batches, folder)
    handed_in = _assigned(batches, students, rules.left)
    own = _exceptions(rules, students, handed_in, load)
    now = now or datetime.datetime.now()
    for name, rule in chosen.items():
        if rules.late.percent_a_day and rule.due is None:
            raise ValueError(
                f"{folder / 'term.toml'}: [late] takes points off, and [homework."
                f"{number_in(name)}] has no due; permitted: a day or a time"
            )
    rows = []
    for person in students.people:
        found = {}
        for name, batch in batches.items():
            until = own.get((person, name), chosen[name].due)
            result = handed_in[name].get(person)
            found[name] = _mark(batch, result, person, until, rules, now)
        out = marks.dropped(found, chosen, rules.drop_lowest)
        total = marks.total(found, chosen, rules.drop_lowest)
        rows.append(Row(person, found, out, total))
    lms = {each.lms for batch in batches.values() for each in batch.results} - {""}
    return Book([batch.homework for batch in batches.values()], rows, rules, lms)


def number_in(name: str) -> str:
    """The number with which the name of a homework begins: 03."""
    return name.partition("_")[0]


def _batches(folder, load):
    """{homework: its batch}, in the order of the homework's numbers."""
    found: dict[str, Batch] = {}
    for each in sorted(path.parent for path in folder.glob("*/results")):
        known = [result for _, result in results.results_in(each) if result]
        if not known:
            continue
        homework = load(known[0].homework)
        graded = Scores(each, results.read_all(each, homework)).results
        other = found.setdefault(
            homework.name, Batch(each, homework, graded, Times(each))
        )
        if other.folder != each:
            raise ValueError(
                f"{other.folder} and {each} both hold {homework.name}; permitted: one "
                "folder for each homework"
            )
    if not found:
        raise FileNotFoundError(
            f"{folder} holds no folder with results; `grade` each homework into a "
            f"folder of its own there, such as --out {folder / '03'}"
        )
    return dict(sorted(found.items()))


def _from_hand_ins(batches, folder):
    """A roster of those who handed anything in."""
    students = Roster([], f"{folder} (there is no roster.csv)")
    for batch in batches.values():
        for result in batch.results:
            if batch.times.whose(result, students) is None:
                number = result.lms_id if LMS.get(result.lms) == "id" else ""
                login = "" if result.lms else result.student
                listed = batch.times.numbered(result)
                students.add(listed or Person(result.name, id=number, login=login))
    students.people.sort(key=lambda person: roster.plainly(person.name))
    return students


def _assigned(batches, students, left):
    """{homework: {student: hand-in}}; ValueError with all that are not one's alone."""
    handed_in: dict[str, dict[Person, Result]] = {}
    wrong = []
    for name, batch in batches.items():
        mine = handed_in[name] = {}
        for result in batch.results:
            where = f"{batch.folder}: {result.student}"
            try:
                person = batch.times.whose(result, students)
            except ValueError as error:
                wrong.append(f"{where}: {error}")
                continue
            if person and mine.setdefault(person, result) is not result:
                wrong.append(
                    f"{where} and {mine[person].student} are both of {person.shown}; "
                    "permitted: one hand-in for each student"
                )
            if person is None and result.student not in left:
                wrong.append(
                    f"{where} ({result.name}) is nobody's of {students.source}; "
                    "permitted: a student there, or the key under `left` in term.toml"
                )
        wrong += [
            f"{row}: a time, and nobody's of {students.source}; permitted: a student"
            for row in batch.times.strangers(students, mine)
        ]
    if wrong:
        listing = "\n".join(wrong)
        raise ValueError(f"{len(wrong)} unclear; nothing was written\n{listing}")
    return handed_in


def _exceptions(rules, students, handed_in, load):
    """{(student, homework): until when, or EXCUSED}."""
    keys = {each.student: x for mine in handed_in.values() for x, each in mine.items()}
    found = {}
    for text, own in rules.student.items():
        person = keys.get(text) or students.numbered(text) or students.named(text)
        if person is None:
            raise ValueError(
                f"term.toml: student.{text} is nobody's of {students.source}; "
                "permitted: a number, login, address, key or name"
            )
        found |= {(person, load(number).name): until for number, until in own.items()}
    return found


def _mark(
    batch: Batch,
    result: Result | None,
    person: Person,
    until: datetime.datetime | str | None,
    rules: Settings,
    now: datetime.datetime,
) -> Mark:
    """What a student has for a homework, due at a time, or excused by a word."""
    of = marks.exact(batch.homework.points)
    if isinstance(until, str):
        return Mark(of, state=EXCUSED)
    if result is None and until and until > now:
        return Mark(of, state=OPEN, why=f"may come until {until:%Y-%m-%d %H:%M}")
    if result is None:
        if rules.missing == EXCUSED:
            return Mark(of, state=EXCUSED, why=MISSING)
        return Mark(of, Fraction(0), state=MISSING, why=MISSING)
    total = gradebook.total(batch.homework, result)
    if total is None:
        waits = result.problem or "written answers to be scored"
        return Mark(of, state=OPEN, why=waits)
    earned = marks.exact(total)
    if not (rules.late.percent_a_day and until):
        return Mark(of, earned, earned)
    handed_in = batch.times.of(result, person)
    if handed_in is None:
        late = SYSTEMS[result.lms].is_late(result) if result.lms else None
        if late is False:
            return Mark(of, earned, earned)
        known = "late, nobody knows by how much" if late else "hand-in time not known"
        return Mark(of, earned=earned, state=OPEN, why=known)
    days = marks.days_late(handed_in, until, rules.late)
    return Mark(of, marks.after_late(earned, days, rules.late), earned, days)
