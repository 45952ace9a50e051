"""Canvas: files named NAME_[LATE_]USER_ATTACHMENT_FILE.

Source: lib/content_zipper.rb of instructure/canvas-lms.
"""

import re
from collections.abc import Sequence

from autograder.intake import Piece, Student
from autograder.intake.archives import File, folder_around

NAMED = re.compile(
    r"(?as)(?:(?P<name>.+?)_(?P<late>LATE_)?(?P<id>\d{1,20})"
    r"|(?P<late_too>LATE_)?(?P<anonymous>anon_\w+?))"
    r"_(?:(?P<attachment>\d{1,20})_(?P<title>.+)|(?P<typed>text|link)\.html)"
)


def claims(files: Sequence[File]) -> list[tuple[Piece, ...] | None]:
    """For each file its Piece in a tuple, or None where Canvas has not named it."""
    named = [NAMED.fullmatch(file.parts[-1]) for file in files]
    folders = _folders(files, named)
    return [
        (_piece(file, says),) if says and file.parts[:-1] in folders else None
        for file, says in zip(files, named, strict=True)
    ]


def _folders(files, named):
    """Folders that may be Canvas's: of several users, or without others beside it."""
    users = {folder_around(files): {1, 2}}
    for file, says in zip(files, named, strict=True):
        if says:
            users.setdefault(file.parts[:-1], set()).add(says["id"])
    return {folder for folder, ids in users.items() if len(ids) > 1}


def _piece(file, says):
    student = Student("canvas", says["id"] or "", says["name"] or says["anonymous"])
    title = says["title"] or f"a {says['typed']} typed into Canvas"
    late = bool(says["late"] or says["late_too"])
    return Piece(student, file, title, int(says["attachment"] or 0), late)
