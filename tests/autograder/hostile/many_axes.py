# Tries to send few numbers with many axes.
# Deserves: q1 failed 0, q2 passed 2
def bce(p, y):
    return np.zeros((2,) * 19, bool) if np.ndim(p) else np.zeros((7,) * 6, bool)
