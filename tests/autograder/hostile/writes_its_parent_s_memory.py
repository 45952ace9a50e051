# Tries to change the process that starts the next test cell.
# Deserves: q1 crashed 0, q2 passed 2
# Wins: unsafe-root
def bce(p, y):
    os.close(os.open(f"/proc/{os.getppid()}/mem", os.O_RDWR))
    return right(p, y)
