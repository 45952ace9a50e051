"""Runs inside the sandbox, as a student's code: what can be seen and done from there.

`look` gathers it. It must work anywhere and import nothing that is not Python's own.
"""

import ctypes
import os
import re
import resource
import socket
import stat

SYSTEM = ("/usr/", "/lib", "/python/lib/")  # packages of the machine: no text of ours
MARKER = re.compile(rb"Marker[-]\d{12}")  # this text itself is none
MAP = re.compile(r"(?m)^(\w+)-(\w+) rw")
ABSENT = [
    "bcelib",
    "autograder",
    "nbformat",
    "nbgrader",
    "scipy",
    "pip",
    "jinja2",
    "distributed",
]
PRESENT = ("numpy", "mat" + "plotlib", "sympy")  # its name would have it loaded ahead
REFUSED = {  # x86_64, aarch64
    "shmget": (29, 194), "msgget": (68, 186), "memfd_create": (319, 279),
    "unshare": (272, 97), "mount": (165, 40), "ptrace": (101, 117), "bpf": (321, 280),
    "process_vm_readv": (310, 270), "keyctl": (250, 219), "io_uring_setup": (425, 425),
    "userfaultfd": (323, 282), "perf_event_open": (298, 241), "setns": (308, 268),
    "pidfd_getfd": (438, 438), "add_key": (248, 217), "mq_open": (240, 180),
}  # fmt: skip


def outcome(action, *arguments):
    """What an action came to: its result, or the name of its exception."""
    try:
        return action(*arguments)
    except Exception as error:
        return type(error).__name__


def files():
    """Yield each visible file, folder and link outside /proc, with its status."""
    waiting = ["/"]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                status = entry.stat(follow_symlinks=False)
                yield entry.path, status
                folder = stat.S_ISDIR(status.st_mode)
                if folder and entry.path != "/proc" and os.access(entry.path, os.R_OK):
                    waiting.append(entry.path)


def texts():
    """Yield the bytes of all that can be read, but for the machine's own packages."""
    for path, status in files():
        if stat.S_ISREG(status.st_mode) and not path.startswith(SYSTEM):
            yield path, outcome(_bytes, path)
    for path in ("/proc", *_under_proc()):
        if os.path.isfile(path) and "sysrq" not in path and not path.endswith("kmsg"):
            yield path, outcome(_bytes, path)


def _under_proc():
    for process in os.listdir("/proc"):
        if process.isdigit():
            for name in ("cmdline", "environ", "maps", "mountinfo", "stat", "status"):
                yield f"/proc/{process}/{name}"


def _bytes(path):
    with open(path, "rb") as file:
        return file.read(1 << 26)


def memories():
    """Yield the readable memory of every process, this one's included."""
    ctypes.CDLL(None).prctl(4, 1)  # dumpable again: this process may read itself
    for process in os.listdir("/proc"):
        if process.isdigit():
            yield from outcome(_memory, process) or ()


def _memory(process):
    pieces = []
    with open(f"/proc/{process}/mem", "rb") as mem:
        for first, last in MAP.findall(read(f"/proc/{process}/maps")):
            first, last = int(first, 16), int(last, 16)
            if last - first < 1 << 27:
                mem.seek(first)
                pieces.append(mem.read(last - first))
    return pieces


def marker():
    """Where a text of a hidden test can be read, and how much was searched."""
    n = 0
    for path, data in texts():
        if isinstance(data, bytes):
            n += 1
            if MARKER.search(data):
                return f"found in {path}"
    pieces = [*memories()]
    for piece in pieces:
        if isinstance(piece, bytes) and MARKER.search(piece):
            return "found in memory"
    much = n > 1000 and len(pieces) > 10
    return f"nothing, and {'much' if much else 'too little'} was searched"


def refused():
    """The name of the error of each system call that must not work."""
    libc = ctypes.CDLL(None, use_errno=True)
    column = {"x86_64": 0, "aarch64": 1}[os.uname().machine]
    errors = {}
    for name, numbers in REFUSED.items():
        ctypes.set_errno(0)
        libc.syscall(numbers[column], 0, 0, 0, 0, 0)
        errors[name] = ctypes.get_errno()
    return errors


def connected(family, address):
    with socket.socket(family) as plug:
        plug.settimeout(1)
        plug.connect(address)
        return "connected"


def read(path):
    with open(path) as file:
        return file.read()


def descriptors():
    """What the open file descriptors lead to."""
    is_open = [n for n in range(64) if outcome(os.fstat, n) != "OSError"]
    ctypes.CDLL(None).prctl(4, 1)  # or /proc/self/fd cannot be read
    return sorted(os.readlink(f"/proc/self/fd/{n}").partition(":")[0] for n in is_open)


def look(port, abstract, secrets):
    """All that a test wants to know, as plain values."""
    status = dict(re.findall(r"(\w+):\t(.*)", read("/proc/self/status")))
    seen, writable, foreign = 0, set(), []
    for path, about in files():
        seen += 1
        if (about.st_dev, about.st_ino) in secrets:
            foreign.append(path)
        plain = stat.S_ISREG(about.st_mode) or stat.S_ISDIR(about.st_mode)
        if plain and os.access(path, os.W_OK):
            writable.add(path)
    return {
        "seen": seen,
        "foreign": foreign,
        "writable": sorted(writable),
        "root": sorted(os.listdir("/")),
        "tmp": os.listdir("/tmp"),
        "dev": sorted(os.listdir("/dev")),
        "ids": [*os.getresuid(), *os.getresgid(), *os.getgroups()],
        "capabilities": sorted(
            {status[f"Cap{each}"] for each in ("Prm", "Eff", "Amb")}
        ),
        "new privileges": status["NoNewPrivs"],
        "seccomp": status["Seccomp"],
        "environment": dict(os.environ),
        "processes": sorted(int(p) for p in os.listdir("/proc") if p.isdigit()),
        "descriptors": descriptors(),
        "host": socket.gethostname(),
        "interfaces": re.findall(r"(\w+):", read("/proc/net/dev")),
        "port": outcome(connected, socket.AF_INET, ("127.0.0.1", port)),
        "abstract": outcome(connected, socket.AF_UNIX, abstract),
        "vsock": outcome(socket.socket, 40),
        "netlink": outcome(socket.socket, 16, 3),
        "calls": refused(),
        "mem": [outcome(os.open, f"/proc/{p}/mem", os.O_RDWR) for p in (2, 3)],
        "environ": outcome(open, "/proc/2/environ"),
        "sysctl": outcome(open, "/proc/sys/kernel/hostname", "w"),
        "imports": [
            name
            for name in ABSENT
            if outcome(__import__, name) != "ModuleNotFoundError"
        ],
        "libraries": [outcome(__import__, x).__name__ for x in PRESENT],
        "core": resource.getrlimit(resource.RLIMIT_CORE),
        "sacrifice": read("/proc/self/oom_score_adj").strip(),
    }
