"""A clean checkout of the tree, as a clone would hold it."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


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
