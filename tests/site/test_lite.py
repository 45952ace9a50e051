"""JupyterLite beside the pages: what `make lite` builds, and cells run in Chromium.

The engine's makers are not asked: their package on npm, of the same version, answers in
their stead, and is kept in `_build`. It lacks NumPy. With BCE_LITE_ENGINE=theirs, as
the weekly workflow has it, they are asked, and chapter 1 runs to its end.
"""

import csv
import functools
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import urlopen

import pytest
from built import ROOT, SITE
from jupyterlite_pyodide_kernel import constants

from autograder.__main__ import MASTERS, main
from autograder.masters import homework

sys.path.insert(0, str(ROOT / "book"))

import lite

THEIRS = os.environ.get("BCE_LITE_ENGINE") == "theirs"
KERNEL = constants.PYODIDE_KERNEL_PLUGIN_ID
NAME = "01_bernoulli_trials.ipynb"
MASTER = homework.load("01", MASTERS)


@pytest.fixture(scope="module")
def engine(out_of_reach):
    """A folder with Pyodide, and the wheels that a first cell and SymPy need."""
    kept = ROOT / "_build" / f"pyodide-{constants.PYODIDE_VERSION}"
    if THEIRS or kept.exists():
        return kept
    kept.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as name:
        fetch(Path(name), out_of_reach)
        os.replace(Path(name, "package"), kept)
    return kept


def fetch(folder, out_of_reach):
    package = f"pyodide@{constants.PYODIDE_VERSION}"
    command = ["npm", "pack", "--silent", package]
    report = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    out_of_reach(report)
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extractall(folder, filter="data")
    lock = json.loads((folder / "package/pyodide-lock.json").read_text())
    todo, pinned = ["ipython", "jedi", "micropip", "sympy"], {}
    while todo:
        name = todo.pop().replace("_", "-")
        pinned[name] = f"{name}=={lock['packages'][name]['version']}"
        todo += lock["packages"][name]["depends"]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    pure = ["--only-binary=:all:", "--python-version=3.14", "-d", folder / "package"]
    command = [*pip, *pure, *pinned.values()]
    report = subprocess.run(command, capture_output=True, text=True)
    out_of_reach(report)
    report.check_returncode()


@pytest.fixture(scope="module")
def built(engine, tmp_path_factory):
    """The site with JupyterLite, in a folder of its own."""
    if not (SITE / ".built").exists():
        pytest.skip("no site: make book")
    site = tmp_path_factory.mktemp("lite") / "html"
    shutil.copytree(SITE, site, ignore=shutil.ignore_patterns("lite", "*.pdf"))
    if THEIRS:
        lock = json.load(urlopen(constants.PYODIDE_LOCK_DEFAULT_URL))
    else:
        lock = json.loads((engine / "pyodide-lock.json").read_text())
    lite.build(site, lock)
    return site


def packages(site):
    return json.loads((site / "lite" / lite.LOCK).read_text())["packages"]


def test_all_notebooks_are_there(built):
    sources, files = built / "_sources", built / "lite/files"
    names = {path.relative_to(sources) for path in sources.rglob("*.ipynb")}
    assert len(names) > 38
    assert names == {path.relative_to(files) for path in files.rglob("*.ipynb")}
    for name in names:
        [copy, source] = [json.loads((d / name).read_text()) for d in (files, sources)]
        assert copy["cells"] == source["cells"]


def test_bcelib_is_in_its_index_and_in_the_engines_list(built):
    index = json.loads((built / "lite/pypi/all.json").read_text())
    assert index.keys() == {"array-api-compat", "bcelib", "comm"}
    assert packages(built)["bcelib"]["depends"] == ["numpy", "array-api-compat"]
    for name in index:
        package = packages(built)[name]
        wheel = built / "lite/static" / package["file_name"]
        assert package["sha256"] == hashlib.sha256(wheel.read_bytes()).hexdigest()
        assert package["version"] in index[name]["releases"]
    foreign = {name: p["file_name"] for name, p in packages(built).items()}
    for name in foreign.keys() - index.keys():
        assert foreign[name].startswith("https://cdn.jsdelivr.net/pyodide/v")


def test_each_run_menu_opens_its_own_notebook(built):
    pages = 0
    for page in (built / "book").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<!--LITE" not in text
        for up, name in re.findall(
            r'href="([./]*)lite/notebooks/index\.html\?path=(\S+)"', text
        ):
            assert (page.parent / up / "lite/files" / name).is_file()
            own = page.relative_to(built).with_suffix(".ipynb")
            assert name == str(own)
            assert re.search("fetches .* from cdn.jsdelivr.net", text)
            pages += 1
    assert pages > 38


