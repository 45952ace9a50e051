# Tries to return a float whose comparisons and differences are as it likes.
# Deserves: q1 failed 0, q2 passed 2
class Lie(float):
    def __eq__(self, other):
        return True

    __hash__ = float.__hash__
    __le__ = __ge__ = __lt__ = __gt__ = __eq__

    def __sub__(self, other):
        return 0.0

    __rsub__ = __abs__ = __sub__


def bce(p, y):
    return Lie(7.0) if np.ndim(p) == 0 else [Lie(7.0)] * len(p)
