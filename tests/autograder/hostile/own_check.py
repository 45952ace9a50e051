# Tries to bring a check that checks nothing.
# Deserves: q1 failed 0, q2 passed 2
# Wins: naive
def check(*args, **named):
    return True


def bce(p, y):
    return 7.0
