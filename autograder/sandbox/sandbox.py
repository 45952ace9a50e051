"""The sandbox: a student's code, alone, behind a socket.

Bubblewrap gives it its own processes, network, files and user. What it sees of
the disk is Python, the libraries of the handouts, and an empty /tmp.
"""

import contextlib
import os
import platform
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from typing import Any, Self

from autograder.sandbox import bubblewrap, seccomp
from autograder.sandbox.guest import wire

LIMITS = {  # for one process of the student's code; a test cell has `seconds` in all
    "seconds": 10,
    "memory": 1 << 30,
    "disk": 16 << 20,
    "processes": 8,
    "reply": 1 << 20,
}
REPLIES = 8  # what a session may send in all, in largest replies: a test keeps them
HOW_TO_INSTALL = (
    "install bubblewrap (Debian, Ubuntu: apt-get install bubblewrap; Fedora: dnf "
    "install bubblewrap), or type --unsafe to run the students' code without a sandbox"
)


class NoSandboxError(RuntimeError):
    """Bubblewrap is missing or may not make namespaces here."""


class TimedOutError(Exception):
    """The student's code took longer than a test cell may."""


class CrashedError(Exception):
    """The student's code ended its process, or sent what is no answer."""


class Sandbox:
    """One student's code. Each session runs it afresh, in a process of its own.

    Parameters
    ----------
    given, code : list of str
        The handout's own cells, and the student's.
    unsafe : bool
        Run it with this user's rights, on this machine's files and network.
    limits : dict, optional
        Replacements for entries of `LIMITS`: seconds, memory, disk and reply in
        bytes, processes.
    """

    def __init__(
        self,
        given: Sequence[str],
        code: Sequence[str],
        *,
        unsafe: bool = False,
        limits: dict[str, int] | None = None,
    ) -> None:
        self.limits = LIMITS | (limits or {})
        self.unsafe = unsafe
        self._start = {"given": given, "code": code}
        self._process = None
        self._control = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextlib.contextmanager
    def session(self) -> Iterator["Session"]:
        """A fresh process that has run the student's code: a `Session`."""
        deadline = time.monotonic() + self.limits["seconds"]
        try:
            control = self._control or self._open()
            ours, theirs = socket.socketpair()
            with ours:
                with theirs:
                    socket.send_fds(control, [b"r"], [theirs.fileno()])
                yield Session(ours, deadline, self.limits)
            control.settimeout(5)
            control.sendall(b"k")
            if not control.recv(1):
                self.close()
        except (TimedOutError, CrashedError):
            self.close()  # the next session starts with a new sandbox
            raise
        except OSError:
            self.close()
            raise CrashedError("the sandbox ended before its time") from None

    def close(self) -> None:
        """End every process of the student's code."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._control.close()
            self._process = self._control = None

    def _open(self):
        user = None if self.unsafe else bubblewrap.ordinary_user()
        text = "\n".join(self._start["given"] + self._start["code"])
        task = self._start | {
            "limits": self.limits,
            "alone": not self.unsafe,
            "user": user,
            "preload": ["matplotlib.pyplot"] if "matplotlib" in text else [],
        }
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
        wire.send(ours, task)
        return ours

    def _bubblewrap(self, user):
        if self.unsafe:
            return contextlib.nullcontext(([], []))
        return bubblewrap.bubblewrap(user, self.limits["disk"])


class Session:
    """Questions to a process that has run the student's code."""

    def __init__(
        self, connection: socket.socket, deadline: float, limits: dict[str, int]
    ) -> None:
        self._connection = connection
        self._deadline = deadline
        self._limits = limits
        self._left = REPLIES * limits["reply"]  # bytes, of all replies together

    def ask(self, question: dict) -> Any:
        """The reply to a question, as `guest/__main__.py` gives it: any JSON."""
        try:
            self._wait()
            wire.send(self._connection, question)
            largest = min(self._limits["reply"], self._left)
            data = wire.read(self._connection, largest, self._wait)
            self._left -= len(data)
            return wire.parse(data)
        except TimeoutError:
            raise TimedOutError(
                f"no answer after {self._limits['seconds']} s"
            ) from None
        except wire.WireError as error:
            raise CrashedError(str(error)) from None
        except (EOFError, OSError):
            raise CrashedError("its process ended before it answered") from None

    def _wait(self):
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)


def check_available() -> None:
    """Raise NoSandboxError, which says what to do, unless a sandbox can be made."""
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
    with (
        Sandbox([], ["import numpy.polynomial"]) as sandbox,
        sandbox.session() as trial,
    ):
        errors = trial.ask({"names": []})["errors"]
    if errors:
        raise NoSandboxError(f"NumPy cannot be imported in the sandbox: {errors[0]}")
