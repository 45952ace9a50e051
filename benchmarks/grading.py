"""A class of 300: `python -m autograder grade` beside `nbgrader autograde`.

How long a submission takes, and what it earns: with one job and with eight, what it
deserves, and nowhere less than nbgrader gives. The class is that of `classroom`, with
all that students do; the ordinary part of it is right, wrong and blank. nbgrader
executes each notebook in a kernel; its instructor's cells overwrite the student's.
Run with the course's own environment: ``make bench``.
"""

import argparse
import contextlib
import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from nbgrader.api import Gradebook

from autograder.__main__ import GUIDE, MASTERS
from autograder.masters import homework
from autograder.masters.guide import in_block
from benchmarks import classroom

RESULT = Path(__file__).parent / "results" / "grading.json"
ENVIRONMENT = os.environ | {
    "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",  # nbgrader's alembic
    "PYTHONDONTWRITEBYTECODE": "",  # or everything is compiled at each start
}
SECONDS = 10  # for a cell, of both
CLASSES = ("ordinary", "realistic")
ORDINARY = ("right", "in_another_style", "known_mistake", "blank")
CONFIG = f"""\
c = get_config()
c.CourseDirectory.course_id = "course"
c.CourseDirectory.root = {{root!r}}
c.Execute.timeout = {SECONDS}
c.Execute.interrupt_on_timeout = True
"""
GROUPS = {  # control groups, which count what all processes in them worked
    Path("/sys/fs/cgroup/cpuacct"): ("cpuacct.usage", 1e9),
    Path("/sys/fs/cgroup"): ("cpu.stat", 1e6),
}


def table(result):
    """The measurement as the instructors' guide shows it, in Markdown."""
    lines = [
        "| class | grader | seconds a submission, one core | 300 submissions |",
        "|---|---|--:|--:|",
    ]
    commands = {
        "autograder": "python -m autograder grade",
        "nbgrader": "nbgrader autograde",
    }
    for kind, seconds in result["seconds_a_submission"].items():
        for name, command in commands.items():
            each = seconds[name]
            row = f"| {kind} | `{command}` | {each:.2f} | {each * 5:.0f} min |"
            lines.append(row)
    ours, theirs = (
        " and ".join(str(result["submissions"][kind][name]) for kind in CLASSES)
        for name in commands
    )
    return "\n".join(
        [
            *lines,
            "",
            f"Measured on {result['date']} in {result['measured']}, with the program's "
            f"start, on {ours} submissions of homework {result['homework'][:2]}, for "
            f"nbgrader on {theirs} of them. *Ordinary* are right, wrong and blank "
            "notebooks; *realistic* is a class with all that students do: cells "
            "without end, magics, missing "
            f"libraries, deleted tests. {result['machine']}, Python "
            f"{result['python']}, nbgrader {result['versions']['nbgrader']}. Repeat it "
            "with `python -m benchmarks.grading`.",
        ]
    )


@contextlib.contextmanager
def metered():
    """Yield a function that gives the seconds spent so far, and their name.

    Seconds of a processor where a control group can be made, which takes root; there a
    busy machine does no harm. Otherwise those of the wall's clock.
    """
    for root in GROUPS:
        group = root / f"bce-{os.getpid()}"
        with contextlib.suppress(OSError):
            group.mkdir()
            (group / "cgroup.procs").write_text("0")
            break
    else:
        yield time.perf_counter, "wall time"
        return

    def spent():
        name, unit = GROUPS[root]
        words = (group / name).read_text().split()
        at = words.index("usage_usec") + 1 if "usage_usec" in words else 0
        return int(words[at]) / unit

    try:
        yield spent, "processor time"
    finally:
        (root / "cgroup.procs").write_text("0")
        for _ in range(100):  # what was killed in there may not be gone yet
            with contextlib.suppress(OSError):
                group.rmdir()
                break
            time.sleep(0.1)


def seconds(command, folder):
    """What a command spends on one core."""
    core = min(os.sched_getaffinity(0))
    with metered() as (spent, _):
        begun = spent()
        subprocess.run(
            command,
            cwd=folder,
            env=ENVIRONMENT,
            check=False,  # nbgrader's status says that some notebooks failed
            capture_output=True,
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        )
        return spent() - begun


