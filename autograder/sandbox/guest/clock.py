"""What the processes of a student's code use: work, time of waiting, and memory."""

import os
import time
from collections.abc import Iterable
from typing import NamedTuple

TICKS = os.sysconf("SC_CLK_TCK")  # of the kernel's clock, a second
PAGE = os.sysconf("SC_PAGE_SIZE")
LONGEST = 0.1  # seconds between two looks that count as waiting


class Process(NamedTuple):
    """What /proc tells of a process.

    `worked` is in seconds, ended children included, and `resident` in bytes of memory.
    """

    pid: int
    state: str
    parent: int
    session: int
    worked: float
    resident: int


def processes() -> list[Process]:
    """All processes that this one can see."""
    found = map(process, filter(str.isdigit, os.listdir("/proc")))
    return [each for each in found if each]


def process(pid: str | int) -> Process | None:
    """The process of this number, if there is one."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            status = file.read().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return Process(
        pid=int(pid),
        state=status[0],
        parent=int(status[1]),
        session=int(status[3]),
        worked=sum(map(int, status[11:15])) / TICKS,
        resident=int(status[21]) * PAGE,
    )


class Clock:
    """A limit to the seconds of work, and to those of waiting for nothing.

    Time in which processes could have worked, and the machine let others, counts as
    neither. So a busy machine cuts nobody short.
    """

    def __init__(self, seconds: float, watched: Iterable[Process]) -> None:
        self._seconds, self._worked = seconds, _work(watched)
        self._busy = self._idle = 0.0
        self.start()

    def start(self) -> None:
        """Count what is waited from now on; what is worked counts at all times."""
        self._then = time.monotonic()

    def is_over(self, watched: Iterable[Process]) -> bool:
        """Whether the processes, as they are now, have exceeded either limit."""
        now, worked = time.monotonic(), _work(watched)
        if worked > self._worked:
            self._busy += worked - self._worked
        elif not any(each.state in "RD" for each in watched):
            self._idle += min(now - self._then, LONGEST)
        self._then, self._worked = now, worked
        return max(self._busy, self._idle) > self._seconds


def _work(watched):
    own = os.times()  # what ended here, it inherited
    worked = sum(each.worked for each in watched)
    return worked + own.children_user + own.children_system
