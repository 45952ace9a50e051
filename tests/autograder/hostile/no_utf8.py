# Tries to send bytes that are no text.
# Deserves: q1 crashed 0, q2 passed 2
def bce(p, y):
    say(b'{"value": "\xff\xfe\xed\xa0\x80"}')
    os._exit(0)
