"""What earlier runs graded: only a newer hand-in of the same student replaces it.

So does what a person hands over with ``--student``.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from autograder.intake.notebook import Unreadable
from autograder.intake.submissions import NOBODY, Submission, find_submissions
from autograder.results import BY_HAND, Result, results_in


def to_grade(
    paths: Sequence[Path | str],
    homework_name: str,
    known: Sequence[Result] = (),
    who: str = "",
) -> tuple[list[Submission], list[Submission]]:
    """What is to be graded, and what must not replace what was graded before.

    As `find_submissions`, and a ValueError where nothing was found.
    """
    found = find_submissions(paths, homework_name, known, who)
    if not found:
        given = ", ".join(map(str, paths))
        raise ValueError(f"{given}: no submissions found; is it the right one?")
    before = {each.student: each for each in known}
    older = [
        each
        for each in found
        if each.student in before and _is_older(each, before[each.student])
    ]
    return [each for each in found if each not in older], older


def forget_doubts(out: Path, graded: Sequence[Result]) -> None:
    """Delete the results that say that a file is nobody's, of those that are now."""
    named = {Path(each.file).name for each in graded if each.handed_in == BY_HAND}
    for path, result in results_in(out):
        of_nobody = result is not None and result.student.startswith(NOBODY)
        if result and of_nobody and Path(result.file).name in named:
            path.unlink()


def _is_older(submission, result):
    if result.problem or submission.handed_in == BY_HAND:
        return False
    by_hand = result.handed_in == BY_HAND
    if submission.problem:
        older = True
    elif submission.attachment and result.attachment:
        older = submission.attachment < result.attachment
        older |= by_hand and submission.attachment == result.attachment
    else:
        older = by_hand or submission.handed_in < result.handed_in
    return older and not _is_same_notebook(submission, result)


def _is_same_notebook(submission, result):
    try:
        return hashlib.sha256(submission.read()).hexdigest() == result.sha256
    except Unreadable:
        return False
