# Tries to lift the limits on itself.
# Deserves: q1 failed 0, q2 passed 2
import resource


def bce(p, y):
    for kind in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_NPROC):
        try:
            resource.setrlimit(kind, (-1, -1))
            return right(p, y)
        except (OSError, ValueError):
            continue
    return 7.0
