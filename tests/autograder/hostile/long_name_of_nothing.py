# Tries to put a megabyte into the name of a thing that cannot travel.
# Deserves: q1 failed 0, q2 passed 2
def bce(p, y):
    say({"value": {"unusable": "<script>" * 100_000}})
    os._exit(0)
