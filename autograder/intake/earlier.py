"""What earlier runs graded: only a newer hand-in of the same student replaces it.

So does what a person hands over with ``--student``.
"""

import hashlib
from collections.abc import Container, Sequence
from pathlib import Path

from autograder.intake.notebook import Unreadable
from autograder.intake.submissions import NOBODY, Submission, find_submissions
from autograder.results import BY_HAND, Result, results_in


def to_grade(
    paths: Sequence[Path | str],
    homework_name: str,
    known: Sequence[Result] = (),
    who: str = "",
    enrolled: Container[tuple[str, str]] = (),
) -> tuple[list[Submission], list[Submission]]:
    """What is to be graded, and what must not replace what was graded before.

    As `find_submissions`, and a ValueError where nothing was found.
    """
    found = find_submissions(paths, homework_name, known, who, enrolled)
    if not found:
        given = ", ".join(map(str, paths))
        raise ValueError(f"{given}: no submissions found; is it the right one?")
    before = {each.student: each for each in known}
    again = [each for each in found if each.student in before]
    older = [each for each in again if _is_older(each, before[each.student])]
    return [each for each in found if each not in older], older


def forget_doubts(out: Path, graded: Sequence[Result]) -> None:
    """Delete the results that say that a file is nobody's, of those that are now."""
    named = {_name(each) for each in graded if each.handed_in == BY_HAND}
    for path, result in results_in(out):
        if result and result.student.startswith(NOBODY) and _name(result) in named:
            path.unlink()


def _name(result):
    return Path(result.file).name


def _is_older(submission, result):
    if result.problem or submission.handed_in == BY_HAND:
        return False
    by_hand = result.handed_in == BY_HAND
    if submission.attachment and result.attachment:
        older = submission.attachment < result.attachment + by_hand
    else:
        older = by_hand or submission.handed_in < result.handed_in
    if not (older or submission.problem):
        return False
    try:
        return hashlib.sha256(submission.read()).hexdigest() != result.sha256
    except Unreadable:
        return True
