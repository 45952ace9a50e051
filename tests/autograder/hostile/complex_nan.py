# Tries to hide NaN in an imaginary part.
# Deserves: q1 failed 0, q2 passed 2
def bce(p, y):
    return right(p, y) + 1j * np.nan
