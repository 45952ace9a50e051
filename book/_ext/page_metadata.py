"""Tell search engines, messengers and browsers what a page is.

Each page gets a description (its own, from MyST's ``html_meta``, or else its first
words), the Open Graph and Twitter tags that make the preview of a shared link, and
favicons.
Absolute addresses, among them the canonical one, need to know where the site lives:
``html_baseurl``, or the environment variable ``BCE_BASE_URL`` that the publishing
workflow sets. Without either, the tags that need an address are left out.

The site's own address opens the first page, by an ``index.html`` with the same tags.
"""

import os
import re
import textwrap
from collections.abc import Iterator
from html import escape, unescape
from urllib.parse import urljoin

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

SHORTEST, LONGEST = 70, 160  # characters of a description
SOCIAL_IMAGE = "_static/social.png"
SOCIAL_ALT = "Two curves, −log p and −log(1 − p), cross at p = ½."
ENTRANCE = "index"


def description_of(doctree: nodes.document) -> str:
    """The first words of a page: paragraphs and list items, until they say enough."""
    words = ""
    for paragraph in doctree.findall(nodes.paragraph):
        if len(words) >= SHORTEST:
            break
        words += " " + paragraph.astext()
    return textwrap.shorten(words, LONGEST, placeholder=" …")


def tag(kind: str, name: str, content: str) -> str:
    return f'<meta {kind}="{name}" content="{escape(content)}" />\n'


def add_tags(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: nodes.document
) -> None:
    site, home = app.config.html_title, app.config.root_doc
    is_home = pagename in (home, ENTRANCE)
    page = home if is_home else pagename
    tags = context.get("metatags", "")
    if page in app.env.all_docs:
        title = app.env.titles[page].astext()
        description = description_of(doctree or app.env.get_doctree(page))
    else:
        title = context.get("title") or pagename.capitalize()
        description = f"{title}: {site}"
    if written := re.search(r'<meta content="([^"]*)" name="description"', tags):
        description = unescape(written[1])
    else:
        tags += tag("name", "description", description)
    tags += tag("property", "og:title", site if is_home else title)
    tags += tag("property", "og:description", description)
    tags += tag("property", "og:type", "website" if is_home else "article")
    tags += tag("property", "og:site_name", site)
    tags += tag("name", "twitter:card", "summary_large_image")
    if base := app.config.html_baseurl:
        address = urljoin(base, app.builder.get_target_uri(page))
        context["pageurl"] = address
        tags += tag("property", "og:url", address)
        tags += tag("property", "og:image", urljoin(base, SOCIAL_IMAGE))
        tags += tag("property", "og:image:alt", SOCIAL_ALT)
    png = context["pathto"]("_static/favicon.png", 1)
    tags += f'<link rel="icon" type="image/png" sizes="48x48" href="{png}" />\n'
    context["metatags"] = tags


def add_entrance(app: Sphinx) -> Iterator[tuple[str, dict, str]]:
    if app.config.root_doc != ENTRANCE:
        yield ENTRANCE, {}, "entrance.html"


def find_base_url(app: Sphinx, config: Config) -> None:
    base = os.environ.get("BCE_BASE_URL") or config.html_baseurl
    config.html_baseurl = base.rstrip("/") + "/" if base else ""


def setup(app: Sphinx) -> dict:
    app.connect("config-inited", find_base_url)
    app.connect("html-collect-pages", add_entrance)
    app.connect("html-page-context", add_tags)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
