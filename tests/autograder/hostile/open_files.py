# Tries to take every file handle.
# Deserves: q1 crashed 0, q2 passed 2
def bce(p, y):
    kept = [open("/dev/null") for _ in range(5_000)]
    return right(p, y)
