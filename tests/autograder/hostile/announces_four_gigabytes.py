# Tries to have the grader wait for, or make room for, four gigabytes.
# Deserves: q1 crashed 0, q2 passed 2
def bce(p, y):
    channel().sendall(b"\xff\xff\xff\xff" + b"[" * 1000)
    os._exit(0)
