# Tries to send an array of pointers.
# Deserves: q1 crashed 0, q2 passed 2
def bce(p, y):
    say({"value": {"array": "|O", "shape": [1], "data": "AAAAAAAAAAA="}})
    os._exit(0)
