"""The last lines of a run say what it covered, with and without xdist."""

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

ROOT = Path(__file__).parents[2]


@pytest.fixture
def tree(tmp_path):
    """One notebook of two cells, a site of two pages, three tests that run."""
    (tmp_path / "tests" / "site").mkdir(parents=True)
    (tmp_path / "_build" / "html").mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path / "tests")
    cells = [new_code_cell(source, id=f"cell-{source}") for source in "12"]
    nbformat.write(new_notebook(cells=cells), tmp_path / "chapter.ipynb")
    (tmp_path / "tests" / "test_a.py").write_text(
        "import pytest\n"
        "def test_good(): pass\n"
        "def test_bad(): assert False\n"
        "@pytest.mark.skip(reason='not here')\n"
        "def test_skipped(): pass\n"
    )
    (tmp_path / "tests" / "site" / "test_b.py").write_text("def test_page(): pass\n")
    for page in ("index.html", "search.html"):
        (tmp_path / "_build" / "html" / page).touch()
    return tmp_path


def summary(tree, *arguments):
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    report = subprocess.run(command, cwd=tree, capture_output=True, text=True)
    [line] = [
        each for each in report.stdout.splitlines() if each.startswith("covered:")
    ]
    return line


@pytest.mark.parametrize("workers", [[], ["-n", "2", "--dist", "loadfile"]])
def test_everything_that_ran_is_counted_once(tree, workers):
    notebooks = ["--nbval", "--nbval-current-env", "tests", "chapter.ipynb"]
    line = summary(tree, *workers, *notebooks)
    assert line == "covered: 1 notebooks, 2 cells, 2 pages, 3 tests"


def test_pages_count_only_where_the_site_was_tested(tree):
    line = summary(tree, "tests/test_a.py")
    assert line == "covered: 0 notebooks, 0 cells, 0 pages, 2 tests"
