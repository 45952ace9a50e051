"""Answers that are the same code: a note for a person to look, not a finding.

Two answers are the same if they agree after comments, docstrings and white space are
taken out and the student's own names are numbered in order of appearance.
The code is only read as tokens, never parsed or run. Such a coincidence is no evidence
where the answer is short, or where most of the class writes the same: both are left
out.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable

from pygments.lexers import PythonLexer
from pygments.token import Comment, Keyword, Name, String, Whitespace

from autograder.results import Result, Status

NOTE = (
    "Identical after renaming; short code coincides by chance. People who learn "
    "together write alike: look at the answers, and ask, before you conclude anything."
)
SHORTEST = 40  # tokens
LONGEST = 5_000  # characters; no honest answer is longer, and lexing may be quadratic
IDLE = (Status.NOT_ATTEMPTED, Status.UNREADABLE)
CLASS = 10  # from so many answers on, "most write the same" means something


def fingerprint(source: str) -> tuple[int, str]:
    """Number of tokens of an answer, and a digest that renaming does not change."""
    numbers: dict[str, int] = {}
    kept, tokens = set(), []
    importing, previous = False, ""
    for kind, text in PythonLexer().get_tokens(source):
        if "\n" in text and kind in Whitespace:
            importing = False
        if (
            kind in Comment
            or kind in Whitespace
            or kind in String.Doc
            or not text.strip()
        ):
            continue
        importing |= kind in Keyword.Namespace
        if kind in Name and importing:
            kept.add(text)  # log and exp differ, however they were imported
        own = kind in Name and kind not in Name.Builtin and kind not in Name.Namespace
        if own and previous != "." and text not in kept:
            text = f"name {numbers.setdefault(text, len(numbers))}"
        tokens.append(text)
        previous = text
    return len(tokens), hashlib.sha256("\n".join(tokens).encode()).hexdigest()


def similar(results: Iterable[Result]) -> list[dict]:
    """Groups of students whose answer to a question is the same code.

    Parameters
    ----------
    results : list of Result

    Returns
    -------
    list of dict
        {"question", "tokens", "students"}: the students of a group by their keys. The
        largest groups come first.
    """
    answers: dict[str, int] = defaultdict(int)
    groups: dict[tuple[str, int, str], list[str]] = defaultdict(list)
    for result in results:
        for each in result.questions:
            source = each.source.encode("utf-8", "replace").decode()
            idle = each.status in IDLE or not source.strip()
            if each.written or idle or len(source) > LONGEST:
                continue
            answers[each.question] += 1
            groups[each.question, *fingerprint(source)].append(result.student)
    found = [
        {"question": question, "tokens": tokens, "students": sorted(students)}
        for (question, tokens, _), students in groups.items()
        if len(students) > 1 and tokens >= SHORTEST
        if not (answers[question] >= CLASS and 2 * len(students) > answers[question])
    ]
    return sorted(found, key=lambda group: (-len(group["students"]), str(group)))
