# Tries to leave a process behind that answers the next test, and every one after it.
# Deserves: q1 failed 0, q2 passed 2
import time


def bce(p, y):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            while True:
                say({"value": True})
                time.sleep(0.001)
        os._exit(0)
    return 7.0
