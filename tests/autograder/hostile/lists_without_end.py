# Tries to send a list that holds itself.
# Deserves: q1 failed 0, q2 passed 2
endless = []
endless.append(endless)


def bce(p, y):
    return endless
