"""The sandbox's first process sees to the one that runs the student's code.

The cells run once, in order, in one process, the runner. Where a test cell stands, the
runner forks a child, and that answers. Before each cell the runner forks a copy of
itself and stops it: where a cell does not end, or ends the runner, the copy goes on.

Why no answer can be forged. The tests, what they expect and the verdict stand outside
and never come in here, neither before a fork nor after. From the first cell on, all
processes but this one are the student's, and so is all they say; but all they can say
is the value of a name, and what a call gives back, and there is no better forgery than
the right value. This process runs none of the student's code. It passes bytes on
unread, has the kernel tell it who wrote them, counts time, and stops, kills and
restores. Where code ends or stops this process, the other side starts anew without that
step. What code that means to can do is remember one test's arguments until the next. It
learns inputs; and each answer is judged before the next question is put.
"""

import contextlib
import os
import select
import signal
import socket
import sys
import time
from typing import Any

from . import runner, wire
from .clock import Clock, processes
from .notebook import Notebook

TICK = 0.02  # seconds between two looks at the clock
PIECES = 16  # that are dropped at most: more than the line holds
GRACE = 1  # seconds for a cell that was interrupted, to end


class EndedError(Exception):
    """The process that was asked ended, or said what is no message."""


class LateError(Exception):
    """The time of a cell, or of a test, is up."""


