"""What a batch leaves for people: pages, sheets, and the zips that go back.

`feedback` is a student's page and `summary` the instructor's, with `similarity`;
`gradebook` has the grades, and `written` the answers that a person scores. `news` is
what a run says. `pages`, `sheets` and `text` are what they are made with.

A learning management system of `results.LMS` has a module of its name here. Its
``grades(homework, results)`` are the rows of the sheet that it imports; its
``page_name(homework, result)`` is the name under which it hands a page back, or "".
"""

import io
import re
import zipfile
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from autograder import files
from autograder.masters.homework import Homework
from autograder.reports import feedback, gradebook, sheets, summary, written
from autograder.results import LMS, Result

SYSTEMS = {name: import_module(f"autograder.reports.{name}") for name in LMS}


def write(out: Path, homework: Homework, results: Sequence[Result]) -> list[Result]:
    """Write all pages, sheets and zips of a batch.

    Parameters
    ----------
    out : Path
        Folder of the batch. If it holds ``written.csv``, the points in it count.
    homework : Homework
    results : list of Result
        One a student.

    Returns
    -------
    list of Result
        The results with the scores of written answers.

    Raises
    ------
    ValueError
        If ``written.csv`` cannot be read or has wrong rows; nothing is written then.
    """
    results = written.merge(out, results)
    pages = {f"feedback/{each.student}.html": each for each in results}
    for name in pages:
        if not re.fullmatch(r"feedback/[\w-][\w.-]{0,79}\.html", name, re.ASCII):
            raise ValueError(f"{name!r}: permitted are letters, digits, - _ and .")
    written.write(out, homework, results)
    gradebook.write(out, homework, results)
    for name, result in pages.items():
        files.save(out / name, feedback.page(homework, result))
    for path in (out / "feedback").glob("*.html"):
        if f"feedback/{path.name}" not in pages:  # of a student who was taken out
            path.unlink()
    for lms in LMS:
        theirs = [each for each in results if each.lms == lms and each.lms_id]
        _write_for(lms, out, homework, theirs)
    files.save(out / "summary.html", summary.page(homework, results))
    if any(question.written for question in homework.questions):
        files.save(out / "written.html", written.page(homework, results))
    return results


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
    if results:  # an importer may take the byte-order mark for a part of a name
        sheets.save(sheet, SYSTEMS[lms].grades(homework, results), mark=False)
        named = [(SYSTEMS[lms].page_name(homework, r), r.student) for r in results]
        files.save(pages, _zipped(out / "feedback", filter(all, named)))
    else:
        sheet.unlink(missing_ok=True)
        pages.unlink(missing_ok=True)


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
