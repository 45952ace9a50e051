"""Who handed in what: one submission for each student of an export."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.intake import Piece, Student, folders, owners, zips
from autograder.intake.file import File
from autograder.intake.notebook import Unreadable
from autograder.intake.students import Keys, shown
from autograder.results import BY_HAND, HandIn, Result

CLOSED = (".rar", ".7z", ".gz", ".tar")  # archives that are not opened
NOBODY = "nobody-"  # begins the key of a file that is nobody's
MOST_NOTEBOOKS = 5  # of one student that are tried
MOST_FILES = 200  # of one student, in zips, that are looked at


@dataclass(frozen=True)
class Submission(HandIn):
    """What one student handed in.

    Attributes
    ----------
    problem : str
        Why there is nothing to grade, for a person; or "".
    notes : tuple of str
        What a person should know, in sentences.
    others : tuple of Submission
        The student's other notebooks, the newest first: the first one that was
        attempted counts.
    """

    problem: str = ""
    notes: tuple[str, ...] = ()
    others: tuple["Submission", ...] = ()
    _source: File | None = field(default=None, repr=False, compare=False)

    def read(self) -> bytes:
        """The notebook's bytes, read now and not kept. Raises Unreadable."""
        if self.problem or self._source is None:
            raise Unreadable(self.problem)
        return self._source.read()


def find_submissions(
    paths: Iterable[Path | str],
    homework_name: str,
    known: Sequence[Result] = (),
    who: str = "",
    enrolled: Container[tuple[str, str]] = (),
) -> list[Submission]:
    """The submissions in folders, zips and notebooks, one for each student.

    Parameters
    ----------
    paths : iterable of path-like
    homework_name : str
        Such as 03_binary_cross_entropy: of several notebooks, its own is graded.
    known : list of Result
        What earlier runs have graded.
    who : str
        The one student whose work to find, by number, key or name; by default all.
    enrolled : set of (str, str)
        The LMS and number of each student of the roster.

    Returns
    -------
    list of Submission
        In the order of their keys. A file that is nobody's is one without a number of
        the LMS, and its problem says why.

    Raises
    ------
    FileNotFoundError, ValueError
        If a path does not exist, or is neither a folder, a zip nor a notebook; if a
        notebook by itself does not say whose it is; if `who` is nobody there.
    """
    readings = [
        each for path in paths for each in owners.read(path, homework_name, who)
    ]
    keys = Keys(known)
    if who and readings:
        student, pieces = owners.of(who, readings, known)
        found = _submission(keys.of(student), pieces, homework_name, student)
        before = [each.attachment for each in known if each.student == found.student]
        return [_by_hand(found, *before)]
    pieces, doubts = owners.settled(readings, known, enrolled)
    handed_in: dict[Student, list[Piece]] = defaultdict(list)
    for piece in pieces:
        student = piece.student
        handed_in[student._replace(name="") if student.id else student].append(piece)
    every = sorted(handed_in.values(), key=lambda pieces: pieces[0].student)
    made = [_submission(keys.of(x[0].student), x, homework_name) for x in every]
    made += [_nobodys(*doubt) for doubt in doubts]
    return sorted(made, key=lambda submission: submission.student)


def _by_hand(submission, attachment=0):
    """A submission as a person named its student; what it replaces stays replaced."""
    others = tuple(_by_hand(each, attachment) for each in submission.others)
    attachment = max(attachment, submission.attachment)
    return replace(submission, handed_in=BY_HAND, others=others, attachment=attachment)


def _nobodys(piece, why):
    path = "/".join(piece.file.parts)
    digest = hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    problem = f"nobody's yet: {why}. See whose it is, and grade it with --student"
    name = shown(piece.file.parts[-1])
    return Submission(f"{NOBODY}{digest}", name, file=shown(path), problem=problem)


