"""The grader's rooms lie in the order of the work, and each LMS in files of its name.

    results, files ← masters ← intake ← sandbox ← grading ← reports ← term ← __main__

An arrow reads "is imported by". No room reaches into one above it. What runs inside the
sandbox knows nothing of the grader.
"""

import ast
import re
from pathlib import Path

import pytest
from floors import House
from python_source import lines_of_code

from autograder.results import LMS

PACKAGE = Path(__file__).parents[2] / "autograder"
ROOMS = ["masters", "intake", "sandbox", "grading", "reports", "term"]

HOUSE = House(
    PACKAGE,
    floors={"results": 0, "files": 0, "sandbox.guest.*": 0, "__main__": 9}
    | {"authoring": 8}
    | {f"{room}.*": floor for floor, room in enumerate(ROOMS, 1)},
    outside={"sandbox.guest": {"numpy"}},
    doors={"sandbox.guest": {"sandbox", "grading"}},
)


def test_no_room_reaches_into_one_above_it():
    assert [*HOUSE.faults()] == []


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
        ("reports/scores", "from autograder.__main__ import main", "not on a floor"),
        ("reports/summary", "from autograder.term import book", "not on a floor"),
        ("results", "from autograder import files", "results imports autograder.files"),
        ("files", "from autograder.masters.homework import load", "not on a floor"),
        ("__main__", "from autograder.reports import gradebook", None),
        ("sandbox/guest/wire", "import numpy as np\nfrom . import notebook", None),
        ("sandbox/guest/wire", "from autograder import results", "not on a floor"),
        ("sandbox/guest/wire", "import nbformat", "not listed"),
        ("grading/trial", "from autograder.sandbox.guest import wire", None),
        ("reports/text", "from autograder.sandbox.guest import wire", "not open to"),
        ("utils", "", "utils has no floor"),
        ("__init__", "from autograder import results", "has no floor"),
    ],
)
def test_a_bad_import_is_found_out(tmp_path, name, source, fault):
    for room in [*ROOMS, "sandbox/guest"]:
        (tmp_path / room).mkdir(exist_ok=True)
    (tmp_path / f"{name}.py").write_text(source)
    found = [*HOUSE.faults(tmp_path)]
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
