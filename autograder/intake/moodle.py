"""Moodle: a folder, or the beginning of a file's name, is
NAME_PARTICIPANT_assignsubmission_file.

A folder's name ends there. A file's goes on with the one that the student gave, which
may hold the same again: then it can be read in more than one way.
Source: mod/assign/classes/downloader.php of moodle/moodle.
"""

import itertools
import re
from collections.abc import Iterator, Sequence

from autograder.intake import Piece, Student
from autograder.intake.file import File

NAMED = re.compile(
    r"(?as)(?P<name>.+?)(?:_(?P<id>\d{1,20}))?_assignsubmission_(?P<plugin>[a-z]+)"
    r"(?:_(?P<title>.*))?"
)
MARK = re.compile(
    r"(?a)(?:_(?P<id>\d{1,20}))?_assignsubmission_(?P<plugin>[a-z]+)(?=_|$)"
)
MOST = 4  # ways to read a name


def claims(files: Sequence[File]) -> list[tuple[Piece, ...]]:
    """For each file the ways to read its name: none where Moodle has not named it.

    The first is the one that is true unless somebody has chosen a name for it.
    """
    return [_claim(file) for file in files]


def _claim(file):
    for part in file.parts[:-1]:
        whole = [says for says in _marks(part) if part[says.end() :] in ("", "_")]
        if whole:
            return (_piece(file, part, whole[-1], file.parts[-1]),)
    name = file.parts[-1]
    read = (_piece(file, name, says, name[says.end() + 1 :]) for says in _marks(name))
    return tuple(itertools.islice(read, MOST))


def _marks(text: str) -> Iterator[re.Match]:
    """Yield where a name may end."""
    return (says for says in MARK.finditer(text) if says.start())


def _piece(file, text, says, title):
    student = Student("moodle", says["id"] or "", text[: says.start()])
    if says["plugin"] != "file":
        return Piece(student, file, "a text typed into Moodle")
    whole = NAMED.fullmatch(title)
    return Piece(student, file, (whole and whole["title"]) or title or text)
