# Tries to shadow the tools of the tests in builtins and in sys.modules.
# Deserves: q1 crashed 0, q2 passed 2
import builtins
import types

fake = types.SimpleNamespace(__getattr__=lambda name: 7.0)
sys.modules["autograder.checks"] = sys.modules["autograder"] = fake
builtins.check = builtins.isinstance = lambda *args, **named: True
builtins.AssertionError = builtins.Exception = KeyboardInterrupt


def bce(p, y):
    return 7.0
