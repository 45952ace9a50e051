"""What every page of the site owes its reader, each as a function of the page's HTML.

A check returns findings, sentences that say what is wrong and where; none is good.
"""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urldefrag

from built import ROOT
from maths_font import characters

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"}
VOID |= {"source", "track", "wbr"}
LOADING = {"script": "src", "img": "src", "iframe": "src", "source": "src"}
LOADING |= {"audio": "src", "video": "src", "object": "data", "embed": "src"}
STYLE = ROOT / "book" / "_static" / "style.css"
CHARACTERS = set(map(chr, characters(STYLE.read_text(encoding="utf-8"))))
LINK_ONLY = {"canonical", "next", "prev", "search", "index", "license", "author"}


class Element(NamedTuple):
    tag: str
    attributes: dict[str, str]
    within: frozenset[str]  # tags and classes of the elements around it

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name, "")

    @property
    def classes(self) -> set[str]:
        return set(self["class"].split())


class Page(HTMLParser):
    """The elements of a page, and the words that a reader sees outside code."""

    def __init__(self, html: str, path: Path | None = None):
        super().__init__()
        self.path = path
        self.elements: list[Element] = []
        self.words = ""
        self.formulas = ""
        self._open: list[tuple[str, frozenset[str]]] = [("", frozenset())]
        self.feed(html)

    @classmethod
    def read(cls, path: Path) -> "Page":
        return cls(path.read_text(encoding="utf-8"), path)

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.elements if element.tag in tags]

    def handle_starttag(self, tag, attributes):
        within = self._open[-1][1]
        element = Element(tag, {k: v or "" for k, v in attributes}, within)
        self.elements.append(element)
        if tag not in VOID:
            self._open.append((tag, within | {tag} | element.classes))

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag):
        while len(self._open) > 1 and tag in self._open[-1][1]:
            if self._open.pop()[0] == tag:
                break

    def handle_data(self, data):
        unseen = {"script", "style", "code", "pre", "svg"}
        if not unseen & self._open[-1][1]:
            self.words += data
        if "math" in self._open[-1][1]:
            self.formulas += data


def metadata(page: Page) -> list[str]:
    """Language, title, description, preview of a shared link, favicons."""
    found = []
    [html] = page.all("html")
    if html["lang"] != "en":
        found.append(f"the language of the page is {html['lang']!r}, not 'en'")
    if not page.all("title"):
        found.append("the page has no title")
    meta = {e["name"] or e["property"]: e["content"] for e in page.all("meta")}
    for name in ("viewport", "og:title", "og:description", "og:type", "twitter:card"):
        if not meta.get(name):
            found.append(f"meta {name} is missing or empty")
    description = meta.get("description", "")
    if not 40 <= len(description) <= 170:
        found.append(
            f"the description has {len(description)} characters: {description}"
        )
    icons = {Path(e["href"]).suffix for e in page.all("link") if e["rel"] == "icon"}
    if icons != {".svg", ".png"}:
        found.append(f"favicons as svg and png are wanted, not {sorted(icons)}")
    return found


def own_resources(page: Page) -> list[str]:
    """Nothing that the browser loads by itself comes from another site."""
    loaded = [(e, e[LOADING[e.tag]]) for e in page.all(*LOADING)]
    loaded += [(e, e["href"]) for e in page.all("link") if e["rel"] not in LINK_ONLY]
    return [
        f"<{element.tag}> is loaded from {address}"
        for element, address in loaded
        if re.match(r"(\w+:)?//", address)
    ]


def images(page: Page) -> list[str]:
    """Every image has a text in its place, and a figure's text says what to see. The
    file is small, its size known, and it waits where the reader may not scroll to it.
    """
    found = []
    far = False  # from the first screen
    for image in page.elements:
        far |= image.tag == "h2"
        if image.tag != "img":
            continue
        if not image["alt"] and "logo" not in image.within:
            found.append(f"{image['src']} has no alt text")
        elif "cell_output" in image.within and len(image["alt"]) < 20:
            found.append(f"{image['src']}: {image['alt']!r} says too little")
        if Path(image["src"]).suffix not in {".svg", ".webp"}:
            found.append(f"{image['src']} is neither WebP nor SVG")
        if not (image["width"] and image["height"]) or image["style"]:
            found.append(f"{image['src']} does not say its size as attributes")
        if far and image["loading"] != "lazy":
            found.append(f"{image['src']} is loaded before it is near")
    return found


def maths(page: Page) -> list[str]:
    """Formulas are in the page as MathML, and no script typesets them."""
    found = []
    places = sum("math" in element.classes for element in page.elements)
    formulas = len(page.all("math"))
    if formulas != places:
        found.append(f"{places} places for formulas, {formulas} in MathML")
    scripts = " ".join(e["src"] for e in page.all("script")).lower()
    if "mathjax" in scripts or "katex" in scripts:
        found.append(f"a script for maths is linked: {scripts}")
    missing = {c for c in page.formulas if not c.isspace()} - CHARACTERS
    if missing:
        found.append(f"the font of the formulas has no {sorted(missing)}")
    for raw in re.findall(r".{0,20}(?:\$\$|\\[a-zA-Z(\[]).{0,20}", page.words):
        found.append(f"unrendered LaTeX: {raw}")
    return found


def light(page: Page) -> list[str]:
    """Few elements, no icon font, no Bootstrap, no script that the text waits for. But
    for the search page, one script and no search index.
    """
    kinds = {kind for element in page.elements for kind in element.classes}
    found = [
        f"icon font class {kind}" for kind in kinds if re.match("fa[bsr]?(-|$)", kind)
    ]
    if len(page.elements) >= 5000:
        found.append(f"the page has {len(page.elements)} elements")
    heavy = r"bootstrap|fontawesome|thebe|clipboard|togglebutton|design-tabs"
    scripts = [script for script in page.all("script") if script["src"]]
    if page.path is None or page.path.name != "search.html":
        heavy += "|searchindex|searchtools|language_data"
        if len(scripts) > 1:
            found.append(f"{len(scripts)} scripts are fetched one by one")
    waits = [e["src"] for e in scripts if "defer" not in e.attributes]
    found += [f"the text waits for {src}" for src in waits]
    addresses = [script["src"] for script in scripts]
    return found + [f"{src} is loaded" for src in addresses if re.search(heavy, src)]


def anchors(page: Page) -> set[str]:
    names = {element["id"] for element in page.elements}
    return names | {element["name"] for element in page.all("a")}


def links(page: Page, site: dict[Path, Page]) -> list[str]:
    """Every link within the site leads to a file and, after #, to a place in it."""
    found = []
    for link in page.all("a", "link", "script", "img"):
        address = link["href"] or link["src"]
        if not address or re.match(r"\w+:|//", address):
            continue
        name, fragment = map(unquote, urldefrag(address))
        target = (page.path.parent / name.partition("?")[0]).resolve()
        target = page.path if not name else target
        if not target.is_file():
            found.append(f"{address} leads to no file")
        elif fragment and fragment not in anchors(site[target]):
            found.append(f"{address} leads to no place in {target.name}")
    return found
