# Tries to leave the grader without a line to speak on.
# Deserves: q1 crashed 0, q2 passed 2
def bce(p, y):
    channel().shutdown(socket.SHUT_RDWR)
    return right(p, y)
