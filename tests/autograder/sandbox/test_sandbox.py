"""The sandbox: what a student's code sees there, may do, and gets."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import family
import ordinary
import pytest
from handed_in import DEMO, solved

from autograder import __main__
from autograder.grading.judge import Judge
from autograder.masters import homework, release
from autograder.sandbox import bubblewrap, sandbox, seccomp
from autograder.sandbox.guest import wire
from autograder.sandbox.guest.wire import decode
from autograder.sandbox.sandbox import (
    NoSandboxError,
    Sandbox,
    StalledError,
)
from autograder.sandbox.session import CrashedError, TimedOutError

HERE = Path(__file__).parents[1]
BURGLAR = (HERE / "burglar.py").read_text("utf-8")
FEW = {"seconds": 5, "memory": 1 << 29, "disk": 4 << 20, "processes": 8}


def seen(code, name="out", **limits):
    """The value of a name after a student's code has run in a sandbox of its own."""
    with Sandbox([], [code], limits=FEW | limits) as box, box.session() as session:
        return value(session, name)


def value(session, name="out"):
    reply = session.ask({"names": [name]})
    assert reply["errors"] == []
    return decode(reply["names"][name]["value"])


def value_of(session, name):
    """As `value`, whatever errors there were."""
    return decode(session.ask({"names": [name]})["names"][name]["value"])


