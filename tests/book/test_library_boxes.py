"""The code of each *In your library* box runs, where its libraries are installed."""

import importlib.util
import re
from pathlib import Path

import pytest
from equipment import need
from notebook_file import Notebook
from template import library_fences

BOOK = Path(__file__).parents[2] / "book"
FENCES = [
    pytest.param(fence, id=f"{path.stem}-{number}")
    for path in sorted(BOOK.glob("[0-9][0-9]_*.ipynb"))
    for number, fence in enumerate(library_fences(Notebook.read(path)), start=1)
]


# scikit-learn 1.8 says so of C=np.inf, which is how a reader asks for no penalty.
@pytest.mark.filterwarnings("ignore:Setting penalty=None will ignore the C")
@pytest.mark.parametrize("fence", FENCES)
def test_box_runs(fence):
    namespace, ran = {}, 0
    for part in re.split(r"\n{2,}", fence.strip()):  # one library each
        roots = re.findall(r"^(?:from|import) (\w+)", part, re.MULTILINE)
        if all(map(importlib.util.find_spec, roots)):
            exec(part, namespace)
            ran += 1
    if not ran:
        need(roots[0])
