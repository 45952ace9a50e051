"""The written answers of a batch: a sheet to score, a page to read, and the way back.

``written.csv`` has a row for each student and written question. A person types `points`
and, if they like, a `comment`; the next run of the grader reads them back. What a
person typed, extra columns included, stands there for good: the file is replaced in one
piece, and only after it could be read. Rows of students who are no longer in the batch
stay.

`answer_sha` says whose row it is, and of which answer. The first half is made of the
student's key and the question, so that a row is still known after a spreadsheet has
turned the key 00123 into 123; the second half is made of the answer. When the answer of
a scored row changes, the points stay and `flag` says so; whoever has looked again
empties that cell.
"""

import hashlib
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.masters.homework import Homework
from autograder.reports import sheets
from autograder.reports.pages import PAGES
from autograder.reports.text import number, one_line, plain
from autograder.results import QuestionResult, Result, Status

Owner = tuple[str, str]  # student and question: whose a row is

COLUMNS = ("student", "name", "question", "answer", "answer_sha", "points", "of")
COLUMNS += ("comment", "flag")
NEEDED = ("student", "question", "points")
ROW_CODE = re.compile(r"r[0-9a-f]{10}")
SHA = re.compile(ROW_CODE.pattern + r"-[0-9a-f]{10}")
CHANGED = "the answer has changed since it was scored; look again, then empty this cell"


def row_code(student: str, question: str) -> str:
    """A short name for a row, which no spreadsheet takes for a number or a date."""
    return "r" + _digest(f"{student}\n{question}")


def answer_sha(student: str, question: str, answer: str) -> str:
    """The row's code, and a digest of the answer."""
    return f"{row_code(student, question)}-{_digest(answer)}"


def _digest(text):
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def _points(row, most):
    """The points that a person typed, or None; ValueError if they are not in 0…most."""
    if row is None or not row.points:
        return None
    if re.fullmatch(r"\+?\d{1,6}([.,]\d{0,6})?", row.points):
        points = float(row.points.replace(",", "."))
        if points <= most:
            return int(points) if points.is_integer() else points
    raise ValueError(
        f"row {row.number}: points {row.points[:80]!r}; "
        f"permitted: 0 to {most}, or empty"
    )


@dataclass(frozen=True)
class Row:
    """A row of the sheet, as a person left it."""

    number: int  # in the spreadsheet
    cells: list[str]
    student: str
    question: str
    sha: str
    points: str
    comment: str
    flag: str

    @property
    def code(self) -> str:
        """What tells whose row it is, whatever became of the key."""
        return self.sha.partition("-")[0]

    def flag_for(self, owner: Owner, answer: str) -> str:
        """The flag that it shall have: a person's own words stay."""
        changed = self.sha and self.sha != answer_sha(*owner, answer) and self.points
        return self.flag or (CHANGED if changed else "")


class Owners:
    """The students and questions of a batch, to which rows belong."""

    def __init__(self, results: Iterable[Result]) -> None:
        self.students = {result.student for result in results}
        self.questions = {
            each.question for result in results for each in result.questions
            if each.written
        }  # fmt: skip
        self._by_code = {
            row_code(*owner): owner
            for owner in itertools.product(self.students, self.questions)
        }

    def of(self, row: Row) -> Owner:
        """The (student, question) of a row, also of a student who left the batch.

        Raises ValueError, with a sentence, for a row that is nobody's.
        """
        owner = self._by_code.get(row.code) or self._by_name(row)
        if owner is None:
            raise ValueError(
                f"student {row.student[:80]!r}, question {row.question[:80]!r} "
                "unknown; permitted: a student of this batch, "
                f"{' or '.join(sorted(self.questions))}"
            )
        if owner[0] != row.student and row.student in self.students:
            raise ValueError(
                f"student {row.student!r} beside the answer of {owner[0]!r}; "
                "permitted: rows moved whole (was a column sorted without the others?)"
            )
        return owner

    def _by_name(self, row):
        own = row.student, row.question
        if row_code(*own) == row.code:
            return own
        a_code_of_ours = ROW_CODE.fullmatch(row.code)
        known = row.student in self.students and row.question in self.questions
        return own if known and not a_code_of_ours else None


def _rows(path, results):
    """The sheet; {(student, question): Row}; and what is wrong with other rows."""
    sheet = sheets.read(path, COLUMNS, NEEDED)
    owners, rows, wrong = Owners(results), {}, []
    for place, cells in sheet.rows:
        row = _row(sheet, place, cells)
        try:
            _refuse_moved(sheet, row)
            owner = owners.of(row)
        except ValueError as error:
            wrong.append(f"{path}, row {row.number}: {error}")
            continue
        if owner in rows:
            wrong.append(
                f"{path}, row {row.number}: student {owner[0]!r}, "
                f"question {owner[1]!r} again; permitted: one row each, and row "
                f"{rows[owner].number} is the first"
            )
        rows.setdefault(owner, row)
    return sheet, rows, wrong


