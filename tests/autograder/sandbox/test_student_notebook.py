"""What notebooks contain costs nothing: magics, `await`, imports of what is not here.

Here without a sandbox: the code is ours.
"""

import decimal
import sys
from fractions import Fraction

import numpy as np
import pytest
import sympy

from autograder.sandbox.guest.notebook import Notebook
from autograder.sandbox.guest.wire import Unusable, decode, encode

HERE = "it has Python's own library, NumPy, Matplotlib and SymPy"


def ran(*cells, **options):
    return Notebook(["import numpy as np"], cells, **options)


@pytest.mark.parametrize(
    "cell",
    [
        "files = !ls -l | grep a=b\nx = 1",
        "%matplotlib inline\n!pip install torch\nx = 1",
        "!pip install \\\n    torch\nx = 1",
        "%%time\nx = 1",
        "%%timeit -n 3 -r 2\nx = 1",
        "%%capture kept\nx = 1\nkept.show()",
        "%%capture\n%time x = 1",
        "%time x = 1",
        "%timeit -n 10 -r3 sum([1])\nx = 1",
        "t = %timeit -o sum([1])\nx = int(t.average >= 0 and t.best <= t.worst)",
        "who = %who_ls\nx = 1",
        "x = %time 1",
        "np.exp?\n?np.exp\nx = 1",
        "import asyncio\nawait asyncio.sleep(0)\nx = 1",
        "async def f():\n    return 1\nx = await f()",
        "async def f():\n    yield 1\nx = [y async for y in f()][0]",
        "get_ipython().run_line_magic('matplotlib', 'inline')\nx = 1",
        "get_ipython().magic('matplotlib inline')\nget_ipython().system('ls')\nx = 1",
        "get_ipython().run_cell_magic('time', '', 'x = 1')",
        "get_ipython().run_cell('x = 1')",
        "x = 1 - len(get_ipython().getoutput('ls'))",
        "get_ipython().user_ns['x'] = 1",
        "x = 1\nif 'google.colab' in str(get_ipython()):\n    x = 2",
        "from IPython.display import display, HTML, clear_output\n"
        "display(HTML('<b>'), display_id=True)\nclear_output(wait=True)\nx = 1",
        "from IPython import get_ipython\nget_ipython().magic('x')\nx = 1",
        "from google.colab import drive\ndrive.mount('/content')\nx = 1",
        "display(np.zeros(3), metadata={})\nx = 1",
        "import pandas as pd, math\nfrom scipy.special import expit as e\nx = 1",
        "import sklearn.metrics\nx = 1",
        "try:\n    import torch\nexcept ImportError:\n    x = 1",
        "def f():\n    import torch\n    return 1\nx = f()",
        "from __future__ import annotations\nimport torch.nn as nn\nx: int = 1",
        "x = " + "+".join("0" * 1000) + "+1\nimport math",
    ],
)  # fmt: skip
def test_what_notebooks_contain_costs_nothing(cell, monkeypatch):
    for absent in ("pandas", "scipy", "sklearn", "torch", "IPython", "google"):
        monkeypatch.setitem(sys.modules, absent, None)
    notebook = ran(cell)
    assert notebook.errors == []
    assert notebook.names["x"] == 1


@pytest.mark.parametrize("cell", ["%%bash\nls", "%%html\n<b>", "%%writefile a.py\nx ="])
def test_a_cell_in_another_language_is_left_out(cell):
    assert ran(cell).errors == []


@pytest.mark.parametrize(
    "use",
    [
        "pandas.DataFrame()", "pandas()", "pandas[0]", "[*pandas]", "len(pandas)",
        "with pandas:\n    pass", "class Mine(pandas):\n    pass",
        "class Mine(pandas.DataFrame):\n    pass",
    ],
)  # fmt: skip
def test_a_library_that_is_not_here_fails_where_it_is_used(use, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    notebook = ran(f"import pandas\nx = 1\n{use}\ny = 1", "z = 1")
    ((kind, message),) = notebook.errors
    assert kind == "ModuleNotFoundError"
    assert message.startswith(f"the grader does not have pandas; {HERE} (line 3 of the")
    assert notebook.names["x"] == notebook.names["z"] == 1
    assert "y" not in notebook.names


def test_a_name_that_a_library_lacks_is_an_error_at_once():
    assert ran("from math import sinus").errors[0][0] == "ImportError"


def test_the_line_of_an_error_is_that_of_the_student():
    notebook = ran("import math\n\nfrom math import (\n    log,\n)\n1 / 0")
    assert notebook.errors == [
        ["ZeroDivisionError", "division by zero (line 6 of the cell)"]
    ]


def test_syntax_of_a_newer_python_names_both():
    ours = f"{sys.version_info[0]}.{sys.version_info[1]}"
    said = f"made with Python 3.99, and the grader has Python {ours}"
    assert said in ran("x = (", python="3.99.1").errors[0][1]
    for python in ("", ours, "3.1", "none"):
        assert "made with" not in ran("x = (", python=python).errors[0][1]


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (Fraction(8, 27), 8 / 27),
        (decimal.Decimal("0.1"), 0.1),
        (sympy.Rational(8, 27), 8 / 27),
        (sympy.log(2), 0.6931471805599453),
        (sympy.pi, 3.141592653589793),
        (sympy.Float("0.25"), 0.25),
        (sympy.sqrt(-1), 1j),
        ([Fraction(1, 2)], [0.5]),
        ((sympy.Integer(3),), (3.0,)),
    ],
)
def test_numbers_of_other_types_are_numbers(value, number):
    assert decode(encode(value)) == number


@pytest.mark.parametrize(
    ("array", "numbers"),
    [
        (np.array([1, Fraction(1, 2)], object), [1.0, 0.5]),
        (np.array([[sympy.log(2)], [2.5]]), [[0.6931471805599453], [2.5]]),
        (np.array([1j, 2], object), [1j, 2]),
        (np.array([np.float32(0.5), True], object), [0.5, 1.0]),
    ],
)
def test_an_array_of_such_numbers_is_one_of_numbers(array, numbers):
    got = decode(encode(array))
    assert got.dtype.kind in "fc"
    assert got.tolist() == numbers


@pytest.mark.parametrize(
    "value",
    [
        sympy.Symbol("p"),
        sympy.Symbol("p") + 1,
        np.array(["0.5"], object),
        np.array([None, 1.0]),
        np.array([sympy.Symbol("p"), 1.0]),
        np.array([[0.5], "a"], object),
    ],
)
def test_what_is_no_number_stays_none(value):
    assert isinstance(decode(encode(value)), Unusable)
