# Tries to pass for a question that nobody answered.
# Deserves: q1 crashed 0, q2 passed 2
def bce(p, y):
    z = np.log(p)
    raise NotImplementedError(z)
