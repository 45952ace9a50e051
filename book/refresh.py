"""Execute notebooks again and store them in one normal form.

    python book/refresh.py NOTEBOOK...

Each notebook runs from top to bottom in its own folder, with the interpreter that
runs this file. The result depends on the cells alone, so a second run changes no byte.
A notebook with a failing cell is left as it was.
"""

import argparse
import asyncio
import base64
import json
import os
import re
import struct
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output

NOTEBOOK_METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}
FOLDS = {
    "hide-cell": ("source_hidden", "outputs_hidden"),
    "hide-input": ("source_hidden",),
    "hide-output": ("outputs_hidden",),
}
SECONDS_PER_CELL = 300


class RefusedError(Exception):
    """A notebook that cannot be refreshed: where, why, and what to do."""


class ThisInterpreter(KernelSpecManager):
    """Every kernel name means the interpreter that runs this file."""

    def get_kernel_spec(self, kernel_name):
        quiet = get_kernel_dict(extra_arguments=["--log-level=ERROR"])
        return KernelSpec(resource_dir=RESOURCES, **quiet)


class KernelManager(AsyncKernelManager):
    """Starts that interpreter, whichever kernels are installed."""

    def _kernel_spec_manager_default(self):
        return ThisInterpreter(parent=self)


def is_readable_slug(cell_id):
    """Tell `sigmoid-plot` from an id that a program drew at random."""
    words = re.fullmatch(r"[a-z]+[0-9]*(-([a-z]+[0-9]*|[0-9]+))*", cell_id)
    drawn = re.fullmatch(r"(?=.*[0-9])[0-9a-f]{8}", cell_id)
    return bool(words) and not drawn


def load(path):
    """Read a notebook whose cells all carry an id of their own."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    ids = [cell.get("id", "") for cell in raw["cells"]]
    for number, cell_id in enumerate(ids, start=1):
        if not is_readable_slug(cell_id) or ids.count(cell_id) > 1:
            raise RefusedError(
                f"{path}: cell {number} has the id {cell_id!r}. Give it a readable one "
                "of its own, such as 'sigmoid-plot': links and diffs depend on it."
            )
    raw["nbformat_minor"] = 5  # older files differ from 4.5 in their ids alone
    return nbformat.reads(json.dumps(raw), as_version=4)


def execute(notebook, path):
    """Run every cell in a fresh kernel and store what it shows."""
    started = []
    client = NotebookClient(
        notebook,
        kernel_manager_class=KernelManager,
        resources={"metadata": {"path": str(path.parent)}},
        timeout=SECONDS_PER_CELL,
        record_timing=False,
        # A kernel that takes leave may fail in ZeroMQ on its way, and say so on stderr.
        shutdown_kernel="immediate",
        on_cell_start=lambda cell, cell_index: started.append(cell.id),
    )
    try:
        asyncio.run(client.async_execute())
    except CellExecutionError as error:
        reason = f"{error.ename}: {error.evalue}"
    except CellTimeoutError:
        reason = f"it did not end within {SECONDS_PER_CELL} seconds"
    except DeadKernelError:
        reason = "the kernel died"
    else:
        return
    where = f"{path}, cell '{started[-1]}'"
    raise RefusedError(f"{where}: {reason}. The file is as it was.")


def normalise(notebook):
    """Keep of a notebook what its author wrote and its cells showed, and no more."""
    notebook.metadata = nbformat.from_dict(NOTEBOOK_METADATA)
    count = 0
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict(kept_metadata(cell.metadata))
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
            alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt")
            cell.outputs = [
                kept_output(each, count, alt)
                for each in merged(cell.outputs)
                if each.get("data") != {}
            ]
            if cell.outputs and cell.metadata.get("jupyter", {}).get("outputs_hidden"):
                # JupyterLab shows the first line of what it folds: of nothing, then.
                cell.outputs.insert(0, new_output("display_data"))
    return notebook


def kept_metadata(metadata):
    kept = {key: metadata[key] for key in ("tags", "mystnb") if metadata.get(key)}
    folded = {key for key, on in metadata.get("jupyter", {}).items() if on is True}
    for tag, flags in FOLDS.items():  # what is folded on the page is so in JupyterLab
        if tag in metadata.get("tags", []):
            folded.update(flags)
    if flags := sorted(folded & {"source_hidden", "outputs_hidden"}):
        kept["jupyter"] = dict.fromkeys(flags, True)
    return kept


def merged(outputs):
    """Join neighbouring pieces of one stream: their borders are a matter of timing."""
    joined = []
    for output in outputs:
        previous = joined[-1] if joined else {}
        if output.output_type == "stream" and previous.get("name") == output.name:
            previous.text += output.text
        else:
            joined.append(output)
    return joined


def kept_output(output, count, alt):
    if output.output_type == "execute_result":
        output.execution_count = count
    if output.output_type == "error":
        # The frames of a traceback name folders on the author's machine.
        output.traceback = [f"{output.ename}: {output.evalue}"]
    if "image/png" in output.get("data", {}):
        png = base64.b64decode(output.data["image/png"])
        output.data["image/png"] = base64.b64encode(without_text(png)).decode()
        if alt:  # nbconvert and nbviewer read it; JupyterLab 4.6 and VS Code do not
            output.metadata.setdefault("image/png", {})["alt"] = alt
    return output


def without_text(png):
    """Drop the PNG chunks that name the program and the hour that drew the picture."""
    kept, start = [png[:8]], 8
    while start < len(png):
        (length,) = struct.unpack(">I", png[start : start + 4])
        end = start + 12 + length  # length, type and checksum take 4 bytes each
        if png[start + 4 : start + 8] not in {b"tEXt", b"zTXt", b"iTXt", b"tIME"}:
            kept.append(png[start:end])
        start = end
    return b"".join(kept)


def serialise(notebook):
    """Write JSON with sorted keys, one space of indent and a final newline."""
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT) + "\n"


def refresh(path):
    """Refresh one notebook file. Return whether a byte of it changed."""
    notebook = load(path)
    execute(notebook, path)
    fresh = serialise(normalise(notebook)).encode()
    if fresh == path.read_bytes():
        return False
    replace(path, fresh)
    return True


def replace(path, content):
    """Write beside the file, then rename: a reader never sees half a notebook."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as beside:
        beside.write(content)
    os.chmod(beside.name, path.stat().st_mode)
    os.replace(beside.name, path)


def report(path):
    try:
        print(f"{path}: {'refreshed' if refresh(path) else 'unchanged'}", flush=True)
    except RefusedError as refusal:
        print(refusal, file=sys.stderr, flush=True)
        return False
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebook", nargs="+", type=Path)
    notebooks = parser.parse_args().notebook
    # A notebook runs in a process of its own; a thread here only waits for it.
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        sys.exit(not all(list(pool.map(report, notebooks))))


if __name__ == "__main__":
    main()
