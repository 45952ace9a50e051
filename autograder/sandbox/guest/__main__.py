"""The sandbox's first process: it forks a fresh one for each test cell.

It learns over its socket what to run: the student's cells and the limits. The
fresh process runs the cells, then calls functions as it is asked to.
"""

import ctypes
import importlib
import os
import signal
import socket
import sys
import time
from pathlib import Path

from . import wire
from .notebook import Notebook, limit, reply

PR_SET_DUMPABLE = 4


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    task = wire.receive(control, largest=1 << 30)
    if task["alone"]:  # when memory is short, this goes first, not the grader
        Path("/proc/self/oom_score_adj").write_text("1000")
    if task["user"]:  # started by root: never run a student's code as root
        os.setgroups([])
        os.setresgid(task["user"], task["user"], task["user"])
        os.setresuid(task["user"], task["user"], task["user"])
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0)  # no child may trace or write it
    for module in task["preload"]:
        importlib.import_module(module)
    before = _written()
    while True:
        _, descriptors, *_ = socket.recv_fds(control, 1, 1)
        if not descriptors:
            return
        child = os.fork()
        if child == 0:
            control.close()
            os.setsid()
            limit(task["limits"], count_processes=task["alone"])
            with socket.socket(fileno=descriptors[0]) as connection:
                answer(connection, Notebook(task["given"], task["code"]))
            os._exit(0)
        os.close(descriptors[0])
        control.recv(1)  # the trusted side is done with this process
        _kill(child)
        _kill(-child)  # its process group
        os.waitpid(child, 0)
        # In this namespace everyone else is the student's code, and dies in its time.
        while task["alone"] and _kill(-1):
            time.sleep(0.001)
        if task["alone"] and _written() != before:
            return  # no test cell shall find what another left: a new sandbox starts
        control.sendall(b"k")


def _written():
    with os.scandir("/tmp") as entries:
        return {
            (each.name, each.stat(follow_symlinks=False).st_ctime_ns)
            for each in entries
        }


def _kill(process):
    """Kill a process, or several; whether there was any."""
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def answer(connection: socket.socket, notebook: Notebook) -> None:
    """Serve questions about the notebook's names until the other side is gone."""
    while True:
        try:
            question = wire.receive(connection, largest=1 << 30)
        except EOFError:
            return
        wire.send(connection, reply(notebook, question))


main()
