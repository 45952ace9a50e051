"""One submission against one homework: points, statuses, and what the mistake is."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from autograder.grading import alone, diagnosis, trial
from autograder.intake import notebook, reading
from autograder.intake.matching import Work
from autograder.masters.homework import Answer, Cell, Homework, Question
from autograder.results import Check, QuestionResult, Result, Status
from autograder.sandbox.sandbox import Sandbox

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
        self._code = [compile(source, "<given>", "exec") for source in self.given]
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
            cell.name: self._try(cell, trial.LocalSession(self._code, code))
            for cell in self.tests
        }

    def _try(self, cell, session, **stopped):
        trusted = {}
        for code in self._code:
            exec(code, trusted)
        return trial.run(cell.source, trusted, session, **stopped)

    def names_of(self, cell: Cell) -> dict[str, object]:
        """What the master's solution cell defines, by name."""
        names: dict[str, object] = {}
        for code in self._code:
            exec(code, names)
        before = set(names)
        exec(cell.source, names)
        return {name: names[name] for name in names.keys() - before}

    def try_alone(self, code: Sequence[str]) -> trial.Outcomes:
        """Outcomes of all test cells, by name, after a student's code, sandboxed."""
        asked = {cell.name: len(code) for cell in self.tests}
        run = self._run(code, asked)
        return {name: outcomes[0] for name, outcomes in run.outcomes.items()}

    def _run(self, code, asked, **about):
        options = {"unsafe": self.unsafe, "limits": self.limits, **about}
        with Sandbox(self.given, **options) as sandbox:
            run = alone.Run(sandbox, self._try)
            run.all(code, self.tests, asked)
        return run

    def grade(
        self,
        data: bytes,
        *,
        busy: bool = False,
        read: Callable[..., Work] = reading.read,
    ) -> Result:
        """The Result of a notebook's bytes, less what the student's name is.

        On a busy machine what stands still is a StalledError, and not the student's.
        Another `read` does as `reading.read`, elsewhere.
        """
        stamps = self.homework, self.variant, self.unsafe
        try:
            work = read(self.released, data, self.variant)
        except notebook.Unreadable as error:
            return ungraded(*stamps, str(error))
        run = self._run(work.code, work.asked, python=work.python, busy=busy)
        stopped = [f"{each[0].upper()}{each[1:]}." for each in run.late + run.ended]
        return Result(
            homework=self.homework.name,
            variant=self.variant,
            unsafe=self.unsafe,
            sha256=hashlib.sha256(data).hexdigest(),
            notes=(*work.notes, *stopped),
            questions=tuple(
                self._written(question, work)
                if question.written
                else self._autograded(question, work, run.outcomes)
                for question in self.homework.questions
            ),
        )

    def _written(self, question, work):
        answer = work.written.get(question.name, "").strip()
        if not answer:
            return _result(question, 0, Status.NOT_ATTEMPTED)
        return _result(question, None, Status.TO_BE_SCORED, answer=answer)

    def _autograded(self, question, work, outcomes):
        """The result where the tests stand; or at the end, if more is right there.

        So nothing that is done with a name later takes a point back, and an answer
        below its tests counts.
        """
        cells = [cell for cell in self.tests if cell.question == question.name]
        attempted = work.attempted.get(question.name, False)
        found = []
        for tried in zip(*(outcomes[cell.name] for cell in cells), strict=True):
            named = {cell.name: each for cell, each in zip(cells, tried, strict=True)}
            checks = [_check(cell, named[cell.name], attempted) for cell in cells]
            points = sum(check.points for check in checks)
            found.append((points, named, checks))
        points, named, checks = max(found, key=lambda each: each[0])
        statuses = {check.status for check in checks}
        return _result(
            question,
            points,
            next(status for status in GRAVITY if status in statuses),
            diagnosis=self.diagnose(question, named),
            source=work.sources.get(question.name, ""),
            checks=tuple(_said_once(checks)),
        )

    def diagnose(self, question: Question, outcomes: trial.Outcomes) -> str:
        """What is said of the known mistakes that this answer makes, a line each."""
        cells = [cell.name for cell in self.tests if cell.question == question.name]
        known = [each for each in self.mistakes if each[0].question == question.name]
        found = {name: outcomes[name] for name in cells}
        return "\n".join(diagnosis.diagnoses(found, known))


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


def _said_once(checks):
    """The checks; what stopped one and is said there is not said of the next."""
    said: set[str] = set()
    for check in checks:
        if check.message in said:
            check = replace(check, status=Status.NOT_REACHED, message="")
        elif check.message:
            said.add(check.message)
        yield check


def _is_hidden(source, line):
    """Whether a line of a test cell is hidden; where no line is known, the cell is."""
    hidden = "BEGIN HIDDEN TESTS" in source
    if line == 0 or not hidden:
        return hidden
    above = source.split("\n")[:line]
    begun = sum("BEGIN HIDDEN TESTS" in each for each in above)
    return begun > sum("END HIDDEN TESTS" in each for each in above)
