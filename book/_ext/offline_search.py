"""Make the search page work from a folder as well as from a server.

Sphinx's search runs in the browser on an index that is part of the site. Its summaries,
however, fetch the pages found, which a browser refuses for a page opened as a file. One
small script, loaded by the search page alone, leaves the summaries out there.
"""

from docutils import nodes
from sphinx.application import Sphinx


def add_script(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: nodes.document
) -> None:
    if pagename == "search":
        # After searchtools.js, which a deferred script follows.
        app.add_js_file("search.js", defer="defer")


def setup(app: Sphinx) -> dict:
    app.connect("html-page-context", add_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
