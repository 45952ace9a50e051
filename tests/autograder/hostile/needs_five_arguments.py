# Tries to raise by a name whose class cannot be made from a message.
# Deserves: q1 crashed 0, q2 passed 2
class UnicodeDecodeError(ValueError):
    def __init__(self, a, b, c, d, e):
        super().__init__(a)


def bce(p, y):
    raise UnicodeDecodeError(1, 2, 3, 4, 5)
