"""One submission against one homework: points, statuses, and what the mistake is."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from autograder.grading import trial
from autograder.grading.checks import as_numbers
from autograder.intake import matching, notebook
from autograder.masters.homework import Answer, Cell, Homework, Question
from autograder.results import Check, QuestionResult, Result, Status
from autograder.sandbox.guest.wire import Unusable
from autograder.sandbox.sandbox import CrashedError, Sandbox

GRAVITY = (  # a question has the gravest status of its cells
    Status.TIMED_OUT, Status.CRASHED, Status.FAILED, Status.NOT_ATTEMPTED, Status.PASSED
)  # fmt: skip


class Judge:
    """Grades submissions of a homework.

    Parameters
    ----------
    homework : Homework
    stubs : dict
        From `release.stubs`: what the students got to fill in.
    variant : str, optional
        The student whose numbers stand in the handout; by default the one version.
    unsafe : bool
        Run the student's code without a sandbox. Every result is stamped with it.
    limits : dict, optional
        As in `sandbox.LIMITS`.
    """

    def __init__(
        self,
        homework: Homework,
        stubs: dict[str, str],
        variant: str | None = None,
        *,
        unsafe: bool = False,
        limits: dict[str, int] | None = None,
    ) -> None:
        self.homework = homework
        self.variant = variant
        self.unsafe = unsafe
        self.limits = limits
        self.released = homework.handed_out(stubs, variant)
        self.given = [cell.source for cell in self.released if cell.kind == "given"]
        self.tests = [cell for cell in homework.cells if cell.kind == "test"]

    @cached_property
    def mistakes(self) -> list[tuple[Answer, trial.Outcomes]]:
        """The known mistakes, each with what becomes of the tests where it is made."""
        solved = self.homework.solved
        return [
            (mistake, self.try_locally(solved(mistake.question, mistake.source)))
            for mistake in self.homework.wrong
        ]

    def try_locally(self, solutions: Mapping[str, str]) -> trial.Outcomes:
        """Outcomes of all test cells, by name, for solutions that we trust."""
        code = list(solutions.values())
        return {
            cell.name: self._try(cell, trial.LocalSession(self.given, code))
            for cell in self.tests
        }

    def _try(self, cell, session):
        trusted = {}
        for source in self.given:
            exec(source, trusted)
        return trial.run(cell.source, trusted, session)

    def names_of(self, cell: Cell) -> dict[str, object]:
        """What the master's solution cell defines, by name."""
        names: dict[str, object] = {}
        for source in self.given:
            exec(source, names)
        before = set(names)
        exec(cell.source, names)
        return {name: names[name] for name in names.keys() - before}

    def try_alone(self, code: Sequence[str]) -> trial.Outcomes:
        """Outcomes of all test cells, by name, for a student's code, in the sandbox."""
        outcomes, endless = {}, None
        with Sandbox(
            self.given, code, unsafe=self.unsafe, limits=self.limits
        ) as sandbox:
            for cell in self.tests:
                if endless:  # the cells themselves take too long: so they will again
                    outcomes[cell.name] = endless
                    continue
                try:
                    with sandbox.session() as session:
                        outcomes[cell.name] = outcome = self._try(cell, session)
                    if outcome.status == Status.TIMED_OUT and not outcome.trace:
                        endless = outcome
                except CrashedError as error:  # it ended after the last answer
                    crashed = trial.Outcome(Status.CRASHED, message=str(error))
                    outcomes.setdefault(cell.name, crashed)
        return outcomes

    def grade(self, data: bytes) -> Result:
        """The Result of a notebook's bytes, less what the student's name is."""
        stamps = self.homework, self.variant, self.unsafe
        try:
            work = matching.match(self.released, notebook.read_cells(data))
        except notebook.Unreadable as error:
            return ungraded(*stamps, str(error))
        outcomes = self.try_alone(work.code)
        return Result(
            homework=self.homework.name,
            variant=self.variant,
            unsafe=self.unsafe,
            sha256=hashlib.sha256(data).hexdigest(),
            notes=matching.notes(work, data, self.variant),
            questions=tuple(
                self._written(question, work)
                if question.written
                else self._autograded(question, work, outcomes)
                for question in self.homework.questions
            ),
        )

    def _written(self, question, work):
        answer = work.written.get(question.name, "").strip()
        if not answer:
            return _result(question, 0, Status.NOT_ATTEMPTED)
        return _result(question, None, Status.TO_BE_SCORED, answer=answer)

    def _autograded(self, question, work, outcomes):
        cells = [cell for cell in self.tests if cell.question == question.name]
        attempted = work.attempted.get(question.name, False)
        checks = [_check(cell, outcomes[cell.name], attempted) for cell in cells]
        statuses = {check.status for check in checks}
        return _result(
            question,
            sum(check.points for check in checks),
            next(status for status in GRAVITY if status in statuses),
            diagnosis=self.diagnose(question, outcomes),
            source=work.sources.get(question.name, ""),
            checks=tuple(checks),
        )

    def diagnose(self, question: Question, outcomes: trial.Outcomes) -> str:
        """What is said of the known mistake that behaves as this answer does."""
        cells = [cell.name for cell in self.tests if cell.question == question.name]
        if all(outcomes[name].status == Status.PASSED for name in cells):
            return ""
        for mistake, known in self.mistakes:
            if mistake.question == question.name and all(
                _behave_alike(outcomes[name], known[name]) for name in cells
            ):
                return mistake.diagnosis
        return ""


