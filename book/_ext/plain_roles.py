"""Let a screen reader hear what the page shows.

myst-nb names each folded cell "Toggle hidden content", in place of the words that stand
there. docutils marks bibliographies with roles that ARIA has since withdrawn. Both are
taken out; the elements and their words say enough.
"""

import re

from docutils import nodes
from sphinx.application import Sphinx

MISLEADING = re.compile(
    r' aria-label="Toggle hidden content"| role="doc-biblioentry"'
    r'|(?<=<div) role="list"(?= class="citation-list")'
)


def drop_misleading(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: nodes.document
) -> None:
    context["body"] = MISLEADING.sub("", context.get("body", ""))


def setup(app: Sphinx) -> dict:
    app.connect("html-page-context", drop_misleading)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
