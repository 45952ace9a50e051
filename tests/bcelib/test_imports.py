"""The imports of bcelib retell the course, and its modules stay small.

    numerics → bernoulli → losses → {models, network, metrics} → calibration
        → {plotting, interactive}
    symbolic: SymPy alone       data, exercises: NumPy alone

An arrow reads "is imported by". Behind the public modules are rooms of machinery, which
know nothing of the course itself. Every module may use `_arrays`; `_fit` belongs to
`models`, `_losses` to `losses`, `_metrics` to `metrics`, and the insides of `plotting`
and `interactive` to their `__init__`.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from floors import House
from python_source import lines_of_code

import bcelib

PACKAGE = Path(__file__).parents[2] / "bcelib"

ARRAYS = {"numpy", "array_api_compat"}
# The floor of each module, and what else it may import. Floor 0 is no sibling's.
MODULES = {
    "numerics": (1, ARRAYS),
    "bernoulli": (2, ARRAYS),
    "losses": (4, ARRAYS),
    "models": (5, ARRAYS),
    "network": (5, ARRAYS),
    "metrics": (5, ARRAYS),
    "calibration": (6, ARRAYS),
    "plotting": (7, ARRAYS | {"matplotlib", "matplotlib_inline"}),
    "interactive": (7, ARRAYS),
    "symbolic": (0, {"sympy"}),
    "_files": (-1, set()),  # below data, which alone may open it
    "data": (0, {"numpy"}),
    "exercises": (0, {"numpy"}),
}
LIGHT = ["numerics", "bernoulli", "losses", "metrics", "calibration"]


def room(name, floor, **others):
    """Modules of one floor, which do not know each other, and others."""
    return {path.stem: floor for path in PACKAGE.glob(f"{name}/*.py")} | others


# The modules of each room, from the lowest: a module imports those on floors below.
ROOMS = {
    "_arrays": {
        **{"types": 1, "convert": 1, "sums": 1, "slopes": 1, "frozen": 1},
        **{"validate": 2, "by_jax": 2, "by_torch": 2, "whole": 3, "program": 4},
        **{"blocks": 5, "foreign": 5, "chunks": 5, "dispatch": 6},
    },
    "_fit": {"rows": 1, "units": 1, "objective": 2, "information": 2, "descent": 3},
    "_losses": room("_losses", 1, squared_error=2),
    "_metrics": room("_metrics", 1, thresholds=2),
    "plotting": room("plotting", 2, style=1, __init__=3),
    "interactive": room("interactive", 2, svg=1, __init__=3),
}
OPEN_TO = {
    "_fit": {"_fit", "models"},
    "_losses": {"_losses", "losses"},
    "_files": {"data"},
    "_metrics": {"_metrics", "metrics"},
    "plotting": {"plotting"},
    "interactive": {"interactive"},
}  # all that may enter; other rooms are open

HOUSE = House(
    PACKAGE,
    floors={name: 10 * (1 + floor) for name, (floor, _) in MODULES.items()}
    | {f"_arrays.{name}": floor for name, floor in ROOMS["_arrays"].items()}
    | {f"_fit.{name}": 10 + floor for name, floor in ROOMS["_fit"].items()}
    | {f"_losses.{name}": 40 + floor for name, floor in ROOMS["_losses"].items()}
    | {f"_metrics.{name}": 50 + floor for name, floor in ROOMS["_metrics"].items()}
    | {f"plotting.{name}": 70 + n for name, n in ROOMS["plotting"].items()}
    | {f"interactive.{name}": 80 + n for name, n in ROOMS["interactive"].items()}
    | {room: 80 + ROOMS[room]["__init__"] for room in ("plotting", "interactive")},
    outside={"": ARRAYS}
    | {name: others for name, (_, others) in MODULES.items()}
    # Loaded with the first array of the library, and no sooner.
    | {"_arrays.by_jax": {"jax"} | ARRAYS, "_arrays.by_torch": {"torch"} | ARRAYS},
    doors=OPEN_TO | {name: set() for name, (floor, _) in MODULES.items() if not floor},
)


def test_floors_hold():
    assert [*HOUSE.faults()] == []


GOOD = {
    "__init__": '"""Nothing is imported here."""',
    "_arrays/__init__": '"""Nor here."""',
    "_arrays/validate": "import math\nimport numpy as np",
    "_arrays/whole": "from .validate import f\nfrom . import sums",
    "_arrays/by_torch": "import torch",
    "_arrays/blocks": "from bcelib._arrays import whole\nimport array_api_compat",
    "_arrays/dispatch": "from bcelib._arrays.blocks import f",
    "_fit/rows": "import numpy\nfrom bcelib._arrays.chunks import f",
    "_fit/descent": "from bcelib._fit import rows\nfrom bcelib._arrays import validate",
    "numerics": "from bcelib._arrays.dispatch import f",
    "bernoulli": "from bcelib import numerics",
    "_losses/focal": "from bcelib.numerics import _sigmoid",
    "losses": "from . import bernoulli\nfrom bcelib._losses.focal import _focal",
    "models": "import bcelib.losses\nfrom bcelib._fit import rows",
    "network": "from bcelib import losses",
    "_metrics/bins": "from bcelib._arrays.convert import f",
    "metrics": "from bcelib.losses import g\nfrom bcelib._metrics.bins import f",
    "calibration": "from bcelib import metrics, models",
    "plotting/__init__": "from .style import f\nfrom bcelib import metrics, models",
    "plotting/style": "import matplotlib.pyplot as plt",
    "interactive/__init__": "from bcelib import losses\nfrom .svg import f",
    "interactive/svg": "import numpy as np\nfrom bcelib._arrays import validate",
    "symbolic": "import sympy",
    "data": "import numpy as np\nfrom bcelib._arrays import validate",
    "exercises": "import inspect\nimport numpy as np",
}


def package(folder, **changed):
    for name, source in (GOOD | changed).items():
        path = folder / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(source)
    return folder


def test_good_package_has_no_fault(tmp_path):
    assert [*HOUSE.faults(package(tmp_path))] == []


@pytest.mark.parametrize(
    ("name", "source", "fault"),
    [
        (
            "numerics",
            "from bcelib import losses",
            "numerics imports bcelib.losses, which is not on a floor below",
        ),
        ("numerics", "import bcelib.bernoulli", "numerics imports bcelib.bernoulli"),
        (
            "bernoulli",
            "def f():\n    from .losses import g",
            "bernoulli imports bcelib.losses",
        ),
        ("metrics", "from . import models", "metrics imports bcelib.models"),
        ("network", "from . import models", "network imports bcelib.models"),
        ("network", "from bcelib._fit import rows", "network imports .*not open to it"),
        ("metrics", "from . import calibration", "metrics imports bcelib.calibration"),
        ("losses", "from bcelib import nowhere", "losses imports bcelib.nowhere"),
        ("data", "from bcelib import numerics", "data imports bcelib.numerics"),
        ("data", "import array_api_compat", "data imports array_api_compat"),
        ("symbolic", "from bcelib.losses import f", "symbolic imports bcelib.losses"),
        ("symbolic", "import numpy", "symbolic imports numpy, which is not listed"),
        ("exercises", "import sympy", "exercises imports sympy, which is not listed"),
        ("losses", "import scipy.special", "losses imports scipy.special"),
        ("models", "import matplotlib", "models imports matplotlib"),
        (
            "__init__",
            "from bcelib import losses",
            "__init__ imports bcelib.losses, .*: one",
        ),
        ("__init__", "import numpy", "__init__ imports numpy, .*: one name"),
        (
            "losses",
            "from bcelib.numerics import *",
            r"losses imports bcelib.numerics.\*, which is not",
        ),
        ("utils", "", "utils has no floor"),
        # ---- rooms
        (
            "_arrays/chunks",
            "def f():\n    import dask.array",
            "_arrays.chunks imports dask.array, which is not listed",
        ),
        ("_arrays/foreign", "import torch", "_arrays.foreign imports torch, which is"),
        ("_arrays/by_torch", "import jax", "_arrays.by_torch imports jax, which is"),
        (
            "_losses/focal",
            "from bcelib import losses",
            "_losses.focal .*losses",
        ),
        ("metrics", "from bcelib._losses import focal", "metrics .*not open to it"),
        ("_arrays/validate", "import sympy", "_arrays.validate imports sympy"),
        (
            "_arrays/validate",
            "from bcelib.numerics import f",
            "_arrays.validate imports bcelib.numerics, which is not on a floor below",
        ),
        (
            "_arrays/validate",
            "from bcelib._arrays import dispatch",
            "_arrays.validate imports .*dispatch, which is not on a floor below",
        ),
        ("_arrays/blocks", "from . import chunks", "_arrays.blocks imports .*chunks"),
        ("_arrays/blocks", "from .. import losses", "_arrays.blocks imports .*losses"),
        (
            "_arrays/whole",
            "from bcelib._fit import rows",
            "_arrays.whole imports bcelib._fit.rows, which is not open to it",
        ),
        ("_arrays/__init__", "from . import whole", "__init__ imports .*: one name"),
        ("_arrays/helpers", "", "_arrays.helpers has no floor"),
        ("_arrays/inner/deep", "", "_arrays.inner.deep has no floor"),
        ("_fit/rows", "from bcelib import losses", "_fit.rows imports bcelib.losses"),
        ("_fit/rows", "from . import descent", "_fit.rows imports bcelib._fit.descent"),
        ("_fit/rows", "import matplotlib", "_fit.rows imports matplotlib"),
        ("metrics", "from bcelib._fit import rows", "metrics imports .*not open to it"),
        (
            "losses",
            "from bcelib._arrays import nowhere",
            "losses imports .*not on a floor",
        ),
        ("losses", "from bcelib import _arrays", "losses imports .*not on a floor"),
        ("interactive/svg", "from . import losses", "interactive.svg imports .*losses"),
        ("interactive/svg", "import matplotlib", "interactive.svg imports matplotlib"),
        (
            "plotting/letters",
            "from bcelib.interactive import svg",
            "plotting.letters imports .*svg, which is not open to it",
        ),
        (
            "calibration",
            "from bcelib._metrics import bins",
            "calibration imports .*bins, which is not open to it",
        ),
        (
            "_metrics/bins",
            "from bcelib import metrics",
            "_metrics.bins imports bcelib.metrics, which is not on a floor below",
        ),
        ("metrics", "from bcelib.interactive.svg import f", "metrics imports .*svg"),
        ("metrics", "from bcelib import _files", "metrics imports .*not open to it"),
    ],
)
def test_bad_import_is_found_out(tmp_path, name, source, fault):
    (tmp_path / "_arrays" / "inner").mkdir(parents=True)
    found = [*HOUSE.faults(package(tmp_path, **{name: source}))]
    assert any(re.search(fault, each) for each in found), found


def test_light_modules_load_nothing_heavy():
    code = f"import sys; from bcelib import {', '.join(LIGHT)}; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    heavy = {"matplotlib", "sympy", "scipy", "pandas", "sklearn", "IPython"}
    heavy |= {"torch", "jax", "cupy", "dask", "distributed"}
    assert "bcelib.losses" in loaded
    assert not heavy & set(loaded)


# ---- size ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.glob("**/*.py")), ids=lambda p: str(p.relative_to(PACKAGE))
)
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


def test_the_package_knows_its_version():
    project = Path(__file__).parents[2] / "pyproject.toml"
    declared = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"]
    assert bcelib.__version__ == declared
