"""Build JupyterLite beside the pages: all chapters and handouts, run by the browser.

    python book/lite.py    after `make book`; `make lite` does both

A notebook there runs in Pyodide, which is Python, NumPy and more for browsers. The
browser fetches it from its makers' address once a notebook is opened. The makers' list
of packages is copied, with bcelib and what it needs added: `import bcelib` then fetches
them from this site, and no cell has to install anything. Then the *Run* menus offer it.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from urllib.request import urlopen

from jupyterlite_pyodide_kernel.constants import (
    PYODIDE_CDN_URL,
    PYODIDE_KERNEL_PLUGIN_ID,
    PYODIDE_LOCK,
    PYODIDE_LOCK_DEFAULT_URL,
)

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "_build" / "html"
OFFER = re.compile("<!--LITE (.*?) LITE-->", re.DOTALL)  # in a page, until it is true
PURE = ("array-api-compat", "comm")  # which Pyodide lacks
NEEDS = {"bcelib": ["numpy", "array-api-compat"]}
LOCK = f"static/{PYODIDE_LOCK}"
LITE = {
    "jupyter-lite-schema-version": 0,
    "jupyter-config-data": {
        "appName": "Binary cross-entropy",
        "litePluginSettings": {
            PYODIDE_KERNEL_PLUGIN_ID: {
                "disablePyPIFallback": True,
                "loadPyodideOptions": {"lockFileURL": f"./{LOCK}"},
            }
        },
    },
}
KERNEL = Path(sys.prefix, "share/jupyter/labextensions/@jupyterlite")
BUILD = {
    "LiteBuildConfig": {
        "apps": ["lab", "notebooks"],
        "contents": ["contents"],
        "federated_extensions": [str(KERNEL / "pyodide-kernel-extension")],
        "ignore_sys_prefix": ["federated_extensions"],  # others that are installed
        "no_sourcemaps": True,
    },
    "PipliteAddon": {"piplite_urls": ["wheels"]},
}


def run(*command: str | Path, **options: Path) -> None:
    subprocess.run([str(part) for part in command], check=True, **options)


def get_wheels(folder: Path) -> None:
    """bcelib's wheel, and those that Pyodide lacks, as they are installed here."""
    programs = Path(sys.executable).parent
    run(programs / "uv", "build", "--quiet", "--wheel", "--out-dir", folder, ROOT)
    pinned = [f"{name}=={version(name)}" for name in PURE]
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
    run(*pip, "wheel", "--no-deps", "--wheel-dir", folder, *pinned)


def copy_notebooks(site: Path, folder: Path) -> None:
    """The notebooks that the pages offer for download: they know their repository."""
    sources = site / "_sources"
    for path in sources.rglob("*.ipynb"):
        copy = folder / path.relative_to(sources)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)


def with_wheels(lock: dict, wheels: Path) -> dict:
    """Pyodide's list of packages, its own at its own address, with our wheels added."""
    for package in lock["packages"].values():
        package["file_name"] = f"{PYODIDE_CDN_URL}/{package['file_name']}"
    for path in wheels.glob("*.whl"):
        module, number, *_ = path.stem.split("-")
        name = module.replace("_", "-")
        lock["packages"][name] = {
            "name": name,
            "version": number,
            "file_name": f"../pypi/{path.name}",
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "imports": [module],
            "depends": NEEDS.get(name, []),
            "install_dir": "site",
            "package_type": "package",
            "unvendored_tests": False,
        }
    return lock


def build(site: Path, lock: dict) -> None:
    """Put JupyterLite into the site, and offer it in each *Run* menu."""
    out = site / "lite"
    shutil.rmtree(out, ignore_errors=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        get_wheels(folder / "wheels")
        copy_notebooks(site, folder / "contents")
        (folder / "jupyter-lite.json").write_text(json.dumps(LITE))
        (folder / "jupyter_lite_config.json").write_text(json.dumps(BUILD))
        lite = Path(sys.executable).with_name("jupyter-lite")
        run(lite, "build", "--output-dir", out, cwd=folder)
        (out / LOCK).parent.mkdir(exist_ok=True)
        (out / LOCK).write_text(json.dumps(with_wheels(lock, folder / "wheels")))
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        if OFFER.search(text):
            page.write_text(OFFER.sub(r"\1", text), encoding="utf-8")


def main() -> None:
    address = os.environ.get("BCE_PYODIDE_LOCK", PYODIDE_LOCK_DEFAULT_URL)
    with urlopen(address) as answer:
        lock = json.load(answer)
    build(SITE, lock)


if __name__ == "__main__":
    main()
