"""Answers that are alike: a note for a person to look, not a finding.

Two answers in code are the same if they agree after comments, docstrings and white
space are taken out and the student's own names are numbered in order of appearance.
The code is only read as tokens, never parsed or run: it need not be valid. Such a
coincidence is no evidence where the answer is short, or where most of the class writes
the same: both are left out. Two answers in words are alike if they share most of their
runs of words.
"""

import builtins
import hashlib
import itertools
import keyword
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from autograder.reports.text import LITERAL
from autograder.results import Result, Status

NOTE = (
    "Code that is identical after renaming, or texts that are mostly the same. Short "
    "answers coincide by chance. People who learn together write alike: look at the "
    "answers, and ask, before you conclude anything."
)
SHORTEST, LONGEST = 40, 5_000  # tokens; no honest answer has more
IDLE = (Status.NOT_ATTEMPTED, Status.UNREADABLE)
CLASS = 10  # from so many answers on, "most write the same" means something
RUN = 5  # words
FEWEST = 16  # runs of an answer
MOST = 1_000  # words of an answer that are compared
SHARED = 2 / 3  # of the runs of the shorter answer

TOKEN = re.compile(rf"{LITERAL.pattern}|\n|[^\W\d]\w*|\d[\w.]*|\S")


def _tokens(source: str) -> Iterator[str]:
    """Yield the tokens of code and the ends of its lines, without what people read."""
    fresh = True  # whether nothing but space stands before it on its line
    for found in TOKEN.finditer(source):
        text = found[0]
        empty = fresh and (text == "\n" or found["long"])  # a line, or a docstring
        if not (empty or found["comment"]):
            yield text
            fresh = text == "\n"


def fingerprint(source: str) -> tuple[int, str]:
    """Number of tokens of an answer, and a digest that renaming does not change."""
    numbers: dict[str, int] = {}
    kept, tokens = {*keyword.kwlist, *dir(builtins)}, []
    importing, previous = False, "\n"
    for text in itertools.islice(_tokens(source), 2 * LONGEST):
        if previous == "\n":
            importing = text in ("from", "import")
        if importing:
            kept.add(text)  # log and exp differ, however they were imported
        if text != "\n":
            own = text.isidentifier() and previous != "." and text not in kept
            name = f"name {numbers.setdefault(text, len(numbers))}" if own else text
            tokens.append(name)
        previous = text
    digest = hashlib.sha256("\n".join(tokens).encode("utf-8", "replace"))
    return len(tokens), digest.hexdigest()


def runs(text: str) -> frozenset[tuple[str, ...]]:
    """All runs of RUN words of a text, in small letters."""
    words = [match[0] for match in itertools.islice(
        re.finditer(r"\w+", text.casefold()), MOST)]  # fmt: skip
    return frozenset(zip(*(words[i:] for i in range(RUN)), strict=False))


def similar(results: Iterable[Result]) -> list[dict]:
    """Groups of students whose answers to a question are alike.

    Parameters
    ----------
    results : list of Result

    Returns
    -------
    list of dict
        {"question", "size", "students"}: how long the answer is, and the students of a
        group by their keys. The largest groups come first.
    """
    code: dict[str, dict[str, str]] = defaultdict(dict)
    words: dict[str, dict[str, str]] = defaultdict(dict)
    for result in results:
        for each in result.questions:
            if each.status not in IDLE:
                answers, text = (
                    (words, each.answer) if each.written else (code, each.source)
                )
                answers[each.question][result.student] = text
    found = [
        {"question": question, "size": size, "students": sorted(students)}
        for answers, alike in ((code, _same_code), (words, _alike_in_words))
        for question, by_student in answers.items()
        for size, students in alike(by_student)
        if len(students) > 1
    ]
    return sorted(found, key=lambda group: (-len(group["students"]), str(group)))


def _same_code(answers: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    groups = defaultdict(list)
    for student, source in answers.items():
        groups[fingerprint(source)].append(student)
    n = sum(len(students) for (tokens, _), students in groups.items() if tokens)
    for (tokens, _), students in groups.items():
        common = n >= CLASS and 2 * len(students) > n
        if SHORTEST <= tokens <= LONGEST and not common:
            yield f"{tokens} tokens", students


def _alike_in_words(answers: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    """The groups, and the fewest words in them; each text is like one of the others."""
    students = defaultdict(list)
    for student, text in answers.items():
        students[runs(text)].append(student)
    texts = [text for text in students if len(text) >= FEWEST]
    group = list(range(len(texts)))  # of each text, by its number
    for i, j in itertools.combinations(range(len(texts)), 2):
        shorter = min(len(texts[i]), len(texts[j]))
        if len(texts[i] & texts[j]) >= SHARED * shorter:
            group = [group[i] if each == group[j] else each for each in group]
    for number in set(group):
        members = [
            text for text, each in zip(texts, group, strict=True) if each == number
        ]
        words = min(map(len, members)) + RUN - 1
        yield f"{words} words", [who for text in members for who in students[text]]
