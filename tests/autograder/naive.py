"""A grader as a trusting person writes it: the student's code and the tests together.

From stdin it reads, for each student, the cells of a notebook as (source, points); it
prints what each student earns. Each notebook has a process of its own, and nothing else
protects it. It shows that an attack which fails elsewhere is no empty threat.
"""

import json
import os
import signal
import sys


def points(cells):
    """The points of a notebook: of the test cells that raise nothing."""
    names, earned = {"__name__": "__main__"}, 0
    for source, worth in cells:
        try:
            exec(compile(source, "cell", "exec"), names)
            earned += worth
        except BaseException:  # the next cell runs, as in a notebook
            continue
    return earned


def alone(cells):
    """`points`, in a process of its own; None where it ends before it tells them."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(10)
        earned = points(cells)
        os.write(writing, str(earned).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return float(told) if told else None


if __name__ == "__main__":
    import numpy  # noqa: F401 - once, for all

    json.dump(
        {k: alone(cells) for k, cells in json.load(sys.stdin).items()}, sys.stdout
    )
