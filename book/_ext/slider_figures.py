"""Show a figure of `bcelib.interactive` on a page of text.

```{slider-figure} loss_and_tangent
```

Here and in the chapters the figure is unpacked: no script is needed to see it.
"""

import re

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from bcelib import interactive

PACKED = re.compile(
    r'<div class="bce-output">.*?<script type="text/html">(.*?)</script>(.*)</div>',
    re.DOTALL,
)


class SliderFigure(Directive):
    """The figure of that name, as its notebook shows it."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        (name,) = self.arguments
        if name not in interactive.__all__:
            known = ", ".join(interactive.__all__)
            raise self.error(f"there is no figure {name!r}; there are {known}")
        html = getattr(interactive, name)()._repr_html_()
        return [nodes.raw("", html, format="html")]


def unpacked(html: str) -> str:
    packed = PACKED.fullmatch(html.strip())
    return "".join(packed.groups()) if packed else html


def unpack(app: Sphinx, doctree: nodes.document) -> None:
    for raw in doctree.findall(nodes.raw):
        raw.children = [nodes.Text(unpacked(raw.astext()))]


def setup(app: Sphinx) -> dict:
    app.add_directive("slider-figure", SliderFigure)
    app.connect("doctree-read", unpack)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
