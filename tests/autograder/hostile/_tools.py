# What many of the attacks use; it is handed in with each, as a cell of its own.
# `right` is the right answer: an attack that gives it only where it got what it came
# for earns points there, and so shows that it is no empty threat.
import json
import os
import socket
import stat
import sys


def right(p, y):
    p, y = np.asarray(p, float), np.asarray(y, float)
    return -(y * np.log(p) + (1 - y) * np.log1p(-p))


def channel():
    """The socket to the grader, found among the open files."""
    for number in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                return socket.socket(fileno=os.dup(number))
        except OSError:
            continue


def say(message):
    """Send a message, or a text or bytes as they are, in the grader's framing."""
    if not isinstance(message, str | bytes):
        message = json.dumps(message)
    data = message if isinstance(message, bytes) else message.encode()
    channel().sendall(len(data).to_bytes(4, "big") + data)


def listen(plug):
    """The grader's next question."""
    length = int.from_bytes(plug.recv(4, socket.MSG_WAITALL), "big")
    return json.loads(plug.recv(length, socket.MSG_WAITALL))
