# Tries to print without end.
# Deserves: q1 timed out 1, q2 passed 2
def bce(p, y):
    if np.ndim(p) == 0:
        return right(p, y)
    while True:
        print("x" * 1_000_000)
        sys.stderr.write("y" * 1_000_000)
