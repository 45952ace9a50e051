"""A notebook without its stored outputs, which may be of any size, piece by piece."""

import codecs
import json
import re
from collections.abc import Iterable, Iterator

from autograder.intake.notebook import MOST_BYTES, Unreadable

LEFT_OUT = ("outputs", "attachments", "widgets")  # keys whose lists and objects go
MOST_READ = 300_000_000  # bytes of a notebook, outputs included
MOST_MARKS = 3_000_000  # brackets and strings: a second or two for each million

MARK = re.compile(r'["\[\]{}:]')
STRING_END = re.compile(r'(?s)(?:[^"\\]|\\.)*+"')
PASSED_OVER = re.compile(r'(?s)(?:[^"\[\]{}]|"(?:[^"\\]|\\.)*+")*+')


def without_outputs(pieces: Iterable[bytes]) -> bytes:
    """The notebook in UTF-8, with null in the place of what was stored.

    Raises Unreadable if the rest exceeds MOST_BYTES, or the whole MOST_READ.
    """
    kept: list[bytes] = []
    size = 0
    for text in _kept(_texts(pieces)):
        kept.append(text.encode("utf-8", "replace"))
        size += len(kept[-1])
        if size > MOST_BYTES:
            raise Unreadable(
                f"the notebook is over the limit of {MOST_BYTES:,} bytes, without the "
                "outputs that are stored in it"
            )
    return b"".join(kept)


def _texts(pieces):
    """The pieces as text; none ends between a backslash and what it escapes."""
    decoder, size, rest = None, 0, ""
    for piece in pieces:
        size += len(piece)
        if size > MOST_READ:
            raise Unreadable(
                f"the notebook is over the limit of {MOST_READ:,} bytes, outputs "
                "included"
            )
        if decoder is None:
            named = json.detect_encoding(piece)
            decoder = codecs.getincrementaldecoder(named)("replace")
        text = rest + decoder.decode(piece)
        backslashes = len(text) - len(text.rstrip("\\"))
        rest = "\\" if backslashes % 2 else ""
        yield text[:-1] if rest else text
    yield rest


def _kept(texts: Iterable[str]) -> Iterator[str]:
    depth = marks = 0
    until = None  # the depth at which what is left out ends
    in_string, string, key, named = False, "", "", False
    for text in texts:
        at = begin = 0  # where to go on, and where what is kept begins
        while True:
            if in_string:
                end = STRING_END.match(text, at)
                string += text[at : min(end.end() if end else len(text), at + 40)]
                if end is None:
                    break
                at, in_string, key = end.end(), False, string[:-1]
            elif until is not None:
                over = PASSED_OVER.match(text, at)  # at least nothing
                at = over.end() if over else at
            mark = MARK.search(text, at)
            if mark is None:
                break
            at, marks = mark.end(), marks + 1
            if marks > MOST_MARKS:
                raise Unreadable(
                    f"the notebook has more than {MOST_MARKS:,} brackets and strings"
                )
            match mark[0]:
                case '"':
                    in_string, string, named = True, "", False
                case ":":
                    named = key in LEFT_OUT
                case "[" | "{":
                    if named and until is None:
                        yield text[begin : mark.start()] + "null"
                        until = depth
                    depth, named = depth + 1, False
                case _:
                    depth, named = depth - 1, False
                    if depth == until:
                        until, begin = None, at
        if until is None:
            yield text[begin:]
