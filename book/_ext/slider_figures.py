"""Show a figure of `bcelib.interactive` on a page of text, and each on its own page.

```{slider-figure} loss_and_tangent
```

A page of its own, ``figures/NAME.html`` at the root of the site, asks for nothing else,
so it can stand in another page, or in slides. ``{slider-figures}`` lists them all, each
with what to paste; beside each figure of a chapter a link leads to its place there.
Here and in the chapters a figure is unpacked: no script is needed to see it.
"""

import re
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path

from course_map import folder_of_chapters
from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx import addnodes
from sphinx.application import Sphinx

from bcelib import interactive

LISTING = "book/figures"
UNKNOWN = "ADDRESS-OF-THE-COURSE/"  # where no address of the site is known
BESIDE = '<p class="alone noprint"><a href="{}">Link or embed this figure</a></p>'


@cache
def figures() -> dict:
    return {name: getattr(interactive, name)() for name in interactive.__all__}


def homes(folder: Path) -> dict[str, str]:
    """{figure: the first chapter that shows it}, in the order of the course."""
    found: dict[str, str] = {}
    for path in sorted(folder.glob("[0-9][0-9]_*.ipynb")):
        text = path.read_text(encoding="utf-8")
        for name in re.findall(r"\binteractive\.(\w+)\(", text):
            found.setdefault(name, path.stem)
    return found


def frame(name: str, base: str) -> str:
    """What one pastes into a page to show a figure there."""
    figure = figures()[name]
    lines = len(figure.words["lines"])
    # The drawing is at most 512 px wide; what stands around it has room to spare.
    height = round(figure.height * 512 / 360 + 25 * lines + 280, -1)
    return (
        f'<iframe src="{base}figures/{name}.html"\n'
        f'  title="{escape(figure.words["title"])}" loading="lazy"\n'
        f'  style="width: 100%; max-width: 36rem; height: {height:.0f}px; border: 0">'
        "</iframe>"
    )


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
        return [nodes.raw("", figures()[name]._repr_html_(), format="html")]


class SliderFigures(Directive):
    """All figures: what each shows, its own page, its chapter, and what to paste."""

    def run(self) -> list[nodes.Node]:
        env = self.state.document.settings.env
        base = env.config.html_baseurl or UNKNOWN
        found = homes(folder_of_chapters(env))
        return [
            self.entry(name, found.get(name), base)
            for name in sorted(figures(), key=lambda n: found.get(n, "~"))
        ]

    def entry(self, name: str, chapter: str | None, base: str) -> nodes.section:
        words = figures()[name].words
        links = nodes.paragraph()
        alone = f'<a href="../figures/{name}.html">Open it alone</a>'
        links += nodes.raw("", alone, format="html")
        if chapter:
            links += nodes.Text(". It belongs to ")
            links += addnodes.pending_xref(
                "",
                nodes.inline(),
                refdomain="std",
                reftype="doc",
                reftarget=chapter,
                refdoc=LISTING,
                refexplicit=False,
                refwarn=True,
            )
        links += nodes.Text(".")
        code = frame(name, base)
        return nodes.section(
            "",
            nodes.title("", words["title"]),
            nodes.paragraph("", words["description"]),
            links,
            nodes.literal_block(code, code, language="html", classes=["embed"]),
            ids=[name.replace("_", "-")],
            names=[name],
        )


def add_pages(app: Sphinx) -> Iterator[tuple[str, dict, str]]:
    found = homes(Path(app.srcdir, "book"))
    for name, figure in figures().items():
        home = "book/" + found.get(name, "")
        context = {
            "words": figure.words,
            "figure": unpacked(figure._repr_html_()),
            "home": home if home in app.env.all_docs else app.config.root_doc,
        }
        yield f"figures/{name}", context, "figure.html"


def add_links(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: nodes.document
) -> None:
    """Beside each figure of a page, a link to what one pastes to show it elsewhere."""
    if LISTING not in app.env.all_docs or "body" not in context:
        return
    names = {figure.words["title"]: name for name, figure in figures().items()}

    def linked(figure: re.Match) -> str:
        place = names[figure["title"]].replace("_", "-")
        link = BESIDE.format(f"{context['pathto'](LISTING)}#{place}")
        return figure[0].removesuffix("</figure>") + link + "</figure>"

    opening = r'<figure class="bce-interactive".*?<title>(?P<title>.*?)</title>'
    pattern = re.compile(opening + ".*?</figure>", re.DOTALL)
    context["body"] = pattern.sub(linked, context["body"])


def unpacked(html: str) -> str:
    packed = PACKED.fullmatch(html.strip())
    return "".join(packed.groups()) if packed else html


def unpack(app: Sphinx, doctree: nodes.document) -> None:
    for raw in doctree.findall(nodes.raw):
        raw.children = [nodes.Text(unpacked(raw.astext()))]


def setup(app: Sphinx) -> dict:
    app.add_directive("slider-figure", SliderFigure)
    app.add_directive("slider-figures", SliderFigures)
    app.connect("html-collect-pages", add_pages)
    app.connect("html-page-context", add_links)
    app.connect("doctree-read", unpack)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
