"""Which known mistakes an answer makes, by what comes out of it."""

import re
from collections.abc import Iterable

import numpy as np

from autograder.grading.checks import as_numbers
from autograder.grading.trial import Outcome, Outcomes
from autograder.masters.homework import Answer
from autograder.results import Status
from autograder.sandbox.guest.wire import Unusable

NUMBER = re.compile(r"-?\d[\d.e+-]*").fullmatch  # as `checks.shown` shows one


def diagnoses(
    outcomes: Outcomes, known: Iterable[tuple[Answer, Outcomes]]
) -> list[str]:
    """What is said of the mistakes that an answer makes.

    The one that behaves as the answer does in all test cells; where there is none,
    those that together account for cells, each by the wrong value that came out.

    Parameters
    ----------
    outcomes : dict of str to Outcome
        Of the test cells of one question.
    known : list of (Answer, dict of str to Outcome)
        The known mistakes of this question, each with what becomes of all test cells.
    """
    wrong = {name for name in outcomes if outcomes[name].status != Status.PASSED}
    if not wrong:
        return []
    known = list(known)
    for mistake, theirs in known:
        if all(behave_alike(outcomes[name], theirs[name]) for name in outcomes):
            return [mistake.diagnosis]
    return _together(outcomes, wrong, known)


def _together(outcomes, wrong, known):
    """The mistakes that are made at once: in a cell each, the wrong value is theirs."""
    possible = []
    for mistake, theirs in known:
        fails = {name for name in outcomes if theirs[name].status != Status.PASSED}
        same = {x for x in fails & wrong if _same_value(outcomes[x], theirs[x])}
        if fails <= wrong:
            possible.append((mistake, fails, fails - same, same))
    chosen = {}
    for name in sorted(wrong):
        theirs = [each for each in possible if name in each[3]]
        least = min((len(each[2]) for each in theirs), default=0)
        best = [each for each in theirs if len(each[2]) == least]
        if len(best) == 1:  # else nobody knows which
            chosen[best[0][0].name] = best[0]
    return [
        mistake.diagnosis
        for mistake, _, unlike, _ in possible
        if mistake.name in chosen
        and unlike
        <= set().union(*(c[1] for x, c in chosen.items() if x != mistake.name))
    ]


def _same_value(one, other):
    """Whether a wrong value came out, the same of both."""
    if one.status != Status.FAILED:
        return False
    ends = [(each.status, each.line, each.case, each.came_out) for each in (one, other)]
    return behave_alike(one, other) or (ends[0] == ends[1] and NUMBER(one.came_out))


def behave_alike(one: Outcome, other: Outcome) -> bool:
    """Whether a test cell ended in the same way, and saw the same, twice."""
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
