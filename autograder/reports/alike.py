"""Answers that are alike, so that a person scores them once.

Two answers are alike if they are of the same question and came out the same, and if
their texts differ in white space alone, their code in comments and empty lines. That is
stricter than `similarity`, which looks for copies: here a person's points go to each of
them. Answers that passed are alike whatever they say, and so are those where nothing
was written.
"""

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from autograder.reports.text import one_line, uncommented
from autograder.results import QuestionResult, Result, Status

CODE = re.compile(r"[rg][0-9a-f]{10}")  # of a student's row, or of a group's
SHA = re.compile(CODE.pattern + r"-[0-9a-f]{10}")


@dataclass(frozen=True)
class Group:
    """Students whose answers to a question are alike, and one of the answers."""

    sha: str
    answer: QuestionResult
    students: tuple[str, ...]

    @property
    def code(self) -> str:
        """The code of its row, or of its only student's."""
        if len(self.students) > 1:
            return self.sha.partition("-")[0]
        return row_code(self.students[0], self.answer.question)


def grouped(results: Iterable[Result]) -> list[Group]:
    """The groups of all answers: written, wrong, right; in an order without names."""
    found: dict[str, list[tuple[str, QuestionResult]]] = defaultdict(list)
    for result in results:
        for each in result.questions:
            found[_group_sha(result, each)].append((result.student, each))
    groups = (
        Group(sha, members[0][1], tuple(student for student, _ in members))
        for sha, members in found.items()
    )
    return sorted(groups, key=_place)


def _place(group):
    answer = group.answer
    passed = answer.status == Status.PASSED
    return passed, not answer.written, answer.question, group.code


def _group_sha(result, question):
    checks = [(check.cell, check.status, check.points) for check in question.checks]
    outcome = question.status, question.points, question.diagnosis, checks
    normal = "" if question.status == Status.PASSED else _normal(question)
    whole = repr((question.question, outcome, bool(result.problem), normal))
    return f"g{_digest(whole)}-{_digest(normal)}"


def _normal(question):
    """The answer without what makes no difference."""
    if question.source:
        return uncommented(question.source)
    return " ".join(unicodedata.normalize("NFC", question.answer).split())


# ---- one answer -------------------------------------------------------------------


def row_code(student: str, question: str) -> str:
    """A short name for a row, which no spreadsheet takes for a number or a date."""
    return "r" + _digest(f"{student}\n{question}")


def answer_sha(student: str, answer: QuestionResult) -> str:
    """The row's code, and a digest of the answer."""
    return f"{row_code(student, answer.question)}-{_digest(words(answer))}"


def _digest(text):
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def words(answer: QuestionResult) -> str:
    """What the student wrote: code, or words."""
    return answer.source or answer.answer


def outcome(answer: QuestionResult) -> str:
    """What the grader says of an answer, on a line."""
    fine = Status.PASSED, Status.NOT_ATTEMPTED
    failed = (check for check in answer.checks if check.status not in fine)
    said = answer.diagnosis or next((c.case or c.message for c in failed), "")
    return one_line(f"{answer.status}: {said}" if said else answer.status, 300)
