"""Many submissions: side by side, resumed after a kill, one result a file."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
from handed_in import DEMO, demo, hand_in, notebook, solved

from autograder import files, results
from autograder.grading import batch, worker
from autograder.grading.judge import Judge
from autograder.intake import submissions
from autograder.masters import release

ROOT = DEMO.parents[2]


@pytest.fixture(scope="module")
def class_of_ten(tmp_path_factory, bubblewrap):
    """Submissions of ten students; the points that each deserves for q1 and q2."""
    folder, master, deserved = tmp_path_factory.mktemp("class"), demo(), {}
    for i in range(10):
        student = f"student{i}"
        if i % 3 == 0:
            made, points = solved(master), [3, 2]
        elif i % 3 == 1:
            made, points = solved(master, "q1", master.wrong[0].source), [1, 2]
        else:
            made, points = notebook(master, {}), [0, 0]
        hand_in(folder, student, made)
        deserved[student] = points
    return folder, deserved


def grade(folder, out, **options):
    found = submissions.find_submissions([folder], "01_demo")
    return batch.grade_all(demo(), found, out, progress=False, **options)


def points(graded):
    return {r.student: [q.points for q in r.questions[:2]] for r in graded}


def test_all_are_graded_side_by_side(class_of_ten, tmp_path):
    folder, deserved = class_of_ten
    graded = grade(folder, tmp_path, jobs=2)
    assert points(graded) == deserved
    written = {path.stem for path in (tmp_path / "results").iterdir()}
    assert written == set(deserved)
    assert results.read_all(tmp_path, demo()) == sorted(graded, key=lambda r: r.student)


def test_a_run_that_was_killed_goes_on(class_of_ten, tmp_path):
    folder, deserved = class_of_ten
    code = (
        "import sys; sys.path += ['tests/autograder', 'tests/autograder/grading']; "
        "import test_batch; "
        "from pathlib import Path; folder, out = map(Path, sys.argv[1:]); "
        "test_batch.grade(folder, out, jobs=1)"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", code, folder, tmp_path], cwd=ROOT, start_new_session=True
    )
    deadline = time.monotonic() + 60
    while len(done := [*(tmp_path / "results").glob("*.json")]) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    before = {path: path.stat().st_mtime_ns for path in done}
    assert points(grade(folder, tmp_path)) == deserved
    assert {path: path.stat().st_mtime_ns for path in done} == before
    assert len([*(tmp_path / "results").iterdir()]) == 10


def test_what_a_killed_run_had_half_written_is_taken_away(tmp_path, bubblewrap):
    hand_in(tmp_path / "class", "ada", solved(demo()))
    out = tmp_path / "out"
    for draft in (out / "results" / ".ada.json-x.draft", out / ".grades.csv-x.draft"):
        draft.parent.mkdir(parents=True, exist_ok=True)
        draft.touch()
    grade(tmp_path / "class", out)
    assert {path.name for path in out.rglob("*")} == {"results", "ada.json", ".lock"}


def test_only_what_changed_is_graded_again(tmp_path, bubblewrap):
    mine = tmp_path / "class"
    hand_in(mine, "ada", solved(demo()))
    path = hand_in(mine, "bob", notebook(demo(), {}))
    out = tmp_path / "out"
    assert points(grade(mine, out)) == {"ada": [3, 2], "bob": [0, 0]}
    times = {p.stem: p.stat().st_mtime_ns for p in (out / "results").iterdir()}
    path.write_text(json.dumps(solved(demo())))
    assert points(grade(mine, out)) == {"ada": [3, 2], "bob": [3, 2]}
    again = {p.stem: p.stat().st_mtime_ns for p in (out / "results").iterdir()}
    assert again["ada"] == times["ada"]
    assert again["bob"] > times["bob"]
    grade(mine, out, limits={"seconds": 5})  # other settings: all are graded again
    assert (out / "results" / "ada.json").stat().st_mtime_ns > times["ada"]


def test_of_two_notebooks_the_newest_that_was_attempted_counts(tmp_path, bubblewrap):
    wrong = solved(demo(), "q1", demo().wrong[0].source)
    tries = {  # of each student: notebooks, the oldest first
        "ada": [solved(demo()), notebook(demo(), {})],
        "bob": [solved(demo()), wrong],
        "cyd": [solved(demo()), wrong, notebook(demo(), {}), {"cells": "no list"}],
        "dee": [notebook(demo(), {}), notebook(demo(), {})],
        "eve": [{"cells": 1}, {"cells": 2}],
    }
    for student, notebooks in tries.items():
        for i, made in enumerate(notebooks):
            path = tmp_path / "class" / student / f"01_demo-{i}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(made))
            os.utime(path, (1e9 + i, 1e9 + i))
    for _ in range(2):
        graded = {r.student: r for r in grade(tmp_path / "class", tmp_path / "out")}
        assert points(graded.values()) == {
            "ada": [3, 2], "bob": [1, 2], "cyd": [1, 2], "dee": [0, 0],
            "eve": [None] * 2
        }  # fmt: skip
    said = "notebooks were handed in; graded: 01_demo-{}.ipynb, the {}."
    tried, first = "newest that was attempted", "latest"
    for student, n, i, why in [
        ("ada", 2, 0, tried), ("bob", 2, 1, first), ("cyd", 4, 1, tried),
        ("dee", 2, 1, first), ("eve", 2, 1, first),
    ]:  # fmt: skip
        assert graded[student].notes[0] == f"{n} {said.format(i, why)}"
        assert graded[student].file == f"{student}/01_demo-{i}.ipynb"
    assert (
        graded["eve"].problem == "the file is not a notebook: it has no list of cells"
    )


def test_variants_are_drawn_from_a_name_that_is_known_before(tmp_path):
    found = submissions.Submission("ada-101", "Ada", "canvas", "101")
    assert batch.variant_of(found) == "101"
    assert batch.variant_of(submissions.Submission("ada", "Ada")) == "ada"


def test_two_runs_do_not_mix(class_of_ten, tmp_path):
    folder, _ = class_of_ten
    with (
        files.alone_in(tmp_path),
        pytest.raises(BlockingIOError, match="another run is grading into"),
    ):
        grade(folder, tmp_path)


def test_results_of_another_homework_are_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no results"):
        results.read_all(tmp_path, demo())
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "ada.json").write_text('{"homework": "02_other"}')
    with pytest.raises(
        ValueError, match=r"ada.json is of homework 02_other, not 01_demo"
    ):
        results.read_all(tmp_path, demo())


def test_a_folder_with_results_of_another_homework_is_not_graded_into(tmp_path):
    hand_in(tmp_path / "class", "ada", notebook(demo(), {}))
    (tmp_path / "results").mkdir()
    theirs = tmp_path / "results" / "bob.json"
    theirs.write_text('{"homework": "02_other"}')
    with pytest.raises(ValueError, match="give each homework an --out of its own"):
        grade(tmp_path / "class", tmp_path, unsafe=True)
    assert [*theirs.parent.iterdir()] == [theirs]


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path):
    hand_in(tmp_path / "class", "ada", notebook(demo(), {}))
    out = tmp_path / "a file"
    out.touch()
    with pytest.raises(OSError, match="a file is no folder to write to: Not a direc"):
        grade(tmp_path / "class", out, unsafe=True)


@pytest.mark.parametrize("text", ["", '{"homework": "01_demo", "stud', "[]", "{}"])
def test_a_broken_result_is_made_again(text, tmp_path, bubblewrap):
    hand_in(tmp_path / "class", "ada", solved(demo()))
    path = tmp_path / "results" / "ada.json"
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(ValueError, match=r"ada.json is no result; delete it"):
        results.read_all(tmp_path, demo())
    assert points(grade(tmp_path / "class", tmp_path)) == {"ada": [3, 2]}
    assert points(results.read_all(tmp_path, demo())) == {"ada": [3, 2]}


def test_where_the_grader_broke_down_it_tries_again(tmp_path, bubblewrap, monkeypatch):
    hand_in(tmp_path / "class", "ada", solved(demo()))
    with monkeypatch.context() as broken:
        broken.setattr(sys, "executable", "/bin/false")
        (result,) = grade(tmp_path / "class", tmp_path)
    assert [q.status for q in result.questions[:2]] == ["crashed"] * 2
    assert points([result]) == {"ada": [None, None]}
    assert points(grade(tmp_path / "class", tmp_path)) == {"ada": [3, 2]}


def test_what_failed_on_a_busy_machine_is_tried_once_more_alone(
    class_of_ten, tmp_path, monkeypatch
):
    folder, deserved = class_of_ten
    judge, asked = Judge(demo(), release.stubs(demo())), []

    class Moody:
        """Loses every notebook while others are graded."""

        def __init__(self, settings):
            pass

        def grade(self, data, variant=None, *, busy=False):
            asked.append(busy)
            if busy and len(asked) % 2:
                raise worker.LostError("the sandbox stood still")
            return judge.grade(data, busy=busy)

        stop = close = lambda self: None

    monkeypatch.setattr(batch, "Worker", Moody)
    assert points(grade(folder, tmp_path, jobs=1)) == deserved
    assert asked == [True] * 10 + [False] * 5


def test_an_interrupt_ends_what_is_running_and_keeps_what_is_done(
    tmp_path, bubblewrap, monkeypatch
):
    hand_in(tmp_path / "class", "ada", solved(demo()))
    endless = solved(demo(), "q1", "while True: pass")
    hand_in(tmp_path / "class", "bob", endless)
    store, workers = batch._Task.store, []
    begin = worker.Worker.__init__

    def interrupted_after_the_first(task, result):
        store(task, result)
        raise KeyboardInterrupt

    def remembered(self, settings):
        begin(self, settings)
        workers.append(self)

    monkeypatch.setattr(batch._Task, "store", interrupted_after_the_first)
    monkeypatch.setattr(worker.Worker, "__init__", remembered)
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        grade(tmp_path / "class", tmp_path, jobs=2, limits={"seconds": 60})
    assert time.monotonic() - begun < 30
    assert points(results.read_all(tmp_path, demo())) == {"ada": [3, 2]}
    assert [each._process for each in workers] == [None, None]
    with pytest.raises(worker.LostError, match="was stopped"):
        workers[0].grade(b"{}")


def settings():
    master = demo()
    return {
        "name": master.name,
        "notebook": master.notebook,
        "answers": master.answers,
        "stubs": release.stubs(master),
        "unsafe": False,
        "limits": None,
    }


def test_a_worker_that_was_killed_is_replaced(bubblewrap):
    data = json.dumps(solved(demo())).encode()
    grader = worker.Worker(settings())
    first = grader.grade(data)
    assert first == Judge(demo(), release.stubs(demo())).grade(data)
    os.kill(grader._process.pid, signal.SIGKILL)
    assert grader.grade(data) == first
    grader.close()


def test_a_sandbox_that_does_not_start_is_no_fault_of_the_student_s(
    bubblewrap, monkeypatch, tmp_path
):
    data = json.dumps(solved(demo())).encode()
    broken = f"""#!/bin/sh
      case "$*" in *guest.__main__*) exit 1 ;; esac
      exec {shutil.which("bwrap")} "$@"
      """
    (tmp_path / "bwrap").write_text(broken)
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with contextlib.closing(worker.Worker(settings())) as grader:
        result = grader.grade(data)
    assert result.problem == worker.GAVE_UP
    assert {question.points for question in result.questions} == {None}


def test_a_worker_that_always_dies_is_reported(bubblewrap, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(worker.LostError, match="killed twice"):
        worker.Worker(settings()).grade(b"{}")


@pytest.mark.parametrize(
    "fate",
    [
        lambda _: os._exit(3),
        lambda _: os.kill(os.getpid(), signal.SIGKILL),
        lambda _: time.sleep(60),
        lambda _: bytearray(worker.MEMORY),
    ],
    ids=["exit", "kill", "hang", "memory"],
)
def test_a_child_that_dies_takes_nobody_along(fate, capfd):
    begun = time.monotonic()
    assert worker._in_a_child(fate, {}, patience=2) is None
    assert worker._in_a_child(lambda x: {"got": x}, 5, patience=2) == {"got": 5}
    assert time.monotonic() - begun < 50  # not the minute that it would sleep
