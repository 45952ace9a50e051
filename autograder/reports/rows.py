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
WHOLE = "permitted: rows moved whole (was a column sorted without the others?)"
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
        owners = itertools.product(self._students, self._questions)
        self._by_code = {row_code(*owner): owner for owner in owners}

    def read(self, path: Path) -> tuple[sheets.Sheet, dict[Key, Row], list[str]]:
        """The sheet; {key: Row}; and what is wrong with other rows."""
        sheet = sheets.read(path, COLUMNS, NEEDED)
        rows: dict[Key, Row] = {}
        wrong = []
        for number, cells in sheet.rows:
            text = {name: sheet.get(cells, name) for name in COLUMNS}
            row = Row(f"{path}, row {number}", cells, text)
            row.origin = dict.fromkeys(TYPED, row.place)
            ours = sheet.place.values()
            row.notes = any(c for i, c in enumerate(cells) if i not in ours)
            try:
                _refuse_moved(sheet, row)
                key = self._of(row)
                if (first := rows.setdefault(key, row)) is not row:
                    raise ValueError(
                        f"student {key[0]!r}, question {key[1]!r} again; permitted: "
                        f"one row each, and {first.place} is the first"
                    )
            except ValueError as error:
                wrong.append(f"{row.place}: {error}")
        return sheet, rows, wrong

    def _of(self, row):
        """Whose a row is, also of a student or an answer that left the batch.

        Raises ValueError, with a sentence, for a row that is nobody's.
        """
        student, question = row.text["student"], row.text["question"]
        code = row.text["answer_sha"].partition("-")[0]
        if code.startswith("g"):
            return self._of_group(row, student, question)
        known = student in self._students, question in self._questions
        named = row_code(student, question) == code
        named |= all(known) and not CODE.fullmatch(code)  # a sheet that has no codes
        owner = self._by_code.get(code) or ((student, question) if named else None)
        if owner is None:
            every = " or ".join(sorted(self._questions))
            raise ValueError(
                f"student {student[:80]!r}, question {question[:80]!r} unknown; "
                f"permitted: a student of this batch, {every}"
            )
        if (owner[0] != student and known[0]) or (owner[1] != question and known[1]):
            raise ValueError(
                f"student {student!r}, question {question!r} beside the answer of "
                f"{owner[0]!r} to {owner[1]!r}; {WHOLE}"
            )
        return (*owner, "")

    def _of_group(self, row, student, question):
        sha = row.text["answer_sha"]
        group = self._groups.get(sha)
        theirs = group.answer.question if group else question
        if question != theirs or not SHA.fullmatch(sha):
            beside = f"question {question[:80]!r} beside an answer to {theirs!r}"
            raise ValueError(f"{beside}; {WHOLE}")
        if not student:
            return "", question, sha
        if (student, question) not in self.answers:
            raise ValueError(
                f"student {student[:80]!r} unknown; permitted: empty, or a key that "
                "stands in the cell of the names"
            )
        if group and student in group.students:
            own = self.answers[student, question]
            row.text["answer_sha"] = answer_sha(student, own)
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
