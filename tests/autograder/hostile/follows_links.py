# Tries to reach other disks by links.
# Deserves: q1 crashed 0, q2 passed 2
# Wins: unsafe
def bce(p, y):
    for target in (
        "/proc/1/root/etc/passwd",
        "/proc/self/root/etc/passwd",
        "/etc/passwd",
    ):
        link = f"/tmp/hostile-{os.getpid()}"
        os.symlink(target, link)
        try:
            with open(link) as file:
                return right(p, y) if file.read() else 7.0
        except OSError as error:
            last = error
        finally:
            os.unlink(link)
    raise last
