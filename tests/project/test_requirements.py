"""The pinned files are what `make lock` makes of pyproject.toml."""

import shutil
import subprocess
import sysconfig
from pathlib import Path

ROOT = Path(__file__).parents[2]
PINNED = (
    "requirements.txt",
    "requirements-dev.txt",
    "requirements-arrays.txt",
    ".binder/requirements.txt",
    "benchmarks/requirements.txt",
)


def test_make_lock_changes_nothing(tmp_path, out_of_reach):
    for name in ("Makefile", "pyproject.toml", "README.md", "LICENSE", *PINNED):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".venv").mkdir()
    tools = f"BIN={sysconfig.get_path('scripts')}"
    command = ["make", "--old-file=.venv/.test", tools, "lock"]
    report = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    out_of_reach(report, says_so=True)
    assert report.returncode == 0, report.stderr
    stale = [n for n in PINNED if (tmp_path / n).read_text() != (ROOT / n).read_text()]
    assert not stale, "run `make lock`, then `make test`"