def _refuse_moved(sheet, row):
    """ValueError for a row whose cells are not where they were written."""
    place = sheet.place.get("answer_sha", len(row.cells))
    if any(SHA.fullmatch(cell.strip()) for cell in row.cells[place + 1 :]):
        raise ValueError(
            "an answer_sha stands right of its column, so cells have moved; permitted: "
            "rows as they were written (was the file opened with other separators than "
            "the comma?)"
        )
    if "answer_sha" in sheet.place and row.points and not ROW_CODE.match(row.sha):
        raise ValueError(
            f"answer_sha {row.sha[:80]!r} beside points; permitted: what was written "
            "there, which says whose row it is"
        )


def _row(sheet, place, cells):
    columns = "student", "question", "answer_sha", "points", "comment", "flag"
    return Row(place, cells, *(sheet.get(cells, column) for column in columns))


def merge(out: Path, results: Iterable[Result]) -> list[Result]:
    """The results with the points and comments that stand in ``written.csv``.

    Parameters
    ----------
    out : Path
        Folder of the batch.
    results : list of Result

    Returns
    -------
    list of Result
        A question that a person scored has the status SCORED, its points, its
        `comment`, and `changed`: whether the answer has changed since.

    Raises
    ------
    ValueError
        If the sheet cannot be read, or a row in it is not permitted. The message lists
        every such row, with its number in the spreadsheet.
    """
    path = out / "written.csv"
    _, rows, wrong = _rows(path, results)
    merged = []
    for result in results:
        questions = []
        for question in result.questions:
            owner = result.student, question.question
            row = rows.get(owner) if question.written else None
            try:
                questions.append(_scored(question, row, owner))
            except ValueError as error:
                wrong.append(f"{path}, {error}")
        merged.append(replace(result, questions=tuple(questions)))
    if wrong:
        listing = "\n".join(wrong)
        raise ValueError(f"{len(wrong)} wrong rows; nothing was changed\n{listing}")
    return merged


def _scored(question, row, owner):
    """The question with what a person typed into its row."""
    points = _points(row, question.of)
    if points is None:
        return question
    return replace(
        question,
        status=Status.SCORED,
        points=points,
        comment=row.comment,
        changed=row.flag_for(owner, question.answer) != "",
    )


def shuffled(
    homework: Homework, results: Iterable[Result]
) -> list[tuple[Result, QuestionResult]]:
    """(result, question) of each written answer, in an order that shows no names."""
    written = [question.name for question in homework.questions if question.written]

    def place(pair):
        result, question = pair
        code = row_code(result.student, question.question)
        return written.index(question.question), code

    pairs = [(result, each) for result in results for each in result.questions]
    return sorted((pair for pair in pairs if pair[1].question in written), key=place)


def write(out: Path, homework: Homework, results: Iterable[Result]) -> None:
    """Bring ``written.csv`` up to date with the answers in merged results."""
    path = out / "written.csv"
    sheet, known, wrong = _rows(path, results)
    if wrong:
        raise ValueError("\n".join(wrong))
    width = max([len(sheet.header), *(len(cells) for _, cells in sheet.rows)])
    header = sheet.header + [""] * (width - len(sheet.header))
    header += [name for name in COLUMNS if name not in sheet.place]
    place = sheets.Sheet(COLUMNS, header).place
    rows = {
        owner: row.cells + [""] * (len(header) - len(row.cells))
        for owner, row in known.items()
    }
    for result, question in shuffled(homework, results):
        owner, answer = (result.student, question.question), question.answer
        flag = known[owner].flag_for(owner, answer) if owner in known else ""
        cells = rows.setdefault(owner, [""] * len(header))
        sha = answer_sha(*owner, answer)
        same = cells[place["answer_sha"]] == sha  # then a person may have marked it up
        ours = {
            "student": owner[0],
            "name": cells[place["name"]] or one_line(result.name),
            "question": owner[1],
            "answer": (same and cells[place["answer"]]) or plain(answer),
            "answer_sha": sha,
            "of": number(question.of),
            "flag": cells[place["flag"]] or flag,
        }
        for column, text in ours.items():
            cells[place[column]] = sheets.harmless(text)
    if rows:
        sheets.save(path, [header, *rows.values()], delimiter=sheet.delimiter)


def page(homework: Homework, results: Iterable[Result]) -> str:
    """The HTML page with rubric and answers, without names."""
    by_question = defaultdict(list)
    for result, question in shuffled(homework, results):
        code = row_code(result.student, question.question)
        by_question[question.question].append((code, question))
    questions = [question for question in homework.questions if question.written]
    return PAGES.get_template("written.html").render(
        homework=homework, questions=questions, answers=by_question
    )
