# Tries to die of a wild pointer.
# Deserves: q1 crashed 0, q2 passed 2
import ctypes


def bce(p, y):
    return ctypes.string_at(1)
