"""Files that are written whole or not at all, in a folder that one run has alone."""

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

DRAFT = ".draft"  # ends the name of a file that is not whole yet


def save(path: Path | str, content: str | bytes) -> None:
    """Write a file, of text or bytes, whole or not at all."""
    if isinstance(content, str):
        content = content.encode("utf-8", "replace")
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(DRAFT, f".{path.name}-", path.parent)
    try:
        with open(handle, "wb") as file:
            file.write(content)
        os.chmod(draft, 0o644)
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Make a folder, and hold it against a second run at the same time.

    What a run that was killed had not written to its end is taken away.
    """
    try:
        with contextlib.suppress(FileExistsError):
            folder.mkdir(parents=True)
        lock = open(folder / ".lock", "w")  # noqa: SIM115  # closed below
    except OSError as error:
        raise OSError(
            f"{folder} is no folder to write to: {error.strerror}; choose another --out"
        ) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BlockingIOError(
                f"another run is grading into {folder}; wait for it"
            ) from None
        for draft in folder.rglob(f".*{DRAFT}"):
            draft.unlink()
        yield
