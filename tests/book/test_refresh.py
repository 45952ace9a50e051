"""`refresh` stores what cells show, in one form, or leaves the file as it was."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import refresh
from hygiene import HYGIENE
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from notebook_file import Notebook

PROGRAM = Path(refresh.__file__)


def run(*paths):
    """Run the program as `make refresh` does."""
    command = [sys.executable, PROGRAM, *paths]
    return subprocess.run(command, capture_output=True, text=True)


def save(path, *cells, **metadata):
    nbformat.write(new_notebook(cells=list(cells), metadata=metadata), path)
    return path


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory):
    """A notebook with an editor's dust on it, refreshed once, and the report."""
    path = tmp_path_factory.mktemp("a folder", numbered=False) / "dusty.ipynb"
    figure = {
        "mystnb": {"image": {"alt": "A line that rises from one to two." + " " * 9}}
    }
    hidden = {"tags": ["hide-output"]}
    save(
        path,
        new_markdown_cell("# Title", id="title", metadata={"editable": True}),
        new_code_cell(
            "from pathlib import Path\nimport matplotlib.pyplot as plt",
            id="imports",
            execution_count=7,
            metadata={"execution": {"iopub.execute_input": "2020-01-01"}},
        ),
        new_markdown_cell("Two lines.", id="two-lines"),
        new_code_cell("print(1, flush=True)\nprint(2)", id="prints"),
        new_markdown_cell("A result.", id="a-result"),
        new_code_cell("Path.cwd().name", id="result"),
        new_markdown_cell("A figure.", id="a-figure"),
        new_code_cell(
            "from bcelib import plotting\nplotting.use_style()\n"
            "plt.plot([1, 2])\nplt.show()",
            id="figure",
            metadata=figure,
        ),
        new_markdown_cell("Zero is refused: an error.", id="refusal"),
        new_code_cell(
            "1 / 0",
            id="division",
            metadata={"tags": ["raises-exception"], "collapsed": True},
        ),
        new_markdown_cell("The solution.", id="the-solution"),
        new_code_cell(
            "print(5)",
            id="solution",
            metadata={"tags": ["hide-cell"], "jupyter": {"source_hidden": False}},
        ),
        new_markdown_cell("**Predict:** what is y?", id="prediction"),
        new_code_cell("print(6)", id="predicted", metadata=hidden),
        new_markdown_cell("A check.", id="a-check"),
        new_code_cell(
            "z = 1",
            id="check",
            metadata={
                "tags": ["hide-input"],
                "jupyter": {"source_hidden": True, "outputs_hidden": False},
            },
        ),
        kernelspec={"name": "no-such-kernel", "display_name": "Another"},
        widgets={},
    )
    return path, run(path)


def test_result_obeys_the_rules(refreshed):
    path, report = refreshed
    assert (report.returncode, report.stderr) == (0, "")
    assert report.stdout == f"{path}: refreshed\n"
    assert HYGIENE.findings(Notebook.read(path)) == []


def test_outputs_are_those_of_the_cells(refreshed):
    notebook = Notebook.read(refreshed[0])
    assert notebook.cell("prints").outputs == [
        {"output_type": "stream", "name": "stdout", "text": ["1\n", "2\n"]}
    ]
    [result] = notebook.cell("result").outputs
    assert result["data"] == {"text/plain": ["'a folder'"]}
    assert result["execution_count"] == 3
    assert notebook.cell("division").outputs == [
        {
            "output_type": "error",
            "ename": "ZeroDivisionError",
            "evalue": "division by zero",
            "traceback": ["ZeroDivisionError: division by zero"],
        }
    ]
    [figure] = notebook.cell("figure").figures
    assert figure["data"].keys() == {"image/png", "text/plain"}
    # A notebook shows it 5.2 inches wide, and can tell what there is to see.
    [shown] = figure["metadata"].values()
    assert shown["alt"] == notebook.cell("figure").alt
    assert 360 <= shown["width"] <= 385
    png = base64.b64decode(figure["data"]["image/png"])
    assert int.from_bytes(png[16:20]) // 2 == shown["width"]


