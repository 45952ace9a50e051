"""Moodle: a folder, or the beginning of a file's name, is
NAME_PARTICIPANT_assignsubmission_file.

Source: mod/assign/classes/downloader.php of moodle/moodle.
"""

import re
from collections.abc import Sequence

from autograder.intake import Piece, Student
from autograder.intake.archives import File

NAMED = re.compile(
    r"(?as)(?P<name>.+?)(?:_(?P<id>\d{1,20}))?_assignsubmission_(?P<plugin>[a-z]+)"
    r"(?:_(?P<title>.*))?"
)


def claims(files: Sequence[File]) -> list[tuple[Piece, ...] | None]:
    """For each file its Piece in a tuple, () for a text typed online, or None."""
    return [_claim(file) for file in files]


def _claim(file):
    says = next(filter(None, map(NAMED.fullmatch, file.parts)), None)
    if says is None:
        return None
    if says["plugin"] != "file":
        return ()
    student = Student("moodle", says["id"] or "", says["name"])
    return (Piece(student, file, _title(file)),)


def _title(file):
    whole = NAMED.fullmatch(file.parts[-1])
    return (whole and whole["title"]) or file.parts[-1]
