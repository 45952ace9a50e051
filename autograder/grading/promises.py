"""Whether a master keeps its promises: who must earn what, and who must not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from autograder.grading.judge import Judge
from autograder.grading.trial import Outcomes
from autograder.results import Status

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


def promises(judge: Judge, earn: Earn) -> Iterator[Promise]:
    """Yield each Promise of a homework.

    Parameters
    ----------
    judge : Judge
    earn : callable
        Outcomes by test cell for a dict of solution cells: `judge.try_locally`, or
        a way through the sandbox.
    """
    homework = judge.homework
    solved = earn(homework.solved())
    yield from _all_pass("the solution", judge, solved, judge.tests)
    blank = earn({})
    for cell in judge.tests:
        saw = blank[cell.name].status
        kept = saw == Status.NOT_ATTEMPTED
        yield Promise(f"blank: {cell.name} not attempted", kept, saw)
    for answer in homework.right:
        outcomes = earn(homework.solved(answer.question, answer.source))
        name = f"right answer {answer.question} {answer.name!r}"
        yield from _all_pass(name, judge, outcomes, judge.tests)
    for answer in homework.wrong:
        yield from _caught(judge, answer, earn)


def _all_pass(who, judge, outcomes, cells):
    for cell in cells:
        outcome = outcomes[cell.name]
        kept = outcome.status == Status.PASSED
        yield Promise(f"{who}: {cell.name} passes", kept, _told(outcome))


def _caught(judge, answer, earn):
    homework = judge.homework
    outcomes = earn(homework.solved(answer.question, answer.source))
    name = f"wrong answer {answer.question} {answer.name!r}"
    own = [cell for cell in judge.tests if cell.question == answer.question]
    others = [cell for cell in judge.tests if cell.question != answer.question]
    fails = [cell.name for cell in own if outcomes[cell.name].status != Status.PASSED]
    yield Promise(f"{name}: fails its question", bool(fails), "all its cells pass")
    yield from _all_pass(name, judge, outcomes, others)
    question = next(q for q in homework.questions if q.name == answer.question)
    said = judge.diagnose(question, outcomes)
    yield Promise(
        f"{name}: is recognised", said == answer.diagnosis, said or "no diagnosis"
    )


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
            yield Promise(text, kept, f"{sum(passed)} of {question.points} points")


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
