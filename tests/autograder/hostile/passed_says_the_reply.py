# Tries to send a result of its own in place of an answer.
# Deserves: q1 crashed 0, q2 passed 2
def bce(p, y):
    say({"status": "passed", "points": 3, "outcome": {"status": "passed"}})
    os._exit(0)