def secrets():
    """Identities of all files of the repository but what runs in the sandbox."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"],
        cwd=ordinary.ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    paths = [ordinary.ROOT / each for each in listed.split("\0") if each]
    kept = [p for p in paths if p.is_file() and not p.is_relative_to(bubblewrap.GUEST)]
    return {(p.stat().st_dev, p.stat().st_ino) for p in kept}


def burgle():
    """What `burglar.look` finds, while a port and an abstract socket wait outside."""
    server = socket.create_server(("127.0.0.1", 0))
    with server, socket.socket(socket.AF_UNIX) as unix:
        address = f"\0{os.getpid()}"
        unix.bind(address)
        unix.listen()
        call = f"out = look({server.getsockname()[1]}, {address!r}, {secrets()!r})"
        return seen(f"{BURGLAR}\n{call}", seconds=60, memory=2 << 30)


@pytest.fixture(scope="module", params=["root", "an ordinary user"])
def found(request, bubblewrap):
    """What a burglar finds in a sandbox that this user started."""
    if request.param == "root" or os.geteuid():
        return burgle()
    return ordinary.answer(Path(__file__), "burgle()")


def test_it_sees_python_and_libraries_and_no_file_of_ours(found):
    assert set(found["root"]) - {"lib64"} == {
        *("dev", "grader", "lib", "proc", "python", "site", "tmp", "usr"),
    }
    assert found["seen"] > 10_000
    assert found["foreign"] == []
    assert found["libraries"] == ["numpy", "matplotlib", "sympy"]
    assert found["imports"] == []


def test_it_writes_into_tmp_and_nowhere_else(found):
    assert found["tmp"] == []
    assert set(found["writable"]) <= {"/tmp", "/dev/shm", "/dev/pts"}
    assert "/tmp" in found["writable"]


def test_it_is_an_ordinary_user_without_privilege(found):
    assert 0 not in found["ids"]
    assert len({*found["ids"]}) == 1
    assert found["capabilities"] == ["0" * 16]
    assert found["new privileges"] == "1"
    assert found["seccomp"] == "2"


def test_it_has_no_network_but_its_own_loopback(found):
    assert found["interfaces"] == ["lo"]
    assert found["port"] == "ConnectionRefusedError"
    assert found["abstract"] == "ConnectionRefusedError"
    assert found["vsock"] == found["netlink"] == "PermissionError"
    assert found["host"] == "sandbox"


def test_it_sees_none_of_our_processes_nor_environment(found):
    assert found["processes"] == [1, 2, 3, 4]  # 4: the copy from before the cell
    assert found["environment"] == bubblewrap.environment() | {"PWD": "/tmp"}
    assert found["environ"] == "PermissionError"
    assert found["mem"][0] == "PermissionError"
    assert found["descriptors"] == ["/dev/null"] * 3 + ["socket"]
    assert found["sysctl"] in ("PermissionError", "OSError")


def test_system_calls_that_no_limit_binds_are_refused(found):
    assert {*found["calls"].values()} == {1}, found["calls"]  # EPERM


def test_when_memory_is_short_it_dies_before_the_grader(found):
    assert found["sacrifice"] == "1000"
    assert list(found["core"]) == [1, 1]


GLANCE = """
REFUSED = {"memfd_create": REFUSED["memfd_create"]}  # ptrace would hold it up
out = [
    refused()["memfd_create"] != 1,
    outcome(open, "/etc/passwd") != "FileNotFoundError",
    outcome(__import__, "nbformat") != "ModuleNotFoundError",
    len([each for each in os.listdir("/proc") if each.isdigit()]) > 3,
]
"""


def test_the_burglar_finds_what_is_there():
    """The same look without a sandbox: so the tests above can fail."""
    code = f"{BURGLAR}\n{GLANCE}"
    with Sandbox([], [code], unsafe=True) as box, box.session() as session:
        assert value(session) == [True] * 4


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_of_each_machine_is_whole(machine):
    program = seccomp.program(machine)
    steps = [program[i : i + 8] for i in range(0, len(program), 8)]
    for i, step in enumerate(steps):
        assert len(step) == 8
        if int.from_bytes(step[:2], sys.byteorder) & 7 == 5:  # a jump
            assert i + 1 + max(step[2], step[3]) < len(steps)
    assert steps[-1][:2] == steps[2][:2]  # it ends by returning


def test_where_there_is_no_filter_nothing_is_graded(monkeypatch, bubblewrap):
    monkeypatch.setattr("platform.machine", lambda: "abacus")
    says = r"no filter of system calls is made for abacus; permitted: x86_64, aarch64"
    with pytest.raises(NoSandboxError, match=says):
        sandbox.check_available()


MARKER = "Marker-271828182845"


def marked(where, line):
    """The demo with a marker in one of its cells."""
    demo = homework.load("01", DEMO)
    made = json.loads(demo.notebook)
    cell = next(cell for cell in made["cells"] if cell["id"] == where)
    cell["source"] = "".join(cell["source"]).replace(line, f'{line}\nmark = "{MARKER}"')
    return homework.Homework(demo.name, json.dumps(made), demo.answers)


@pytest.mark.parametrize(
    ("where", "line", "found"),
    [
        ("q1-tests", "### BEGIN HIDDEN TESTS", "'nothing, and much was searched'"),
        ("numbers", "TOSSES = 50", "'found in memory'"),  # a given cell: it may be seen
    ],
)  # fmt: skip
def test_no_text_of_a_hidden_test_can_be_read(bubblewrap, where, line, found):
    master = marked(where, line)
    source = f"{BURGLAR}\ndef bce(p, y):\n    return marker() if np.shape(p) else 0"
    judge = Judge(master, release.stubs(master), limits={"seconds": 30})
    result = judge.grade(json.dumps(solved(master, "q1", source)).encode())
    visible, hidden = result.questions[0].checks
    assert (visible.came_out, hidden.came_out) == ("0", found)


LIMITS = {
    "memory": """
try:
    out = len(bytearray(600 << 20))
except MemoryError:
    out = "MemoryError"
""",
    "processes": """
import os, time
out = 0
try:
    while out < 50:
        if os.fork() == 0:
            time.sleep(60)
        out += 1
except OSError as error:
    out = [out < 8, type(error).__name__]
""",
    "threads": """
import threading, time
out = 0
try:
    while out < 50:
        threading.Thread(target=time.sleep, args=[60], daemon=True).start()
        out += 1
except RuntimeError as error:
    out = [out < 8, str(error)]
""",
    "one large file": """
try:
    with open("/tmp/x", "wb", buffering=0) as file:
        out = 0
        while out < 99 << 20:
            out += file.write(bytes(1 << 20))
except OSError as error:
    out = [out <= 4 << 20, error.strerror]
""",
    "many files": """
out, n = 0, 0
try:
    for n in range(100):
        with open(f"/tmp/{n}", "wb", buffering=0) as file:
            out += file.write(bytes(1 << 20))
except OSError as error:
    out = [out <= 4 << 20, error.strerror]
""",
    "open files": """
