# Tries to have the grader compute with ten thousand digits.
# Deserves: q1 crashed 0, q2 passed 2
def bce(p, y):
    say('{"value": ' + ("9" * 4_000 if np.ndim(p) else "9" * 10_000) + "}")
    os._exit(0)
