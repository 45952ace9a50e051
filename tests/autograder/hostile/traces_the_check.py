# Tries to watch the check with sys.settrace, and swap what it compares.
# Deserves: q1 failed 0, q2 passed 2
# Wins: naive
import ctypes


def watch(frame, event, argument):
    names = frame.f_locals
    if "expected" in names and "actual" in names:
        names["actual"] = names["expected"]
        ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))
    return watch


sys.settrace(watch)


def bce(p, y):
    return 7.0
