"""Which known mistakes an answer makes, by what comes out of it."""

from collections.abc import Iterable

import numpy as np

from autograder.grading.checks import as_numbers
from autograder.grading.trial import Outcome, Outcomes
from autograder.masters.homework import Answer
from autograder.results import Status
from autograder.sandbox.guest.wire import Unusable


def diagnoses(
    outcomes: Outcomes, known: Iterable[tuple[Answer, Outcomes]]
) -> list[str]:
    """What is said of the mistakes that an answer makes.

    The one that behaves as the answer does in all test cells; where there is none,
    those that together account for cells in which a wrong value came out.

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
    alike = [
        (mistake, theirs, {n for n in outcomes if behave_alike(outcomes[n], theirs[n])})
        for mistake, theirs in known
    ]
    whole = [mistake for mistake, _, same in alike if same == set(outcomes)]
    if whole:
        return [whole[0].diagnosis]
    return _together(outcomes, wrong, alike)


def _together(outcomes, wrong, alike):
    """The mistakes that are made at once: each accounts for a cell of its own."""
    value_came = {name for name in wrong if outcomes[name].status == Status.FAILED}
    waiting = []
    for mistake, theirs, same in alike:
        fails = {name for name in outcomes if theirs[name].status != Status.PASSED}
        if fails <= wrong and fails & same & value_came:
            waiting.append((mistake, fails, fails & same & value_came))
    chosen, left = [], set(wrong)
    while waiting:
        best = max(waiting, key=lambda each: len(each[2] & left))
        if not best[2] & left:
            break
        waiting.remove(best)
        chosen.append(best)
        left -= best[2]
    return [
        mistake.diagnosis
        for mistake, fails, same in chosen
        if fails - same <= set().union(*(f for m, f, _ in chosen if m is not mistake))
    ]


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
