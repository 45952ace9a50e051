# Tries to leave the grader in the middle of an answer.
# Deserves: q1 crashed 0, q2 passed 2
def bce(p, y):
    channel().sendall((1000).to_bytes(4, "big") + b'{"value": 0.69')
    os._exit(0)
