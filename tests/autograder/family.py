"""Processes that descend from one, for tests that none is left."""

import ctypes
import os
import time

PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans():
    """Become the parent of each descendant whose own parent ends."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def of(pid):
    """All descendants of a process that still run."""
    parents = {}
    for each in filter(str.isdigit, os.listdir("/proc")):
        known = status(each)
        if known and known[0] not in "ZX":
            parents[int(each)] = int(known[1])
    found, fresh = set(), {pid}
    while fresh:
        fresh = {p for p, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return found


def gone(pids):
    """Whether all these processes end within seconds: a namespace dies by itself."""
    deadline = time.monotonic() + 10
    while any(status(pid)[:1] not in ([], ["Z"]) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def status(pid):
    """State and parent of a process, and more; empty where there is none."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
