"""pytest finds the sources, and nothing that was built, installed or hidden."""

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

ROOT = Path(__file__).parents[2]
FOUND = ["bcelib/losses.py", "book/01_a.ipynb", "tests/test_a.py"]
PASSED_BY = [
    ".venv/lib/python3.11/site-packages/test_b.py",
    ".ipynb_checkpoints/01_a.ipynb",
    "_build/html/_sources/book/01_a.ipynb",
    "_build/jupyter_execute/book/01_a.ipynb",
    "book/.ipynb_checkpoints/01_a-checkpoint.ipynb",
    "dist/bcelib/losses.py",
]


def test_only_sources_are_collected(tmp_path):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name in FOUND + PASSED_BY:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".ipynb":
            nbformat.write(new_notebook(cells=[new_code_cell("1", id="one")]), path)
        else:
            path.write_text('def test_a():\n    """\n    >>> 1\n    1\n    """\n')
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--nbval"]
    listing = [*command, "--collect-only", "-q", "."]
    report = subprocess.run(listing, cwd=tmp_path, capture_output=True, text=True)
    assert report.returncode == 0, report.stdout + report.stderr
    files = {
        line.partition("::")[0] for line in report.stdout.splitlines() if "::" in line
    }
    assert sorted(files) == FOUND
