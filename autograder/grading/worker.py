"""A process that grades one submission after another, each in a child of its own.

A child that dies, hangs or eats memory takes nobody along: the process reports
it and goes on.
"""

import base64
import contextlib
import gc
import json
import os
import resource
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, BinaryIO

from autograder.grading.judge import Judge, ungraded
from autograder.grading.reader import Reader
from autograder.intake import reading
from autograder.masters.homework import Homework
from autograder.results import Result, Status
from autograder.sandbox.sandbox import LIMITS

CODE = Path(__file__).parents[2]  # the folder that holds the grader
GAVE_UP = "the grader could not finish this submission: look at it by hand"
PATIENCE = 60  # times the limit of a cell: a submission may take so long
MEMORY = 4 << 30  # of a child; the student's code has its own, smaller limit


class LostError(Exception):
    """The grader's own process was killed, again and again."""


class Worker:
    """The process, started when it is first needed.

    Parameters
    ----------
    settings : dict
        name, notebook, answers of the Homework; its stubs, from `release.stubs`;
        unsafe; limits.
    """

    def __init__(self, settings: dict[str, Any]) -> None:
        self._settings = settings
        self._process: subprocess.Popen | None = None
        self._stopped = False

    def grade(
        self, data: bytes, variant: str | None = None, *, busy: bool = False
    ) -> Result:
        """The Result of a notebook's bytes, by `Judge.grade`."""
        for _ in range(2):  # killed from outside, a worker is started once more
            with contextlib.suppress(BrokenPipeError, json.JSONDecodeError):
                text = base64.b64encode(data).decode()
                task = {"data": text, "variant": variant, "busy": busy}
                return Result.from_dict(self._ask(task))
            self.close()
        raise LostError("the grader's process was killed twice at this submission")

    def close(self) -> None:
        """End the process and what it started."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.communicate()
            self._process = None

    def stop(self) -> None:
        """Let what another thread is grading, or will, end in LostError."""
        self._stopped = True
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)

    def _ask(self, task):
        if self._stopped:
            raise LostError("the grader was stopped")
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "autograder.grading.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=CODE,
                process_group=0,  # Ctrl-C is for the one who started the grader
                env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            )
            self._send(self._settings)
        self._send(task)
        return json.loads(self._process.stdout.readline())

    def _send(self, message):
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer each line of `questions`, a task, by a line of `answers`, its result."""
    settings = json.loads(questions.readline())
    homework = Homework(settings["name"], settings["notebook"], settings["answers"])
    options = {"unsafe": settings["unsafe"], "limits": settings["limits"]}
    stubs, reader = settings["stubs"], None
    judge = Judge(homework, stubs, **options)
    _ = judge.mistakes  # tried here, so that no child has to
    gc.freeze()  # a collection in a child would copy all memory
    seconds = (LIMITS | (settings["limits"] or {}))["seconds"]
    patience = PATIENCE * seconds

    def grade(task):
        variant = task["variant"]
        mine = Judge(homework, stubs, variant, **options) if variant else judge
        data = base64.b64decode(task["data"])
        read = reader.read if reader else reading.read
        return mine.grade(data, busy=task["busy"], read=read).as_dict()

    for line in questions:
        task = json.loads(line)
        if not (reader or settings["unsafe"]):
            reader = Reader()
        graded = _in_a_child(grade, task, patience)
        if graded is None:
            stamps = homework, task["variant"], settings["unsafe"]
            graded = ungraded(*stamps, GAVE_UP, Status.CRASHED).as_dict()
            if reader:  # it may be dead, or busy with this one
                reader.close()
                reader = None
        answers.write(json.dumps(graded).encode() + b"\n")
        answers.flush()


def _in_a_child(function, argument, patience):
    """`function(argument)`, which is JSON, computed in a fork; None if that died."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(json.dumps(function(argument)).encode())
        os._exit(0)
    os.close(writing)
    data, deadline = b"", time.monotonic() + patience
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        while select.select([pipe], [], [], max(0, deadline - time.monotonic()))[0]:
            piece = pipe.read(1 << 20)
            if not piece:
                break
            data += piece
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    try:
        return json.loads(data)
    except ValueError:  # cut short
        return None


if __name__ == "__main__":
    speaking = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what else is printed must not come between the answers
    serve(sys.stdin.buffer, speaking)
