"""What a published site has beside its pages: ``404.html`` and ``sitemap.xml``.

A host answers any address that leads nowhere with ``404.html``, at whatever depth. So
its links begin at the root of the site, whose address is known from the publishing
workflow (see ``page_metadata``). The sitemap needs the address, and is left out
without it.
"""

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from sphinx.application import Sphinx

MISSING = "404"
RELATIVE = r'\b((?:href|src|action|data-content_root)=")(?!\w+:|[/#])([^"]*)'


def add_missing(app: Sphinx) -> Iterator[tuple[str, dict, str]]:
    yield MISSING, {"title": "No such page"}, f"{MISSING}.html"


def from_root(html: str, root: str) -> str:
    """The links of a page at the root of a site, for an address of any depth."""
    return re.sub(RELATIVE, lambda link: link[1] + urljoin(root, link[2]), html)


def sitemap(addresses: list[str]) -> str:
    """The addresses as https://www.sitemaps.org wants them."""
    urls = "".join(f"<url><loc>{escape(each)}</loc></url>\n" for each in addresses)
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    head = '<?xml version="1.0" encoding="utf-8"?>\n'
    return f'{head}<urlset xmlns="{space}">\n{urls}</urlset>\n'


def finish(app: Sphinx, exception: Exception | None) -> None:
    base = app.config.html_baseurl
    if exception or not base:
        return
    missing = Path(app.outdir, f"{MISSING}.html")
    html = from_root(missing.read_text(encoding="utf-8"), urlsplit(base).path)
    missing.write_text(html, encoding="utf-8")
    pages = [app.builder.get_target_uri(name) for name in sorted(app.env.all_docs)]
    addresses = [urljoin(base, page) for page in pages]
    Path(app.outdir, "sitemap.xml").write_text(sitemap(addresses), encoding="utf-8")


def setup(app: Sphinx) -> dict:
    app.connect("html-collect-pages", add_missing)
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
