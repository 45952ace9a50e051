"""The HTML templates of the grader's pages.

Much of what they print comes from students, so every text is escaped, made plain and
cut to a length on its way in, and each page's policy forbids scripts and requests.
"""

from pathlib import Path

import jinja2
from markupsafe import Markup

from autograder.reports.text import number, one_line, plain


def _shown(value):
    """What a template prints: text made plain, a number as people write it."""
    if isinstance(value, Markup):
        return value
    return number(value) if isinstance(value, float) else plain(value)


PAGES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    finalize=_shown,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
PAGES.filters |= {"cut": plain, "line": one_line}
