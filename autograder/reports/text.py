"""Texts of students, and numbers, as people may safely be shown them."""

import re

UNSEEN = re.compile(  # controls but for tab and newline; marks of direction; surrogates
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\ufeff\ufffe\uffff\ud800-\udfff]"
)
LITERAL = re.compile(  # of Python: each ends at the latest where the text does
    r"""(?s:(?i:\b[rbuf]{1,2})?(?:(?P<long>'{3}.*?(?:'{3}|\Z)|"{3}.*?(?:"{3}|\Z))"""
    r"""|'(?:[^'\\\n]|\\.)*+'?|"(?:[^"\\\n]|\\.)*+"?)|(?P<comment>\#[^\n]*))"""
)
LONGEST = 20_000  # characters; a cell of a spreadsheet holds 32,767


def plain(text: str, longest: int = LONGEST) -> str:
    """The text without what cannot be seen, cut to a length; always valid UTF-8."""
    text = str(text)
    cut = len(text) - longest
    seen = UNSEEN.sub("", text[:longest].replace("\r\n", "\n").replace("\r", "\n"))
    return f"{seen} … ({cut:,} more characters are left out)" if cut > 0 else seen


def one_line(text: str, longest: int = 80) -> str:
    """The text as one line, for names."""
    line = " ".join(plain(text[: longest + 1]).split())
    return f"{line[:longest]}…" if len(line) > longest else line


def uncommented(source: str) -> str:
    """Python code without comments and empty lines; it need not be valid."""
    code = LITERAL.sub(lambda found: "" if found["comment"] else found[0], source)
    return "\n".join(line.rstrip() for line in code.splitlines() if line.strip())


def number(value: float | None) -> str:
    """A number of points as people write it: 2, 2.5; empty for None."""
    return "" if value is None else format(round(value, 2), ".12g")