def ungraded(
    homework: Homework,
    variant: str | None,
    unsafe: bool,
    problem: str,
    status: Status = Status.UNREADABLE,
) -> Result:
    """The Result of what could not be graded: no points, not even 0."""
    return Result(
        homework=homework.name,
        variant=variant,
        unsafe=unsafe,
        problem=problem,
        questions=tuple(
            _result(question, None, status) for question in homework.questions
        ),
    )


def _result(question, points, status, **found):
    return QuestionResult(
        question=question.name,
        title=question.title,
        of=question.points,
        points=points,
        written=question.written,
        status=status,
        **found,
    )


def _check(cell, outcome, attempted):
    status, message = outcome.status, outcome.message
    if attempted and status == Status.NOT_ATTEMPTED:  # a misspelt name, a stub's line
        status = Status.FAILED if "not defined" in message else Status.CRASHED
    elif not attempted and status in (Status.CRASHED, Status.TIMED_OUT):
        status = Status.NOT_ATTEMPTED  # other cells are to blame
    hidden = _is_hidden(cell.source, outcome.line)
    return Check(
        cell=cell.name,
        of=cell.points,
        points=cell.points if status == Status.PASSED else 0,
        status=status,
        hidden=hidden,
        case=outcome.case,
        came_out=outcome.came_out,
        expected="" if hidden else outcome.expected,
        message=message,
    )


def _is_hidden(source, line):
    """Whether a line of a test cell is hidden; where no line is known, the cell is."""
    hidden = "BEGIN HIDDEN TESTS" in source
    if line == 0 or not hidden:
        return hidden
    above = source.split("\n")[:line]
    begun = sum("BEGIN HIDDEN TESTS" in each for each in above)
    return begun > sum("END HIDDEN TESTS" in each for each in above)


def _behave_alike(one, other):
    same_end = (one.status, one.line) == (other.status, other.line)
    if not same_end or len(one.trace) != len(other.trace):
        return False
    pairs = zip(one.trace, other.trace, strict=True)
    return all(
        a == b and _alike(x, y, 5e-3 if a.endswith("=") else 1e-6)
        for (a, x), (b, y) in pairs
    )  # a value may have been computed by hand, and be given to three digits


def _alike(x, y, rtol):
    if isinstance(x, Exception) or isinstance(y, Exception):
        return type(x).__name__ == type(y).__name__ and _kind(x) == _kind(y)
    if isinstance(x, Unusable) and isinstance(y, Unusable):
        return x.kind == y.kind
    a, b = as_numbers(x), as_numbers(y)
    if a is None and b is None:
        if isinstance(x, list | tuple) and isinstance(y, list | tuple):
            return len(x) == len(y) and all(
                _alike(*each, rtol) for each in zip(x, y, strict=True)
            )
        return repr(x) == repr(y)
    if a is None or b is None or a.shape != b.shape:
        return False
    with np.errstate(all="ignore"):
        return np.allclose(a, b, rtol=rtol, atol=0, equal_nan=True)


def _kind(error):
    return getattr(error, "kind", "")
