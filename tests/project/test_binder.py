"""Binder would pick the right recipe, and what it installs runs chapter 01."""

import json
import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

TOOLS = Path(sysconfig.get_path("scripts"))


@pytest.fixture(scope="module")
def dockerfile(checkout):
    """The recipe that repo2docker writes for a clean checkout."""
    command = [TOOLS / "jupyter-repo2docker", "--no-build", "--debug", "."]
    report = subprocess.run(command, cwd=checkout, capture_output=True, text=True)
    assert report.returncode == 0, report.stderr
    return report.stdout + report.stderr


PICK = """\
from repo2docker.app import Repo2Docker
app = Repo2Docker()
packs = (pack(app.base_image) for pack in app.buildpacks)
print(next(type(pack).__name__ for pack in packs if pack.detect()))"""


def test_build_pack_is_pythons(checkout):
    picked = subprocess.check_output([sys.executable, "-c", PICK], cwd=checkout)
    assert picked.decode().strip() == "PythonBuildPack"


def test_python_is_the_one_that_runtime_txt_names(checkout, dockerfile):
    [python] = re.findall(
        r"^Building conda environment for python=(.*)", dockerfile, re.M
    )
    assert (checkout / ".binder" / "runtime.txt").read_text() == f"python-{python}\n"
    workflow = (checkout / ".github" / "workflows" / "test.yml").read_text()
    assert f'"{python}"' in workflow


def test_install_steps_are_the_pinned_file_and_no_more(dockerfile):
    steps = re.findall(r"^RUN (.*pip .*)$", dockerfile, re.MULTILINE)
    assert steps == [
        "${KERNEL_PYTHON_PREFIX}/bin/pip install --no-cache-dir "
        '-r ".binder/requirements.txt"'
    ]
    # `-e .` is the repository, so all of it must be there before pip runs.
    assert dockerfile.index("COPY --chown=0:0 src/ ${REPO_DIR}/") < dockerfile.index(
        steps[0]
    )


@pytest.fixture(scope="module")
def binder(checkout, tmp_path_factory, out_of_reach):
    """The interpreter of an environment that holds what Binder installs, no more."""
    folder = tmp_path_factory.mktemp("binder") / "venv"
    uv = TOOLS / "uv"
    subprocess.run(
        [uv, "venv", "--quiet", "--python", sys.executable, folder], check=True
    )
    python = folder / "bin" / "python"
    install = [uv, "pip", "install", "--python", python]
    command = [*install, "-r", ".binder/requirements.txt"]
    report = subprocess.run(command, cwd=checkout, capture_output=True, text=True)
    out_of_reach(report)
    assert report.returncode == 0, report.stderr
    return python


def test_bcelib_is_the_checkout_itself(binder, checkout, tmp_path):
    code = "import bcelib; print(bcelib.__file__)"
    where = subprocess.check_output([binder, "-c", code], cwd=tmp_path, text=True)
    assert Path(where.strip()) == checkout / "bcelib" / "__init__.py"


def test_what_only_builds_the_book_stays_out(binder):
    freeze = [
        TOOLS / "uv",
        "pip",
        "list",
        "--quiet",
        "--format=json",
        "--python",
        binder,
    ]
    names = {each["name"] for each in json.loads(subprocess.check_output(freeze))}
    assert {"bcelib", "numpy", "matplotlib", "sympy", "ipykernel"} <= names
    assert not {"jupyter-book", "sphinx", "pytest", "nbval", "mini-racer"} & names
    # It folds one `<details>` of a run, and leaves mathematics in them raw.
    assert "jupyterlab-myst" not in names


def test_first_chapter_runs(binder, checkout, tmp_path):
    """nbval compares every output; the kernel is Binder's interpreter, alone."""
    kernel = tmp_path / "kernels" / "binder"
    kernel.mkdir(parents=True)
    launch = [str(binder), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    alone = {"PATH": str(binder.parent), "PYTHONPATH": "", "PYTHONNOUSERSITE": "1"}
    spec = {
        "argv": launch,
        "display_name": "Binder",
        "language": "python",
        "env": alone,
    }
    (kernel / "kernel.json").write_text(json.dumps(spec))
    pytest_alone = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q"]
    report = subprocess.run(
        [
            *pytest_alone,
            "--nbval",
            "--nbval-kernel-name=binder",
            "book/01_bernoulli_trials.ipynb",
        ],
        cwd=checkout,
        env=os.environ | {"JUPYTER_PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert report.returncode == 0, report.stdout + report.stderr
    assert re.search(r"^\d\d passed", report.stdout, re.MULTILINE), report.stdout
