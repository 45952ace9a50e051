"""End each chapter with how to cite it, in BibTeX.

The address is there where the site's is known (see `page_metadata`).
"""

import re
from html import escape
from importlib.metadata import version
from urllib.parse import urljoin

from docutils import nodes
from sphinx.application import Sphinx

CHAPTER = re.compile(r"book/(\d\d)_\w+")
FOLD = """<details class="cite"><summary>Cite this chapter</summary>
<div class="highlight-bibtex"><div class="highlight"><pre>{}</pre></div></div>
</details>"""


def entry(number: int, title: str, app: Sphinx, docname: str) -> str:
    """The BibTeX entry of a chapter."""
    config = app.config
    fields = {
        "author": f"{{{config.author}}}",  # in braces of its own: not a person's name
        "title": f"{{{title}}}",
        "chapter": str(number),
        "booktitle": f"{{{config.html_title}}}",
        "year": config.copyright,
        "edition": version("bcelib"),
    }
    if config.html_baseurl:
        address = app.builder.get_target_uri(docname)
        fields["url"] = urljoin(config.html_baseurl, address)
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@incollection{{bcelib-{number:02},\n{lines}}}"


def add_citation(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    match = CHAPTER.fullmatch(docname)
    if match is None or app.builder.format != "html":
        return
    title = app.env.titles[docname].astext().split(" · ", 1)[-1]
    text = entry(int(match[1]), title, app, docname)
    section = next(doctree.findall(nodes.section))
    section += nodes.raw("", FOLD.format(escape(text)), format="html")


def setup(app: Sphinx) -> dict:
    app.connect("doctree-resolved", add_citation)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
