"""Name the columns in each row of a table of words, which a phone shows as paragraphs.

Such a table stands in a ``{container} words``; ``_static/style.css`` lays it out.
"""

from docutils import nodes
from sphinx.application import Sphinx


def name_columns(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for box in doctree.findall(nodes.container):
        if "words" not in box["classes"]:
            continue
        [head], [body] = box.findall(nodes.thead), box.findall(nodes.tbody)
        names = [cell.astext() for cell in head.findall(nodes.entry)]
        for row in body.children:
            for name, cell in zip(names, row.children, strict=True):
                if cell.astext():
                    cell[0].insert(0, nodes.inline("", f"{name} ", classes=["column"]))


def setup(app: Sphinx) -> dict:
    app.connect("doctree-resolved", name_columns)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
