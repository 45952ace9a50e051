# Tries to end its process before anything can be asked.
# Deserves: q1 crashed 0, q2 passed 2
os._exit(0)
