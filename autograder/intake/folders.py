"""Whose file is it, where no LMS says so: a folder is a student, or a file's name is.

Three shapes are known: the work of one student; a folder for each student, with one
for each assignment in it where nbgrader made them; files without folders.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.intake import archives
from autograder.intake.file import EMPTY, File

COPY = re.compile(r"(?i)^(?:copy of )+|(?: ?\(\d{1,6}\)|-copy\d*| - copy)+$")
DOCUMENT = re.compile(
    r"(?i)\.(pdf|docx?|odt|rtf|pages|py|txt|md|html?|png|jpe?g|heic|zip|rar|7z|gz|tar)$"
)
KIND = r"(?:(?:hw|homework|assignment|exercise|ex|sheet|ps|problem[ _-]?set)[ _-]*)?"


def attributed(
    files: Sequence[File], path: Path, homework_name: str
) -> Iterator[tuple[str, File]]:
    """Yield each file with the name of its student; some merely lie about."""
    around = _above_students(files)
    inside = [
        (file, file.parts[len(around) :])
        for file in files
        if file.parts[: len(around)] == around
    ]
    notebooks = [parts for file, parts in inside if file.is_notebook]
    if notebooks and all(is_of(stem(parts[0]), homework_name) for parts in notebooks):
        one = around[-1] if around else stem(path.resolve().name)
        yield from ((one, file) for file, _ in inside)
        return
    others = _other_assignments(inside, homework_name)
    in_folders = any(len(parts) > 1 for parts in notebooks)
    for file, parts in inside:
        if parts[-1] == EMPTY and not in_folders:
            continue
        if len(parts) > 1:
            name = _by_folder(parts, others)
        else:
            name = _by_file(file, in_folders)
        if name:
            yield name, file


def _above_students(files):
    """The folder that holds all of them, or nbgrader's: submitted/STUDENT/ASSIGNMENT"""
    around = archives.folder_around(files)
    submitted = [i for i, part in enumerate(around, 1) if part == "submitted"]
    return around[: submitted[0]] if submitted else around


def _other_assignments(inside, homework_name):
    """Folders below the students' of other homework, where there is one of this."""
    assigned = {parts[1] for _, parts in inside if len(parts) > 2}
    if not any(is_of(each, homework_name) for each in assigned):
        return set()
    return {each for each in assigned if _is_of_another(each, homework_name)}


def _by_folder(parts, others):
    """The student of STUDENT/FILE or STUDENT/ASSIGNMENT/FILE."""
    return None if len(parts) > 2 and parts[1] in others else parts[0]


def _by_file(file, in_folders):
    """The student of a file without a folder: of a notebook, of what may not be opened,
    and where nobody has a folder, of a document that somebody may have handed in."""
    name = file.parts[-1]
    document = not in_folders and DOCUMENT.search(name)
    return stem(name) if file.is_notebook or file.problem or document else ""


def stem(name: str) -> str:
    """A file's name without its endings and without what copying added to it."""
    stem = re.sub(r"(?i)\.ipynb(\.txt|\.json)?$|\.[a-z0-9]{1,5}$", "", name)
    return COPY.sub("", stem).strip() or "nameless"


def number_of(homework_name: str) -> int:
    """The number with which a homework's name begins."""
    found = re.match(r"\d+", homework_name)
    if found is None:
        raise ValueError(
            f"homework {homework_name!r} has no number; permitted: its chapter's and a "
            "name, such as 03_binary_cross_entropy"
        )
    return int(found[0])


def is_of(label: str, homework_name: str) -> bool:
    """Whether a label is the homework's name and nothing else: hw03, 3-2, HW 3."""
    # JupyterLite names what is downloaded by its whole path.
    whole = rf"(?:book_homework_)?{re.escape(homework_name)}"
    name = rf"{KIND}0*{number_of(homework_name)}(?!\d)|{whole}"
    tail = r"(?:[ _-]+(?:final|solutions?|submission|v?\d{1,2}))*"
    return re.fullmatch(f"(?i)(?:{name}){tail}", label) is not None


def _is_of_another(label, homework_name):
    found = re.fullmatch(rf"(?i){KIND}0*(\d{{1,3}})(?:_[a-z]\w*)?", label)
    return found is not None and int(found[1]) != number_of(homework_name)
