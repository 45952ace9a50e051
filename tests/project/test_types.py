"""Type hints: `make lint` asks for them, and both packages ship them.

ruff wants what every public function returns, and mypy the rest: no hint stands alone,
and they are true of each other and of the bodies.
"""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ["bcelib", "autograder"]


def run(tool, *arguments, source=None):
    command = [sys.executable, "-m", tool, *arguments]
    return subprocess.run(
        command, input=source, cwd=ROOT, capture_output=True, text=True
    ).stdout


@pytest.mark.parametrize("name", ["losses.py", "interactive/trials.py"])
@pytest.mark.parametrize("package", PACKAGES)
def test_a_function_without_hints_is_found(package, name):
    source = "def half(z):\n    return z / 2\n"
    check = ["check", "--no-cache", "--stdin-filename", f"{package}/{name}", "-"]
    assert "public function `half`" in run("ruff", *check, source=source)
    assert "All checks passed" in run("ruff", *check, source=source.replace("h", "_h"))


def test_a_constructor_without_hints_is_found():
    source = "class Judge:\n    def __init__(self, homework):\n        pass\n"
    check = ["check", "--no-cache", "--stdin-filename", "autograder/grading/judge.py"]
    assert "special method `__init__`" in run("ruff", *check, "-", source=source)


def test_half_of_the_hints_and_wrong_ones_are_found(tmp_path):
    path = tmp_path / "halves.py"
    path.write_text(
        "def half(z) -> float:\n    return z / 2\n"
        "def third(z: str) -> float:\n    return z / 3\n"
    )
    found = run("mypy", f"--cache-dir={tmp_path}", path)
    assert "Function is missing a type annotation for one or more parameters" in found
    assert 'Unsupported operand types for / ("str" and "int")' in found


@pytest.mark.parametrize("package", PACKAGES)
def test_the_hints_are_marked_as_shipped(checkout, package):
    assert (checkout / package / "py.typed").is_file()
