"""Notebooks are read in a process of its own, which can write no file and reach nobody.

So a hole in what reads them, in Python's own JSON say, opens nothing else.
"""

import contextlib
import subprocess
from collections.abc import Sequence

from autograder.intake import reading
from autograder.intake.matching import Work
from autograder.masters.cells import Cell
from autograder.sandbox import bubblewrap

PROGRAM = (
    "import sys; sys.path.append('/grader'); from autograder.intake import reading; "
    "reading.serve(sys.stdin.buffer, sys.stdout.buffer)"
)


class Reader:
    """The process."""

    def __init__(self) -> None:
        with bubblewrap.reading() as (command, descriptors):
            self._process = subprocess.Popen(
                [*command, *bubblewrap.PLAIN_PYTHON, "-c", PROGRAM],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                pass_fds=descriptors,
                env=bubblewrap.environment(),
                cwd="/",
            )

    def read(
        self, released: Sequence[Cell], data: bytes, variant: str | None = None
    ) -> Work:
        """As `reading.read`. Raises EOFError where the process ended."""
        return reading.answered(self._exchanged(reading.task(released, data, variant)))

    def close(self) -> None:
        """End the process.

        Nobody waits for the end of its pipes: killed while it starts, bubblewrap can
        leave a child that holds them.
        """
        self._process.kill()
        self._process.wait()
        for pipe in filter(None, (self._process.stdin, self._process.stdout)):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()

    def _exchanged(self, line):
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
        except BrokenPipeError:
            return b""
        return self._process.stdout.readline()
