"""Commands as an ordinary user, for tests that root runs."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
USER = "23456"  # nobody's number
# Where Python or the repository lies in root's own folder, a mount namespace shows
# this user a folder that holds them and nothing else.
SHOW = """
set -e
mount -t tmpfs -o mode=755 none /mnt
for folder in $SHOWN; do
  mkdir -p "/mnt/$folder"
  mount --bind "/root/$folder" "/mnt/$folder"
done
mount --move /mnt /root
exec setpriv --reuid $USER --regid $USER --clear-groups "$@"
"""


def command(*words):
    """The command line that runs `words` as an ordinary user, and its environment."""
    if os.geteuid():
        return [*words], {**os.environ}
    needed = [Path(sys.base_prefix), Path(sys.prefix), ROOT]
    shown = [
        str(each.relative_to("/root"))
        for each in needed
        if each.is_relative_to("/root")
    ]
    environment = os.environ | {"SHOWN": " ".join(shown), "USER": USER, "HOME": "/tmp"}
    return ["unshare", "--mount", "sh", "-c", SHOW, "sh", *words], environment


def answer(module, call):
    """What a call of a test module's function gives an ordinary user, as JSON."""
    name = module.stem
    program = f"import json, tempfile, {name}; print(json.dumps({name}.{call}))"
    words, environment = command(sys.executable, "-B", "-c", program)
    environment["PYTHONPATH"] = f"{Path(__file__).parent}:{module.parent}"
    ran = subprocess.run(
        words, env=environment, cwd=ROOT, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)
