# Tries to patch the code that answers, from within.
# Deserves: q1 failed 0, q2 failed 0
guest = sys.modules["guest.wire"]
guest.encode = lambda value, depth=0: True


def bce(p, y):
    return None
