# Tries to answer from another process than the one that was asked.
# Deserves: q1 passed 3, q2 passed 2
import time

if os.fork():  # the parent waits; the child is the student from here on, and is right
    time.sleep(60)


def bce(p, y):
    return right(p, y)
