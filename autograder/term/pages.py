"""A term's gradebook as files: for a spreadsheet, for each LMS, and a page."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from statistics import median

from autograder import files
from autograder.masters.homework import Homework
from autograder.reports import SYSTEMS, sheets
from autograder.reports.pages import PAGES
from autograder.reports.roster import NUMBERS
from autograder.reports.summary import spread
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
    columns = [column for name in names for column in (name, f"{name} note")]
    about = ["name", *NUMBERS, "section"]
    yield [*about, *columns, "total", "of", "open"]
    for row in book.rows:
        cells = [getattr(row.person, each) for each in about]
        for name, mark in row.marks.items():
            cells += [rounded(mark.points), note(mark, name in row.dropped)]
        cells += [rounded(row.total), "100", "; ".join(_open(row))]
        yield [sheets.cell(cell) for cell in cells]


def note(mark: Mark, dropped: bool) -> str:
    """What there is to say of a mark, in a few words."""
    late = f"{mark.days} days late, {rounded(mark.earned)} before" if mark.days else ""
    said = mark.state, mark.why, late, "dropped" if dropped else ""
    return ", ".join(dict.fromkeys(filter(None, said)))


def _open(row):
    marks = row.marks.items()
    return [f"{number_in(name)}: {x.why}" for name, x in marks if x.state == OPEN]


def page(book: Book) -> str:
    """The HTML page of the term."""
    totals = [float(row.total) for row in book.rows if row.total is not None]
    most = max([100, *map(int, totals)])
    return PAGES.get_template("gradebook.html").render(
        book=book,
        title=TITLE,
        totals=totals,
        **spread(totals, most),
        homework=[_of_homework(book, each) for each in book.homework],
        rows=[(row, rounded(row.total), _open(row)) for row in book.rows],
        shown=rounded,
        note=note,
        number_in=number_in,
    )


def _of_homework(book: Book, homework: Homework) -> dict:
    """How a homework went, and who did not hand it in."""
    marks = [(row, row.marks[homework.name]) for row in book.rows]
    states = Counter(mark.state for _, mark in marks)
    shares = [100 * mark.share for _, mark in marks if mark.points is not None]
    return {
        "homework": homework,
        "mean": rounded(Fraction(sum(shares), len(shares))) if shares else "",
        "median": rounded(median(shares)) if shares else "",
        "late": sum(mark.days > 0 for _, mark in marks),
        "open": states[OPEN],
        "excused": states[EXCUSED],
        "dropped": sum(homework.name in row.dropped for row, _ in marks),
        "missing": [row.person.shown for row, mark in marks if mark.why == "missing"
                    or mark.why.startswith("may come")],
    }  # fmt: skip
