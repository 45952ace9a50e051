# Tries to keep files in memory, under no folder.
# Deserves: q1 crashed 0, q2 passed 2
# Wins: unsafe
def bce(p, y):
    os.close(os.memfd_create("loot"))
    return right(p, y)
