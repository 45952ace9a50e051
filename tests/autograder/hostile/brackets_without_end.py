# Tries to overflow the grader's stack with brackets.
# Deserves: q1 crashed 0, q2 passed 2
def bce(p, y):
    say("[" * 400_000 + "]" * 400_000)
    os._exit(0)
