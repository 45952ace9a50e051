"""A term's gradebook as files: for a spreadsheet, for each LMS, and a page."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from statistics import fmean, median

from autograder import files
from autograder.masters.homework import Homework
from autograder.reports import SYSTEMS, sheets
from autograder.reports.pages import PAGES
from autograder.reports.roster import NUMBERS
from autograder.reports.summary import histogram
from autograder.reports.text import number
from autograder.results import LMS
from autograder.term.book import Book, number_in
from autograder.term.marks import EXCUSED, OPEN, Mark, rounded

TITLE = "Homework of the term"


def write(folder: Path, book: Book) -> list[str]:
    """Write ``gradebook.csv``, ``gradebook.html`` and a sheet for each LMS.

    The sheets for an LMS have the students with a total: half a grade is none.

    Returns
    -------
    list of str
        What is open, in sentences, and what was written.
    """
    paths = [folder / "gradebook.csv"]
    sheets.save(paths[0], rows(book))
    columns = [(each.title, number(each.points)) for each in book.homework]
    columns.append((TITLE, "100"))
    whole = [(row.person, _points(row)) for row in book.rows if row.total is not None]
    for lms in LMS:
        path = folder / f"gradebook_{lms}.csv"
        table = [*SYSTEMS[lms].term(columns, whole)]
        if lms in book.lms or not book.lms:
            sheets.save(path, table, mark=False)
            paths.append(path)
        else:
            path.unlink(missing_ok=True)
    paths.append(folder / "gradebook.html")
    files.save(paths[-1], page(book))
    opened = len(book.rows) - len(whole)
    said = f"{opened} of {len(book.rows)} students have no total yet"
    return [*([said] if opened else []), *map(str, paths)]


def _points(row):
    marks = [*row.marks.values()]
    shown = [None if mark.state == EXCUSED else rounded(mark.points) for mark in marks]
    return [*shown, rounded(row.total)]


def rows(book: Book) -> Iterator[list[str]]:
    """The rows of gradebook.csv: of each homework its points, and what there is to say.

    A number of points is what counts, after lateness.
    """
    names = [number_in(each.name) for each in book.homework]
    head = ["name", *NUMBERS, "section"]
    for name in names:
        head += [name, f"{name} note"]
    yield [*head, "total", "of", "open"]
    for row in book.rows:
        person = row.person
        cells = [person.name, *(getattr(person, kind) for kind in NUMBERS)]
        cells.append(person.section)
        for name, mark in row.marks.items():
            cells += [rounded(mark.points), note(mark, name in row.dropped)]
        cells += [rounded(row.total), "100", "; ".join(_open(row))]
        yield [sheets.cell(cell) for cell in cells]


def note(mark: Mark, dropped: bool) -> str:
    """What there is to say of a mark, in a few words."""
    said = [mark.state] if mark.state else []
    if mark.why and mark.why != mark.state:
        said.append(mark.why)
    if mark.days:
        said.append(f"{mark.days} days late, {rounded(mark.earned)} before")
    return ", ".join([*said, *(["dropped"] if dropped else [])])


def _open(row):
    return [
        f"{number_in(name)}: {mark.why}"
        for name, mark in row.marks.items()
        if mark.state == OPEN
    ]


def page(book: Book) -> str:
    """The HTML page of the term."""
    totals = [float(row.total) for row in book.rows if row.total is not None]
    most = max([100, *map(int, totals)])
    return PAGES.get_template("gradebook.html").render(
        book=book,
        title=TITLE,
        totals=totals,
        mean=fmean(totals) if totals else 0,
        median=median(totals) if totals else 0,
        bars=histogram(totals, most),
        homework=[_of_homework(book, each) for each in book.homework],
        rows=[(row, rounded(row.total), _open(row)) for row in book.rows],
        shown=rounded,
        note=note,
        number_in=number_in,
    )


def _of_homework(book: Book, homework: Homework) -> dict:
    """How a homework went, and who did not hand it in."""
    marks = [(row, row.marks[homework.name]) for row in book.rows]
    shares = [100 * mark.share for _, mark in marks if mark.points is not None]
    return {
        "homework": homework,
        "mean": rounded(Fraction(sum(shares), len(shares))) if shares else "",
        "median": rounded(median(shares)) if shares else "",
        "late": sum(mark.days > 0 for _, mark in marks),
        "open": sum(mark.state == OPEN for _, mark in marks),
        "excused": sum(mark.state == EXCUSED for _, mark in marks),
        "dropped": sum(homework.name in row.dropped for row, _ in marks),
        "missing": [row.person.shown for row, mark in marks if mark.why == "missing"
                    or mark.why.startswith("may come")],
    }  # fmt: skip
