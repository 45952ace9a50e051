"""Pinned files, pyproject.toml and the environment that runs agree, offline."""

import re
import shutil
from pathlib import Path

import pins
import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("check", pins.CHECKS, ids=lambda check: check.__name__)
def test_pins_agree(check):
    faults = "\n".join(check(ROOT))
    assert not faults, f"{faults}\nRun `make lock`, then `make test`."


# ---- each check is seen failing on a doctored copy ----------------------------------


def doctored(folder, name, old, new):
    """Copy the files, with a pattern in one of them replaced."""
    for each in ("pyproject.toml", *pins.ALL):
        (folder / each).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / each, folder / each)
    text = (folder / name).read_text()
    (folder / name).write_text(re.sub(old, new, text, flags=re.MULTILINE))
    assert (folder / name).read_text() != text
    return folder


@pytest.mark.parametrize("check", pins.CHECKS, ids=lambda check: check.__name__)
def test_plain_copy_has_no_fault(tmp_path, check):
    assert [*check(doctored(tmp_path, "pyproject.toml", r"\Z", "\n"))] == []


BOOK, DEV, BINDER, ARRAYS, BENCHMARKS = (
    "requirements.txt",
    "requirements-dev.txt",
    ".binder/requirements.txt",
    "requirements-arrays.txt",
    "benchmarks/requirements.txt",
)


@pytest.mark.parametrize(
    ("check", "name", "old", "new", "fault"),
    [
        (pins.unpinned_lines, BOOK, "^-e .\n", "", "begins with 'accessible-"),
        (
            pins.unpinned_lines,
            DEV,
            "^sympy==",
            "sympy>=",
            "'sympy>=.*' is not an exact",
        ),
        (pins.unpinned_lines, BINDER, "^sympy==.*", "sympy", "'sympy' is not an exact"),
        (pins.unpinned_lines, ARRAYS, "^torch==.*", "torch", "'torch' is not an exact"),
        (
            pins.unmet_requirements,
            BOOK,
            "^sympy==.*",
            "",
            "no pin for sympy>=.* bcelib",
        ),
        (pins.unmet_requirements, BOOK, "^sympy==.*", "sympy==1.0", "to 1.0; bcelib"),
        (
            pins.unmet_requirements,
            BINDER,
            "^contourpy==.*",
            "",
            "which matplotlib needs",
        ),
        (
            pins.unmet_requirements,
            "pyproject.toml",
            '"numpy>=2.1"',
            '"numpy>=2.1", "scikit-learn"',
            ".binder/requirements.txt has no pin for scikit-learn, which bcelib needs",
        ),
        (
            pins.unmet_requirements,
            "pyproject.toml",
            '"numpy>=2.1"',
            '"numpy>=99"',
            "requirements-dev.txt pins numpy to .*; bcelib needs numpy>=99",
        ),
        (pins.idle_pins, BOOK, r"\Z", "zizmor==1.0\n", "pins zizmor, which nothing"),
        (
            pins.pins_that_differ,
            BINDER,
            "^sympy==.*",
            "sympy==1.0",
            "sympy for Python 3",
        ),
        (
            pins.pins_that_differ,
            BINDER,
            "^numpy==(.*) ; python_full_version >= '3.12'",
            "numpy==2.0 ; python_full_version >= '3.12'",
            "numpy for Python 3.13 on win32",
        ),
        (pins.pins_that_differ, ARRAYS, "^numpy==.*", "numpy==2.0", "numpy for Python"),
        (pins.missing_elsewhere, BENCHMARKS, "^keras==.*", "", "to nothing for Python"),
        (
            pins.missing_elsewhere,
            BOOK,
            "^matplotlib==(.*)",
            r"matplotlib==\1 ; python_full_version < '3.13'",
            "pins matplotlib>=.* to nothing for Python 3.13 on darwin",
        ),
        (pins.other_than_installed, DEV, "^ruff==.*", "ruff==0.1", "ruff to 0.1, and"),
        (
            pins.other_than_installed,
            BOOK,
            r"\Z",
            "left-pad==1\n",
            "and none is installed",
        ),
    ],
)
def test_doctored_copy_is_found_out(tmp_path, check, name, old, new, fault):
    found = [*check(doctored(tmp_path, name, old, new))]
    assert any(re.search(fault, each) for each in found), found
