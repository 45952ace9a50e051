"""What a batch leaves for people: pages, sheets, and the zips that go back.

`feedback` is a student's page and `summary` the instructor's, with `similarity`;
`gradebook` has the grades. `roster` is who is in the class, and `times` when they
handed in, `class_list` for whom numbers are drawn. What a person says of answers stands
in `scores`, by `rows`, one for each group of answers that are `alike`, and `changes` is
its record. `news` is what a run says. `pages`, `sheets` and `text` are what they are
made with.

A learning management system of `results.LMS` has a module of its name here. Its
``grades(homework, results)`` are the rows of the sheet that it imports, its
``term(columns, rows)`` those of a term's; its ``page_name(homework, result)`` is the
name under which it hands a page back, or ""; its ``is_late(result)`` whether the name
of the file says "late".
"""

import contextlib
import io
import re
import zipfile
from collections.abc import Container, Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path

from autograder import files
from autograder.masters.homework import Homework
from autograder.reports import (
    changes,
    feedback,
    gradebook,
    roster,
    scores,
    sheets,
    summary,
)
from autograder.reports.times import Times
from autograder.results import LMS, Result

SYSTEMS = {name: import_module(f"autograder.reports.{name}") for name in LMS}


def write(
    out: Path,
    homework: Homework,
    results: Sequence[Result],
    copies: Iterable[Path] = (),
) -> list[Result]:
    """Write all pages, sheets and zips of a batch.

    Parameters
    ----------
    out : Path
        Folder of the batch. If it holds ``scores.csv``, the points in it count.
    homework : Homework
    results : list of Result
        One a student.
    copies : list of Path
        Copies of ``scores.csv`` in which others typed.

    Returns
    -------
    list of Result
        The results with what persons said of answers.

    Raises
    ------
    ValueError
        If a sheet of scores cannot be read or has wrong rows; nothing is written then.
    """
    said = scores.Scores(out, results, copies)
    results = said.results
    absent = missing(out, results)
    pages = {f"{each.student}.html": each for each in results}
    for name in pages:
        if not re.fullmatch(r"[\w-][\w.-]{0,79}\.html", name, re.ASCII):
            raise ValueError(f"{name!r}: permitted are letters, digits, - _ and .")
    changes.write(out, results)
    said.save()
    gradebook.write(out, homework, results)
    for name, result in pages.items():
        files.save(out / "feedback" / name, feedback.page(homework, result))
    for path in (out / "feedback").glob("*.html"):
        if path.name not in pages:  # of a student who was taken out
            path.unlink()
    for lms in LMS:
        theirs = [each for each in results if each.lms == lms and each.lms_id]
        _write_for(lms, out, homework, theirs)
    files.save(out / "summary.html", summary.page(homework, results, absent))
    files.save(out / "scores.html", scores.page(homework, results))
    return results


def missing(
    out: Path, results: Iterable[Result]
) -> tuple[list[roster.Person], list[Result]] | None:
    """Students without a hand-in, and hand-ins of nobody; None without a roster."""
    students, times = roster.beside(out), Times(out)
    if students is None:
        return None
    here, strangers = set(), []
    for result in results:
        person = None
        with contextlib.suppress(ValueError):  # the name of two
            person = times.whose(result, students)
        if person:
            here.add(person)
        else:
            strangers.append(result)
    return [each for each in students.people if each not in here], strangers


def to_do(
    out: Path, results: Sequence[Result], graded: Container[str] | None = None
) -> Iterator[str]:
    """Yield what a person should know of a batch, in sentences.

    `graded` are the students of this run, if not all were.
    """
    earlier = [r for r in results if graded is not None and r.student not in graded]
    people, strangers = missing(out, results) or ([], [])
    unscored = [each for result in results for each in gradebook.waiting(result)]
    sheet = out / "scores.csv"
    for what, of in (
        ("more students are in the reports, from earlier runs", earlier),
        ("students of the roster are missing", people),
        ("hand-ins are of nobody in the roster", strangers),
        (f"written answers wait for points in {sheet}", unscored),
    ):
        if of:
            yield f"{len(of)} {what}"


def _write_for(lms, out, homework, results):
    """Write the sheet of grades and the zip of pages for an LMS, as there are students.

    Parameters
    ----------
    lms : str
        One of `results.LMS`.
    results : list of Result
        Of its students; where there are none, earlier files go.
    """
    sheet, pages = out / f"{lms}.csv", out / f"feedback_{lms}.zip"
    if not results:
        sheet.unlink(missing_ok=True)
        pages.unlink(missing_ok=True)
        return
    # An importer may take the byte-order mark for a part of a name.
    sheets.save(sheet, SYSTEMS[lms].grades(homework, results), mark=False)
    named = [(SYSTEMS[lms].page_name(homework, r), r.student) for r in results]
    files.save(pages, _zipped(out / "feedback", filter(all, named)))


def _zipped(folder, named):
    """The bytes of a zip of pages: of each the name in it, and the student."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, student in named:
            page = (folder / f"{student}.html").read_text("utf-8")
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o644 << 16  # or nobody may read it
            archive.writestr(entry, page, zipfile.ZIP_DEFLATED)
    return data.getvalue()