class Warden:
    """What the other side may ask for: a cell, or a test and its questions.

    `do` gives bytes: a word of `wire`, and the student's own bytes if they replied.
    """

    def __init__(self, task: dict, control: socket.socket) -> None:
        self._limits, self._alone = task["limits"], task["alone"]
        self._line, theirs = socket.socketpair()
        self._line.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self._kept = self._answering = 0  # processes: a copy, a test's child
        self._runner = os.fork()
        if self._runner == 0:
            control.close()
            self._line.close()
            os.setsid()
            runner.limit(self._limits, count_processes=self._alone)
            runner.serve(theirs, Notebook(task["given"], python=task["python"]))
            os._exit(0)
        theirs.close()

    def do(self, message: dict) -> bytes:
        if "cell" in message:
            return self._cell(message)
        if "test" in message:
            return self._begin(message)
        if "end" in message:
            return self._end()
        return self._answer(message)

    def _cell(self, message):
        fate, self._kept = wire.ENDED, 0
        try:
            self._exchange(message, self._clock())
            return wire.REPLIED
        except LateError:
            fate = wire.LATE
            _signal(self._runner, signal.SIGINT)
            with contextlib.suppress(EndedError, LateError):
                self._exchange(None, self._clock(GRACE))
                return wire.STOPPED
        except EndedError:
            pass
        self._runner = self._kept  # it takes over
        self._leave_if(not self._end_all_but(self._runner))
        os.kill(self._runner, signal.SIGCONT)
        return fate

    def _begin(self, message):
        self._before, self._timer, self._gone = _written(), self._clock(), b""
        self._answering = self._runner
        with contextlib.suppress(EndedError, LateError):
            self._exchange(message, self._timer)
        if self._answering == self._runner:  # it has no child that would answer
            self._gone = wire.ENDED
        return self._gone or wire.REPLIED

    def _answer(self, message):
        if self._gone:
            return self._gone
        try:
            return wire.REPLIED + self._exchange(message, self._timer)
        except EndedError as error:
            self._gone = wire.ENDED + str(error).encode()
        except LateError:
            self._gone = wire.LATE
        self._end_all_but(self._runner)
        return self._gone

    def _end(self):
        self._leave_if(not self._end_all_but(self._runner))
        self._answering = 0
        # No test shall find the files of another.
        self._leave_if(self._alone and _written() != self._before)
        return wire.REPLIED

    def _leave_if(self, useless):
        """End this process where it is of no more use: another sandbox is made."""
        if useless:
            sys.exit()

    def _clock(self, seconds=None):
        return Clock(seconds or self._limits["seconds"], self._processes())

    def _processes(self):
        """The student's processes; without a sandbox, those of the runner's session."""
        found = processes()
        if self._alone:
            return [each for each in found if each.pid not in (1, os.getpid())]
        sessions = {x.session for x in found if x.pid in (self._runner, self._kept)}
        return [each for each in found if each.session in sessions]

    def _exchange(self, message: Any, clock: Clock) -> bytes:
        """The bytes of the reply to a message, or to the last one for None."""
        line, data = self._line, bytearray()
        if message:
            self._hush()
        out = memoryview(wire.framed(message) if message else b"")
        clock.start()
        looked = time.monotonic()
        while True:
            readable, writable, _ = select.select(
                [line], [line] if out else [], [], TICK
            )
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                out = out[line.send(out, socket.MSG_DONTWAIT) :] if writable else out
            if readable:
                piece, sender = self._receive()
                data += piece
                frame = self._framed(data)
                if frame == runner.KEPT and not self._kept:
                    self._kept = sender
                    data.clear()
                elif frame is not None:
                    self._spoke(sender)
                    return frame
            if time.monotonic() - looked > TICK:
                looked = time.monotonic()
                self._look(clock)

    def _receive(self):
        """What was written on the line, and by whom: the kernel says."""
        try:
            piece, notes, *_ = self._line.recvmsg(1 << 16, socket.CMSG_SPACE(12))
        except ConnectionResetError:
            piece = b""
        if not piece:
            raise EndedError
        senders = [
            int.from_bytes(note[:4], sys.byteorder)
            for _, kind, note in notes
            if kind == socket.SCM_CREDENTIALS
        ]
        return piece, senders[0]

    def _framed(self, data):
        """The message that the data holds, or None if it is not whole."""
        length, largest = int.from_bytes(data[:4], "big"), self._limits["reply"]
        if len(data) >= 4 and length > largest:
            raise EndedError(
                f"a reply of {length} bytes; at most {largest} are permitted"
            )
        whole = 4 <= len(data) >= 4 + length
        return bytes(data[4 : 4 + length]) if whole else None

    def _spoke(self, sender):
        if self._answering:
            self._answering = sender
        else:
            self._runner = sender

    def _look(self, clock):
        _reap()
        found, asked = self._processes(), self._answering or self._runner
        if not any(each.pid == asked and each.state not in "ZX" for each in found):
            if not select.select([self._line], [], [], 0)[0]:
                raise EndedError
        elif clock.is_over(found):
            raise LateError
        elif sum(each.resident for each in found) > self._limits["together"]:
            raise EndedError("its processes took more memory than they may together")

    def _end_all_but(self, spared):
        """End the student's processes but one, and say whether that lives.

        First they are stopped, or they would go on forking.
        """
        if self._answering not in (0, spared):
            _signal(self._answering, signal.SIGKILL)
            time.sleep(0.0005)
        while True:
            living = [each for each in self._processes() if each.state not in "ZX"]
            rest = [each for each in living if each.pid != spared]
            if not rest:
                break
            running = [each for each in rest if each.state not in "Tt"]
            for each in running or rest:
                _signal(each.pid, signal.SIGSTOP if running else signal.SIGKILL)
            time.sleep(0.0005)
        _reap()
        self._hush()
        return bool(living)

    def _hush(self):
        """Drop what was said before it was asked, but wait for nobody to stop."""
        for _ in range(PIECES):
            if not select.select([self._line], [], [], 0)[0]:
                return
            self._leave_if(not self._line.recv(1 << 16))  # the line is closed


def _signal(pid, what):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, what)


def _reap():
    """Let go of what has ended: orphans come here."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _written():
    """What lies in /tmp, and since when; None where that cannot be seen."""
    with contextlib.suppress(PermissionError), os.scandir("/tmp") as entries:
        return {
            (each.name, each.stat(follow_symlinks=False).st_ctime_ns)
            for each in entries
        }
