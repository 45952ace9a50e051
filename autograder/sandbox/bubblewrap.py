"""What a student's code can see and do, as bubblewrap's command line.

Its disk is Python, the libraries of the handouts, and an empty /tmp. It has
processes, network and devices of its own, and no privilege.
"""

import compileall
import contextlib
import importlib.metadata
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from packaging.requirements import Requirement

from autograder.sandbox import seccomp

GUEST = Path(__file__).parent / "guest"
LIBRARIES = ("numpy", "matplotlib", "sympy")  # what a handout may import
PACKAGES = ("site-packages", "dist-packages")
INTERPRETER = f"/python/bin/python{sys.version_info[0]}.{sys.version_info[1]}"
PLAIN = ("-I", "-S", "-B")
PLAIN_PYTHON = (INTERPRETER, *PLAIN)  # without packages


def environment() -> dict[str, str]:
    """All environment variables of the sandbox."""
    return {
        "PATH": os.defpath,
        "HOME": "/tmp",
        "LANG": "C.UTF-8",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": "/tmp",
        "LD_LIBRARY_PATH": "/python/lib",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


def ordinary_user() -> int | None:
    """A user for this sandbox alone if we are root: limits on processes do not bind
    root, and count all processes of a user."""
    return None if os.geteuid() else 1_000_000 + os.getpid()


def python(unsafe: bool) -> list[str]:
    """Python, told to run `guest`; -S keeps installed packages out of its sight."""
    folder = str(GUEST.parent) if unsafe else "/grader"
    site = sysconfig.get_path("purelib") if unsafe else "/site"
    start = (  # nothing is garbage before the student's first cell
        f"import gc, sys; gc.disable(); sys.path += [{folder!r}, {site!r}]; "
        "from guest.__main__ import main; main()"
    )
    ours = sys._base_executable  # type: ignore[attr-defined]
    return [*([ours, *PLAIN] if unsafe else PLAIN_PYTHON), "-c", start]


@contextlib.contextmanager
def bubblewrap(user: int | None, disk: int) -> Iterator[tuple[list[str], list[int]]]:
    """Bubblewrap's command line up to the command, and the descriptors that it reads.

    `user` is from `ordinary_user`; /tmp holds `disk` bytes.
    """
    become = ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    seen = [
        "--perms", "1777", "--size", str(disk), "--tmpfs", "/tmp", "--chdir", "/tmp",
        *_libraries(), "--ro-bind", str(GUEST), "/grader/guest",
    ]  # fmt: skip
    with _alone(seen if user is None else [*become, *seen]) as made:
        yield made


@contextlib.contextmanager
def reading() -> Iterator[tuple[list[str], list[int]]]:
    """As `bubblewrap`, for our own code: it can write nowhere and has no rights."""
    grader = str(GUEST.parents[1])
    with _alone(["--ro-bind", grader, "/grader/autograder"]) as made:
        yield made


@contextlib.contextmanager
def _alone(more):
    """With Python, without any right, and with what `more` adds."""
    users = ["--unshare-user", "--unshare-cgroup-try", *_no_more_users()]
    command = [
        shutil.which("bwrap"), *(users if os.geteuid() else ["--cap-drop", "ALL"]),
        "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts",
        "--hostname", "sandbox", "--die-with-parent", "--new-session",
        "--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev",
        *_python(), *more, "--remount-ro", "/",
    ]  # fmt: skip
    with tempfile.TemporaryFile() as refused:
        refused.write(seccomp.program())
        refused.seek(0)
        yield [*command, "--seccomp", str(refused.fileno())], [refused.fileno()]


@cache
def _no_more_users():
    """The option that forbids namespaces of users in there, if bubblewrap has it."""
    options = subprocess.run(["bwrap", "--help"], capture_output=True, text=True).stdout
    return ["--disable-userns"] if "--disable-userns" in options else []


@cache
def _python():
    """The interpreter, and what it and NumPy are linked to; no installed package."""
    standard = os.path.dirname(os.__file__)
    place = os.path.relpath(standard, sys.base_prefix)  # lib/python3.11
    words = []
    for folder in ("/usr", "/python", "/python/bin", "/site", "/grader"):
        words += ["--perms", "0755", "--dir", folder]
    for folder in ("/lib", "/lib64", "/usr/lib", "/usr/lib64"):
        words += _as_it_is(folder)
    words += ["--ro-bind", os.path.realpath(sys._base_executable), INTERPRETER]
    if sys.base_prefix == "/usr":
        words += ["--ro-bind", standard, f"/python/{place}"]
    else:  # this Python brought along the libraries that it is linked to
        library = os.path.dirname(standard)
        words += ["--ro-bind", library, f"/python/{os.path.dirname(place)}"]
    for name in PACKAGES:
        if os.path.isdir(os.path.join(standard, name)):
            words += _nothing(f"/python/{place}/{name}")
        for folder in Path("/usr").glob(f"lib*/python3*/{name}"):
            words += _nothing(str(folder))
    return tuple(words)


def _as_it_is(folder):
    if os.path.islink(folder):
        return ["--symlink", os.readlink(folder), folder]
    return ["--ro-bind-try", folder, folder]


def _nothing(folder):
    return ["--size", "4096", "--tmpfs", folder, "--remount-ro", folder]


@cache
def _libraries():
    """The libraries of the handouts and what they require, and nothing else."""
    compileall.compile_dir(GUEST, quiet=2)  # in there, it could not be kept
    words, seen, waiting = [], set(), list(LIBRARIES)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            distribution = importlib.metadata.distribution(name)
            waiting += _required(distribution)
            for entry in sorted({file.parts[0] for file in distribution.files}):
                if entry not in ("..", "__pycache__") and entry[-10:] != ".dist-info":
                    path = os.path.realpath(distribution.locate_file(entry))
                    words += ["--ro-bind", path, f"/site/{entry}"]
    return tuple(words)


def _required(distribution):
    requirements = [Requirement(text) for text in distribution.requires or ()]
    return [
        each.name
        for each in requirements
        if each.marker is None or each.marker.evaluate({"extra": ""})
    ]