@pytest.fixture(scope="module")
def address(built, engine):
    """Where the site is served, the engine's files under /engine/ if they are here."""

    class Handler(SimpleHTTPRequestHandler):
        extensions_map = SimpleHTTPRequestHandler.extensions_map | {
            ".mjs": "text/javascript",
            ".wasm": "application/wasm",
        }

        def log_message(self, *args):
            pass

        def translate_path(self, path):
            name = path.partition("?")[0]
            if name.startswith("/engine/"):
                return str(engine / name.removeprefix("/engine/"))
            return super().translate_path(path)

    handler = functools.partial(Handler, directory=str(built))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    if not THEIRS:
        settings = built / "lite/jupyter-lite.json"
        told = json.loads(settings.read_text())
        plugin = told["jupyter-config-data"]["litePluginSettings"][KERNEL]
        plugin["pyodideUrl"] = f"{base}/engine/pyodide.mjs"
        settings.write_text(json.dumps(told))
        path = built / "lite" / lite.LOCK
        lock = json.loads(
            path.read_text().replace(lite.PYODIDE_CDN_URL, f"{base}/engine")
        )
        for package in lock["packages"].values():  # PyPI's wheel, and not their own
            wheel = engine / package["file_name"].rpartition("/")[2]
            if wheel.is_file():
                package["sha256"] = hashlib.sha256(wheel.read_bytes()).hexdigest()
        path.write_text(json.dumps(lock))
    yield base
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def open_notebook(browser, address):
    page = browser.new_context(accept_downloads=True).new_page()

    def visit(name):
        page.goto(f"{address}/lite/notebooks/index.html?path={name}")
        page.wait_for_selector(".jp-CodeCell", timeout=120_000)
        return page

    yield visit
    page.context.close()


def run_first(page, code):
    """Put a cell before all others, run it, and return what it shows."""
    page.locator(".jp-CodeCell").first.click()
    for key in ("Escape", "a", "Enter"):
        page.keyboard.press(key)
    page.keyboard.insert_text(code)
    page.keyboard.press("Control+Enter")
    output = page.locator(".jp-CodeCell").first.locator(".jp-OutputArea-output")
    output.first.wait_for(timeout=300_000)
    return output.first.inner_text()


@pytest.fixture(scope="module")
def homework_page(open_notebook):
    if THEIRS:
        pytest.skip("a whole chapter runs instead")
    return open_notebook(f"book/homework/{NAME}")


@pytest.fixture(scope="module")
def taken(homework_page, tmp_path_factory):
    """The homework, its first question answered, as the browser's reader saves it."""
    page, question = homework_page, MASTER.questions[0]
    cell = page.locator(".jp-CodeCell", has_text="YOUR CODE HERE").first
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(MASTER.solved()[question.name])
    page.keyboard.press("Control+s")
    page.get_by_role("menuitem", name="File", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Download", exact=True).click()
    # Chromium makes of the path the name book_homework_01_bernoulli_trials.ipynb.
    name = download.value.suggested_filename
    path = tmp_path_factory.mktemp("handed in") / "ada" / name
    download.value.save_as(path)
    return path


def test_cells_run(homework_page):
    assert run_first(homework_page, "print(6 * 7)").strip() == "42"
    code = 'import sympy; print(sympy.integrate("x**2"))'
    assert run_first(homework_page, code).strip() == "x**3/3"
    code = "import bcelib; print(bcelib.__file__)"  # fetched without being asked for
    assert "site-packages/bcelib" in run_first(homework_page, code)


def test_what_is_taken_home_is_whole(taken, built):
    saved = json.loads(taken.read_text(encoding="utf-8"))
    there = json.loads((built / "lite/files/book/homework" / NAME).read_text())
    ids = [cell["id"] for cell in there["cells"]]
    assert [cell["id"] for cell in saved["cells"] if cell["id"] in ids] == ids


def test_what_is_taken_home_can_be_handed_in(taken, bubblewrap, tmp_path):
    assert main(["grade", "01", str(taken.parents[1]), "--out", str(tmp_path)]) == 0
    with (tmp_path / "grades.csv").open(encoding="utf-8-sig") as file:
        [row] = csv.DictReader(file)
    first, second, *_ = (question.name for question in MASTER.questions)
    assert (row["student"], float(row[first])) == ("ada", MASTER.questions[0].points)
    assert row[f"{second} status"] == "not attempted"


@pytest.mark.skipif(not THEIRS, reason="NumPy for browsers is at its makers' alone")
def test_a_chapter_runs_to_its_end(open_notebook):
    notebook = open_notebook(f"book/{NAME}")
    notebook.get_by_role("menuitem", name="Run", exact=True).click()
    notebook.get_by_role("menuitem", name="Run All Cells").click()
    last = notebook.locator(".jp-CodeCell").last.locator(".jp-InputPrompt")
    notebook.wait_for_function(
        "e => /\\[\\d+\\]/.test(e.textContent)",
        arg=last.element_handle(),
        timeout=500_000,
    )
    errors = notebook.locator("[data-mime-type='application/vnd.jupyter.error']")
    assert errors.all_inner_texts() == []
