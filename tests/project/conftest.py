"""A clean checkout of the tree, as a clone would hold it, and the package index."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OFFLINE = (
    r"error sending request|Failed to fetch|dns error|Connection refused|timed out"
)


@pytest.fixture(scope="session")
def out_of_reach():
    """Skip where a program did not reach the package index; in CI one test fails."""

    def check(report, says_so=False):
        if report.returncode and re.search(OFFLINE, report.stderr):
            must = says_so and os.environ.get("CI") == "true"
            tell = pytest.fail if must else pytest.skip
            tell("the package index is out of reach: connect to the network")

    return check


@pytest.fixture(scope="session")
def checkout(tmp_path_factory):
    """Copy what git tracks, or would track, into an empty folder."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    git = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True)
    if git.returncode:
        pytest.skip("no git repository here: clone it to test what a clone holds")
    folder = tmp_path_factory.mktemp("checkout") / "course"
    for name in filter(None, git.stdout.split("\0")):
        if (ROOT / name).is_file():  # a deleted file is still tracked
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder
