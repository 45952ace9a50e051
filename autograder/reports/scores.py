"""The last word, which a person has: a sheet of all answers, and the way back.

``scores.csv`` has a row for each group of answers that are alike. A person types
`points` and, if they like, a `comment` for the student; or a `status`; the next run of
the grader reads them back. Who changes what the grader found says why in `reason`. What
a person typed, extra columns included, stands there for good: the file is replaced in
one piece, and only after it could be read.

A row with a `student` is this student's alone, whatever the answer becomes. A row
without one is the group's: it counts for each student with that answer of whom no other
row says anything. To say something else of one of them, copy the row and type their
key, which stands in `name`, into `student`.

When the answer of a student's scored row changes, the points stay and `flag` says so;
whoever has looked again empties that cell.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from autograder.masters.homework import Homework
from autograder.reports import sheets
from autograder.reports.alike import answer_sha, grouped, outcome, words
from autograder.reports.pages import PAGES
from autograder.reports.rows import COLUMNS, TYPED, Key, Owners, Row
from autograder.reports.text import number, one_line, plain
from autograder.results import Result, Status

OPEN = (Status.TO_BE_SCORED, Status.UNREADABLE)  # without points


class Scores:
    """What persons typed for a batch.

    Parameters
    ----------
    out : Path
        Folder of the batch; its ``scores.csv`` is read.
    results : list of Result
        As the grader made them.
    others : list of Path
        Copies of the sheet, in which others typed. Where two say different things of
        the same row, nothing is taken over.

    Attributes
    ----------
    results : list of Result
        The results with what persons typed: of a question that they changed, `was` and
        `given` are what the grader had found.

    Raises
    ------
    ValueError
        If a sheet cannot be read, or a row in it is not permitted. The message lists
        every such row, with its number in the spreadsheet.
    """

    def __init__(
        self, out: Path, results: Sequence[Result], others: Iterable[Path] = ()
    ) -> None:
        self._path = out / "scores.csv"
        if (old := out / "written.csv").exists() and not self._path.exists():
            raise ValueError(f"{old} is called scores.csv now; rename it")
        self._graded = results
        self._groups = grouped(results)
        self._owners = Owners(results, self._groups)
        self._sheet, self._rows, self._wrong = self._owners.read(self._path)
        for other in others:
            self._take_over(other)
        self._shared = {
            (student, name): self._rows.get(("", name, group.sha))
            for group in self._groups for name in [group.answer.question]
            for student in group.students
        }  # fmt: skip
        self.results = [self._said(result) for result in results]
        if wrong := dict.fromkeys(self._wrong):
            listing = "\n".join(wrong)
            raise ValueError(f"{len(wrong)} wrong rows; nothing was changed\n{listing}")

    def _take_over(self, path):
        """What a copy says, where ours says nothing or the same."""
        if not path.exists():
            raise FileNotFoundError(f"{path} does not exist")
        _, rows, wrong = self._owners.read(path)
        self._wrong += wrong
        for key, theirs in rows.items():
            if not theirs.says:
                continue
            ours = self._rows.setdefault(key, Row(theirs.place))
            ours.text["answer_sha"] = (
                ours.text["answer_sha"] or theirs.text["answer_sha"]
            )
            for name in TYPED:
                one, two = ours.text[name], theirs.text[name]
                if two and not one:
                    ours.text[name], ours.origin[name] = two, theirs.place
                elif two and name == "by":
                    ours.text[name] = ", ".join(dict.fromkeys([*one.split(", "), two]))
                elif two and _normal(one) != _normal(two):
                    other = f"but {name} {one[:80]!r} in {ours.origin[name]}"
                    said = f"{name} {two[:80]!r}, {other}; permitted: the same in both"
                    self._wrong.append(f"{theirs.place}: {said}")

    def _said(self, result):
        """The result with what a person says of it."""
        questions = []
        for question in result.questions:
            owner = result.student, question.question
            own = self._rows.get((*owner, ""))
            row = own if own and own.says else self._shared[owner]
            sha = answer_sha(result.student, question) if row is own else ""
            try:
                questions.append(_changed(question, row, sha) if row else question)
            except ValueError as error:
                place = row.origin.get("points") or row.place
                self._wrong.append(f"{place}: {error}")
        return replace(result, questions=tuple(questions))

    # ---- writing ------------------------------------------------------------------

    def save(self) -> None:
        """Bring ``scores.csv`` up to date, with what persons typed."""
        sheet = self._sheet
        width = max([len(sheet.header), *(len(r.cells) for r in self._rows.values())])
        header = sheet.header + [""] * (width - len(sheet.header))
        header += [name for name in COLUMNS if name not in sheet.place]
        place = sheets.Sheet(COLUMNS, header).place
        current = dict(self._current())
        rows = []
        for key in {**self._rows, **current}:
            row = self._rows.get(key) or Row()
            cells = row.cells + [""] * (len(header) - len(row.cells))
            if not (key in current or row.says):
                continue  # an answer that nobody has now, and of which nobody spoke
            typed = {name: row.text[name] for name in TYPED if not cells[place[name]]}
            typed["by"] = row.text["by"]
            ours = typed | current.get(key, {})
            if cells[place["flag"]]:
                ours["flag"] = cells[place["flag"]]
            if key[0]:
                ours["name"] = cells[place["name"]] or ours.get("name", "")
            elif key not in current:
                ours["name"] = "0 students"
            if ours.get("answer_sha") == row.text["answer_sha"]:  # marked up, maybe
                ours["answer"] = cells[place["answer"]] or ours["answer"]
            for column, text in ours.items():
                cells[place[column]] = sheets.harmless(text)
            rows.append(cells)
        if rows:
            sheets.save(self._path, [header, *rows], delimiter=sheet.delimiter)

    def _current(self) -> Iterator[tuple[Key, dict[str, str]]]:
        """The key of each row that shall be there, and what we write into it."""
        names = {result.student: one_line(result.name) for result in self._graded}
        for group in self._groups:
            question = group.answer.question
            shared = self._shared[group.students[0], question]
            rows = {s: self._rows.get((s, question, "")) for s in group.students}
            own = [student for student, row in rows.items() if row and row.says]
            rest = [student for student in group.students if student not in own]
            if len(rest) == 1 and not (shared and shared.says):
                own, rest = own + rest, []
            for student in own:
                answer = self._owners.answers[student, question]
                ours = _cells(answer, student, names[student])
                sha = ours["answer_sha"] = answer_sha(student, answer)
                ours["flag"] = row.flag_for(sha) if (row := rows[student]) else ""
                yield (student, question, ""), ours
            if rest or (shared and shared.says):
                name = f"{len(rest)} students: {' '.join(rest)}"
                ours = _cells(group.answer, "", name)
                if group.answer.status == Status.PASSED:
                    ours["answer"] = ""  # they need not have written the same
                yield ("", question, group.sha), ours | {"answer_sha": group.sha}


def _cells(answer, student, name):
    """What the program writes into a row."""
    return {
        "student": student,
        "name": plain(name),
        "question": answer.question,
        "outcome": outcome(answer),
        "answer": plain(words(answer)),
        "given": number(answer.earned),
        "of": number(answer.of),
    }


def page(homework: Homework, results: Sequence[Result]) -> str:
    """The HTML page with rubrics and answers, without names."""
    answers: dict[str, list] = {question.name: [] for question in homework.questions}
    said = {(r.student, q.question): q for r in results for q in r.questions}
    for group in grouped(map(_as_graded, results)):
        name = group.answer.question
        now = [said[student, name] for student in group.students]
        if group.answer.status != Status.PASSED and name in answers:
            scored = Counter(number(q.points) for q in now if q.was is not None)
            changed = any(q.changed for q in now)
            shown = group, outcome(group.answer), scored.most_common(), changed
            answers[name].append(shown)
    questions = sorted(homework.questions, key=lambda question: not question.written)
    return PAGES.get_template("scores.html").render(
        homework=homework, questions=questions, answers=answers
    )


# ---- what a row says --------------------------------------------------------------


def _as_graded(result: Result) -> Result:
    """The result as it was before a person changed it."""
    questions = (
        q if q.was is None else replace(q, status=q.was, points=q.given)
        for q in result.questions
    )
    return replace(result, questions=tuple(questions))


def _normal(text):
    """The text; of a number, one that is the same for 2 and 2,0."""
    return re.sub(r"^\+?(\d+)(?:[.,](\d*?)0*)?$", r"\1.\2", text)


def _changed(question, row, sha):
    """The question with what a person typed into its row; `sha` if it is its own."""
    said = {name: row.text[name] for name in ("comment", "reason", "by")}
    points, status = _points(row, question), _status(row)
    if points is None and status is None:
        return replace(question, comment=said["comment"])
    if status in OPEN and points is not None:
        raise ValueError(f"status {status} beside points; permitted: one of them")
    if points is None and status not in OPEN:
        points = question.points
        if points is None and status != Status.NOT_ATTEMPTED:
            raise ValueError(f"status {status} without points; permitted: with points")
    if not (question.written or said["reason"]):
        raise ValueError(
            f"points {row.text['points']!r}, status {row.text['status']!r} and no "
            "reason; permitted: with a reason, since it changes what the grader found"
        )
    return replace(
        question, points=points, status=status or Status.SCORED, was=question.status,
        given=question.points, changed=bool(sha and row.flag_for(sha)), **said,
    )  # fmt: skip


def _points(row, question):
    """The points that a person typed, or None; ValueError if they are not in 0…of."""
    typed = row.text["points"]
    if not typed:
        return None
    if re.fullmatch(r"\+?\d{1,6}([.,]\d{0,6})?", typed):
        points = float(typed.replace(",", "."))
        if points <= question.of:
            return int(points) if points.is_integer() else points
    permitted = f"0 to {question.of:g}, or empty"
    raise ValueError(f"points {typed[:80]!r}; permitted: {permitted}")


def _status(row):
    typed = row.text["status"]
    if typed and typed.casefold() not in [*Status]:
        every = ", ".join(Status)
        raise ValueError(f"status {typed[:80]!r}; permitted: {every}, or empty")
    return Status(typed.casefold()) if typed else None
