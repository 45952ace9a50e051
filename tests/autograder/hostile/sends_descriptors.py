# Tries to fill the grader's table of open files with its own.
# Deserves: q1 failed 0, q2 passed 2
import array


def bce(p, y):
    text = b'{"value": 7.0}'
    files = array.array("i", [os.open("/dev/null", os.O_RDONLY)] * 200)
    ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, files)]
    channel().sendmsg([len(text).to_bytes(4, "big") + text], ancillary)
    os._exit(0)
