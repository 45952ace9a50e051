"""Hostile submissions: each earns what it deserves, and costs nobody else anything."""

import contextlib
import copy
import json
import os
import re
import resource
import runpy
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import family
import pytest
from handed_in import demo, solved

from autograder import reports, results
from autograder.grading import batch
from autograder.grading.judge import Judge
from autograder.intake import matching, notebook
from autograder.intake.submissions import find_submissions
from autograder.masters import homework, release

HERE = Path(__file__).parents[1]
ROOT = HERE.parents[1]
ATTACKS = {
    path.stem: path.read_text("utf-8")
    for path in sorted((HERE / "hostile").glob("[a-z]*.py"))
    if path.name not in ("uploads.py", "conftest.py")
}
TOOLS = (HERE / "hostile" / "_tools.py").read_text("utf-8")
UPLOADS = runpy.run_path(str(HERE / "hostile" / "uploads.py"))
DESERVED = {each.__name__: what for each, what in UPLOADS["DESERVED"].items()}
HONEST = [f"{letter}_honest" for letter in "amz"]  # some early, some late
LIMITS = {"seconds": 3, "memory": 1 << 29, "disk": 4 << 20}

# Harder on the grader than the demo's: what is expected stands in the arguments, and
# comes after the call.
TESTS = """### BEGIN HIDDEN TESTS
p, y = np.array([0.9, 0.2]), np.array([1, 1])
check(bce(p, y), -np.log(p), "two heads")
p, y = [0.9, 0.2], [0, 0]
check(bce(p, y), -np.log1p(-np.array(p)), "two tails")
### END HIDDEN TESTS"""


def victim():
    """The demo with other hidden tests."""
    made = json.loads(demo().notebook)
    cell = next(cell for cell in made["cells"] if cell["id"] == "q1-tests")
    cell["source"] = TESTS
    return homework.Homework(demo().name, json.dumps(made), demo().answers)


def header(name, key, default=""):
    found = re.search(rf"(?m)^# {key}: (.+)$", ATTACKS[name])
    return found[1] if found else default


def handed_in(name):
    """The notebook of a student who hands in an attack for question 1."""
    made = solved(victim(), "q1", ATTACKS[name])
    at = next(i for i, cell in enumerate(made["cells"]) if cell["id"] == "q1")
    tools = {"cell_type": "code", "id": "tools", "metadata": {}, "source": TOOLS}
    made["cells"].insert(at, tools)
    return made


def earned(result):
    """What a result says, in the words of an attack's header."""
    told = []
    for each in result.questions[:2]:
        points = "" if each.points is None else f" {each.points:g}"
        told.append(f"{each.question} {each.status}{points}")
    return ", ".join(told)


def footprint(folder):
    """All files where a grading may look for a place to write, but for its results."""
    inside = [path for path in folder.rglob("*") if "out" not in path.parts]
    shared = ("/tmp", "/var/tmp", "/dev/shm", ROOT)
    strays = [path for each in shared for path in Path(each).glob("*hostile*")]
    own = [
        *(ROOT / "autograder" / "sandbox" / "guest").glob("*.py"),
        *(HERE / "hostile").glob("*"),
    ]
    paths = [*inside, *strays, *own]
    return {p: p.stat().st_mtime_ns if p.is_file() else "a folder" for p in paths}


def export(path):
    """Write the class as one zip: villains, three honest students, and traps."""
    honest = solved(victim())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:

        def put(name, made):
            data = made if isinstance(made, bytes) else json.dumps(made).encode()
            archive.writestr(f"{name}/01_demo.ipynb", data)

        for name in HONEST:
            put(name, honest)
        for name in ATTACKS:
            put(name, handed_in(name))
        for spoil in UPLOADS["DESERVED"]:
            put(spoil.__name__, spoil(copy.deepcopy(honest)))
        UPLOADS["smuggled"](archive, json.dumps(honest))


