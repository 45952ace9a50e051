"""Keep a comma or a full stop on the line of the inline formula before it.

A browser may break a line between a formula and the text that follows. On a phone the
comma then begins the next line. Short formulas are tied to their punctuation; long
ones stay free, since they must be able to break themselves.
"""

import re

from docutils import nodes
from sphinx.application import Sphinx

LONGEST = 24  # characters of LaTeX: well below the width of a phone
PUNCTUATION = re.compile(r"[.,;:?)’”]+")


def hold(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for formula in list(doctree.findall(nodes.math)):
        text = formula.next_node(descend=False, siblings=True, ascend=False)
        if not isinstance(text, nodes.Text) or len(formula.astext()) > LONGEST:
            continue
        mark = PUNCTUATION.match(text)
        if mark:
            held = nodes.inline("", "", classes=["bce-held"])
            formula.parent.replace(text, nodes.Text(text[mark.end() :]))
            formula.parent.replace(formula, held)
            held += [formula, nodes.Text(mark[0])]


def setup(app: Sphinx) -> dict:
    app.connect("doctree-resolved", hold)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
