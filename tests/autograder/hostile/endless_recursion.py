# Tries to overflow the stack of C.
# Deserves: q1 crashed 0, q2 passed 2
def bce(p, y):
    sys.setrecursionlimit(10**9)
    deep = []
    for _ in range(300_000):
        deep = [deep]
    return repr(deep)