def grade(folder):
    """Grade the class into folder/out, in a process of its own; tell what it took."""
    begun = time.monotonic()
    found = find_submissions([folder / "export.zip"], victim().name)
    batch.grade_all(victim(), found, folder / "out", limits=LIMITS, progress=False)
    used = [resource.getrusage(who).ru_maxrss for who in (-1, 0)]  # children's, its own
    print(json.dumps({"seconds": time.monotonic() - begun, "KiB": max(used)}))


@pytest.fixture(scope="module")
def graded(bubblewrap, tmp_path_factory):
    """The results of the class by the students' names, and what the grading took."""
    folder = tmp_path_factory.mktemp("class")
    export(folder / "export.zip")
    family.adopt_orphans()
    places = {key: folder / key for key in ("HOME", "TMPDIR", "cwd")}
    for place in places.values():
        place.mkdir()
    before, relatives = footprint(folder), family.of(os.getpid())
    environment = {"HOME": str(places["HOME"]), "TMPDIR": str(places["TMPDIR"])}
    program = "import sys, test_hostile as t; t.grade(t.Path(sys.argv[1]))"
    # A process that begins by fork and exec inherits the peak memory of its parent, and
    # pytest may have loaded PyTorch. A shell between the two does not.
    shell = ["sh", "-c", '"$@"; exit $?', "sh"]
    ran = subprocess.run(
        [*shell, sys.executable, "-B", "-c", program, folder],
        cwd=places["cwd"],
        env=os.environ | environment | {"PYTHONPATH": f"{ROOT}:{HERE}:{HERE}/grading"},
        stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    found = results.read_all(folder / "out", victim())
    return {
        "results": {each.name: each for each in found},
        "before": before,
        "relatives": relatives,
        "folder": folder,
    } | json.loads(ran.stdout)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_earns_what_it_deserves(graded, name):
    result = graded["results"][name]
    deserved = re.findall(r"(?m)^# (?:Deserves|Or): (.+)$", ATTACKS[name])
    assert earned(result) in deserved, result.questions[0].checks
    assert result.problem == ""


@pytest.mark.parametrize("name", DESERVED)
def test_an_upload_earns_what_it_deserves(graded, name):
    result = graded["results"][name]
    assert earned(result) == DESERVED[name]
    assert bool(result.problem) == ("unreadable" in DESERVED[name])


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_student_among_them_earns_all(graded, name):
    assert earned(graded["results"][name]) == "q1 passed 3, q2 passed 2"


def test_every_student_has_one_result(graded):
    names = set(graded["results"])
    harmless = {*HONEST, *ATTACKS, *DESERVED}
    assert harmless <= names
    others = {name: earned(graded["results"][name]) for name in names - harmless}
    assert (
        others.pop("linker") == others.pop("bomber") == "q1 unreadable, q2 unreadable"
    )
    kept = [*(graded["folder"] / "out" / "results").glob("*.json")]
    assert len(kept) == len(names)
    assert all(re.fullmatch(r"[\w.-]{1,80}\.json", path.name) for path in kept)


def test_nothing_outside_was_written(graded):
    assert footprint(graded["folder"]) == graded["before"]


def test_no_process_is_left(graded):
    assert family.gone(family.of(os.getpid()) - graded["relatives"])


def test_the_grader_s_memory_and_time_are_bounded(graded):
    assert graded["KiB"] < 1.5e6
    hangs = sum("timed out" in header(name, "Deserves") for name in ATTACKS)
    assert graded["seconds"] < LIMITS["seconds"] * hangs + 2 * len(graded["results"])


def test_results_are_small_and_can_be_written(graded):
    for result in graded["results"].values():
        data = result.as_dict()
        text = json.dumps(data, ensure_ascii=False)
        checks = [check for q in data["questions"] for check in q["checks"]]
        assert len(json.dumps(checks)) < 20_000
        assert "\ud800" not in json.dumps(data["notes"])
        assert len(text) < 2_000_000


def test_no_result_tells_what_a_hidden_test_expects(graded):
    for result in graded["results"].values():
        for question in result.questions:
            for check in question.checks:
                assert not (check.hidden and check.expected)


def test_reports_of_them_are_whole_and_inert(graded):
    out = graded["folder"] / "out"
    reports.write(out, victim(), [*graded["results"].values()])
    pages = [*out.rglob("*.html")]
    assert len(pages) >= len(graded["results"])
    for page in pages:
        text = page.read_text("utf-8")
        assert "<script>alert" not in text
        assert "\x1b" not in text
        assert "\u202e" not in text
    for table in out.glob("*.csv"):
        for line in table.read_text("utf-8-sig").splitlines():
            assert not re.search(r'(^|,)"?[=@\t\r]', line), line


# --- that they are no empty threats -------------------------------------------------


def real(how):
    return [name for name in ATTACKS if header(name, "Wins") == how]


def deserved_points(name):
    return sum(map(float, re.findall(r"(\d+)(?:,|$)", header(name, "Deserves"))))


@pytest.fixture(scope="module")
def trusting():
    """What each attack earns from a grader that runs it beside its tests."""
    master = victim()
    points = {cell.name: cell.points for cell in master.cells if cell.kind == "test"}
    source = {cell.name: cell.source for cell in master.cells}
    cells = {
        name: [
            (source.get(cell["id"], "") if cell["id"] in points else cell["source"],
             points.get(cell["id"], 0))
            for cell in handed_in(name)["cells"]
            if cell["cell_type"] == "code"
        ]
        for name in real("naive")
    }  # fmt: skip
    ran = subprocess.run(
        [sys.executable, HERE / "naive.py"],
        input=json.dumps(cells), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(ran.stdout)


@pytest.mark.parametrize("name", real("naive"))
def test_a_trusting_grader_falls_for_it(trusting, name):
    assert trusting[name] > deserved_points(name)


def judged(name, **options):
    master = victim()
    judge = Judge(master, release.stubs(master), **options)
    result = judge.grade(json.dumps(handed_in(name)).encode())
    return sum(q.points or 0 for q in result.questions)


@pytest.mark.parametrize(
    "name", real("unsafe") + real("unsafe-root") * (not os.geteuid())
)
def test_without_the_sandbox_it_gets_what_it_came_for(name):
    try:
        assert judged(name, unsafe=True) > deserved_points(name)
    finally:
        for left in Path("/tmp").glob("hostile-*"):
            left.unlink()


LIMITED = [name for name in ATTACKS if header(name, "Wins").startswith("{")]


@pytest.mark.parametrize("name", LIMITED)
def test_with_a_wider_limit_it_gets_what_it_came_for(bubblewrap, name):
    limits = {"seconds": 5} | json.loads(header(name, "Wins"))
    assert judged(name, limits=limits) > deserved_points(name)


def test_there_are_enough_of_them_and_each_says_what_it_tries():
    assert len(ATTACKS) + len(DESERVED) >= 90
    for name, source in ATTACKS.items():
        assert source.startswith("# Tries to "), name
        assert re.fullmatch(r"(q[12] [a-z ]+ \d(, |$)){2}", header(name, "Deserves")), (
            name
        )
    proven = [name for name in ATTACKS if header(name, "Wins")]
    assert len(proven) >= 25


@pytest.mark.parametrize("name", DESERVED)
def test_reading_an_upload_takes_little_time(name):
    spoil = next(f for f in UPLOADS["DESERVED"] if f.__name__ == name)
    master = victim()
    made = spoil(solved(master))
    data = made if isinstance(made, bytes) else json.dumps(made).encode()
    released = Judge(master, release.stubs(master)).released
    begun = time.process_time()
    with contextlib.suppress(notebook.Unreadable):
        matching.match(released, notebook.read_cells(data))
    assert time.process_time() - begun < 2
