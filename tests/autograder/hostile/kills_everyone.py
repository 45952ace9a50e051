# Tries to kill every process that it may.
# Deserves: q1 crashed 0, q2 passed 2
import time


def bce(p, y):
    os.kill(-1, 9)
    time.sleep(60)
