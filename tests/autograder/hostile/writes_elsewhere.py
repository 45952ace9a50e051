# Tries to leave a file outside its own folder.
# Deserves: q1 crashed 0, q2 passed 2
# Wins: unsafe
def bce(p, y):
    for folder in (
        "/dev/shm",
        "/var/tmp",
        "/home",
        "/",
        "/usr/lib",
        "/site",
        "/grader",
    ):
        try:
            with open(f"{folder}/hostile-was-here", "w"):
                os.unlink(f"{folder}/hostile-was-here")
            return right(p, y)
        except OSError as error:
            last = error
    raise last
