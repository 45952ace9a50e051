"""The rows of a sheet of scores, and whose they are.

`answer_sha` says whose row it is, and of which answer. The first half of a student's is
made of the key and the question, so that a row is still known after a spreadsheet has
turned the key 00123 into 123; the second half is made of the answer. A row whose keys
are not exactly those that were written is refused.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.reports import sheets
from autograder.reports.alike import CODE, SHA, Group, answer_sha, row_code
from autograder.results import QuestionResult, Result

TYPED = ("points", "status", "comment", "reason", "by")
COLUMNS = ("student", "name", "question", "outcome", "answer", "answer_sha", "given")
COLUMNS += ("of", *TYPED, "flag")
NEEDED = ("student", "question", "points")
CHANGED = "the answer has changed since it was scored; look again, then empty this cell"

Key = tuple[str, str, str]  # student or "", question, the sha of a group or ""


@dataclass
class Row:
    """A row of a sheet, as a person left it."""

    place: str = ""  # the file, and the row's number in a spreadsheet
    cells: list[str] = field(default_factory=list)
    text: dict[str, str] = field(default_factory=lambda: dict.fromkeys(COLUMNS, ""))
    origin: dict[str, str] = field(default_factory=dict)  # where each word stands
    notes: bool = False  # in columns of the person's own

    @property
    def says(self) -> bool:
        """Whether a person typed anything into it."""
        return self.notes or any(self.text[name] for name in (*TYPED, "flag"))

    def flag_for(self, sha: str) -> str:
        """The flag that it shall have: a person's own words stay."""
        scored = self.text["points"] or self.text["status"]
        changed = scored and self.text["answer_sha"] not in ("", sha)
        return self.text["flag"] or (CHANGED if changed else "")


class Owners:
    """The students, questions and groups of a batch, to which rows belong."""

    def __init__(self, results: Sequence[Result], groups: Sequence[Group]) -> None:
        self.answers: dict[tuple[str, str], QuestionResult] = {
            (result.student, each.question): each
            for result in results for each in result.questions
        }  # fmt: skip
        self._students = {result.student for result in results}
        self._questions = {question for _, question in self.answers}
        self._groups = {group.sha: group for group in groups}
        self._by_code = {
            row_code(*owner): owner
            for owner in itertools.product(self._students, self._questions)
        }

    def read(self, path: Path) -> tuple[sheets.Sheet, dict[Key, Row], list[str]]:
        """The sheet; {key: Row}; and what is wrong with other rows."""
        sheet = sheets.read(path, COLUMNS, NEEDED)
        rows: dict[Key, Row] = {}
        wrong = []
        for number, cells in sheet.rows:
            text = {name: sheet.get(cells, name) for name in COLUMNS}
            row = Row(f"{path}, row {number}", cells, text)
            row.origin = dict.fromkeys(TYPED, row.place)
            own = (c for i, c in enumerate(cells) if i not in sheet.place.values())
            row.notes = any(own)
            try:
                _refuse_moved(sheet, row)
                key = self._of(row)
            except ValueError as error:
                wrong.append(f"{row.place}: {error}")
                continue
            if key in rows:
                wrong.append(
                    f"{row.place}: student {key[0]!r}, question {key[1]!r} again; "
                    f"permitted: one row each, and {rows[key].place} is the first"
                )
            rows.setdefault(key, row)
        return sheet, rows, wrong

    def _of(self, row):
        """Whose a row is, also of a student or an answer that left the batch.

        Raises ValueError, with a sentence, for a row that is nobody's.
        """
        student, question = row.text["student"], row.text["question"]
        code = row.text["answer_sha"].partition("-")[0]
        if code.startswith("g"):
            return self._of_group(row, student, question)
        owner = self._by_code.get(code)
        if owner is None and self._is_named(code, student, question):
            owner = student, question
        if owner is None:
            raise ValueError(
                f"student {student[:80]!r}, question {question[:80]!r} "
                "unknown; permitted: a student of this batch, "
                f"{' or '.join(sorted(self._questions))}"
            )
        others = student in self._students, question in self._questions
        if (owner[0] != student and others[0]) or (owner[1] != question and others[1]):
            raise ValueError(
                f"student {student!r}, question {question!r} beside the answer of "
                f"{owner[0]!r} to {owner[1]!r}; permitted: rows moved whole (was a "
                "column sorted without the others?)"
            )
        return (*owner, "")

    def _is_named(self, code, student, question):
        if row_code(student, question) == code:
            return True
        known = student in self._students and question in self._questions
        return known and not CODE.fullmatch(code)  # a sheet that has no codes

    def _of_group(self, row, student, question):
        sha = row.text["answer_sha"]
        group = self._groups.get(sha)
        theirs = group.answer.question if group else question
        if question != theirs or not SHA.fullmatch(sha):
            raise ValueError(
                f"question {question[:80]!r} beside an answer to {theirs!r}; "
                "permitted: rows moved whole (was a column sorted without the others?)"
            )
        if not student:
            return "", question, sha
        if (student, question) not in self.answers:
            raise ValueError(
                f"student {student[:80]!r} unknown; permitted: empty, or a key that "
                "stands in the cell of the names"
            )
        if group and student in group.students:
            own = answer_sha(student, self.answers[student, question])
            row.text["answer_sha"] = own
        return student, question, ""


def _refuse_moved(sheet, row):
    """ValueError for a row whose cells are not where they were written."""
    place = sheet.place.get("answer_sha", len(row.cells))
    if any(SHA.fullmatch(cell.strip()) for cell in row.cells[place + 1 :]):
        raise ValueError(
            "an answer_sha stands right of its column, so cells have moved; permitted: "
            "rows as they were written (was the file opened with other separators than "
            "the comma?)"
        )
    if "answer_sha" in sheet.place and any(row.text[name] for name in TYPED):
        sha = row.text["answer_sha"]
        if not SHA.fullmatch(sha):
            raise ValueError(
                f"answer_sha {sha[:80]!r} beside points; permitted: what was written "
                "there, which says whose row it is (copy a whole row to add one)"
            )
