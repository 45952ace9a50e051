# Tries to send a dictionary of many keys.
# Deserves: q1 failed 0, q2 passed 2
def bce(p, y):
    return {f"={n}": 0 for n in range(50_000)}
