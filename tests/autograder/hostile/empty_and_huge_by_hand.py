# Tries to send an array without elements that NumPy cannot shape.
# Deserves: q1 crashed 0, q2 passed 2
def bce(p, y):
    say({"value": {"array": "<f8", "shape": [0, 2**62], "data": ""}})
    os._exit(0)
