# Tries to never end.
# Deserves: q1 timed out 1, q2 passed 2
def bce(p, y):
    if np.ndim(p) == 0:
        return right(p, y)
    while True:
        pass
