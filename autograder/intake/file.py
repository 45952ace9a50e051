"""A file that others have made, in a folder or a zip: read without trust."""

import contextlib
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property, partial
from typing import BinaryIO

from autograder.intake.notebook import MOST_BYTES, Unreadable
from autograder.intake.outputs import without_outputs

BEGINNING = 1 << 16  # bytes by which a notebook is known
NOTEBOOK = re.compile(r"(?i)\.ipynb(\.txt|\.json)?$")  # browsers append
EMPTY = "an empty folder"  # stands in the place of a file
SPECIAL = "is not an ordinary file (a link, a pipe or a device) and was not opened"
BROKEN = (
    OSError, EOFError, ValueError, RuntimeError, NotImplementedError, IndexError,
    OverflowError, struct.error, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


@contextlib.contextmanager
def unreadable(said: str) -> Iterator[None]:
    """What breaks inside is Unreadable: what is said, and why."""
    try:
        yield
    except Unreadable:
        raise
    except BROKEN as error:
        raise Unreadable(f"{said}: {error}") from None


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
    _open: Callable[[], AbstractContextManager[BinaryIO]]

    def read(self) -> bytes:
        """All of a notebook or, over MOST_BYTES, all but the outputs stored in it.

        Raises Unreadable.
        """
        data = self.beginning(MOST_BYTES + 1)
        if len(data) <= MOST_BYTES:
            return data
        del data
        with self._reading() as file:
            return without_outputs(iter(partial(file.read, 1 << 20), b""))

    def beginning(self, most: int = BEGINNING) -> bytes:
        """Its first `most` bytes. Raises Unreadable."""
        with self._reading() as file:
            return file.read(most)

    @contextlib.contextmanager
    def _reading(self):
        if self.problem:
            raise Unreadable(f"{self.parts[-1]} {self.problem}")
        with unreadable(f"{self.parts[-1]} cannot be read"), self._open() as file:
            yield file

    @cached_property
    def is_notebook(self) -> bool:
        """Whether it is one by its name or, named .json alone, by what is in it."""
        name = self.parts[-1]
        if not name.lower().endswith(".json") or NOTEBOOK.search(name):
            return NOTEBOOK.search(name) is not None
        with contextlib.suppress(Unreadable):
            return b'"cell_type"' in self.beginning().replace(b"\0", b"")  # UTF-16
        return False


def unopened(parts: tuple[str, ...], problem: str) -> File:
    """What stands for a file or folder that has nothing to be read."""
    return File(parts, (), problem, io.BytesIO)


def empty(folder: tuple[str, ...]) -> File:
    """What stands for a folder without files."""
    return unopened((*folder, EMPTY), "has nothing in it")


def is_litter(part: str) -> bool:
    """Whether an operating system or Jupyter leaves behind what is named so."""
    return part.startswith(".") or part in ("__MACOSX", "Thumbs.db", "desktop.ini")
