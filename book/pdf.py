"""Print the built pages: the whole course as one PDF, and each page as its own.

    python book/pdf.py    after `make book`; `make pdf` does both

The pages are put behind one another into one document, which Chromium prints. So a
link from one chapter to another works on paper that is a screen, each heading is in the
outline, and the contents know their page numbers. A page alone links to the others
where they are published (`BCE_BASE_URL`), or to none. Then the built pages offer their
PDFs. The cheat sheet comes in Letter too.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urldefrag, urljoin, urlsplit

import pikepdf
import yaml
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Browser, Playwright, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "_build" / "html"
WHOLE = "binary-cross-entropy.pdf"  # beside the first page
CHEAT_SHEET = "cheat_sheet"
OFFER = "<!--PDF ", " PDF-->"  # what a page offers once its PDF is made
REFERS = ("aria-controls", "aria-describedby", "aria-labelledby", "for")
BROWSERS = "chromium", "chromium-browser", "google-chrome", "chromium-headless-shell"

STYLE = """
@page {
  size: PAPER; margin: 18mm 17mm 20mm;
  @bottom-center { content: counter(page); font: 8.5pt sans-serif; color: #5c616a }
}
@page cover { @bottom-center { content: none } }
.cover { page: cover; break-after: page; padding-top: 55mm }
.cover p { font: 650 30pt/1.2 var(--text); max-width: 13cm }
.contents { columns: 2; column-gap: 3em; list-style: none; padding: 0 }
.contents { font-size: 9.5pt }
.contents li { break-inside: avoid; margin: 0.15rem 0 }
.contents a { display: flex; justify-content: space-between; gap: 1em }
.contents a { color: inherit; text-decoration: none }
.contents .part { margin: 1.1rem 0 0.3rem; font-weight: 650; break-after: avoid }
article + article { break-before: page }
.cell details > summary { display: none }
"""


class Page(NamedTuple):
    """A page of the course: its name in the table of contents, and under which part."""

    name: str
    part: str
    title: str
    article: Tag
    head: list[str]


def entries(toc: dict) -> Iterator[tuple[str, str]]:
    """Pages in the order of the table of contents, each with the caption over it."""
    yield toc["root"], ""
    for part in toc["parts"]:
        for chapter in part["chapters"]:
            yield chapter["file"], part["caption"]


def read(site: Path, name: str, part: str) -> Page:
    """The text of a built page, all addresses of its pictures and styles absolute."""
    path = site / f"{name}.html"
    soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    here = path.as_uri()
    article = soup.select_one("article.bd-article")
    for script in article.select("script, noscript"):
        script.decompose()
    for element in article.select("[src]"):
        element["src"] = urljoin(here, element["src"])
    head = [
        f'<link rel="stylesheet" href="{escape(urljoin(here, link["href"]))}">'
        for link in soup.select('head link[rel="stylesheet"]')
    ]
    heading = BeautifulSoup(str(article.h1), "html.parser")
    for link in heading.select(".headerlink"):
        link.decompose()
    return Page(name, part, heading.get_text(" ", strip=True), article, head)


def place(name: str, anchor: str = "") -> str:
    """The id, in the one document, of a page or of a place on it."""
    return f"{name}--{anchor}" if anchor else name


def join(page: Page, names: set[str], base: str) -> str:
    """The page as a part of one document that has the pages `names`."""
    article = BeautifulSoup(str(page.article), "html.parser").article
    for element in article.select("[id]"):
        element["id"] = place(page.name, element["id"])
    for attribute in REFERS:
        for element in article.select(f"[{attribute}]"):
            ids = element[attribute]
            ids = ids.split() if isinstance(ids, str) else ids
            element[attribute] = " ".join(place(page.name, each) for each in ids)
    for link in article.select("a[href]"):
        target = destination(page.name, link["href"], names, base)
        if target is None:
            link.unwrap()
        else:
            link["href"] = target
    article["id"] = page.name
    return str(article)


def destination(name: str, href: str, names: set[str], base: str) -> str | None:
    """Where a link of a page leads to: in the document, on the web, or nowhere."""
    if urlsplit(href).scheme:
        return href
    path, anchor = urldefrag(urljoin(f"/{name}.html", href))
    target = path.removeprefix("/")
    if target.removesuffix(".html") in names:
        return f"#{place(target.removesuffix('.html'), anchor)}"
    return urljoin(base, target) + (anchor and f"#{anchor}") if base else None


def document(pages: list[Page], paper: str, base: str, front: str = "") -> str:
    """One document of some pages, to be printed."""
    names = {page.name for page in pages}
    head = "".join(dict.fromkeys(line for page in pages for line in page.head))
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(pages[0].title)}</title>{head}"
        f"<style>{STYLE.replace('PAPER', paper)}</style></head><body>{front}"
        + "".join(join(page, names, base) for page in pages)
        + "</body></html>"
    )


def contents(pages: list[Page], numbers: dict[str, int]) -> str:
    """The cover, and the table of contents with the page numbers that are known."""
    home, *others = pages
    lines, part = [], ""
    for page in others:
        if page.part != part:
            lines.append(f'<li class="part">{escape(page.part)}</li>')
            part = page.part
        lines.append(
            f'<li><a href="#{page.name}"><span>{escape(page.title)}</span>'
            f"<span>{numbers.get(page.name, '')}</span></a></li>"
        )
    return (
        f'<section class="cover"><p>{escape(home.title)}</p></section>'
        f'<section><h1 id="contents">Contents</h1>'
        f'<ul class="contents">{"".join(lines)}</ul></section>'
    )


def write(browser: Browser, html: str, path: Path) -> None:
    """Print a document. The file is there whole or not at all."""
    with tempfile.TemporaryDirectory() as folder:
        source, printed = Path(folder, "document.html"), Path(folder, "document.pdf")
        source.write_text(html, encoding="utf-8")
        tab = browser.new_page(color_scheme="light")
        tab.goto(source.as_uri())
        tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        tab.evaluate("document.fonts.ready.then(() => true)")
        titles = tab.evaluate(TITLES)
        tab.pdf(
            path=printed,
            prefer_css_page_size=True,
            print_background=True,
            outline=True,
            tagged=True,
        )
        tab.close()
        with pikepdf.open(printed) as pdf:
            _space(pdf, titles)
            smaller = pikepdf.ObjectStreamMode.generate
            pdf.save(printed.with_name("small.pdf"), object_stream_mode=smaller)
        shutil.move(printed.with_name("small.pdf"), path)


# A heading as it is read: Chromium's outline loses the space at the end of a line.
TITLES = """[...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((heading) => {
  const copy = heading.cloneNode(true);
  copy.querySelectorAll(".headerlink").forEach((aid) => aid.remove());
  return copy.textContent.replace(/\\s+/g, " ").trim();
})"""


def _space(pdf: pikepdf.Pdf, titles: list[str]) -> None:
    """Put the spaces back into the titles of the outline."""
    known = {title.replace(" ", ""): title for title in titles}

    def mend(items: list[pikepdf.OutlineItem]) -> None:
        for item in items:
            item.title = known.get(item.title.replace(" ", ""), item.title)
            mend(item.children)

    with pdf.open_outline() as outline:
        mend(outline.root)


def numbers_of(path: Path, pages: list[Page]) -> dict[str, int]:
    """On which page, from 1, each page of the course begins."""
    with pikepdf.open(path) as pdf:
        places = pdf.Root["/Dests"]
        return {
            page.name: pikepdf.Page(places[f"/{page.name}"][0]).index + 1
            for page in pages[1:]
        }


def offer(site: Path, name: str) -> None:
    """Uncover the links of a built page to its PDFs."""
    path = site / f"{name}.html"
    text = path.read_text(encoding="utf-8")
    for mark in OFFER:
        text = text.replace(mark, "")
    path.write_text(text, encoding="utf-8")


def make(browser: Browser, site: Path, toc: dict, base: str) -> None:
    """Print all pages of a site, together and alone."""
    pages = [read(site, *entry) for entry in entries(toc)]
    whole = (site / pages[0].name).with_name(WHOLE)
    write(browser, document(pages, "A4", base, contents(pages, {})), whole)
    front = contents(pages, numbers_of(whole, pages))
    write(browser, document(pages, "A4", base, front), whole)
    for page in pages[1:]:
        path = site / f"{page.name}.pdf"
        write(browser, document([page], "A4", base), path)
        if path.stem == CHEAT_SHEET:
            letter = path.with_stem(f"{CHEAT_SHEET}-letter")
            write(browser, document([page], "letter", base), letter)
    for page in pages:
        offer(site, page.name)


def launch(playwright: Playwright) -> Browser:
    """Chromium of the machine; nothing is downloaded."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        sys.exit("make pdf needs Chromium: apt-get install chromium")
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    return playwright.chromium.launch(executable_path=path, args=sandbox)


if __name__ == "__main__":
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    with sync_playwright() as playwright:
        base = os.environ.get("BCE_BASE_URL", "").rstrip("/")
        make(launch(playwright), SITE, toc, base and f"{base}/")
