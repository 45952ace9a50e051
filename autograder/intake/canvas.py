"""Canvas: files named NAME_[LATE_]USER_ATTACHMENT_FILE.

The name is the one that the user chose, less what is no letter, digit or underscore. It
may hold numbers between underscores, and so may the file's own name: then the file can
be read in more than one way, and one of them is true.
Source: lib/content_zipper.rb of instructure/canvas-lms.
"""

import itertools
import re
from collections.abc import Iterator, Sequence

from autograder.intake import Piece, Student
from autograder.intake.archives import folder_around
from autograder.intake.file import File

NUMBER = r"[1-9]\d{0,19}"
REST = rf"(?:(?P<attachment>{NUMBER})_(?P<title>.+)|(?P<typed>text|link)\.html)"
NAMED = re.compile(
    rf"(?as)(?:(?P<name>.+?)_(?P<late>LATE_)?(?P<id>{NUMBER})"
    rf"|(?P<late_too>LATE_)?(?P<anonymous>anon_\w+?))_{REST}"
)
NUMBERED = re.compile(rf"(?as)_(?P<late>LATE_)?(?P<id>{NUMBER})_{REST}")
NAMELESS = re.compile(rf"(?as)(?P<late>LATE_)?(?P<name>anon_[^\W_]+)_{REST}")
MOST = 8  # ways to read a name


def claims(files: Sequence[File]) -> list[tuple[Piece, ...]]:
    """For each file the ways to read its name: none where Canvas has not named it.

    The first is the one that is true unless somebody has chosen a name for it.
    """
    names = [file.parts[-1] for file in files]
    nameless = [NAMELESS.fullmatch(name) for name in names]
    others = (name for name, blind in zip(names, nameless, strict=True) if not blind)
    if any(nameless) and not any(map(NAMED.fullmatch, others)):
        named = [[(Student("canvas", "", x["name"]), x)] if x else [] for x in nameless]
    else:
        named = [[*itertools.islice(_named(name), MOST)] for name in names]
    folders = _folders(files, named)
    return [
        tuple(_piece(file, *each) for each in says if file.parts[:-1] in folders)
        for file, says in zip(files, named, strict=True)
    ]


def _named(text: str) -> Iterator[tuple[Student, re.Match]]:
    """Yield the ways to read a name: where one ends, a number begins."""
    longest = re.split(r"[\s.]", text, maxsplit=1)[0][:255]  # in no user's name
    for end in (place.start() for place in re.finditer("(?<!LATE)_", longest)):
        if end and (says := NUMBERED.fullmatch(text, end)):
            yield Student("canvas", says["id"], text[:end]), says


def _folders(files, named):
    """Folders that may be Canvas's: of several users, or without others beside it."""
    users = {folder_around(files): {1, 2}}
    for file, says in zip(files, named, strict=True):
        if says:
            users.setdefault(file.parts[:-1], set()).add(says[0][0])
    return {folder for folder, ids in users.items() if len(ids) > 1}


def _piece(file, student, says):
    title = says["title"] or f"a {says['typed']} typed into Canvas"
    late = says["late"] is not None
    return Piece(student, file, title, int(says["attachment"] or 0), late)
