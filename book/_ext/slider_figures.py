"""Show a figure of `bcelib.interactive` on a page of text.

```{slider-figure} loss_and_tangent
```
"""

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from bcelib import interactive


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


def setup(app: Sphinx) -> dict:
    app.add_directive("slider-figure", SliderFigure)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
