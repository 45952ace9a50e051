"""Whose a file is: one student's, or nobody's where that is in doubt.

People choose the names under which an LMS exports their files, and file names too. So
of several ways to read a name the first is believed only where no other file, of this
export or of one before, is that number's. Where there is a roster, one that is of a
student there, if only one is. A number with two names is nobody's. Whoever runs the
grader decides then, with ``--student``.
"""

import itertools
import unicodedata
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from autograder.intake import Piece, Student, archives, folders
from autograder.intake.file import File
from autograder.intake.students import called, is_same, meant, shown
from autograder.results import BY_HAND, LMS, Result

SYSTEMS = [import_module(f"autograder.intake.{name}") for name in LMS]

Readings = tuple[Piece, ...]  # of one file: the ways to read whose it is
Number = tuple[str, str]  # the LMS, and what it calls a student


class Doubt(NamedTuple):
    """A file that is nobody's, and why."""

    piece: Piece
    why: str


def read(path: Path | str, homework_name: str, who: str = "") -> Iterator[Readings]:
    """Yield for each file of a path whose it may be.

    Raises ValueError for a notebook by itself that does not say so, unless a person
    says `who`.
    """
    folders.number_of(homework_name)  # or a ValueError
    files = archives.files(path)
    claimed = _by_lms(files)
    yield from (claims for claims in claimed if claims)
    others = [file for file, claims in zip(files, claimed, strict=True) if not claims]
    if others and archives.is_single(path):
        if not who:
            raise ValueError(
                f"{path}: whose is it? Name the student with --student, or hand over a "
                "folder or zip that has a folder or a file for each student"
            )
        yield (Piece(Student("", "", who), others[0], others[0].parts[-1]),)
        return
    for name, file in folders.attributed(others, Path(path), homework_name):
        student = Student("", "", unicodedata.normalize("NFC", name))
        yield (Piece(student, file, file.parts[-1]),)


def _by_lms(files: Sequence[File]) -> list[Readings]:
    """What the LMS says that the export is of: it has named most of what is there."""
    around = len(archives.folder_around(files)) + 1
    claims = [system.claims(files) for system in SYSTEMS]
    tops = [file.parts[:around] for file in files]
    notebooks = {file.parts[:around] for file in files if file.is_notebook}
    named = [{*itertools.compress(tops, each)} for each in claims]
    most = max(map(len, named))
    if 2 * most <= len(notebooks.union(*named)):
        return [()] * len(files)
    best = [each for each, its in zip(claims, named, strict=True) if len(its) == most]
    return [tuple(itertools.chain(*each)) for each in zip(*best, strict=True)]


def settled(
    readings: Iterable[Readings],
    known: Sequence[Result] = (),
    enrolled: Container[Number] = (),
) -> tuple[list[Piece], list[Doubt]]:
    """The pieces that are somebody's, and the files that are nobody's for now.

    Parameters
    ----------
    readings : iterable of tuple of Piece
        From `read`, of all paths.
    known : list of Result
        What earlier runs have graded.
    enrolled : set of (str, str)
        The LMS and number of each student of the roster, as far as it has them: whose
        number is another student's there is not who it seems.
    """
    numbered: dict[Number, list[Readings]] = defaultdict(list)
    pieces: list[Piece] = []
    doubts: list[Doubt] = []
    for each in readings:
        ways = sorted(each, key=lambda piece: _number(piece) not in enrolled)
        numbered[_number(ways[0])].append(tuple(ways))
    stored = {(each.lms, each.lms_id): each for each in known}
    for number, theirs in numbered.items():
        mine, others = _of_number(theirs, stored.get(number), enrolled)
        pieces += mine
        doubts += others
    by_hand = {_name(each.file) for each in known if each.handed_in == BY_HAND}
    return pieces, [each for each in doubts if each.piece.file.parts[-1] not in by_hand]


def _number(piece):
    return piece.student.lms, piece.student.id


def _of_number(readings, stored, enrolled):
    """What is the student's of that number, and what is in doubt."""
    mine = [_noted(each) for each in readings]
    number = _number(mine[0])
    if not number[1]:
        return mine, []
    here = number in enrolled
    sure, doubtful = [], []
    for each in readings:
        one = len(each) == 1 or (here and _number(each[1]) not in enrolled)
        (sure if one else doubtful).append(each)
    names = dict.fromkeys(shown(each[0].student.name) for each in sure)
    if stored and sure and stored.name != stored.lms_id:
        names[stored.name] = None
    if len(names) > 1:
        several = " and ".join(map(repr, names))
        why = f"the number {number[1]} comes with the names {several}"
        return [], [Doubt(each[0], why) for each in readings]
    shapes = {_shape(each) for each in readings}
    if stored and doubtful:
        shapes |= {_shape(each) for each in _read_again(stored)}
    if doubtful and (here or len(shapes) > 1):
        doubts = [Doubt(each[0], f"its name {_ways(each)}") for each in doubtful]
        return [*map(_noted, sure)], doubts
    return mine, []


def _noted(readings):
    """What a file seems to be, with a note where its name fits others too."""
    if len(readings) == 1:
        return readings[0]
    said = f"The name of the file {_ways(readings)}; no roster has both, so it counts "
    return readings[0]._replace(note=f"{said}as the first's.")


def _shape(readings):
    """What two files of one student share: the name, and the numbers in their own."""
    name = shown(readings[0].student.name)
    return name, *(piece.attachment for piece in readings[1:])


def _read_again(stored):
    """The readings of the file that a result was made from, if an LMS named it."""
    file = File((_name(stored.file),), (), "", None)
    claims = (system.claims([file])[0] for system in SYSTEMS if stored.file)
    return [claim for claim in claims if claim and claim[0].student.id == stored.lms_id]


def _name(path):
    return path.rpartition("/")[2]


def _ways(readings):
    students = dict.fromkeys(piece.student for piece in readings)
    ways = (f"{each.id or 'no number'} ({shown(each.name)})" for each in students)
    return f"can be read as that of {' or '.join(ways)}"


def of(
    who: str, readings: Sequence[Readings], known: Sequence[Result] = ()
) -> tuple[Student, list[Piece]]:
    """The student whom a person names, and the files that are theirs.

    Of an export these are the files that may be this student's. What is one student's
    work and does not say whose is theirs as a whole.

    Raises
    ------
    ValueError
        If more than one student is called so, or if the work is others'.
    """
    student = meant(who, known)
    theirs: dict[Student, list[Piece]] = defaultdict(list)
    for piece in itertools.chain(*readings):
        if called(piece.student, who, student):
            theirs[piece.student].append(piece)
    if len(theirs) > 1:
        raise ValueError(
            f"--student {who!r} may be {_listed(theirs)}; name one so that no other is "
            "called so"
        )
    for owner, pieces in theirs.items():
        return (student if is_same(student, owner) else owner), pieces
    first = [each[0] for each in readings]
    others = {x.student for x in first if x.student.id or x.file.is_notebook}
    if len(others) > 1 or any(each.id for each in others):
        raise ValueError(
            f"--student {who!r}: the names of the files say {_listed(others)}. If this "
            f"is the work of {who} all the same, hand over the notebook alone, under "
            "another name"
        )
    return student, first


def _listed(students):
    students = sorted(students)
    few = (f"{shown(x.name)} ({x.id})" if x.id else shown(x.name) for x in students[:9])
    return ", ".join(few) + (f" and {len(students) - 9} more" if students[9:] else "")
