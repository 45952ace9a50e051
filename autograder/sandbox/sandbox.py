"""The sandbox: a student's code, alone, behind a socket.

This side sends cells and arguments, and believes nothing but values: why no answer can
be forged stands in `guest/warden.py`. Bubblewrap gives the code its own processes,
network, files and user. What it sees of the disk is Python, the libraries of the
handouts, and an empty /tmp.
"""

import contextlib
import os
import platform
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Self

from autograder.sandbox import bubblewrap, seccomp
from autograder.sandbox.guest import wire
from autograder.sandbox.guest.clock import process, processes
from autograder.sandbox.session import CrashedError, Session

LIMITS = {  # seconds of work for a cell, and for a test in all; the rest, a process
    "seconds": 10,
    "memory": 1 << 30,
    "together": 3 << 30,  # bytes of memory, of all processes; the copies count as well
    "disk": 16 << 20,
    "processes": 8,
    "reply": 1 << 20,
}
WAIT = 30  # the longest wait for the sandbox, in `seconds`: on a busy machine
STARTS = 20  # sandboxes for one submission
HOW_TO_INSTALL = (
    "install bubblewrap (Debian, Ubuntu: apt-get install bubblewrap; Fedora: dnf "
    "install bubblewrap), or type --unsafe to run the students' code without a sandbox"
)


class NoSandboxError(RuntimeError):
    """Bubblewrap is missing or may not make namespaces here."""


class StalledError(Exception):
    """The sandbox did not start, or not answer where a busy machine may be to blame."""


