# Tries to send nothing, in a huge shape.
# Deserves: q1 failed 0, q2 passed 2
def bce(p, y):
    return np.empty((0, 2**40, 5))
