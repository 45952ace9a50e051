"""What the processes of a student's code use: work, time of waiting, and memory."""

import os
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

TICKS = os.sysconf("SC_CLK_TCK")  # of the kernel's clock, a second
PAGE = os.sysconf("SC_PAGE_SIZE")
LONGEST = 0.1  # seconds between two looks that count as waiting


class Process(NamedTuple):
    """What /proc tells of a process; `worked` in seconds, ended children included."""

    pid: int
    state: str
    parent: int
    session: int
    worked: float


def processes() -> list[Process]:
    """All processes that this one can see."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as file:
                status = file.read().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        worked = sum(map(int, status[11:15])) / TICKS
        found.append(
            Process(int(name), status[0], int(status[1]), int(status[3]), worked)
        )
    return found


def resident(pid: int) -> int:
    """Bytes of memory that a process has; 0 where it has ended."""
    try:
        with open(f"/proc/{pid}/statm") as file:
            return int(file.read().split()[1]) * PAGE
    except (FileNotFoundError, ProcessLookupError):
        return 0


class Clock:
    """A limit to the seconds of work, and to those of waiting for nothing.

    Time in which processes could have worked, and the machine let others, counts as
    neither. So a busy machine cuts nobody short.
    """

    def __init__(
        self, seconds: float, watched: Callable[[], Iterable[Process]]
    ) -> None:
        self._seconds, self._watched = seconds, watched
        self._busy = self._idle = 0.0

    def start(self) -> None:
        """Go on counting from now."""
        self._then, self._worked = time.monotonic(), self._look()[0]

    def _look(self):
        own = os.times()  # what ended here, it inherited
        watched = [*self._watched()]
        worked = sum(each.worked for each in watched)
        return (
            worked + own.children_user + own.children_system,
            any(each.state in "RD" for each in watched),
        )

    def is_over(self) -> bool:
        """Whether either limit is exceeded by now."""
        now, (worked, could) = time.monotonic(), self._look()
        if worked > self._worked:
            self._busy += worked - self._worked
        elif not could:
            self._idle += min(now - self._then, LONGEST)
        self._then, self._worked = now, worked
        return max(self._busy, self._idle) > self._seconds
