"""Time to grade a submission: `python -m autograder grade` beside `nbgrader autograde`.

Both grade the same submissions of one homework, on one core, one after the other.
nbgrader executes each notebook in a kernel; its instructor's cells overwrite the
student's. Run with the course's own environment: ``make bench``.
"""

import datetime
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from autograder.__main__ import GUIDE, MASTERS
from autograder.masters import homework, release
from autograder.masters.guide import in_block

RESULT = Path(__file__).parent / "results" / "grading.json"
ENVIRONMENT = os.environ | {  # nbgrader looks for alembic on the path
    "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"
}
SUBMISSIONS = 60
HOMEWORK = "03"


def table(result):
    """The measurement as the instructors' guide shows it, in Markdown."""
    ours, theirs = (
        result["seconds_a_submission"][x] for x in ("autograder", "nbgrader")
    )
    return "\n".join(
        [
            "| grader | seconds a submission, one core | 300 submissions |",
            "|---|---|---|",
            f"| `python -m autograder grade` | {ours:.2f} | {ours * 5:.0f} min |",
            f"| `nbgrader autograde` | {theirs:.2f} | {theirs * 5:.0f} min |",
            "",
            f"Measured on {result['date']} with {result['submissions']} submissions "
            f"of homework {result['homework'][:2]} ({result['cells']} cells), right, "
            "wrong and blank in turn, one after the other, with the program's start; "
            f"{result['machine']}, Python {result['python']}, nbgrader "
            f"{result['versions']['nbgrader']}. Repeat it with "
            "`python -m benchmarks.grading`.",
        ]
    )


def submissions(master, n):
    """Notebooks by student: right answers, known mistakes and blanks in turn."""
    blank = release.as_text(release.student_version(master))
    made = {}
    for i in range(n):
        answers = master.solved()
        if i % 3 == 1:
            mistake = master.wrong[i // 3 % len(master.wrong)]
            answers = master.solved(mistake.question, mistake.source)
        notebook = json.loads(blank)
        for cell in notebook["cells"]:
            if i % 3 != 2:
                cell["source"] = answers.get(cell["id"], cell["source"])
        made[f"student{i:03}"] = json.dumps(notebook)
    return made


def seconds(command, folder):
    """Wall-clock seconds of a command on one core."""
    core = min(os.sched_getaffinity(0))
    begun = time.perf_counter()
    subprocess.run(
        command,
        cwd=folder,
        env=ENVIRONMENT,
        check=True,
        capture_output=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    )
    return time.perf_counter() - begun


def ours(master, made, folder):
    """Seconds of `python -m autograder grade` for all submissions."""
    for student, text in made.items():
        path = folder / "submitted" / student / f"{master.name}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(text, "utf-8")
    grade = [sys.executable, "-m", "autograder", "grade", master.name]
    root = Path(__file__).parents[1]
    options = ["--out", str(folder / "out"), "--jobs", "1"]
    return seconds([*grade, str(folder / "submitted"), *options], root)


def nbgraders(master, made, folder):
    """Seconds of `nbgrader autograde` for all submissions."""
    source = folder / "source" / "ps1" / f"{master.name}.ipynb"
    source.parent.mkdir(parents=True)
    source.write_text(master.notebook, "utf-8")
    (folder / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'course'\n"
        f"c.CourseDirectory.root = {str(folder)!r}\n"
    )
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_assignment", "ps1"],
        cwd=folder,
        env=ENVIRONMENT,
        check=True,
        capture_output=True,
    )
    for student, text in made.items():
        path = folder / "submitted" / student / "ps1" / f"{master.name}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(text, "utf-8")
    return seconds([sys.executable, "-m", "nbgrader", "autograde", "ps1"], folder)


def measure(n):
    """Seconds a submission of both, and on what they were measured."""
    master = homework.load(HOMEWORK, MASTERS)
    made = submissions(master, n)
    cells = len(json.loads(made["student000"])["cells"])
    result = {}
    for name, grade in {"autograder": ours, "nbgrader": nbgraders}.items():
        folder = Path(tempfile.mkdtemp())
        result[name] = round(grade(master, made, folder) / n, 3)
        shutil.rmtree(folder)
    return {
        "seconds_a_submission": result,
        "submissions": n,
        "homework": master.name,
        "cells": cells,
        "machine": f"{platform.machine()}, one core",
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("nbgrader", "numpy")},
        "date": datetime.date.today().isoformat(),
    }


if __name__ == "__main__":
    result = measure(SUBMISSIONS)
    RESULT.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    guide = GUIDE.read_text("utf-8")
    GUIDE.write_text(in_block(guide, "speed", table(result)), "utf-8")
    print(json.dumps(result, indent=1))
