"""Zips, and zips in them: listed without trust, and not extracted.

No size in a header is believed.
"""

import contextlib
import functools
import io
import itertools
import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

from autograder.intake.file import SPECIAL, File, empty, is_litter, unreadable
from autograder.intake.notebook import Unreadable

MOST_MEMBERS = 200_000  # of a zip
MEMBER = b"PK\1\2"  # begins each entry of the list of contents
MOST_INSIDE = 100_000_000  # bytes of a zip inside another


def inside(file: File) -> list[File]:
    """The files of a zip that lies in a folder or a zip. Raises Unreadable."""

    def opened():
        return zipfile.ZipFile(io.BytesIO(_bytes_of(file)))

    with unreadable(f"{file.parts[-1]} cannot be opened"), opened() as archive:
        found = [*_members(archive, opened, file.parts)]
    n = len(file.parts)
    return [each for each in found if not any(map(is_litter, each.parts[n:]))]


@functools.lru_cache(maxsize=1)  # one file after another is read from it
def _bytes_of(file):
    data = file.beginning(MOST_INSIDE + 1)
    if len(data) > MOST_INSIDE:
        raise Unreadable(f"{file.parts[-1]} is over {MOST_INSIDE:,} bytes")
    if data.count(MEMBER) > MOST_MEMBERS:  # each would be listed before it is counted
        raise Unreadable(f"{file.parts[-1]} has more than {MOST_MEMBERS:,} members")
    return data


def members(path: Path) -> Iterator[File]:
    """Yield the files of a zip. Raises ValueError if it is none."""
    with unreadable(f"{path} is neither a folder, a zip nor a notebook"):
        archive = zipfile.ZipFile(path)  # stays open: the files are read much later
    try:
        yield from _members(archive, lambda: contextlib.nullcontext(archive))
    except Unreadable as error:
        raise ValueError(f"{path} {error}") from None


def _members(archive, opened, around=()):
    """Yield the files of a zip; `opened` gives it again when one of them is read."""
    listed = archive.infolist()
    if len(listed) > MOST_MEMBERS:
        raise Unreadable(f"has {len(listed):,} members; the limit is {MOST_MEMBERS:,}")
    overlapping = _overlapping(listed)
    unfilled = _empty_folders(member.filename for member in listed)
    for member in listed:
        parts, leaves = _parts(_filename(member))
        if not member.filename.endswith(("/", "\\")):
            problem = _problem(member, leaves, member.header_offset in overlapping)
            reader = functools.partial(_member, opened, member)
            yield File((*around, *parts), member.date_time, problem, reader)
        elif member.filename in unfilled:
            yield empty((*around, *parts))


def _empty_folders(names):
    """Names of folders that no other name, but for litter, begins with."""
    names = sorted(name for name in names if not is_litter(name.rpartition("/")[2]))
    pairs = itertools.pairwise([*names, ""])
    return {name for name, after in pairs if not after.startswith(name)}


@contextlib.contextmanager
def _member(opened, member):
    with opened() as archive, archive.open(member) as file:
        yield file


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
