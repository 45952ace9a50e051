"""The image of the grader: what its recipe takes from the repository is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RECIPE = (ROOT / "autograder" / "Dockerfile").read_text(encoding="utf-8")
IGNORED = (ROOT / "autograder" / "Dockerfile.dockerignore").read_text(encoding="utf-8")
GUIDE = (ROOT / "book" / "instructors.md").read_text(encoding="utf-8")


def test_what_it_installs_is_there():
    taken = re.findall(r"/source/([\w.-]+)", RECIPE)
    assert taken == ["requirements-dev.txt"]
    for name in taken:
        assert (ROOT / name).is_file()
        assert name not in IGNORED.split()
    (extra,) = re.findall(r"'/source\[(\w+)\]'", RECIPE)
    assert f"\n{extra} = [" in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("word", ["-f autograder/Dockerfile", '"$PWD":/course'])
def test_the_guide_builds_and_runs_this_recipe(word):
    assert word in GUIDE
    assert "WORKDIR /course" in RECIPE
    assert 'ENTRYPOINT ["/venv/bin/python", "-m", "autograder"]' in RECIPE