def test_metadata_is_what_the_author_wrote(refreshed):
    notebook = Notebook.read(refreshed[0])
    kept = {cell.id: cell.metadata for cell in notebook.cells if cell.metadata}
    assert set(kept) == {"figure", "division", "solution", "predicted", "check"}
    assert kept["division"] == {"tags": ["raises-exception"]}
    both = {"source_hidden": True, "outputs_hidden": True}
    assert kept["solution"] == {"tags": ["hide-cell"], "jupyter": both}
    assert kept["predicted"]["jupyter"] == {"outputs_hidden": True}
    assert kept["check"]["jupyter"] == {"source_hidden": True}
    assert notebook.raw["metadata"] == refresh.NOTEBOOK_METADATA


def test_what_is_folded_gives_no_line_away(refreshed):
    """JupyterLab shows the first line of a folded cell's first output."""
    notebook = Notebook.read(refreshed[0])
    for name, shown in (("solution", "5\n"), ("predicted", "6\n")):
        first, *others = notebook.cell(name).outputs
        assert first == {"output_type": "display_data", "data": {}, "metadata": {}}
        assert ["".join(output["text"]) for output in others] == [shown]
    assert notebook.cell("check").outputs == []
    assert len(notebook.cell("prints").outputs) == 1


def test_second_run_changes_no_byte(refreshed):
    path, _ = refreshed
    before, touched = path.read_bytes(), path.stat().st_mtime_ns
    report = run(path)
    assert report.stdout == f"{path}: unchanged\n"
    assert path.read_bytes() == before
    assert path.stat().st_mtime_ns == touched  # so that Make builds nothing again


def test_failing_cell_is_named_and_its_file_left_alone(tmp_path):
    good = save(tmp_path / "good.ipynb", new_code_cell("print(1)", id="one"))
    bad = save(
        tmp_path / "bad.ipynb",
        new_code_cell("1 / 0", id="expected", metadata={"tags": ["raises-exception"]}),
        new_code_cell("print(2)\nundefined", id="second"),
        new_code_cell("print(3)", id="third"),
    )
    before = bad.read_bytes()
    report = run(bad, good)
    assert report.returncode == 1
    assert report.stdout == f"{good}: refreshed\n"
    assert report.stderr == (
        f"{bad}, cell 'second': NameError: name 'undefined' is not defined. "
        "The file is as it was.\n"
    )
    assert bad.read_bytes() == before
    assert sorted(os.listdir(tmp_path)) == ["bad.ipynb", "good.ipynb"]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import os\nos._exit(1)", "the kernel died"),
        ("import time\ntime.sleep(60)", "it did not end within 1 seconds"),
    ],
)
def test_kernel_that_never_answers(tmp_path, monkeypatch, code, reason):
    monkeypatch.setattr(refresh, "SECONDS_PER_CELL", 1)
    path = save(tmp_path / "stuck.ipynb", new_code_cell(code, id="stuck"))
    before = path.read_bytes()
    with pytest.raises(refresh.RefusedError, match=f"cell 'stuck': {reason}"):
        refresh.refresh(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("cell_id", ["3f2a9c1b", "Plot 1", "", None])
def test_ids_are_never_invented(tmp_path, cell_id):
    path = save(tmp_path / "drawn.ipynb", new_code_cell("x = 1", id="assign"))
    raw = json.loads(path.read_text())
    raw["cells"][0]["id"] = cell_id
    if cell_id is None:
        del raw["cells"][0]["id"]
    path.write_text(json.dumps(raw))
    with pytest.raises(
        refresh.RefusedError, match=r"cell 1 has the id .* readable one"
    ):
        refresh.refresh(path)


def test_ids_are_not_shared(tmp_path):
    cells = [new_code_cell("x = 1", id="same"), new_code_cell("y = 1", id="other")]
    path = save(tmp_path / "twins.ipynb", *cells)
    path.write_text(path.read_text().replace('"other"', '"same"'))
    with pytest.raises(refresh.RefusedError, match="cell 1 has the id 'same'"):
        refresh.refresh(path)


def test_png_keeps_its_pixels_and_loses_its_text():
    def chunk(kind, data=b""):
        return len(data).to_bytes(4, "big") + kind + data + b"csum"

    head, pixels, end = (
        chunk(b"IHDR", b"13 bytes long"),
        chunk(b"IDAT", b"x"),
        chunk(b"IEND"),
    )
    text = chunk(b"tEXt", b"Software\0Matplotlib version 3") + chunk(b"tIME", b"now")
    signature = b"\x89PNG\r\n\x1a\n"
    png = signature + head + text + pixels + text + end
    assert refresh.without_text(png) == signature + head + pixels + end
