# Tries to leave a folder behind in which nobody can work, nor clean up.
# Deserves: q1 failed 0, q2 passed 2
try:
    deep = "/tmp"
    for _ in range(200):
        deep = f"{deep}/x"
        os.mkdir(deep)
    os.mkfifo("/tmp/pipe")
    os.symlink("/tmp/loop", "/tmp/loop")
    os.chmod(deep, 0)
    os.chmod("/tmp", 0)
except OSError:
    pass


def bce(p, y):
    return 7.0
