"""Who handed in what: one submission for each student of an export."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from autograder.intake import Piece, Student, archives, folders
from autograder.intake.notebook import Unreadable
from autograder.results import LMS

SYSTEMS = [import_module(f"autograder.intake.{name}") for name in LMS]
ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".tar")
BEGINNING = 1 << 16  # bytes of a notebook in which its title is looked for


@dataclass(frozen=True)
class Submission:
    """What one student handed in.

    Attributes
    ----------
    student : str
        Key, unique in the batch and safe as a file's name. It depends on the
        student's name and number alone, so that it is the same in the next run.
    name : str
        The name as shown.
    lms : str
        One of `results.LMS`, or "".
    lms_id : str
        The student's number there (Canvas's user, Moodle's participant), or "".
    file : str
        Path of the notebook inside the export, for display.
    problem : str
        Why there is nothing to grade, for a person; or "".
    notes : tuple of str
        What a person should know, in sentences.
    """

    student: str
    name: str
    lms: str = ""
    lms_id: str = ""
    file: str = ""
    problem: str = ""
    notes: tuple[str, ...] = ()
    _source: archives.File | None = field(default=None, repr=False, compare=False)

    def read(self) -> bytes:
        """The notebook's bytes, read now and not kept. Raises Unreadable."""
        if self.problem or self._source is None:
            raise Unreadable(self.problem)
        return self._source.read()


def find_submissions(
    paths: Iterable[Path | str], homework_name: str
) -> list[Submission]:
    """The submissions in folders, zips and notebooks, one for each student.

    Parameters
    ----------
    paths : iterable of path-like
    homework_name : str
        Such as 03_binary_cross_entropy: of several notebooks, its own is graded.

    Returns
    -------
    list of Submission
        In the order of their keys.

    Raises
    ------
    FileNotFoundError, ValueError
        If a path does not exist, or is neither a folder, a zip nor a notebook.
    """
    handed_in: dict[Student, list[Piece]] = {}
    for path in paths:
        for piece in attributed(path, homework_name):
            student = piece.student
            who = student._replace(name="") if student.id else student
            handed_in.setdefault(who, []).append(piece)
    keys: set[str] = set()
    found = []
    for pieces in sorted(handed_in.values(), key=lambda pieces: pieces[0].student):
        key = _unique(_key(pieces[0].student), keys)
        found.append(_submission(key, pieces, homework_name))
    return sorted(found, key=lambda submission: submission.student)


def attributed(path: Path | str, homework_name: str) -> Iterator[Piece]:
    """Yield a Piece for each file of a path that somebody handed in."""
    files, others = archives.files(path), []
    for file, *claims in zip(
        files, *(system.claims(files) for system in SYSTEMS), strict=True
    ):
        claim = next((each for each in claims if each is not None), None)
        if claim is None:
            others.append(file)
        else:
            yield from claim
    for name, file in folders.attributed(others, Path(path), homework_name):
        student = Student("", "", unicodedata.normalize("NFC", name))
        yield Piece(student, file, file.parts[-1])


def _submission(key, pieces, homework_name):
    student = pieces[0].student
    shown = {
        "student": key,
        "name": _shown(student.name),
        "lms": student.lms,
        "lms_id": student.id,
    }
    notebooks = [piece for piece in pieces if archives.is_notebook(piece.title)]
    closed = [_shown(p.title) for p in pieces if p.title.lower().endswith(ARCHIVES)]
    if not notebooks:
        named = ", ".join(_shown(piece.title) for piece in pieces[:5])
        problem = f"no notebook was handed in; there is {named}"
        if closed:
            problem += " (archives inside an export are not opened)"
        return Submission(**shown, problem=problem)
    chosen, why = _chosen(notebooks, homework_name)
    notes = []
    if len(notebooks) > 1:
        notes.append(
            f"{len(notebooks)} notebooks were handed in; "
            f"graded: {_shown(chosen.title)}, {why}."
        )
    if closed:
        notes.append(
            f"Archives were handed in and not opened: {', '.join(closed[:5])}."
        )
    if chosen.late:
        notes.append(f"{chosen.student.lms.title()} marks it as late.")
    problem = chosen.file.problem and f"{_shown(chosen.title)} {chosen.file.problem}"
    file = _shown("/".join(chosen.file.parts))
    return Submission(**shown, file=file, problem=problem, notes=tuple(notes),
                      _source=chosen.file)  # fmt: skip


def _chosen(notebooks, homework_name):
    """The notebook to grade, and why this one."""
    latest = sorted(notebooks, key=_age)[-50:]
    if len(latest) == 1:
        return latest[0], ""
    fits = [_fit(piece, homework_name) for piece in latest]
    best = [piece for piece, fit in zip(latest, fits, strict=True) if fit == max(fits)]
    if len(best) == 1:
        return best[0], "which fits this homework best"
    return best[-1], "the latest"


def _age(piece):
    stem = re.sub(r"\.\w+$", "", piece.title)
    copy = re.search(r"[-(](\d{1,6})\)?$", stem)
    return piece.attachment, piece.file.modified, int(copy[1]) if copy else 0


def _fit(piece, homework_name):
    """How well a notebook fits the homework, by a look at its name and beginning."""
    try:
        text = piece.file.read(BEGINNING).lstrip(b"\xef\xbb\xbf \r\n\t")
    except Unreadable:
        return -2
    if text[:1] not in (b"{", b"\xff", b"\xfe"):
        return -1
    number = folders.number_of(homework_name)
    titled = re.search(rb"Homework 0*%d\b" % number, text) is not None
    numbers = map(int, re.findall(r"\d{1,6}", folders.stem(piece.title)))
    in_folder = any(folders.is_of(x, homework_name) for x in piece.file.parts[:-1])
    return 3 * titled + 2 * (number in numbers or in_folder) or b'"nbgrader"' in text


def _shown(text):
    """Text fit to be shown on one line: nothing invisible, nothing that turns it."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(" " if c.isspace() else c for c in text)
    kept = [c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co")]
    return "".join(kept)[:160].strip() or "nameless"


def _key(student):
    ascii_only = unicodedata.normalize("NFKD", student.name).encode("ascii", "ignore")
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", ascii_only.decode()).strip("-.")[:55]
    if student.id:
        return f"{plain or 'student'}-{student.id}"
    if plain == student.name:
        return plain
    digest = hashlib.sha256(student.name.encode("utf-8", "surrogatepass"))
    return f"{plain or 'student'}-{digest.hexdigest()[:8]}"


def _unique(key, taken):
    """The key, or the key and a number; no two differ in capitals alone."""
    unique, n = key, 1
    while unique.casefold() in taken:
        n += 1
        unique = f"{key[:72]}-{n}"
    taken.add(unique.casefold())
    return unique
