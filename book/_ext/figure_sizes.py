"""Give each figure its size in the page, so that the text does not jump as it loads."""

import re
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.images import get_image_size


def add_sizes(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: nodes.document
) -> None:
    sources = {name: path for path, name in app.builder.images.items()}

    def sized(image: re.Match) -> str:
        name = image["name"]
        size = (
            get_image_size(Path(app.srcdir, sources[name])) if name in sources else None
        )
        attributes = ' width="{}" height="{}"'.format(*size) if size else ""
        return image["start"] + attributes + " />"

    pattern = r'(?P<start><img\b[^>]*\bsrc="[^"]*_images/(?P<name>[^"/]+)"[^>]*?) ?/>'
    context["body"] = re.sub(pattern, sized, context.get("body", ""))


def setup(app: Sphinx) -> dict:
    app.connect("html-page-context", add_sizes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
