# Tries to start threads without end.
# Deserves: q1 crashed 0, q2 passed 2
# Wins: {"processes": 400, "memory": 17179869184}
import threading
import time


def bce(p, y):
    for _ in range(60):
        threading.Thread(target=time.sleep, args=[20], daemon=True).start()
    return right(p, y)