kept = []
try:
    while len(kept) < 2000:
        kept.append(open("/dev/null"))
except OSError as error:
    out = [len(kept) < 64, error.strerror]
while kept:
    kept.pop().close()
""",
    "output": """
import sys
for _ in range(100):
    print("x" * 1_000_000)
    sys.stderr.write("y" * 1_000_000)
out = "printed"
""",
    "folders of the system": """
import os
out = []
for folder in "/ /dev/shm /dev /proc /site /usr/lib /grader/guest /python".split():
    try:
        open(f"{folder}/x", "w")
    except OSError as error:
        out.append(error.errno in (1, 2, 13, 30))
""",
}
BOUND = {
    "memory": "MemoryError",
    "processes": [True, "BlockingIOError"],
    "threads": [True, "can't start new thread"],
    "one large file": [True, "File too large"],
    "many files": [True, "No space left on device"],
    "open files": [True, "Too many open files"],
    "output": "printed",
    "folders of the system": [True] * 8,
}


@pytest.mark.parametrize("what", LIMITS)
def test_each_limit_binds(bubblewrap, what):
    assert seen(LIMITS[what]) == BOUND[what]


@pytest.mark.parametrize(
    ("what", "limits", "got"),
    [
        ("memory", {"memory": 2 << 30}, 600 << 20),
        ("processes", {"processes": 80}, 50),
        ("one large file", {"disk": 200 << 20}, 99 << 20),
    ],
)
def test_it_is_the_limit_that_binds(bubblewrap, what, limits, got):
    assert seen(LIMITS[what], **limits) == got


def test_the_time_of_a_processor_is_bound_where_a_process_hides(bubblewrap):
    """The wall clock ends the session; this ends what would outlast it."""
    code = "import resource\nout = resource.getrlimit(resource.RLIMIT_CPU)"
    assert seen(code, seconds=3) == (36, 36)  # for all cells together


HIDDEN = """
import os
kept = 1
if os.fork() == 0:
    while True:
        pass
os.wait()
"""


def test_the_work_of_all_processes_counts_and_sleep_has_a_limit_of_its_own(bubblewrap):
    for code in (HIDDEN, "import time\nkept = 1\ntime.sleep(1000)"):
        with Sandbox([], limits={"seconds": 1}) as box:
            assert box.run("kept = 0") == wire.REPLIED
            assert box.run(code) == wire.STOPPED
            with box.session() as session:
                assert decode(
                    session.ask({"names": ["kept"]})["names"]["kept"]["value"]
                )


DEAF = """
kept = 1
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
while True:
    pass
"""


@pytest.mark.parametrize(
    ("code", "fate"),
    [
        (DEAF, wire.LATE),
        ("kept = 1\nimport os\nos._exit(0)", wire.ENDED),
        ("kept = 1\nimport os\nos.kill(os.getpid(), 9)", wire.ENDED),
        ("kept = 1\nimport ctypes\nctypes.string_at(1)", wire.ENDED),
        ("kept = 1\nimport os\nos.kill(-1, 9)", wire.ENDED),  # and the sandbox
        ("kept = 1\nimport os\nos.kill(2, 19)\nwhile True:\n    pass", wire.ENDED),
    ],
    ids=["deaf", "exit", "kill", "segmentation fault", "kill all", "stops the first"],
)
def test_a_cell_that_cannot_be_ended_well_is_as_if_it_were_not_there(
    bubblewrap, code, fate
):
    with Sandbox([], limits={"seconds": 1}) as box:
        assert box.run("kept = [0]") == wire.REPLIED
        assert box.run(code) == fate
        assert box.run("kept.append(2)") == wire.REPLIED
        with box.session() as session:
            assert value(session, "kept") == [0, 2]


def test_what_stands_still_is_the_student_s_unless_the_machine_is_busy(
    bubblewrap, monkeypatch
):
    monkeypatch.setattr(sandbox, "WAIT", 0.3)
    waits = "import time\ntime.sleep(9)"  # less than a cell may, more than we wait
    with Sandbox([]) as box:
        assert box.run(waits) == wire.ENDED
    with Sandbox([], busy=True) as box, pytest.raises(StalledError, match="stood"):
        box.run(waits)


def test_a_test_sees_the_moment_at_which_it_is_asked(bubblewrap):
    with Sandbox([]) as box:
        seen = []
        for cell in ("kept = []", "kept.append(1)", "kept.append(2)"):
            box.run(cell)
            with box.session() as session:
                seen.append(value(session, "kept"))
        assert seen == [[], [1], [1, 2]]


TOGETHER = """
import os, time
kept = 1
for _ in range(4):
    if os.fork() == 0:
        much = b"x" * (100 << 20)
        time.sleep(60)
