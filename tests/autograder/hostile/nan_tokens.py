# Tries to smuggle in NaN, which is equal to nothing and which no JSON holds.
# Deserves: q1 crashed 0, q2 passed 2
def bce(p, y):
    say('{"value": NaN}')
    os._exit(0)