def handed_in(hand_ins, folder, name):
    for each in hand_ins:
        path = folder / each.student / name
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(each.notebook), "utf-8")


def ours(master, hand_ins, folder, jobs=1):
    """Seconds of `python -m autograder grade`, and the results by student."""
    if not (folder / "in").exists():
        handed_in(hand_ins, folder / "in", f"{master.name}.ipynb")
    out = folder / f"out-{jobs}"
    grade = [sys.executable, "-m", "autograder", "grade", master.name]
    options = ["--out", str(out), "--jobs", str(jobs), "--seconds", str(SECONDS)]
    root = Path(__file__).parents[1]
    spent = seconds([*grade, str(folder / "in"), *options], root)
    texts = {path.stem: path.read_text("utf-8") for path in out.glob("results/*.json")}
    return spent, texts


def nbgraders(master, hand_ins, folder):
    """Seconds of `nbgrader autograde`, and the points by student and question."""
    source = folder / "source" / "ps1" / f"{master.name}.ipynb"
    source.parent.mkdir(parents=True)
    source.write_text(master.notebook, "utf-8")
    (folder / "nbgrader_config.py").write_text(CONFIG.format(root=str(folder)))
    nbgrader = [sys.executable, "-m", "nbgrader"]
    seconds([*nbgrader, "generate_assignment", "ps1"], folder)
    handed_in(hand_ins, folder / "submitted", f"ps1/{master.name}.ipynb")
    spent = seconds([*nbgrader, "autograde", "ps1"], folder)
    points = {}
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        for submission in gradebook.assignment_submissions("ps1"):
            earned = points.setdefault(submission.student.id, {})
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    question = grade.name.partition("-")[0]
                    score = grade.auto_score or 0
                    earned[question] = earned.get(question, 0) + score
    return spent, points


def earned(text):
    """The points by question in one of our results."""
    return {q["question"]: q["points"] for q in json.loads(text)["questions"]}


def measure(every):
    """What both spend and give; nbgrader, which takes long, for every so many."""
    master = homework.load(classroom.HOMEWORK, MASTERS)
    whole = [*classroom.class_of_300(master, SECONDS)]
    classes = {
        "ordinary": [each for each in whole if each.kind in ORDINARY],
        "realistic": whole,
    }
    result = {kind: {} for kind in CLASSES}
    counted = {
        kind: {"autograder": len(each), "nbgrader": len(each[::every])}
        for kind, each in classes.items()
    }
    with tempfile.TemporaryDirectory() as name:
        for kind, hand_ins in classes.items():
            spent, texts = ours(master, hand_ins, Path(name) / kind / "ours")
            result[kind]["autograder"] = round(spent / len(hand_ins), 3)
            few = hand_ins[::every]
            spent, theirs = nbgraders(master, few, Path(name) / kind / "theirs")
            result[kind]["nbgrader"] = round(spent / len(few), 3)
        _, eight = ours(master, whole, Path(name) / "realistic" / "ours", jobs=8)
    got = {student: earned(text) for student, text in texts.items()}
    wrong = [
        x.student for x in whole if not x.deserved.items() <= got[x.student].items()
    ]
    more = [
        [student, question]
        for student, points in theirs.items()
        for question, number in points.items()
        if number > (got[student][question] or 0) and question in whole[0].deserved
    ]
    with metered() as (_, coin):
        pass
    return {
        "seconds_a_submission": result,
        "submissions": counted,
        "measured": coin,
        "not as deserved": wrong,
        "other results with eight jobs": [x for x in texts if texts[x] != eight[x]],
        "nbgrader gives more": more,
        "homework": master.name,
        "machine": f"{platform.machine()}, one core",
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("nbgrader", "numpy")},
        "date": datetime.date.today().isoformat(),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--every", type=int, default=10, help="hand-in is nbgrader's too (default: 10)"
    )
    result = measure(parser.parse_args().every)
    RESULT.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    guide = GUIDE.read_text("utf-8")
    GUIDE.write_text(in_block(guide, "speed", table(result)), "utf-8")
    print(json.dumps(result, indent=1))
