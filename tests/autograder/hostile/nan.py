# Tries to pass as NaN, with which no comparison says that it is wrong.
# Deserves: q1 failed 0, q2 passed 2
def bce(p, y):
    return np.full(np.shape(p), np.nan)[()]
