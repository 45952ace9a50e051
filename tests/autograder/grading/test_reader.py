"""Notebooks are read where nothing can be written and nobody be reached."""

import io
import json
import os
import socket
from pathlib import Path

import ordinary
import pytest
from handed_in import demo, notebook, solved

from autograder.grading import reader, worker
from autograder.grading.judge import Judge
from autograder.intake import reading
from autograder.intake.notebook import Unreadable
from autograder.masters import release
from autograder.results import Status

BURGLAR = """
import json, os, socket, sys

def outcome(action, *arguments):
    try:
        made = action(*arguments)
        made and made.close()
    except OSError as error:
        return type(error).__name__
    return "done"

def touched(folder):
    path = os.path.join(folder, "left-by-a-reader")
    result = outcome(open, path, "w")
    if result == "done":
        os.unlink(path)
    return result

def call(family, where):
    with socket.socket(family) as plug:
        plug.connect(where)

def look(private, port, address, process):
    walked = [where for where, _, _ in os.walk("/") if where.split("/")[1] != "proc"]
    with open("/proc/self/status") as file:
        status = dict(line.split(":", 1) for line in file)
    return {
        "touched": [where for where in walked if touched(where) == "done"],
        "private": outcome(open, private),
        "module": outcome(open, "/grader/autograder/intake/reading.py", "a"),
        "port": outcome(call, socket.AF_INET, ("127.0.0.1", port)),
        "unix": outcome(call, socket.AF_UNIX, address),
        "kill": outcome(os.kill, process, 0),
        "folders": len(walked),
        "capabilities": int(status["CapEff"], 16),
        "seccomp": status["Seccomp"].strip(),
        "tree": sorted(os.listdir("/")),
    }
"""


def burgle(folder):
    """What a program finds in the reader's place, and what `outcome` does outside."""
    private = Path(folder) / "grades"
    private.touch()
    server = socket.create_server(("127.0.0.1", 0))
    with server, socket.socket(socket.AF_UNIX) as unix:
        unix.bind(f"\0reader{os.getpid()}")
        unix.listen()
        task = [str(private), server.getsockname()[1], unix.getsockname().decode()]
        inside = in_its_place(f"said = look(*{[*task, os.getpid()]!r})")
        outside: dict = {}
        exec(BURGLAR, outside)
        outcome, call = outside["outcome"], outside["call"]
        found = {
            "private": outcome(open, private),
            "port": outcome(call, socket.AF_INET, ("127.0.0.1", task[1])),
            "unix": outcome(call, socket.AF_UNIX, task[2]),
            "kill": outcome(os.kill, os.getpid(), 0),
            "touched": outside["touched"](folder),
        }
    return inside, found


def in_its_place(code):
    """What `said` is after code that runs instead of the reader's program."""
    says = "print(json.dumps({'unreadable': json.dumps(said)}), flush=True)"
    program, reader.PROGRAM = reader.PROGRAM, f"{BURGLAR}\n{code}\n{says}"
    try:
        made = reader.Reader()
    finally:
        reader.PROGRAM = program
    with pytest.raises(Unreadable) as said:
        made.read([], b"")
    made.close()
    return json.loads(str(said.value))


@pytest.fixture(scope="module", params=["root", "an ordinary user"])
def found(request, bubblewrap, tmp_path_factory):
    """What a burglar finds in the place of a reader that this user started."""
    if request.param == "root" or os.geteuid():
        return burgle(str(tmp_path_factory.mktemp("reader")))
    return ordinary.answer(Path(__file__), "burgle(tempfile.mkdtemp())")


def test_outside_the_burglar_can_do_it_all(found):
    assert {*found[1].values()} == {"done"}


def test_it_writes_nowhere(found):
    assert found[0]["touched"] == []
    assert found[0]["folders"] > 100
    assert found[0]["module"] in ("OSError", "PermissionError")  # root's or another's


def test_it_reaches_no_network_and_no_process(found):
    assert found[0]["port"] == found[0]["unix"] == "ConnectionRefusedError"
    assert found[0]["kill"] == "ProcessLookupError"


def test_it_sees_no_file_of_ours_and_has_no_right(found):
    assert found[0]["private"] == "FileNotFoundError"
    assert {*found[0]["tree"]} - {"lib64"} == {
        *("dev", "grader", "lib", "proc", "python", "site", "usr"),
    }
    assert found[0]["capabilities"] == 0
    assert found[0]["seccomp"] == "2"


