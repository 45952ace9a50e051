"""The process that runs a student's cells; from the first of them on it is theirs."""

import contextlib
import os
import resource
import signal
import socket

from . import wire
from .notebook import Notebook, reply

KEPT = b'"kept"'
CELLS = 12  # so many times the limit of one cell, all may work together


def serve(line: socket.socket, notebook: Notebook) -> None:
    """Run cells, and fork for tests, until the other side is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # but for cells
    with contextlib.suppress(EOFError):
        while True:
            message = wire.receive(line, largest=1 << 30)
            if "test" in message:
                _test(line, notebook)
            elif "cell" in message and (kept := _keep(line)):
                _run(notebook, message["cell"])
                _end(kept)
                wire.send(line, "done")


def _keep(line):
    """Fork a copy, which stops; 0 in the copy, once it goes on in the place of this."""
    try:
        kept = os.fork()
    except OSError:  # too many processes: go without
        return -1
    if kept:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(kept, os.WUNTRACED)
        return kept
    line.sendall(len(KEPT).to_bytes(4, "big") + KEPT)
    os.kill(os.getpid(), signal.SIGSTOP)
    return 0


def _run(notebook, source):
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        notebook.run(source)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _end(kept):
    if kept > 0:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(kept, signal.SIGKILL)
            os.waitpid(kept, 0)


def _test(line, notebook):
    """A child that answers a test's questions until it is killed."""
    try:
        child = os.fork()
    except OSError as error:
        wire.send(line, f"no process for the test: {error}")
        return
    if child:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(child, 0)
        return
    wire.send(line, "ready")
    with contextlib.suppress(EOFError):
        while True:
            wire.send(line, reply(notebook, wire.receive(line, largest=1 << 30)))
    os._exit(0)


def limit(limits: dict[str, int], *, count_processes: bool) -> None:
    """Bind this process, and what it starts, to the limits."""
    bounds = {
        resource.RLIMIT_AS: limits["memory"],
        resource.RLIMIT_CPU: CELLS * limits["seconds"],
        resource.RLIMIT_FSIZE: limits["disk"],
        resource.RLIMIT_NOFILE: 64,
        resource.RLIMIT_CORE: 1,  # 0 would not keep a core from the system's collector
    }
    if count_processes:  # and the copy, and the test's child
        bounds[resource.RLIMIT_NPROC] = limits["processes"] + 2
    for kind, bound in bounds.items():
        resource.setrlimit(kind, (bound, bound))
