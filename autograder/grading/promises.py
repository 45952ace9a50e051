"""Whether a master keeps its promises: who must earn what, and who must not."""

import ast
import contextlib
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from autograder.grading.judge import Judge
from autograder.grading.trial import Outcomes
from autograder.masters.homework import COMMON, Homework
from autograder.results import Status
from autograder.sandbox.bubblewrap import LIBRARIES
from autograder.sandbox.sandbox import LIMITS
from autograder.sandbox.session import TimedOutError

Earn = Callable[[dict[str, str]], Outcomes]  # what becomes of solution cells

VARIANTS = ("ada", "grace", "karen")  # students whose handouts are tried as well
# Answers without thought: none may earn a question's hidden points.
IDLE = {
    "None": "None",
    "zero": "0.0",
    "one": "1.0",
    "nan": "float('nan')",
    "infinity": "float('inf')",
    "an empty array": "np.array([])",
    "an empty list": "[]",
    "the first argument": "args[0] if args else 0",
    "zeros": "np.zeros(np.shape(args[0])) if args else 0",
    "nans": "np.full(np.shape(args[0]), np.nan) if args else 0",
    "a string": "'1.0'",
    "a dictionary": "{}",
    "deep": "[[[[[[1.0]]]]]]",
    "large": "np.ones(100_000)",
    "true": "True",
}


@dataclass(frozen=True)
class Promise:
    """One thing that must hold, and whether it does."""

    text: str
    kept: bool
    saw: str = ""
    remedy: str = ""


def versions(homework: Homework) -> list[str | None]:
    """Whose numbers a homework is tried with: the common ones (None), and students'."""
    if not homework.numbers():
        return [None]
    named = {answer.variant for answer in homework.right} - {"", COMMON}
    return [None, *VARIANTS, *sorted(named)]


def tried(judge: Judge) -> Iterator[Promise]:
    """Yield each Promise of a homework, by trying it here.

    The master's code runs in this process, each try for as long as a student's may.
    Where the solution itself is broken, nothing more is tried.
    """

    def earn(solutions):
        with _interrupted(LIMITS["seconds"]):
            return judge.try_locally(solutions)

    for stage in (_runs, of_solution):
        made = [*stage(judge, earn)]
        yield from made
        if not all(promise.kept for promise in made):
            return
    yield from of_answers(judge, earn)
    yield from idle_promises(judge, earn)


@contextlib.contextmanager
def _interrupted(seconds):
    """Interrupt what runs here each time that it has taken so much processor time."""

    def interrupt(*_):
        raise TimedOutError(f"no end after {seconds} s")

    before = signal.signal(signal.SIGVTALRM, interrupt)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _runs(judge, earn):
    """Yield for each cell with code that students have, or write, whether it runs."""
    names = {}
    for cell in judge.homework.cells:
        if cell.kind not in ("given", "solution"):
            continue
        source = judge.homework.with_numbers(cell, judge.variant)
        foreign = sorted({*_imported(source)} - {*LIBRARIES, *sys.stdlib_module_names})
        saw = f"it imports {foreign[0]}" if foreign else ""
        remedy = f"import {', '.join(LIBRARIES)} or what comes with Python"
        if not foreign:
            remedy = "mend it"
            try:
                with _interrupted(LIMITS["seconds"]):
                    exec(compile(source, cell.name, "exec"), names)
            except (Exception, SystemExit) as error:
                saw = f"{type(error).__name__}: {error}"
        yield Promise(f"cell '{cell.name}' runs in the grader", not saw, saw, remedy)


def _imported(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def promises(judge: Judge, earn: Earn) -> Iterator[Promise]:
    """Yield each Promise of a homework.

    Parameters
    ----------
    judge : Judge
    earn : callable
        Outcomes by test cell for a dict of solution cells: `judge.try_locally`, or
        a way through the sandbox.
    """
    yield from of_solution(judge, earn)
    yield from of_answers(judge, earn)


def of_solution(judge: Judge, earn: Earn) -> Iterator[Promise]:
    """Yield each Promise of the solution, and of what was handed out."""
    solved = earn(judge.homework.solved())
    yield from _all_pass("the solution", solved, judge.tests)
    blank = earn({})
    for cell in judge.tests:
        saw = blank[cell.name].status
        kept = saw == Status.NOT_ATTEMPTED
        remedy = "let the test use a name that only the answer defines"
        yield Promise(f"blank: {cell.name} not attempted", kept, saw, remedy)


def of_answers(judge: Judge, earn: Earn) -> Iterator[Promise]:
    """Yield each Promise of the known answers, right (for these numbers) and wrong."""
    homework = judge.homework
    for answer in homework.right:
        if answer.variant in ("", judge.variant or COMMON):
            outcomes = earn(homework.solved(answer.question, answer.source))
            name = f"right answer {answer.question} {answer.name!r}"
            yield from _all_pass(name, outcomes, judge.tests)
    for answer in homework.wrong:
        yield from _caught(judge, answer, earn)


def _all_pass(who, outcomes, cells):
    for cell in cells:
        outcome = outcomes[cell.name]
        kept = outcome.status == Status.PASSED
        remedy = "mend the test or the answer"
        yield Promise(f"{who}: {cell.name} passes", kept, _told(outcome), remedy)


def _caught(judge, answer, earn):
    homework = judge.homework
    outcomes = earn(homework.solved(answer.question, answer.source))
    name = f"wrong answer {answer.question} {answer.name!r}"
    own = [cell for cell in judge.tests if cell.question == answer.question]
    others = [cell for cell in judge.tests if cell.question != answer.question]
    fails = [cell.name for cell in own if outcomes[cell.name].status != Status.PASSED]
    remedy = "add a hidden test that it fails"
    saw = "all its cells pass"
    yield Promise(f"{name}: fails its question", bool(fails), saw, remedy)
    yield from _all_pass(name, outcomes, others)
    question = next(q for q in homework.questions if q.name == answer.question)
    said = judge.diagnose(question, outcomes)
    kept, saw = said == answer.diagnosis, said or "no diagnosis"
    remedy = "add a test in which this mistake and the other differ"
    yield Promise(f"{name}: is recognised", kept, saw, remedy)


def idle_promises(judge: Judge, earn: Earn) -> Iterator[Promise]:
    """Yield each Promise that a constant, the argument itself, or NaN wins little."""
    homework = judge.homework
    cells = [cell for cell in homework.cells if cell.kind == "solution"]
    for name, value in IDLE.items():
        outcomes = earn(
            {cell.name: _idle(judge.names_of(cell), value) for cell in cells}
        )
        for question in homework.questions:
            if question.written:
                continue
            passed = [
                cell.points
                for cell in judge.tests
                if cell.question == question.name
                and outcomes[cell.name].status == Status.PASSED
            ]
            kept = sum(passed) < question.points / 2
            text = f"returning {name} earns under half of {question.name}"
            saw = f"{sum(passed)} of {question.points} points"
            yield Promise(text, kept, saw, "test more than one value")


def _idle(names, value):
    """Source that binds the names without thought."""
    return "\n".join(
        f"def {name}(*args, **named):\n    return {value}"
        if callable(bound)
        else f"{name} = (lambda *args: {value})()"
        for name, bound in names.items()
    )


def _told(outcome):
    said = (
        outcome.message or f"{outcome.case}: {outcome.came_out}, not {outcome.expected}"
    )
    return f"{outcome.status} (line {outcome.line}): {said}"
