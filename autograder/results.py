"""The results of a batch: the one schema that every room of the grader speaks.

A `Result` is what is known of one student's hand-in, and holds a `QuestionResult` for
each question, which holds a `Check` for each test cell. Results are kept in the folder
``results`` of a batch, as one JSON file a student.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

# Learning management systems, in the order in which they are asked whose a file is, and
# what the number of a hand-in is there: of one assignment, or of the whole course. Each
# has a module of its name in intake/ and in reports/; these say what is in it.
LMS = {"moodle": "participant", "canvas": "id"}

# What a person adds to what became of a question.
ADDED = ("comment", "reason", "by", "was", "given", "changed")
BY_HAND = "by hand"  # when it was handed in, where a person said whose it is


class Status(StrEnum):
    """What became of an answer, or of one test cell of it."""

    PASSED = "passed"
    FAILED = "failed"
    TIMED_OUT = "timed out"
    CRASHED = "crashed"
    NOT_REACHED = "not reached"  # a check: the error above it stopped it too
    NOT_ATTEMPTED = "not attempted"
    UNREADABLE = "unreadable"
    TO_BE_SCORED = "to be scored"  # by a person
    SCORED = "scored"


@dataclass(frozen=True, kw_only=True)
class Check:
    """What became of one test cell. A hidden one never tells what it expected."""

    cell: str
    of: float
    points: float
    status: Status
    hidden: bool = True
    case: str = ""
    came_out: str = ""
    expected: str = ""
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class QuestionResult:
    """What became of one question.

    Attributes
    ----------
    question, title, of, written
        Name, title and points of the question, and whether it is answered in words.
    points : float or None
        None while nobody knows them.
    status : Status
    diagnosis : str
        What is said of the known mistake that the answer makes, or "".
    source, answer : str
        The student's code; the student's words.
    checks : tuple of Check
    comment, reason, by : str
        Of the person who scored the answer: for the student, for the record, and who.
    was, given : Status or None, float or None
        What the grader had found before a person changed it; or None.
    changed : bool
        Whether the answer has changed since it was scored.
    """

    question: str
    title: str
    of: float
    points: float | None
    written: bool
    status: Status
    diagnosis: str = ""
    source: str = ""
    answer: str = ""
    checks: tuple[Check, ...] = ()
    comment: str = ""
    reason: str = ""
    by: str = ""
    was: Status | None = None
    given: float | None = None
    changed: bool = False

    @property
    def earned(self) -> float | None:
        """The points; 0 if not attempted, None if nobody knows yet."""
        if self.status == Status.UNREADABLE:
            return None
        if self.points is None and self.status == Status.NOT_ATTEMPTED:
            return 0
        return self.points


@dataclass(frozen=True)
class HandIn:
    """Who handed in what.

    Attributes
    ----------
    student : str
        Key, unique in the batch and safe as a file's name. It depends on the student's
        name and number, and on results of earlier runs: a student keeps it.
    name : str
        The name as shown.
    lms : str
        One of LMS, or "".
    lms_id : str
        The student's number there (Canvas's user, Moodle's participant), or "".
    file : str
        Path of the notebook inside the export, for display.
    attachment : int
        Its number there, which counts upwards, or 0.
    handed_in : str
        Its date and time, as the export says; or BY_HAND.
    """

    student: str = ""
    name: str = ""
    lms: str = ""
    lms_id: str = ""
    file: str = ""
    attachment: int = 0
    handed_in: str = ""


@dataclass(frozen=True, kw_only=True)
class Result(HandIn):
    """What is known of one student's hand-in.

    Attributes
    ----------
    key : str
        Digest of all that the result was made from.
    homework, variant : str
        Whose tests decided; the name from which the numbers were drawn, or None.
    unsafe : bool
        Whether the code ran without a sandbox.
    sha256 : str
        Of the notebook.
    problem : str
        Why there is nothing to grade, for a person; or "".
    notes : tuple of str
        What a person should know, in sentences.
    questions : tuple of QuestionResult
    """

    key: str = ""
    homework: str
    variant: str | None = None
    unsafe: bool = False
    sha256: str = ""
    problem: str = ""
    notes: tuple[str, ...] = ()
    questions: tuple[QuestionResult, ...] = ()

    def points_for(self, names: Iterable[str]) -> float | None:
        """The points of these questions; None until each of them has its points."""
        earned = {each.question: each.earned for each in self.questions}
        points = [earned.get(name) for name in names]
        known = [each for each in points if each is not None]
        return None if self.open_problem or len(known) < len(points) else sum(known)

    @property
    def open_problem(self) -> bool:
        """Whether nothing could be graded, and no person has set all points since."""
        settled = [each.was is not None for each in self.questions]
        return bool(self.problem) and not (settled and all(settled))

    def as_dict(self) -> dict:
        """The result as JSON holds it. What a person adds stands where one did."""
        data = asdict(self)
        for question in data["questions"]:
            if question["was"] is None and not question["comment"]:
                for name in ADDED:
                    del question[name]
        return data

    @classmethod
    def from_dict(cls, data: dict) -> Result:
        """The result that `as_dict` was given. Raises ValueError for another thing."""
        try:
            questions = tuple(map(_question, data.get("questions", ())))
            notes = tuple(data.get("notes", ()))
            return cls(**{**data, "notes": notes, "questions": questions})
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"no result: {error}") from None


def _question(data):
    was, checks = data.get("was"), data["checks"]
    said = {"status": Status(data["status"]), "was": Status(was) if was else None}
    tried = (Check(**{**x, "status": Status(x["status"])}) for x in checks)
    return QuestionResult(**{**data, **said, "checks": tuple(tried)})


# ---- in the folder of a batch ---------------------------------------------------


def read_all(out: Path, homework: Any) -> list[Result]:
    """The results that earlier runs left in `out`, in the order of their names."""
    found = [*results_in(out)]
    if not found:
        raise FileNotFoundError(f"{out} holds no results; run `grade` first")
    for path, result in found:
        if result is None:
            raise ValueError(f"{path} is no result; delete it and run `grade` again")
    check_whose(found, homework)
    return [result for _, result in found if result]


def results_in(out: Path) -> Iterator[tuple[Path, Result | None]]:
    """Yield (path, result) of the results in `out`; a broken one is None."""
    for path in sorted((out / "results").glob("*.json")):
        yield path, read(path)


def read(path: Path) -> Result | None:
    """The result in a file; None if there is none, or it is broken."""
    try:
        return Result.from_dict(json.loads(path.read_text("utf-8")))
    except (FileNotFoundError, ValueError):  # or the disk was full, the power went
        return None


def check_whose(results: Iterable[tuple[Path, Result | None]], homework: Any) -> None:
    """Raise ValueError if one of (path, result) is of another homework."""
    for path, result in results:
        if result and result.homework != homework.name:
            raise ValueError(
                f"{path} is of homework {result.homework}, not {homework.name}: "
                "give each homework an --out of its own"
            )
