"""Whose file is it: exports of Canvas and Moodle, nbgrader's folders, and others.

Canvas names files NAME_[LATE_]USER_ATTACHMENT_FILE (lib/content_zipper.rb of
instructure/canvas-lms); Moodle makes a folder, or begins a file's name with,
NAME_PARTICIPANT_assignsubmission_file (mod/assign/classes/downloader.php of
moodle/moodle). Elsewhere a folder is a student; among files without folders, the
name of a file is.
"""

import itertools
import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

from autograder.intake import archives

CANVAS = re.compile(
    r"(?as)(?:(?P<name>.+?)_(?P<late>LATE_)?(?P<id>\d{1,20})"
    r"|(?P<late_too>LATE_)?(?P<anonymous>anon_\w+?))"
    r"_(?:(?P<attachment>\d{1,20})_(?P<title>.+)|(?P<typed>text|link)\.html)"
)
MOODLE = re.compile(
    r"(?as)(?P<name>.+?)(?:_(?P<id>\d{1,20}))?_assignsubmission_(?P<plugin>[a-z]+)"
    r"(?:_(?P<title>.*))?"
)
COPY = re.compile(r"(?i)^(?:copy of )+|(?: ?\(\d{1,6}\)|-copy\d*| - copy)+$")
DOCUMENT = re.compile(
    r"(?i)\.(pdf|docx?|odt|rtf|pages|py|txt|md|html?|png|jpe?g|heic|zip|rar|7z|gz|tar)$"
)
KIND = r"(?:(?:hw|homework|assignment|exercise|ex|sheet|ps|problem[ _-]?set)[ _-]*)?"


class Student(NamedTuple):
    lms: str
    id: str
    name: str


class Piece(NamedTuple):
    file: archives.File
    title: str  # the file's name as the student gave it
    attachment: int = 0  # Canvas counts upwards
    late: bool = False


def attributed(path, homework_name):
    """Yield each file of a path with the student whose it is."""
    files, others = archives.files(path), []
    flat = _canvas_folders(files)
    for file in files:
        moodle = next(filter(None, map(MOODLE.fullmatch, file.parts)), None)
        canvas = file.parts[:-1] in flat and CANVAS.fullmatch(file.parts[-1])
        if moodle:
            if moodle["plugin"] == "file":
                student = Student("moodle", moodle["id"] or "", moodle["name"])
                yield student, Piece(file, _title(file))
        elif canvas:
            name = canvas["name"] or canvas["anonymous"]
            late = bool(canvas["late"] or canvas["late_too"])
            title = canvas["title"] or f"a {canvas['typed']} typed into Canvas"
            student = Student("canvas", canvas["id"] or "", name)
            yield student, Piece(file, title, int(canvas["attachment"] or 0), late)
        else:
            others.append(file)
    for name, file in _by_folder(others, Path(path), homework_name):
        student = Student("", "", unicodedata.normalize("NFC", name))
        yield student, Piece(file, file.parts[-1])


def _around(files):
    """The folder that holds all of them."""
    levels = zip(*(file.parts[:-1] for file in files), strict=False)
    same = itertools.takewhile(lambda level: len(set(level)) == 1, levels)
    return tuple(level[0] for level in same)


def _canvas_folders(files):
    """Folders that may be Canvas's: of several users, or without others beside it."""
    users = {_around(files): {1, 2}}
    for file in files:
        canvas = CANVAS.fullmatch(file.parts[-1])
        if canvas:
            users.setdefault(file.parts[:-1], set()).add(canvas["id"])
    return {folder for folder, ids in users.items() if len(ids) > 1}


def _title(file):
    whole = MOODLE.fullmatch(file.parts[-1])
    return (whole and whole["title"]) or file.parts[-1]


def _by_folder(files, path, homework_name):
    """Yield each file with the name of its student, by folder or by its own name."""
    around = _around(files)
    for i, part in enumerate(around):
        if part == "submitted":  # by nbgrader: submitted/STUDENT/ASSIGNMENT/FILE
            around = around[: i + 1]
    inside = [(file, file.parts[len(around) :]) for file in files]
    notebooks = [parts for _, parts in inside if archives.is_notebook(parts[-1])]
    if notebooks and all(is_of(stem(parts[0]), homework_name) for parts in notebooks):
        one = around[-1] if around else stem(path.resolve().name)
        yield from ((one, file) for file, _ in inside)
        return
    assigned = {parts[1] for _, parts in inside if len(parts) > 2}
    sorted_out = any(is_of(each, homework_name) for each in assigned)
    in_folders = any(len(parts) > 1 for parts in notebooks)
    for file, parts in inside:
        if len(parts) > 2 and sorted_out and _is_of_another(parts[1], homework_name):
            continue
        alone = len(parts) == 1 and not archives.is_notebook(parts[0])
        handed_in = DOCUMENT.search(parts[0]) and not in_folders
        if not alone or handed_in or file.problem:
            yield (stem(parts[0]) if len(parts) == 1 else parts[0]), file


def stem(name):
    """A file's name without its endings and without what copying added to it."""
    stem = re.sub(r"(?i)\.ipynb(\.txt|\.json)?$|\.[a-z0-9]{1,5}$", "", name)
    return COPY.sub("", stem).strip() or "nameless"


def number_of(homework_name):
    """The number with which a homework's name begins."""
    return int(re.match(r"\d+", homework_name)[0])


def is_of(label, homework_name):
    """Whether a label is the homework's name and nothing else: hw03, 3-2, HW 3."""
    name = rf"{KIND}0*{number_of(homework_name)}(?!\d)|{re.escape(homework_name)}"
    tail = r"(?:[ _-]+(?:final|solutions?|submission|v?\d{1,2}))*"
    return re.fullmatch(f"(?i)(?:{name}){tail}", label) is not None


def _is_of_another(label, homework_name):
    found = re.fullmatch(rf"(?i){KIND}0*(\d{{1,3}})(?:_[a-z]\w*)?", label)
    return found is not None and int(found[1]) != number_of(homework_name)
