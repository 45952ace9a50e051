"""The sandbox's first process: it learns over its socket what to run, and runs it."""

import contextlib
import ctypes
import gc
import os
import signal
import socket
import sys

from . import wire
from .warden import Warden

PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER = 4, 36


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    task = wire.receive(control, largest=1 << 30)
    if task["alone"]:  # when memory is short, this goes first, not the grader
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")
    if task["user"]:  # started by root: never run a student's code as root
        os.setgroups([])
        os.setresgid(task["user"], task["user"], task["user"])
        os.setresuid(task["user"], task["user"], task["user"])
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_DUMPABLE, 0)  # no child may trace or write it
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1)  # its orphans come here
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may ignore it
    gc.freeze()  # a collection in a fork would copy all memory
    gc.enable()
    warden = Warden(task, control)
    control.sendall(wire.REPLIED + wire.framed(b""))  # ready: no student's code ran yet
    with contextlib.suppress(EOFError):
        while True:
            done = warden.do(wire.receive(control, largest=1 << 30))
            control.sendall(done[:1] + wire.framed(done[1:]))
