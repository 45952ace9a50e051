# Tries to give two values at once, one of them right.
# Deserves: q1 failed 0, q2 passed 2
def bce(p, y):
    answer = json.dumps(right(p, y).tolist())
    say(f'{{"value": {answer}, "value": 7.0}}')
    os._exit(0)