time.sleep(5)
"""


def test_the_memory_of_all_processes_has_a_limit(bubblewrap):
    for limit, kept in ((300 << 20, 0), (1 << 30, 1)):
        with Sandbox([], limits={"together": limit, "seconds": 2}) as box:
            box.run("kept = 0")
            fate = box.run(TOGETHER)
            assert fate == (wire.STOPPED if kept else wire.ENDED)
            with box.session() as session:
                assert value_of(session, "kept") == kept


ENDLESS = "def f(x):\n    while x:\n        pass\n    return 7"


def call(session, argument):
    return session.ask({"call": "f", "args": [argument], "kwargs": {}})


def test_after_a_time_out_the_next_session_works(bubblewrap):
    with Sandbox([], [ENDLESS], limits={"seconds": 2}) as box:
        with pytest.raises(TimedOutError, match="after 2 s"), box.session() as session:
            call(session, 1)
        with box.session() as session:
            assert call(session, 0) == {"value": 7}


def test_a_session_that_caught_its_time_out_ends_too(bubblewrap):
    with Sandbox([], [ENDLESS], limits={"seconds": 2}) as box:
        with box.session() as session:
            for _ in range(2):
                with pytest.raises(TimedOutError):
                    call(session, 1)
        with box.session() as session:
            assert call(session, 0) == {"value": 7}


@pytest.mark.parametrize("process", [2, -1, 0], ids=["zygote", "everyone", "group"])
def test_after_a_murder_the_next_session_works(bubblewrap, process):
    code = f"import os\ndef f(x):\n    os.kill({process}, 9 * x)\n    return 7"
    with Sandbox([], [code], limits={"seconds": 4}) as box:
        with pytest.raises(CrashedError), box.session() as session:
            [call(session, 1) for _ in range(2)]
        with box.session() as session:
            assert call(session, 0) == {"value": 7}


def test_a_stopped_zygote_delays_and_ends_nothing(bubblewrap):
    code = "import os\ndef f(x):\n    os.kill(2, 19 * x)  # SIGSTOP\n    return 7"
    with Sandbox([], [code], limits={"seconds": 4}) as box:
        with pytest.raises(CrashedError), box.session() as session:
            assert call(session, 1) == {"value": 7}
        with box.session() as session:
            assert call(session, 0) == {"value": 7}


def test_each_session_begins_with_what_the_cells_left(bubblewrap):
    """No name, file, process or socket of one session is there in the next."""
    code = """
import os, socket, time
seen = 0
def f(x):
    global seen
    seen += 1
    out = [seen, os.listdir("/tmp")]
    out.append(len([p for p in os.listdir("/proc") if p.isdigit()]))
    os.makedirs("/tmp/a/b")
    open("/tmp/a/b/c", "w").close()
    os.symlink("/", "/tmp/link")
    os.chmod("/tmp/a/b", 0)
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        plug = socket.socket(socket.AF_UNIX)
        plug.bind("\\0here")
        time.sleep(60)
    with socket.socket(socket.AF_UNIX) as plug:
        plug.bind("\\0there")
    return out
"""
    with Sandbox([], [code], limits={"seconds": 5}) as box:
        for _ in range(3):  # bubblewrap's, the first, the runner, its child
            with box.session() as session:
                assert call(session, 1) == {"value": [1, [], 4]}


BROOD = """
import os, time
def f(x):
    before = len([each for each in os.listdir("/proc") if each.isdigit()])
    for _ in range(3):
        child = os.fork()
        if child == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(60)
            os._exit(0)
        os.waitpid(child, 0)
    return before
