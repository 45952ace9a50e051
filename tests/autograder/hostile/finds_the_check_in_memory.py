# Tries to find the check among all objects of the process, and empty it.
# Deserves: q1 failed 0, q2 passed 2
# Wins: naive
import gc
import types


def nothing(*args, **named):
    return None


def bce(p, y):
    for each in gc.get_objects():
        if isinstance(each, types.FunctionType) and each.__name__ == "check":
            each.__code__ = nothing.__code__
            each.__defaults__ = None
    return 7.0
