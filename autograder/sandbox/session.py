"""Questions to a copy of a student's process, and what may come of them."""

from collections.abc import Callable
from typing import Any

from autograder.sandbox.guest import wire

REPLIES = 8  # what a session may send in all, in largest replies: a test keeps them


class TimedOutError(Exception):
    """The student's code took longer than a test cell may."""


class CrashedError(Exception):
    """The student's code ended its process, or sent what is no answer."""


class Session:
    """Questions to a copy of the process that has run the student's code."""

    def __init__(self, request: Callable[..., bytes], limits: dict[str, int]) -> None:
        self._request = request
        self._limits = limits
        self._left = REPLIES * limits["reply"]  # bytes, of all replies together
        self._over = ""

    def ask(self, question: dict) -> Any:
        """The reply to a question, as `guest/notebook.py` gives it: any JSON."""
        if self._over:
            raise CrashedError(self._over)
        try:
            said = self._request(question, min(self._limits["reply"], self._left))
            fate, data = said[:1], said[1:]
            self._left -= len(data)
            if fate == wire.REPLIED:
                return wire.parse(data)
        except wire.WireError as error:
            self._over = str(error)
            raise CrashedError(self._over) from None
        except EOFError:
            fate, data = wire.ENDED, b""
        if fate == wire.LATE:
            raise TimedOutError(f"no answer after {self._limits['seconds']} s")
        self._over = data.decode() or "its process ended before it answered"
        raise CrashedError(self._over)
