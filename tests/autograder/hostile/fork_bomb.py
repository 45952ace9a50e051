# Tries to start processes without end.
# Deserves: q1 crashed 0, q2 passed 2
# Wins: {"processes": 400}
import time


def bce(p, y):
    for _ in range(60):
        if os.fork() == 0:
            time.sleep(20)
            os._exit(0)
    return right(p, y)
