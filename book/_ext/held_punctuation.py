"""Keep a comma, a full stop or a bracket on the line of the inline formula beside it.

A browser may break a line between a formula and the text beside it. On a phone a comma
then begins the next line, and a bracket ends the one before. Short formulas are tied to
these marks; long ones stay free, since they must be able to break themselves. A number
is tied to its per cent.
"""

import re

from docutils import nodes
from sphinx.application import Sphinx

LONGEST = 24  # characters of LaTeX: well below the width of a phone
PUNCTUATION = re.compile(r"[.,;:?)’”]+")
PER_CENT = re.compile(r"(?<=\d) (?=%)")
CODE = nodes.literal, nodes.literal_block, nodes.raw
OPENING = re.compile(r"[(‘“]+$")


def text_at(siblings: nodes.Element, at: int) -> str:
    """The words that stand there, or none if it is the end or no text."""
    node = siblings[at] if at < len(siblings) else None
    return str(node) if isinstance(node, nodes.Text) else ""


def hold(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for words in doctree.findall(nodes.TextElement):
        for at, text in enumerate(words):
            if isinstance(text, nodes.Text) and not isinstance(words, CODE):
                words[at] = nodes.Text(PER_CENT.sub("\N{NO-BREAK SPACE}", text))
    for formula in list(doctree.findall(nodes.math)):
        if len(formula.astext()) > LONGEST:
            continue
        siblings, at = formula.parent, formula.parent.index(formula)
        before = OPENING.search(text_at(siblings, at - 1)) if at else None
        after = PUNCTUATION.match(text_at(siblings, at + 1))
        if not before and not after:
            continue
        held = nodes.inline("", "", classes=["bce-held"])
        siblings[at] = held
        if before:
            siblings[at - 1] = nodes.Text(siblings[at - 1][: before.start()])
            held += nodes.Text(before[0])
        held += formula
        if after:
            siblings[at + 1] = nodes.Text(siblings[at + 1][after.end() :])
            held += nodes.Text(after[0])


def setup(app: Sphinx) -> dict:
    app.connect("doctree-resolved", hold)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
