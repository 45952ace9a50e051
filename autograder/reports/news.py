"""What a run says of the results it found: what gave way, what stays, who is new."""

from collections.abc import Sequence

from autograder.intake.submissions import NOBODY, Submission
from autograder.results import Result

MOST = 20  # lines of a kind
NONE = "no notebook"


def news(
    known: Sequence[Result], graded: Sequence[Result], older: Sequence[Submission]
) -> str:
    """The lines, or nothing.

    Parameters
    ----------
    known : list of Result
        What earlier runs had graded.
    graded : list of Result
        What this run graded.
    older : list of Submission
        What it did not, since a newer hand-in was graded before.
    """
    before = {each.student: each for each in known}
    nobodys = [each for each in graded if each.student.startswith(NOBODY)]
    theirs = [each for each in graded if each not in nobodys]
    new = [each.student for each in theirs if before and each.student not in before]
    replaced = [
        f"{each.student}: {each.file or NONE}, was {old.file or NONE}"
        for each in theirs
        if (old := before.get(each.student)) and old.sha256 != each.sha256
    ]
    kept = [
        f"{each.student}: {before[each.student].file}, not {each.file or NONE}"
        for each in older
    ]
    why = "what is handed over is older, or no notebook (--student replaces)"
    found = {
        "Replaced": replaced,
        f"Kept, since {why}": kept,
        "New here": new,
        "Nobody's yet": [f"{each.file}: {each.problem}" for each in nobodys],
    }
    return "".join(_listed(what, lines) for what, lines in found.items() if lines)


def _listed(what, lines):
    few = "".join(f"  {line}\n" for line in lines[:MOST])
    more = f"  and {len(lines) - MOST} more\n" if lines[MOST:] else ""
    return f"{what}: {len(lines)}\n{few}{more}"
