# Tries to make empty files without end.
# Deserves: q1 timed out 1, q2 passed 2
def bce(p, y):
    if np.ndim(p) == 0:
        return right(p, y)
    n = 0
    while True:
        n += 1
        os.close(os.open(f"/tmp/{n}", os.O_CREAT))
