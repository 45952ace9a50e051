"""A visit to a page in Chromium: what goes wrong, what is too heavy, wide or closed."""

import gzip
import re

import equipment
import pytest
from axe_playwright_python.sync_playwright import Axe

DESK, PHONE = 1280, 360
BUDGET = 250 * 1024  # bytes of a first visit, gzipped, without figures

OPEN_ALL = "document.querySelectorAll('article details').forEach(d => d.open = true)"
TOO_WIDE = """() => {
  const edge = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= edge) return [];
  const scrolls = e => e && (/auto|scroll|hidden/.test(getComputedStyle(e).overflowX)
                             || scrolls(e.parentElement));
  const wide = [...document.body.querySelectorAll("*")]
    .filter(e => e.checkVisibility() && !scrolls(e))
    .filter(e => e.getBoundingClientRect().right > edge + 1)
    .map(e => e.outerHTML.slice(0, 120));
  return wide.length ? wide : ["the page, by something without a box"];
}"""


def launch(browser_type, **options):
    """Chromium of the machine, if letters have a width there."""
    if missing := equipment.browser():
        pytest.skip(missing)
    browser = equipment.chromium(browser_type, **options)
    if missing := equipment.font(browser):
        browser.close()
        pytest.skip(missing)
    return browser


def open_page(browser, address, *, theme="light", width=DESK, first="", **options):
    """A fresh reader on a page: what goes wrong is collected in `page.troubles`, and
    what the site answers in `page.responses`. A script `first` runs before the page's.
    """
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=theme, **options
    )
    context.add_init_script(first)
    page = context.new_page()
    page.troubles, page.responses = [], []
    say = page.troubles.append
    origin = re.match(r"\w+://[^/]*/", address)[0]

    def watch(request):
        if not request.url.startswith((origin, "data:", "blob:")):
            say(f"asks another site: {request.url}")

    page.on("request", watch)
    page.on("requestfailed", lambda request: say(f"request failed: {request.url}"))
    page.on("response", lambda response: page.responses.append(response))
    page.on("response", lambda r: r.status >= 400 and say(f"{r.status}: {r.url}"))
    page.on("pageerror", lambda error: say(f"script error: {error}"))
    page.on("console", lambda m: m.type == "error" and say(f"console: {m.text}"))
    page.goto(address)
    page.evaluate("document.fonts.ready.then(() => true)")
    return page


def fall_of_night(page):
    """The system turns to dark colours, and the page follows."""
    page.emulate_media(color_scheme="dark")
    page.locator('html[data-theme="dark"]').wait_for(state="attached")


def too_heavy(page):
    """What a first visit transfers, gzipped and without figures, if it is too much."""
    sizes = {
        response.url: len(gzip.compress(response.body()))
        for response in page.responses
        if response.request.resource_type != "image"
    }
    listing = [f"{size} bytes: {url}" for url, size in sizes.items()]
    return listing if sum(sizes.values()) > BUDGET else []


def too_wide(page):
    page.evaluate(OPEN_ALL)
    return [f"wider than the screen: {element}" for element in page.evaluate(TOO_WIDE)]


# The drawing of a formula is thousands of parts, in the ink of the text around it and
# hidden from screen readers; its MathML is judged.
PARTS = {"exclude": [[".katex-html"]]}
BRIEF = {"resultTypes": ["violations"], "selectors": False}  # not all that passed


def inaccessible(page):
    violations = Axe().run(page, context=PARTS, options=BRIEF).response["violations"]
    return [
        f"axe {violation['id']}, {len(violation['nodes'])} times, first: {node['html']}"
        for violation in violations
        for node in violation["nodes"][:1]
    ]
