# Tries to take more memory than it may.
# Deserves: q1 crashed 0, q2 passed 2
# Wins: {"memory": 1073741824}
def bce(p, y):
    np.empty(600 << 20, "u1")
    return right(p, y)
