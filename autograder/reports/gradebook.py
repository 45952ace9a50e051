"""The sheets of a batch: grades.csv, canvas.csv, moodle.csv and results.json.

Half a grade is worse than none. So `autograded` in ``grades.csv`` is what the grader
gave, and `total` stays empty until every part of the homework has its points: no
written answer waits for a person, and nothing was unreadable. ``canvas.csv`` and
``moodle.csv`` carry the total alone, and the cell of a student without one is empty,
never 0. A question that was not attempted, crashed or ran out of time has its points
(most often 0) and says so in the column beside them.

Canvas
    Gradebook, Import. Columns Student, ID, SIS User ID, SIS Login ID, Section, then one
    for the assignment, and a row "Points Possible"; students are found by ID, so the
    SIS columns may stay empty. The assignment is found by its title, or created. An
    empty cell means "no grade" there too: Canvas lists it among the changes, before it
    saves them, where a grade stands already.
    Source: lib/gradebook_importer.rb of instructure/canvas-lms.

Moodle
    Assignment, "Upload grading worksheet" (needs the feedback type "Offline grading
    worksheet"). Columns Identifier ("Participant 123456", the number in the names of
    the downloaded folders), Grade and "Last modified (grade)" are read, by their
    English names: set Moodle to English while you upload. An empty grade is passed
    over. So is a grade above the assignment's maximum: set that to the points of the
    homework. To replace grades that stand there already, tick the box that allows it.
    Source: mod/assign/feedback/offline/importgradeslib.php and locallib.php of
    moodle/moodle.

Every text comes from students. Control characters, marks that turn the direction of
writing and lone surrogates are taken out, long texts are cut, and a cell that a
spreadsheet would compute gets an apostrophe before it.
"""

import csv
import io
import json
import os
import re
import tempfile
from pathlib import Path

UNSEEN = re.compile(  # controls but for tab and newline; marks of direction; surrogates
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\ufeff\ufffe\uffff\ud800-\udfff]"
)
FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
LONGEST = 20_000  # characters; a cell of a spreadsheet holds 32,767


def plain(text, longest=LONGEST):
    """The text without what cannot be seen, cut to a length; always valid UTF-8."""
    text = str(text)
    cut = len(text) - longest
    seen = UNSEEN.sub("", text[:longest].replace("\r\n", "\n").replace("\r", "\n"))
    return f"{seen} … ({cut:,} more characters are left out)" if cut > 0 else seen


def one_line(text, longest=80):
    """The text as one line, for names."""
    line = " ".join(plain(text[: longest + 1]).split())
    return f"{line[:longest]}…" if len(line) > longest else line


def cell(value):
    """What stands in a cell: a number as it is, a text that is no formula."""
    if isinstance(value, (int, float)):
        return number(value)
    return harmless(plain("" if value is None else value))


def harmless(text):
    """The text with an apostrophe before it if a spreadsheet would compute it."""
    return f"'{text}" if FORMULA.match(text) else text


def number(value):
    """A number of points as people write it: 2, 2.5; empty for None."""
    return "" if value is None else format(round(value, 2), ".12g")


def save(path, content):
    """Write a file, of text or bytes, whole or not at all."""
    if isinstance(content, str):
        content = content.encode("utf-8", "replace")
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with open(handle, "wb") as file:
            file.write(content)
        os.chmod(draft, 0o644)
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise


def save_sheet(path, rows, *, delimiter=",", mark=True):
    """Write rows of finished cells; the byte-order mark tells Excel of UTF-8."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    save(path, ("\ufeff" if mark else "") + text.getvalue())


# ---- points ---------------------------------------------------------------------


def earned(question):
    """Points of an answered question; 0 if not attempted, None if nobody knows yet."""
    if question["status"] == "unreadable":
        return None
    if question["points"] is None and question["status"] == "not attempted":
        return 0
    return question["points"]


def _sum(result, questions):
    answered = {each["question"]: each for each in result["questions"]}
    points = [
        earned(answered[q.name]) if q.name in answered else None for q in questions
    ]
    return None if result["problem"] or None in points else sum(points)


def autograded(homework, result):
    """The points that the grader gave; None if the submission was unreadable."""
    return _sum(result, [q for q in homework.questions if not q.written])


def total(homework, result):
    """The points of the whole homework; None until each question has its points."""
    return _sum(result, homework.questions)


def waiting(result):
    """The written answers that a person has still to score."""
    return [q["question"] for q in result["questions"] if q["status"] == "to be scored"]


# ---- files ----------------------------------------------------------------------


def grades(homework, results):
    """The rows of grades.csv, for a person with a spreadsheet."""
    names = [question.name for question in homework.questions]
    yield [
        *("student", "name", "lms_id", "file", "autograded", "total", "of"),
        *(title for name in names for title in (name, f"{name} status")),
        *("written to be scored", "unsafe", "notes"),
    ]
    for result in results:
        answered = {each["question"]: each for each in result["questions"]}
        row = [result["student"], one_line(result["name"]), result["lms_id"]]
        row += [one_line(result["file"], 200), autograded(homework, result)]
        row += [total(homework, result), homework.points]
        for name in names:
            known = name in answered
            row.append(earned(answered[name]) if known else None)
            row.append(answered[name]["status"] if known else "unreadable")
        row += [len(waiting(result)), "unsafe" if result["unsafe"] else ""]
        row.append(one_line(" ".join([result["problem"], *result["notes"]]), 2000))
        yield [cell(value) for value in row]


def canvas(homework, results):
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
            name = cell(one_line(result["name"]))
            yield [name, cell(result["lms_id"]), *empty[1:], cell(points)]


def moodle(homework, results):
    """The rows of moodle.csv."""
    head = ["Identifier", "Full name", "Grade", "Maximum Grade"]
    yield [*head, "Last modified (grade)"]
    for result in results:
        row = [f"Participant {result['lms_id']}", one_line(result["name"])]
        row += [total(homework, result), homework.points]
        yield [*map(cell, row), "-"]


def write(out, homework, results):
    """Write results.json and the sheets.

    Parameters
    ----------
    out : Path
        Folder of the batch.
    homework : Homework
    results : list of dict
        One a student, as `autograder.written.merge` returns them.
    """
    everything = json.dumps(results, indent=1, ensure_ascii=False)
    save(out / "results.json", everything + "\n")
    save_sheet(out / "grades.csv", grades(homework, results))
    for lms, rows in {"canvas": canvas, "moodle": moodle}.items():
        theirs = [each for each in results if each["lms"] == lms and each["lms_id"]]
        if theirs:  # an importer may take the byte-order mark for a part of a name
            save_sheet(out / f"{lms}.csv", rows(homework, theirs), mark=False)
        else:
            (out / f"{lms}.csv").unlink(missing_ok=True)