@pytest.fixture
def process(bubblewrap):
    made = reader.Reader()
    yield made
    made.close()


RELEASED = Judge(demo(), release.stubs(demo())).released


@pytest.mark.parametrize(
    "made",
    [
        solved(demo()),
        notebook(demo(), {}),
        {"cells": [], "metadata": {"bce_variant": "bob"}},
        {"cells": [{"cell_type": "code", "source": "x = '\ud800é\0'"}]},
        solved(demo(), "q1", "#" * 1_500_000) | {"language_info": {"version": "3.14"}},
    ],
    ids=["right", "blank", "empty", "odd characters", "large"],
)
def test_it_reads_what_would_be_read_here(process, made):
    data = json.dumps(made).encode()
    for variant in (None, "ada"):
        here = reading.read(RELEASED, data, variant)
        assert process.read(RELEASED, data, variant) == here
    assert here.python == ("3.14" if "language_info" in made else "")


def test_what_cannot_be_read_is_said_and_the_next_is_read(process):
    for data, says in ((b"", "the file is empty"), (b"%PDF", "it is a PDF")):
        with pytest.raises(Unreadable, match=says):
            process.read(RELEASED, data)
    assert process.read(RELEASED, json.dumps(solved(demo())).encode()).attempted["q1"]


def test_where_it_ended_nothing_is_made_up(bubblewrap):
    ended = reader.Reader()
    ended.read(RELEASED, json.dumps(solved(demo())).encode())  # it is up
    ended._process.kill()
    ended._process.wait()
    for _ in range(2):
        with pytest.raises(EOFError, match="ended"):
            ended.read(RELEASED, json.dumps(solved(demo())).encode())
    ended.close()


def test_a_reading_that_dies_takes_the_next_not_along(monkeypatch):
    """The fork for a notebook is killed at its work; the process goes on."""
    read, write = os.pipe()
    good = json.dumps(solved(demo())).encode()
    tasks = [reading.task(RELEASED, data, None) for data in (b"fatal", good)]

    def fatal(released, data, variant):
        if data == b"fatal":
            os._exit(9)
        return read_well(released, data, variant)

    read_well = reading.read
    monkeypatch.setattr(reading, "read", fatal)
    monkeypatch.setattr(reading.resource, "setrlimit", lambda *_: None)
    with os.fdopen(write, "wb") as answers:
        reading.serve(tasks, answers)
    with os.fdopen(read, "rb") as lines:
        with pytest.raises(EOFError, match="ended"):
            reading.answered(lines.readline())
        assert reading.answered(lines.readline()) == read_well(RELEASED, good)


class Broken:
    """A reader that dies at its first notebook, and says so of others."""

    started = 0

    def __init__(self):
        Broken.started += 1

    def read(self, released, data, variant):
        if Broken.started == 1:
            raise EOFError
        raise Unreadable("a reader of its own was asked")

    def close(self):
        pass


def served(unsafe):
    """What a worker makes of two notebooks."""
    settings = {
        "name": demo().name, "notebook": demo().notebook, "answers": demo().answers,
        "stubs": release.stubs(demo()), "unsafe": unsafe, "limits": None,
    }  # fmt: skip
    task = reading.base64.b64encode(json.dumps(notebook(demo(), {})).encode()).decode()
    lines = [settings, *2 * [{"data": task, "variant": None, "busy": False}]]
    questions = io.BytesIO(b"".join(json.dumps(x).encode() + b"\n" for x in lines))
    answers = io.BytesIO()
    worker.serve(questions, answers)
    return [worker.Result.from_dict(json.loads(x)) for x in
            answers.getvalue().splitlines()]  # fmt: skip


def test_a_worker_has_its_notebooks_read_there(bubblewrap, monkeypatch, capfd):
    monkeypatch.setattr(worker, "Reader", Broken)
    monkeypatch.setattr(Broken, "started", 0)
    assert [result.problem for result in served(unsafe=False)] == [
        worker.GAVE_UP,
        "a reader of its own was asked",
    ]
    assert Broken.started == 2


def test_unsafe_reads_here(monkeypatch):
    monkeypatch.setattr(worker, "Reader", Broken)
    monkeypatch.setattr(Broken, "started", 0)
    for result in served(unsafe=True):
        assert {each.status for each in result.questions} == {Status.NOT_ATTEMPTED}
    assert Broken.started == 0
