# Tries to send a text of a megabyte, with control characters.
# Deserves: q1 failed 0, q2 passed 2
def bce(p, y):
    return "\x00\x1b[2J\ud800=1+1" * 20_000
