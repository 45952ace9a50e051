# Tries to raise what has no name, no message and no class.
# Deserves: q1 crashed 0, q2 passed 2
class Meta(type):
    __name__ = property(lambda cls: 1 / 0)


class Nobody(BaseException, metaclass=Meta):
    __class__ = property(lambda self: 1 / 0)

    def __str__(self):
        raise self

    __repr__ = __str__


def bce(p, y):
    raise Nobody()
