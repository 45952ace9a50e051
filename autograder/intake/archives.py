"""Folders, zips and notebooks that others have filled: listed and read without trust.

Nothing is extracted, no link is followed, and no size in a header is believed.
"""

import contextlib
import functools
import itertools
import os
import re
import stat
import time
from collections.abc import Sequence
from pathlib import Path

from autograder.intake import zips
from autograder.intake.file import EMPTY, SPECIAL, File, empty, is_litter, unopened


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
    elif is_single(path):
        whole = path.resolve()
        return [_on_disk(whole, whole.parts[-2:])]
    elif path.is_file():
        found = zips.members(path)
    else:
        raise ValueError(f"{path} is neither a folder, a zip nor a notebook")
    kept = [file for file in found if not any(map(is_litter, file.parts))]
    return sorted(kept, key=lambda file: file.parts)


def folder_around(files: Sequence[File]) -> tuple[str, ...]:
    """The parts of the innermost folder that holds all of the files."""
    filled = (file.parts[:-1] for file in files if file.parts[-1] != EMPTY)
    levels = zip(*filled, strict=False)
    same = itertools.takewhile(lambda level: len(set(level)) == 1, levels)
    return tuple(level[0] for level in same)


def is_single(path: Path | str) -> bool:
    """Whether a path is a notebook by itself."""
    named = re.search(r"(?i)\.(ipynb(\.txt)?|json)$", str(path))
    return named is not None and Path(path).is_file()


def _in_folder(folder):
    waiting = [()]
    while waiting:
        parts = waiting.pop()
        try:
            entries = [*os.scandir(os.path.join(folder, *parts))]
        except OSError as error:
            if not parts:
                raise
            yield unopened(parts, f"cannot be opened: {error.strerror}")
            continue
        entries = [entry for entry in entries if not is_litter(entry.name)]
        if parts and not entries:
            yield empty(parts)
        for entry in entries:
            inside = (*parts, entry.name)
            if entry.is_dir(follow_symlinks=False):
                waiting.append(inside)
            else:
                yield _on_disk(entry.path, inside)


def _on_disk(path, parts):
    try:
        status = os.lstat(path)
    except OSError as error:
        return unopened(parts, f"cannot be opened: {error.strerror}")
    problem = "" if stat.S_ISREG(status.st_mode) else SPECIAL
    seconds = min(max(status.st_mtime, 0), 1 << 32)  # beyond it, no calendar follows
    modified = time.localtime(seconds)[:6]
    return File(parts, modified, problem, functools.partial(_opened, path))


@contextlib.contextmanager
def _opened(path):
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(f"it {SPECIAL}")
        yield file
