"""The wheel: an installed bcelib has all that its modules read."""

import os
import subprocess
import sys
import zipfile

import pytest

PROGRAM = """
from bcelib import data, interactive
print(len(data.breast_cancer().y), len(interactive.loss_and_tangent()._repr_html_()))
"""


@pytest.fixture(scope="module")
def wheel(checkout, tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(build, cwd=checkout, check=True, capture_output=True)
    (path,) = folder.glob("bcelib-*.whl")
    return path


def test_every_file_of_the_package_is_in_the_wheel(checkout, wheel):
    inside = {*zipfile.ZipFile(wheel).namelist()}
    package = (path for path in (checkout / "bcelib").rglob("*") if path.is_file())
    files = {path.relative_to(checkout).as_posix() for path in package}
    rooms = {f"bcelib/interactive/{name}" for name in ("figure.css", "words.toml")}
    assert rooms <= files
    assert files <= inside
    assert {"bcelib/py.typed", "autograder/py.typed"} <= inside
    assert "bcelib/_data/failure_points.csv" in inside


def test_an_installed_bcelib_finds_its_files(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path)
    run = [sys.executable, "-c", f"import bcelib; print(bcelib.__file__){PROGRAM}"]
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    result = subprocess.run(
        run, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    where, numbers = result.stdout.splitlines()
    assert where.startswith(str(tmp_path))
    examples, characters = map(int, numbers.split())
    assert examples == 569
    assert characters > 3000
