"""Folders and zips that others have filled: listed and read without trust.

Nothing is extracted, no link is followed, and no size in a header is believed.
"""

import itertools
import os
import re
import stat
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.intake.notebook import MOST_BYTES, Unreadable

MOST_MEMBERS = 200_000  # of a zip
SPECIAL = "is not an ordinary file (a link, a pipe or a device) and was not opened"
BROKEN = (
    OSError, EOFError, ValueError, RuntimeError, NotImplementedError, IndexError,
    OverflowError, struct.error, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


@dataclass(frozen=True)
class File:
    """A file in a folder or a zip.

    Attributes
    ----------
    parts : tuple of str
        Its path inside, without anything that leads elsewhere.
    modified : tuple of int
        Year, month, day, hour, minute, second, as the folder or the zip says.
    problem : str
        Why it is not opened: what follows its name in a sentence; else "".
    """

    parts: tuple[str, ...]
    modified: tuple[int, ...]
    problem: str
    _load: Callable[[int], bytes]

    def read(self, most: int = MOST_BYTES + 1) -> bytes:
        """Its first `most` bytes. Raises Unreadable."""
        name = self.parts[-1]
        if self.problem:
            raise Unreadable(f"{name} {self.problem}")
        try:
            data = self._load(most)
        except BROKEN as error:
            raise Unreadable(f"{name} cannot be read: {error}") from None
        if len(data) > MOST_BYTES:
            raise Unreadable(f"{name} is over the limit of {MOST_BYTES:,} bytes")
        return data


def files(path: Path | str) -> list[File]:
    """The files of a folder or a zip, or a notebook by itself.

    Hidden files and what operating systems and Jupyter leave behind are left out.

    Raises
    ------
    FileNotFoundError, ValueError
        If `path` does not exist, or is none of the three.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist")
    if path.is_dir():
        found = _in_folder(path)
    elif path.is_file() and is_notebook(path.name):
        whole = path.resolve()
        return [_on_disk(whole, whole.parts[-2:])]
    elif path.is_file():
        found = _in_zip(path)
    else:
        raise ValueError(f"{path} is neither a folder, a zip nor a notebook")
    return sorted(
        (file for file in found if not any(map(_is_litter, file.parts))),
        key=lambda file: file.parts,
    )


def folder_around(files: Sequence[File]) -> tuple[str, ...]:
    """The parts of the innermost folder that holds all of the files."""
    levels = zip(*(file.parts[:-1] for file in files), strict=False)
    same = itertools.takewhile(lambda level: len(set(level)) == 1, levels)
    return tuple(level[0] for level in same)


def is_notebook(name: str) -> bool:
    """Whether a file's name is a notebook's; browsers append .txt or .json to it."""
    return re.search(r"(?i)\.ipynb(\.txt|\.json)?$", name) is not None


def _is_litter(part):
    return part.startswith(".") or part in ("__MACOSX", "Thumbs.db", "desktop.ini")


def _in_folder(folder):
    waiting = [()]
    while waiting:
        parts = waiting.pop()
        try:
            entries = list(os.scandir(os.path.join(folder, *parts)))
        except OSError as error:
            if not parts:
                raise
            problem = f"cannot be opened: {error.strerror}"
            yield File(parts, (), problem, bytes)
            continue
        for entry in entries:
            inside = (*parts, entry.name)
            if entry.is_dir(follow_symlinks=False):
                if not _is_litter(entry.name):
                    waiting.append(inside)
            else:
                yield _on_disk(entry.path, inside)


def _on_disk(path, parts):
    try:
        status = os.lstat(path)
    except OSError as error:
        return File(parts, (), f"cannot be opened: {error.strerror}", bytes)
    problem = "" if stat.S_ISREG(status.st_mode) else SPECIAL
    seconds = min(max(status.st_mtime, 0), 1 << 32)  # beyond it, no calendar follows

    def load(most):
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise OSError(f"it {SPECIAL}")
            return file.read(most)

    return File(parts, time.localtime(seconds)[:6], problem, load)


def _in_zip(path):
    try:
        archive = zipfile.ZipFile(path)  # stays open: the files are read much later
    except BROKEN as error:
        raise ValueError(
            f"{path} is neither a folder, a zip nor a notebook: {error}"
        ) from None
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise ValueError(
            f"{path} has {len(members):,} members; the limit is {MOST_MEMBERS:,}"
        )
    overlapping = _overlapping(members)
    for member in members:
        if not member.filename.endswith(("/", "\\")):
            parts, leaves = _parts(_filename(member))
            problem = _problem(member, leaves, member.header_offset in overlapping)
            yield File(parts, member.date_time, problem, _loader(archive, member))


def _loader(archive, member):
    def load(most):
        with archive.open(member) as file:
            return file.read(most)

    return load


def _overlapping(members):
    """Where members begin that lie inside another: a small bomb of many files."""
    end, found = 0, set()
    for member in sorted(members, key=lambda each: each.header_offset):
        if member.header_offset < end:
            found.add(member.header_offset)
        end = max(end, member.header_offset + 30 + member.compress_size)
    return found


def _filename(member):
    if member.flag_bits & 0x800:
        return member.filename
    try:  # macOS writes UTF-8 without saying so
        return member.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return member.filename


def _parts(name):
    """Parts of a member's path, and whether it would have left the zip's folder."""
    pieces = re.split(r"[/\\]", name)
    leaves = pieces[0] == "" or ".." in pieces or bool(re.match("[A-Za-z]:", name))
    pieces[0] = re.sub("^[A-Za-z]:", "", pieces[0])
    parts = tuple(p[-255:] for p in pieces if p not in ("", ".", ".."))
    return parts or ("nameless",), leaves


def _problem(member, leaves, overlaps):
    kind = stat.S_IFMT(member.external_attr >> 16) if member.create_system == 3 else 0
    if leaves:
        return "has a path that leads out of the zip"
    if kind not in (0, stat.S_IFREG):
        return SPECIAL
    if member.flag_bits & 1:
        return "is encrypted"
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is compressed in an unusual way"
    return "shares its bytes with another file of the zip" if overlaps else ""
