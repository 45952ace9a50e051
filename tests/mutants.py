"""Change one place of a module at a time: which changes do its tests not see?

    python tests/mutants.py bcelib/losses.py --sample 100

Works in a copy of the tree, under _build. cosmic-ray makes the changes; those of `|`,
which most often stands in a hint, are left out. Seconds a change, hence a sample.
"""

import argparse
import json
import os
import random
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from cosmic_ray.work_db import WorkDB, use_db

ROOT = Path(__file__).parents[1]
COPY = ROOT / "_build" / "mutants"
BIN = Path(sys.executable).parent
# No plugin but those that tests ask for, and no search for the smallest example.
ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "BCE_HYPOTHESIS": "mutants"}
PLUGINS = "-p pytest_timeout -p _hypothesis_pytestplugin -p no:cacheprovider"
CONFIG = """\
[cosmic-ray]
module-path = {module}
timeout = {timeout}
test-command = {command}

[cosmic-ray.distributor]
name = "local"
"""


def copy_tree():
    """Copy what git tracks, or would track."""
    shutil.rmtree(COPY, ignore_errors=True)
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.check_output(listing, cwd=ROOT, text=True).split("\0")
    for name in filter(lambda name: name and (ROOT / name).is_file(), names):
        (COPY / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, COPY / name)


def sample(size, seed):
    """Keep so many of the changes, drawn by a seed, or all if they are fewer."""
    with use_db(COPY / "mutants.sqlite", WorkDB.Mode.open) as changes:
        items = [
            item
            for item in changes.work_items
            if "BinaryOperator_BitOr" not in item.mutations[0].operator_name
        ]
        kept = items
        if size and size < len(items):
            kept = random.Random(seed).sample(items, size)
        changes.clear()
        changes.add_work_items(kept)
    print(f"{len(kept)} of {len(items)} changes, seed {seed}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("module", help="such as bcelib/losses.py")
    parser.add_argument("--tests", nargs="+", help="by default tests/…/test_….py")
    parser.add_argument("--sample", type=int, help="so many changes; by default all")
    parser.add_argument("--seed", type=int, default=0, help="draws the sample")
    parser.add_argument("--timeout", type=float, default=120, help="seconds a change")
    options = parser.parse_args()
    module = Path(options.module)
    tests = options.tests or [f"tests/{module.parent}/test_{module.name}"]
    for path in (module, *map(Path, tests)):
        if not (ROOT / path).exists():
            parser.error(f"there is no {path}")
    copy_tree()
    command = f"{sys.executable} -m pytest -x -q {PLUGINS} {shlex.join(tests)}"
    settings = {"module": str(module), "timeout": options.timeout, "command": command}
    settings = {name: json.dumps(value) for name, value in settings.items()}
    (COPY / "mutants.toml").write_text(CONFIG.format(**settings))

    def run(*arguments):
        subprocess.run(
            [BIN / arguments[0], *arguments[1:]],
            cwd=COPY, env=os.environ | {"OMP_NUM_THREADS": "1"} | ALONE, check=True,
        )  # fmt: skip

    run("cosmic-ray", "init", "mutants.toml", "mutants.sqlite")
    sample(options.sample, options.seed)
    run("cosmic-ray", "baseline", "mutants.toml")
    run("cosmic-ray", "exec", "mutants.toml", "mutants.sqlite")
    run("cr-report", "--surviving-only", "--show-diff", "mutants.sqlite")


if __name__ == "__main__":
    main()