class Sandbox:
    """One student's code: its cells run in order, and tests are asked in between.

    Parameters
    ----------
    given, code : list of str
        The handout's own cells, and those of the student that run first.
    unsafe : bool
        Run it with this user's rights, on this machine's files and network.
    limits : dict, optional
        Replacements for entries of `LIMITS`: seconds; memory, together, disk and reply
        in bytes; processes.
    python : str
        The version of Python that the notebook was made with, if it says so.
    busy : bool
        Whether the machine may be to blame where the sandbox stands still: it is then
        a StalledError.
    """

    def __init__(
        self,
        given: Sequence[str],
        code: Sequence[str] = (),
        *,
        unsafe: bool = False,
        limits: dict[str, int] | None = None,
        python: str = "",
        busy: bool = False,
    ) -> None:
        self.limits = LIMITS | (limits or {})
        self.unsafe = unsafe
        self._task = {"given": given, "limits": self.limits, "python": python}
        self._cells = [*code]  # that ran, to run again where the sandbox ended
        self._busy = busy
        self._process = self._control = self._first = None
        self._opened = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, cell: str) -> bytes:
        """Run a cell: `wire.REPLIED`, or what else became of it.

        STOPPED: it was interrupted. LATE and ENDED: it was left out, as if it were not
        there, since it could not be interrupted or ended its process.
        """
        try:
            fate = self._request({"cell": cell})
        except EOFError:  # it ended the sandbox: a new one runs the others
            return wire.ENDED
        if fate in (wire.REPLIED, wire.STOPPED):
            self._cells.append(cell)
        return fate

    @contextlib.contextmanager
    def session(self) -> Iterator[Session]:
        """A copy of the process as it is now, to be asked: a `Session`."""
        try:
            self._request({"test": True})
        except EOFError:
            raise CrashedError("the sandbox ended before its time") from None
        try:
            yield Session(self._request, self.limits)
        finally:
            with contextlib.suppress(EOFError):
                if self._process is not None:
                    self._request({"end": True})

    def _request(self, message, largest=None):
        """The answer of the sandbox's first process. Raises EOFError if that ended."""
        try:
            if self._control is None:
                self._open()
            return self._exchanged(message, largest)
        except TimeoutError:
            self.close()
            if self._busy:
                raise StalledError("the sandbox stood still") from None
            raise EOFError from None
        except (EOFError, OSError):
            self.close()
            raise EOFError from None
        except wire.WireError:
            self.close()
            raise

    def _exchanged(self, message, largest=None):
        deadline = time.monotonic() + WAIT * self.limits["seconds"] + WAIT

        def wait():
            while not select.select([self._control], [], [], 1)[0]:
                if time.monotonic() > deadline:
                    raise TimeoutError
                if self._is_stopped():
                    raise EOFError

        self._control.settimeout(WAIT)
        wire.send(self._control, message)
        wait()
        fate = self._control.recv(1)
        return fate + wire.read(self._control, largest or self.limits["reply"], wait)

    def _is_stopped(self):
        """Whether somebody sent the sandbox's first process to sleep."""
        if self._first is None:  # it may not be there yet
            children = {each.parent: each.pid for each in processes()}
            self._first = self._process.pid
            for _ in range(0 if self.unsafe else 2):  # bubblewrap's outer and inner one
                self._first = children.get(self._first)
        first = process(self._first) if self._first else None
        return bool(first) and first.state in "Tt"

    def close(self) -> None:
        """End every process of the student's code."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._control.close()
            self._process = self._control = self._first = None

    def _open(self):
        self._opened += 1
        if self._opened > STARTS:
            raise CrashedError("its process ended again and again")
        user = None if self.unsafe else bubblewrap.ordinary_user()
        task = self._task | {"alone": not self.unsafe, "user": user}
        ours, theirs = socket.socketpair()
        with theirs, self._bubblewrap(user) as (command, descriptors):
            self._process = subprocess.Popen(
                [*command, *bubblewrap.python(self.unsafe), str(theirs.fileno())],
                pass_fds=[theirs.fileno(), *descriptors],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                env=bubblewrap.environment(),
                cwd="/",
            )
        self._control = ours
        try:
            self._exchanged(task)
        except (EOFError, OSError):
            self.close()
            raise StalledError("the sandbox did not start") from None
        for cell in self._cells:
            self._exchanged({"cell": cell})

    def _bubblewrap(self, user):
        if self.unsafe:
            return contextlib.nullcontext(([], []))
        return bubblewrap.bubblewrap(user, self.limits["disk"])


def check_linux() -> None:
    """Raise NoSandboxError on another system: there is no grading, `unsafe` or not."""
    if sys.platform != "linux":
        raise NoSandboxError(
            "grading needs Linux, with --unsafe too: on a Mac a virtual machine or a "
            "container, on Windows WSL 2"
        )


def check_available() -> None:
    """Raise NoSandboxError, which says what to do, unless a sandbox can be made."""
    check_linux()
    if shutil.which("bwrap") is None:
        raise NoSandboxError(f"bubblewrap is not installed: {HOW_TO_INSTALL}")
    if not seccomp.program():
        raise NoSandboxError(
            f"no filter of system calls is made for {platform.machine()}; permitted: "
            f"{', '.join(seccomp.MACHINES)}. Otherwise type --unsafe to run without a "
            "sandbox"
        )
    with bubblewrap.bubblewrap(bubblewrap.ordinary_user(), LIMITS["disk"]) as (
        command,
        fds,
    ):
        ran = subprocess.run(
            [*command, bubblewrap.INTERPRETER, "-I", "-S", "-c", "import numbers"],
            pass_fds=fds,
            capture_output=True,
            text=True,
            env=bubblewrap.environment(),
            check=False,
        )
    if ran.returncode:
        raise NoSandboxError(
            f"bubblewrap cannot make a sandbox here ({ran.stderr.strip()[:300]}). On "
            "Ubuntu 24.04 and later it needs an AppArmor profile, in a container the "
            "right to make namespaces. Otherwise type --unsafe to run without a sandbox"
        )
    try:
        with (
            Sandbox([], ["import numpy.polynomial"]) as trial,
            trial.session() as asked,
        ):
            errors = asked.ask({"names": []})["errors"]
    except StalledError as error:
        raise NoSandboxError(str(error)) from None
    if errors:
        raise NoSandboxError(f"NumPy cannot be imported in the sandbox: {errors[0]}")
