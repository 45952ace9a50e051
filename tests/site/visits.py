"""A visit to a page in Chromium: what goes wrong, what is too heavy, wide or closed."""

import gzip
import re

import equipment
import pytest
from axe_playwright_python.sync_playwright import Axe

DESK, PHONE = 1280, 360
BUDGET = 250 * 1024  # bytes of a first visit, gzipped, without figures

# Text at 200 %, and the room between letters and words that WCAG 2's 1.4.12 asks for.
LARGE = """html { font-size: 200% }
* { letter-spacing: 0.12em !important; word-spacing: 0.16em !important }"""

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


# Words of code come in a dozen colours: of those that look the same on the same ground,
# within the box of their code or cut off by it, one is judged, and the others are mere
# text.
JUDGE = """async () => {
  const grounds = new Map(), seen = new Set(), undo = [];
  const ground = element => {
    if (element && !grounds.has(element)) {
      const { backgroundColor, backgroundImage, opacity, filter } =
        getComputedStyle(element);
      grounds.set(element, [backgroundColor, backgroundImage, opacity, filter,
                            ground(element.parentElement)].join());
    }
    return grounds.get(element);
  };
  const again = word => {
    const { color, fontSize, fontWeight, textShadow } = getComputedStyle(word);
    const edge = word.closest("pre, code, dt").getBoundingClientRect().right;
    const cut = word.getBoundingClientRect().right > edge;
    const look = [color, fontSize, fontWeight, textShadow, cut, ground(word)].join();
    return seen.size === seen.add(look).size;
  };
  const words = Array.from(document.querySelectorAll("pre span, code span, dt span"))
    .filter(word => !word.childElementCount && word.attributes.length === 1)
    .filter(word => word.className && again(word));
  for (const word of words) {
    const text = document.createTextNode(word.textContent);
    word.replaceWith(text);
    undo.push(() => text.replaceWith(word));
  }
  // Not all that passed.
  const options = { resultTypes: ["violations"], selectors: false };
  const { violations } = await axe.run(options);
  undo.forEach(step => step());
  return violations;
}"""


def inaccessible(page):
    page.evaluate(Axe().axe_script)
    return [
        f"axe {violation['id']}, {len(violation['nodes'])} times, first: {node['html']}"
        for violation in page.evaluate(JUDGE)
        for node in violation["nodes"][:1]
    ]
