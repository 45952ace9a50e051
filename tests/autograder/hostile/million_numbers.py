# Tries to send more than a reply may hold.
# Deserves: q1 crashed 0, q2 passed 2
def bce(p, y):
    return np.zeros(1_000_000)
