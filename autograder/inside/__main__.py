"""The sandbox's first process: it forks a fresh one for each test cell.

It learns over its socket what to run: the student's cells and the limits. The
fresh process runs the cells, then calls functions as it is asked to.
"""

import importlib
import os
import signal
import socket
import sys

from . import wire
from .notebook import Notebook, limit, reply


def main():
    control = socket.socket(fileno=int(sys.argv[1]))
    task = wire.receive(control, largest=1 << 30)
    if task["user"]:  # started by root: never run a student's code as root
        os.setgroups([])
        os.setresgid(task["user"], task["user"], task["user"])
        os.setresuid(task["user"], task["user"], task["user"])
    for module in task["preload"]:
        importlib.import_module(module)
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
        if task["alone"]:
            _kill(-1)  # in this namespace everyone else is the student's code
        os.waitpid(child, 0)
        control.sendall(b"k")


def _kill(process):
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return


def answer(connection, notebook):
    """Serve questions about the notebook's names until the other side is gone."""
    while True:
        try:
            question = wire.receive(connection, largest=1 << 30)
        except EOFError:
            return
        wire.send(connection, reply(notebook, question))


main()
