"""What a student is called: the key in a batch, the same in each run."""

import hashlib
import itertools
import re
import unicodedata
from collections.abc import Iterable, Sequence

from autograder.intake import Student
from autograder.results import Result


def shown(text: str) -> str:
    """Text fit to be shown on one line: nothing invisible, nothing that turns it."""
    text = re.sub(r"\s", " ", unicodedata.normalize("NFC", text))
    kept = (c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
    return "".join(kept)[:160].strip() or "nameless"


class Keys:
    """Keys of students, none twice: in this run, or in results of earlier runs.

    A student who has a result keeps its key, whoever else is there.
    """

    def __init__(self, known: Iterable[Result]) -> None:
        self._known = list(known)
        self._taken = {each.student.casefold() for each in self._known}

    def of(self, student: Student) -> str:
        """The student's key: safe as a file's name, unique but for capitals too."""
        plain = _plain(student)
        for result in self._known:
            if is_of(result, student):
                return result.student
        more = (f"{plain[:72]}-{n}" for n in itertools.count(2))
        keys = itertools.chain([plain], more)
        key = next(key for key in keys if key.casefold() not in self._taken)
        self._taken.add(key.casefold())
        return key


def is_of(result: Result, student: Student) -> bool:
    """Whether a result is this student's: by the number or, without one, the name."""
    same_number = (result.lms, result.lms_id) == (student.lms, student.id)
    if student.id or not same_number:
        return same_number
    plain = _plain(student)
    number = result.student.removeprefix(plain[:72])
    same_key = result.student == plain or re.fullmatch(r"-\d+", number) is not None
    return same_key and result.name == shown(student.name)


def is_same(one: Student, other: Student) -> bool:
    """Whether two are one student: by the number or, without one, the name."""
    if one.id or other.id:
        return (one.lms, one.id) == (other.lms, other.id)
    return shown(one.name) == shown(other.name)


def called(student: Student, who: str, known: Student) -> bool:
    """Whether a student is called so, or is the one `known` by that."""
    if known.id:
        return is_same(student, known)
    names = student.id, shown(student.name), _plain(student)
    return who in names or is_same(student, known)


def _plain(student):
    ascii_only = unicodedata.normalize("NFKD", student.name).encode("ascii", "ignore")
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", ascii_only.decode()).strip("-.")[:55]
    if student.id:
        nameless = not plain or student.name == student.id
        return f"{'student' if nameless else plain}-{student.id}"
    if plain == student.name:
        return plain
    digest = hashlib.sha256(student.name.encode("utf-8", "surrogatepass"))
    return f"{plain or 'student'}-{digest.hexdigest()[:8]}"


def meant(who: str, known: Sequence[Result]) -> Student:
    """The student whom a person names by key, number or name, perhaps a new one.

    Raises ValueError where more than one is called so.
    """
    found = [each for each in known if who == each.student]
    found = found or [each for each in known if who in (each.lms_id, each.name)]
    if len(found) > 1:
        keys = ", ".join(each.student for each in found[:9])
        raise ValueError(f"--student {who!r} may be each of {keys}; name one of these")
    if found:
        return Student(found[0].lms, found[0].lms_id, found[0].name)
    systems = {each.lms for each in known if each.lms_id}
    if who.isascii() and who.isdigit() and len(systems) == 1:
        return Student(systems.pop(), who, who)
    return Student("", "", unicodedata.normalize("NFC", who))
