"""The system calls that the sandbox refuses, as a seccomp filter for bubblewrap.

A student's code has no use for them. They open what no limit of a process bounds
(shared memory that belongs to no process, file systems of one's own), reach past
the network's namespace, or meddle with another process.
"""

import platform
import struct

# Audit architecture, then each call's number: include/uapi/linux/audit.h,
# arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h.
MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
REFUSED = {  # (x86_64, aarch64)
    "shmget": (29, 194), "semget": (64, 190), "msgget": (68, 186),
    "mq_open": (240, 180), "memfd_create": (319, 279), "memfd_secret": (447, 447),
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40),
    "fsopen": (430, 430), "fsmount": (432, 432), "move_mount": (429, 429),
    "open_tree": (428, 428), "mount_setattr": (442, 442), "pivot_root": (155, 41),
    "ptrace": (101, 117), "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271), "pidfd_getfd": (438, 438), "kcmp": (312, 272),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
}  # fmt: skip
CLONE = {"x86_64": 56, "aarch64": 220}
CLONE3 = 435  # its flags are out of a filter's sight; without it, C uses clone
SOCKET = {"x86_64": 41, "aarch64": 198}
NEW_NAMESPACES = 0x7E020080  # the flags CLONE_NEW* of clone
FAMILIES = (1, 2, 10)  # Unix, IPv4, IPv6: those that a network namespace shuts in
X32 = 0x40000000  # x86_64's second table of calls

LOAD, AND, EQUAL, ANY_BIT, RETURN = 0x20, 0x54, 0x15, 0x45, 0x06
CALL, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16  # where struct seccomp_data has them
ALLOW, KILL = 0x7FFF0000, 0x80000000
EPERM, ENOSYS = 0x00050000 + 1, 0x00050000 + 38


def program(machine: str | None = None) -> bytes:
    """The filter as bytes; b"" on a machine that is not in the table."""
    machine = machine or platform.machine()
    if machine not in MACHINES:
        return b""
    column = list(MACHINES).index(machine)
    steps = [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, MACHINES[machine]),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, CALL),
        (ANY_BIT, 0, 1, X32),
        (RETURN, 0, 0, EPERM),
    ]
    for numbers in REFUSED.values():
        steps += [(EQUAL, 0, 1, numbers[column]), (RETURN, 0, 0, EPERM)]
    steps += [(EQUAL, 0, 1, CLONE3), (RETURN, 0, 0, ENOSYS)]
    steps += [
        (EQUAL, 0, 3, CLONE[machine]),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (ANY_BIT, 0, 1, NEW_NAMESPACES),
        (RETURN, 0, 0, EPERM),
        (LOAD, 0, 0, CALL),
        (EQUAL, 0, 2 + len(FAMILIES), SOCKET[machine]),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        *((EQUAL, len(FAMILIES) - i, 0, each) for i, each in enumerate(FAMILIES)),
        (RETURN, 0, 0, EPERM),
        (RETURN, 0, 0, ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