def _submission(key, pieces, homework_name, student=None):
    """What a student handed in, by default the one whom the pieces name."""
    student = student or pieces[0].student
    bare = Submission(key, shown(student.name), student.lms, student.id)
    pieces, notes = _unpacked(pieces)
    notebooks = [piece for piece in pieces if piece.file.is_notebook]
    if not notebooks:
        named = ", ".join(shown(piece.title) for piece in pieces[:5])
        problem = f"no notebook was handed in; there is {named or 'nothing in a zip'}"
        return replace(bare, problem=" ".join([problem, *notes]))
    ordered, why = _newest_first(notebooks, homework_name)
    found = []
    for piece in ordered:
        name, said = shown(piece.title), list(notes)
        if len(notebooks) > 1:
            why = "the newest that was attempted" if found else why
            several = f"{len(notebooks)} notebooks were handed in"
            said.insert(0, f"{several}; graded: {name}, {why}.")
        if piece.note:
            said.append(piece.note)
        if piece.late:
            said.append(f"{piece.student.lms.title()} marks it as late.")
        found.append(
            replace(
                bare,
                file=shown("/".join(piece.file.parts)),
                attachment=piece.attachment,
                handed_in=_date(piece.file.modified),
                problem=piece.file.problem and f"{name} {piece.file.problem}",
                notes=tuple(said),
                _source=piece.file,
            )
        )
    return replace(found[0], others=tuple(found[1:]))


def _date(modified):
    return "{:04}-{:02}-{:02} {:02}:{:02}:{:02}".format(*modified) if modified else ""


def _unpacked(pieces):
    """The pieces, for a zip what is in it, and notes of what was not opened."""
    found, notes, closed = [], [], []
    for piece in pieces:
        inside = [piece]
        if piece.title.lower().endswith(".zip") and not piece.file.problem:
            try:
                files = zips.inside(piece.file)
            except Unreadable as error:
                notes.append(f"{shown(str(error))}.")
            else:
                inside = [
                    piece._replace(file=each, title=each.parts[-1]) for each in files
                ]
                closed += [x for x in inside if x.title.lower().endswith(".zip")]
        closed += [x for x in inside if x.title.lower().endswith(CLOSED)]
        found += inside[:MOST_FILES]
    if closed:
        named = ", ".join(shown(piece.title) for piece in closed[:5])
        notes.append(f"Archives were handed in and not opened: {named}.")
    return found, notes


def _newest_first(notebooks, homework_name):
    """The notebooks of this homework, as they are to be tried, and why the first."""
    latest = sorted(notebooks, key=_age)[:-51:-1]
    fits = {id(piece): _fit(piece, homework_name) for piece in latest}
    ordered = sorted(latest, key=lambda piece: -fits[id(piece)])  # stable: by age
    best = fits[id(ordered[0])]
    alone = len(ordered) > 1 and fits[id(ordered[1])] < best
    why = "which fits this homework best" if alone else "the latest"
    return ordered[:MOST_NOTEBOOKS], why


def _age(piece):
    stem = re.sub(r"\.\w+$", "", piece.title)
    copy = re.search(r"[-(](\d{1,6})\)?$", stem)
    return piece.attachment, piece.file.modified, int(copy[1]) if copy else 0


def _fit(piece, homework_name):
    """Whether a notebook is of the homework, by a look at its name and beginning.

    3: it says so. 1: it may be. 0: it is another's, or nobody's. Below: no notebook.
    """
    try:
        text = piece.file.beginning().lstrip(b"\xef\xbb\xbf \r\n\t")
    except Unreadable:
        return -2
    if text[:1] not in (b"{", b"\xff", b"\xfe"):
        return -1
    number = folders.number_of(homework_name)
    titled = re.search(rb"Homework 0*(\d{1,6})\b", text)
    if titled:
        return 3 if int(titled[1]) == number else 0
    numbers = map(int, re.findall(r"\d{1,6}", folders.stem(piece.title)))
    in_folder = any(folders.is_of(x, homework_name) for x in piece.file.parts[:-1])
    if number in numbers or in_folder:
        return 3
    return 1 if b'"nbgrader"' in text else 0
