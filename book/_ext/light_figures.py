"""Make each figure light: WebP of a known size, loaded when it is near.

A notebook keeps its pictures as PNG, which every viewer of notebooks shows. The pages
ask for the same picture in a third of the bytes: in 256 colours, which blend only the
shades along slanted edges, and then without loss. The size keeps the text from jumping,
and gives way on a phone.
"""

import re
from pathlib import Path

from docutils import nodes
from PIL import Image
from sphinx.application import Sphinx
from sphinx.util.images import get_image_size

IMAGE = re.compile(r'<img\b[^>]*?\bsrc="[^"]*_images/(?P<name>[^"/]+)"[^>]*>')
SHOWN = re.compile(r' style="width: (\d+)px; height: (\d+)px;"')


def light(tag: str, size: tuple | None, far: bool) -> str:
    """An image's tag, with its size as attributes, which a narrow page may overrule."""
    shown = SHOWN.search(tag)
    size = shown.groups() if shown else size
    attributes = ' width="{}" height="{}"'.format(*size) if size else ""
    attributes += ' loading="lazy"' if far else ""
    return SHOWN.sub("", tag).rstrip("/> ") + attributes + ' decoding="async" />'


def lighten(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: nodes.document
) -> None:
    sources = {name: path for path, name in app.builder.images.items()}
    body = context.get("body", "")
    first_section = body.find("<h2")  # what stands before it may be on the first screen

    def lightened(image: re.Match) -> str:
        path = sources.get(image["name"])
        size = get_image_size(Path(app.srcdir, path)) if path else None
        return light(image[0], size, image.start() > first_section)

    body = IMAGE.sub(lightened, body)
    context["body"] = re.sub(r'(_images/[^"/]+)\.png"', r'\1.webp"', body)


def convert(app: Sphinx, exception: Exception | None) -> None:
    for path in Path(app.outdir, "_images").glob("*.png"):
        with Image.open(path) as image:
            few = image.convert("RGB").quantize(256, dither=Image.Dither.NONE)
            few.save(path.with_suffix(".webp"), lossless=True, quality=100)
        path.unlink()


def setup(app: Sphinx) -> dict:
    app.connect("html-page-context", lighten)
    app.connect("build-finished", convert)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
