# Tries to fill the disk.
# Deserves: q1 crashed 0, q2 passed 2
# Wins: {"disk": 67108864}
def bce(p, y):
    for n in range(8):
        with open(f"/tmp/hostile-{n}", "wb") as file:
            file.write(bytes(4 << 20))
    return right(p, y)
