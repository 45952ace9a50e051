"""The grader's rooms lie in the order of the work, and each LMS in files of its name.

    results, files ← masters ← intake ← sandbox ← grading ← reports ← __main__

An arrow reads "is imported by". No room reaches into one above it. What runs inside the
sandbox knows nothing of the grader.
"""

import ast
import re
import sys
from pathlib import Path

import pytest
from python_source import imports, lines_of_code

from autograder.results import LMS

PACKAGE = Path(__file__).parents[2] / "autograder"
ROOMS = ["masters", "intake", "sandbox", "grading", "reports", "__main__"]
FLOORS = {"results": 0, "files": 0} | {room: i for i, room in enumerate(ROOMS, 1)}
GUEST = {"numpy", *sys.stdlib_module_names}


def faults(package):
    for path in sorted(package.rglob("*.py")):
        above = path.relative_to(package).parts[:-1]
        room = above[0] if above else path.stem
        module = ".".join([*above, path.stem])
        if room != "__init__" and room not in FLOORS:
            yield f"{room} is no room: give it a floor in {Path(__file__).name}"
            continue
        for imported in imports(path, package, "autograder"):
            if fault := fault_of(room, above, imported):
                yield f"{module} imports {imported}, {fault}"


def fault_of(room, above, imported):
    """What is wrong with an import by a module of a room, or None."""
    top, sibling, *_ = [*imported.split("."), ""]
    if above[1:] == ("guest",):
        own = imported.startswith("autograder.sandbox.guest.")
        return None if own or top in GUEST else "which the sandbox has not"
    if top != "autograder" or (above and sibling == room):
        return None
    is_below = FLOORS.get(sibling, len(FLOORS)) < FLOORS.get(room, 0)
    return None if is_below else "which is not on a floor below"


def test_no_room_reaches_into_one_above_it():
    assert [*faults(PACKAGE)] == []


@pytest.mark.parametrize(
    ("name", "source", "fault"),
    [
        (
            "masters/release",
            "from autograder.intake import matching",
            "masters.release",
        ),
        ("intake/matching", "from autograder.masters import homework", None),
        ("intake/matching", "from . import handout", None),
        (
            "intake/matching",
            "import autograder.grading.judge",
            "not on a floor",
        ),
        ("intake/matching", "from ..reports import text", "not on a floor"),
        ("sandbox/sandbox", "from autograder.grading import trial", "not on a floor"),
        ("grading/judge", "def f():\n    from autograder import reports", "not on a"),
        ("grading/judge", "from autograder import results", None),
        ("reports/written", "from autograder.__main__ import main", "not on a floor"),
        ("results", "from autograder import files", "results imports autograder.files"),
        ("files", "from autograder.masters.homework import load", "not on a floor"),
        ("__main__", "from autograder.reports import gradebook", None),
        ("sandbox/guest/wire", "import numpy as np\nfrom . import notebook", None),
        ("sandbox/guest/wire", "from autograder import results", "the sandbox has not"),
        ("sandbox/guest/wire", "import nbformat", "which the sandbox has not"),
        ("utils", "", "utils is no room"),
        ("__init__", "from autograder import results", "not on a floor"),
    ],
)
def test_a_bad_import_is_found_out(tmp_path, name, source, fault):
    for room in [*ROOMS[:-1], "sandbox/guest"]:
        (tmp_path / room).mkdir(exist_ok=True)
    (tmp_path / f"{name}.py").write_text(source)
    found = [*faults(tmp_path)]
    assert len(found) == (fault is not None), found
    assert not fault or fault in found[0]


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE))
)
def test_a_module_is_small(path):
    assert lines_of_code(path.read_text(encoding="utf-8")) <= 200


def named(path):
    """The names of systems in a module's code; docstrings may speak of them."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(getattr(node, "body", None), list) and isinstance(
            node.body[0], ast.Expr
        ):
            node.body[0] = ast.Pass()
    code = ast.unparse(tree)
    return {name for name in LMS if re.search(rf"(?i){name}", code)}


def test_what_one_system_needs_stands_in_files_of_its_name():
    """So another needs a file in intake, a file in reports, and a word in `LMS`."""
    speaking = {
        path.name: names
        for path in PACKAGE.rglob("*.py")
        if (names := named(path) - {path.stem})
    }
    assert speaking == {"results.py": {*LMS}}
