"""The imports of bcelib retell the course, and its modules stay small.

    numerics → bernoulli → losses → {models, metrics} → {plotting, interactive}
    symbolic: SymPy alone       data, exercises: NumPy alone

An arrow reads "is imported by". A private module holds machinery that any module may
use; it knows nothing of the course itself.
"""

import ast
import io
import re
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "bcelib"

ARRAYS = {"numpy", "array_api_compat"}
# The floor of each module, and what else it may import. Floor 0 is no sibling's.
MODULES = {
    "numerics": (1, ARRAYS),
    "bernoulli": (2, ARRAYS),
    "losses": (3, ARRAYS),
    "models": (4, ARRAYS),
    "metrics": (4, ARRAYS),
    "plotting": (5, ARRAYS | {"matplotlib"}),
    "interactive": (5, ARRAYS),
    "symbolic": (0, {"sympy"}),
    "data": (0, {"numpy"}),
    "exercises": (0, {"numpy"}),
}
LIGHT = ["numerics", "bernoulli", "losses", "metrics"]


def imports(path):
    """The modules that a file imports, wherever in it, by their full names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = [*["bcelib"][: node.level], *filter(None, [node.module])]
            source = ".".join(parts)
            names = [alias.name for alias in node.names]
            if source == "bcelib" or "*" in names:
                yield from (f"{source}.{name}" for name in names)
            else:
                yield source


def faults(package):
    for path in sorted(package.glob("**/*.py")):
        name = path.stem
        public = not name.startswith("_")
        if public and name not in MODULES:
            yield f"{name} has no floor: give it one in tests/bcelib/test_imports.py"
            continue
        floor, outside = MODULES.get(name, (0, ARRAYS))
        for imported in imports(path):
            top, _, rest = imported.partition(".")
            sibling = rest.partition(".")[0]
            if rest.endswith("*"):
                yield f"{name} imports * from {imported[:-2]}"
            elif name == "__init__":
                yield f"the package itself imports {imported}: one name, one address"
            elif top == "bcelib" and not sibling.startswith("_"):
                if MODULES.get(sibling, (0,))[0] not in range(1, floor):
                    yield f"{name} imports {sibling}, which is not on a floor below"
            elif top not in {"bcelib", *outside, *sys.stdlib_module_names}:
                yield f"{name} imports {imported}, which is not listed for it"


def test_floors_hold():
    assert [*faults(PACKAGE)] == []


GOOD = {
    "__init__": '"""Nothing is imported here."""',
    "_validate": "import math\nimport numpy as np\nfrom bcelib._blocks import f",
    "_blocks": "from . import _validate",
    "numerics": "from array_api_compat import device\nfrom bcelib._validate import f",
    "bernoulli": "from bcelib import numerics",
    "losses": "from . import bernoulli\nfrom .numerics import _sigmoid",
    "models": "import bcelib.losses",
    "metrics": "from bcelib.losses import g",
    "plotting": "import matplotlib.pyplot as plt\nfrom bcelib import metrics, models",
    "interactive": "import json\nfrom bcelib import losses",
    "symbolic": "import sympy",
    "data": "import numpy as np\nfrom bcelib import _validate",
    "exercises": "import inspect\nimport numpy as np",
}


def package(folder, **changed):
    for name, source in (GOOD | changed).items():
        (folder / f"{name}.py").write_text(source)
    return folder


def test_good_package_has_no_fault(tmp_path):
    assert [*faults(package(tmp_path))] == []


@pytest.mark.parametrize(
    ("name", "source", "fault"),
    [
        (
            "numerics",
            "from bcelib import losses",
            "numerics imports losses, which is not",
        ),
        ("numerics", "import bcelib.bernoulli", "numerics imports bernoulli"),
        (
            "bernoulli",
            "def f():\n    from .losses import g",
            "bernoulli imports losses",
        ),
        ("metrics", "from . import models", "metrics imports models"),
        ("losses", "from bcelib import nowhere", "losses imports nowhere"),
        ("data", "from bcelib import numerics", "data imports numerics"),
        ("data", "import array_api_compat", "data imports array_api_compat"),
        ("symbolic", "from bcelib.losses import f", "symbolic imports losses"),
        ("symbolic", "import numpy", "symbolic imports numpy, which is not listed"),
        ("exercises", "import sympy", "exercises imports sympy, which is not listed"),
        ("losses", "import scipy.special", "losses imports scipy.special"),
        ("_chunks", "def f():\n    import dask.array", "_chunks imports dask.array"),
        ("_foreign", "import torch", "_foreign imports torch, which is not listed"),
        ("models", "import matplotlib", "models imports matplotlib"),
        ("_validate", "from bcelib.numerics import f", "_validate imports numerics"),
        ("_validate", "import sympy", "_validate imports sympy"),
        ("__init__", "from bcelib import losses", "the package itself imports"),
        ("__init__", "import numpy", "the package itself imports numpy"),
        (
            "losses",
            "from bcelib.numerics import *",
            r"losses imports \* from bcelib.num",
        ),
        ("utils", "", "utils has no floor"),
    ],
)
def test_bad_import_is_found_out(tmp_path, name, source, fault):
    found = [*faults(package(tmp_path, **{name: source}))]
    assert any(re.search(fault, each) for each in found), found


def test_light_modules_load_nothing_heavy():
    present = [name for name in LIGHT if (PACKAGE / f"{name}.py").exists()]
    code = f"import sys; from bcelib import {', '.join(present)}; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    heavy = {"matplotlib", "sympy", "scipy", "pandas", "sklearn", "IPython"}
    heavy |= {"torch", "jax", "cupy", "dask", "distributed"}
    assert "bcelib.losses" in loaded
    assert not heavy & set(loaded)


# ---- size ---------------------------------------------------------------------------


def lines_of_code(source):
    """Count the lines that hold code: no docstring, comment or blank line."""
    lines = set()
    silent = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT}
    silent |= {tokenize.DEDENT, tokenize.ENDMARKER}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in silent:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_text and isinstance(node.value.value, str):
            lines.difference_update(range(node.lineno, node.end_lineno + 1))
    return len(lines)


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("**/*.py")), ids=lambda p: p.stem)
def test_module_is_small(path):
    assert lines_of_code(path.read_text(encoding="utf-8")) <= 200


def test_lines_of_code_are_counted_without_words():
    source = '''\
"""A module
of words."""
# A comment.

X = """two
lines"""


def f(x):  # one
    """Words."""
    y = (
        x
    )
    return y
'''
    assert lines_of_code(source) == 7
