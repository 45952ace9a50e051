# Tries to leave a server behind that tells the next test cell what this one saw.
# Deserves: q1 crashed 0, q2 passed 2
# Wins: unsafe
import time

NAME = f"\0hostile-{os.getuid()}"


def bce(p, y):
    plug = socket.socket(socket.AF_UNIX)
    if np.ndim(p):
        plug.connect(NAME)
        return right(p, y)
    plug.bind(NAME)
    plug.listen()
    child = os.fork()
    if child == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(4)
        os._exit(0)
    os.waitpid(child, 0)
    raise ValueError("the server runs")
