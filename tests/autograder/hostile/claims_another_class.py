# Tries to pass for a float by __class__.
# Deserves: q1 crashed 0, q2 passed 2
class Odd:
    __class__ = float

    def __float__(self):
        return float(np.log(2))

    def __repr__(self):
        return "0.6931471805599453"


def bce(p, y):
    return Odd()
