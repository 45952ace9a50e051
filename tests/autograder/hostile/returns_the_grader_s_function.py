# Tries to name a function of the grader as the result.
# Deserves: q1 crashed 0, q2 passed 2
def bce(p, y):
    say({"value": {"function": "check"}})
    os._exit(0)