"""


def test_no_process_outlives_its_session(bubblewrap):
    with Sandbox([], [BROOD], limits={"seconds": 5}) as box:
        pids = set()
        for _ in range(2):
            with box.session() as session:
                assert call(session, 1) == {"value": 4}
            pids.add(box._process.pid)
        assert len(pids) == 1


def test_sessions_that_leave_nothing_share_a_sandbox(bubblewrap):
    with Sandbox([], ["out = 1"]) as box:
        with box.session() as session:
            assert value(session) == 1
        first = box._process.pid
        with box.session() as session:
            assert value(session) == 1
        assert box._process.pid == first


def test_all_replies_together_have_a_limit(bubblewrap):
    code = "def f(x):\n    return 'x' * 900"
    with Sandbox([], [code], limits={"reply": 1_000}) as box, box.session() as session:
        for _ in range(8):
            assert len(call(session, 1)["value"]) == 900
        with pytest.raises(CrashedError, match="913 bytes; at most 696"):
            call(session, 1)


def test_no_process_outlives_the_sandbox(bubblewrap):
    with Sandbox([], [BROOD, "f(1)"]) as box, box.session() as session:
        session.ask({"names": []})
        brood = family.of(box._process.pid)
        assert len(brood) >= 7  # bubblewrap's, the first, the runner, its child, brood
    assert family.gone(brood)


def test_no_process_outlives_a_grader_that_is_killed():
    # The first process is stopped, a little later: no help there.
    code = f"{BROOD}\nf(1)\nif os.fork() == 0:\n    time.sleep(1)\n    os.kill(2, 19)"
    program = (
        "import time\nfrom autograder.sandbox.sandbox import Sandbox\n"
        f"box = Sandbox([], [{code!r}])\nwith box.session() as session:\n"
        "    session.ask({'names': []})\n    print(box._process.pid, flush=True)\n"
        "    time.sleep(60)\n"
    )
    grader = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=ordinary.ROOT
    )
    with grader:
        pid = int(grader.stdout.readline())
        brood = family.of(pid) | {pid}
        assert len(brood) >= 5
        while not any(family.status(each)[:1] == ["T"] for each in brood):
            time.sleep(0.05)
        grader.send_signal(signal.SIGKILL)
    assert family.gone(brood)


@pytest.fixture
def only(monkeypatch, tmp_path):
    """PATH with one program of this test's own making, or with none."""

    def put(script=None):
        if script:
            (tmp_path / "bwrap").write_text(f"#!{shutil.which('sh')}\n{script}\n")
            (tmp_path / "bwrap").chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))

    return put


def test_without_bubblewrap_it_refuses_and_says_what_to_install(only, capsys, tmp_path):
    only()
    with pytest.raises(NoSandboxError, match=r"apt-get install bubblewrap.*--unsafe"):
        sandbox.check_available()
    notebook = tmp_path / "class" / "ada" / "hw01.ipynb"
    notebook.parent.mkdir(parents=True)
    notebook.write_text('{"cells": []}')
    out = tmp_path / "out"
    status = __main__.main(["grade", "1", str(tmp_path / "class"), "--out", str(out)])
    assert status == 2
    said = capsys.readouterr().err
    assert re.search("bubblewrap is not installed: .*apt-get install bubblewrap", said)
    assert not [*out.glob("results/*")]


@pytest.mark.parametrize("options", [[], ["--unsafe"]])
def test_on_another_system_nothing_is_graded(options, monkeypatch, tmp_path, capsys):
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ada.ipynb").write_text('{"cells": []}')
    words = ["grade", "1", str(tmp_path / "class"), "--out", str(tmp_path / "out")]
    monkeypatch.setattr(sys, "platform", "darwin")
    assert __main__.main([*words, *options]) == 2
    assert "grading needs Linux, with --unsafe too" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_where_bubblewrap_may_not_work_it_refuses_and_says_so(only):
    only("echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1")
    with pytest.raises(NoSandboxError, match=r"uid map: Permission denied.*AppArmor"):
        sandbox.check_available()


def test_a_sandbox_that_runs_nothing_grades_nothing(only):
    only("exit 0")
    with pytest.raises(NoSandboxError, match="the sandbox did not start"):
        sandbox.check_available()
    with (
        pytest.raises(StalledError, match="did not start"),
        Sandbox([], ["out = 1"]).session() as session,
    ):
        session.ask({"names": ["out"]})
