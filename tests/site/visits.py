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


# Contrast takes axe most of its time, and a page has a few dozen looks: of the elements
# of one look on one ground, within what clips them or cut off by it, three are judged.
JUDGE = """async () => {
  const PLAIN = new Set(["rgba(0, 0, 0, 0)", "none", "1", "static"]);
  const grounds = new Map(), judged = {};
  const ground = element => {
    if (element && !grounds.has(element)) {
      const style = getComputedStyle(element);
      const own = [style.backgroundColor, style.backgroundImage, style.opacity,
                   style.filter, style.position].filter(value => !PLAIN.has(value));
      const clips = style.overflowX !== "visible";
      const { left, right } = element.getBoundingClientRect();
      const above = ground(element.parentElement);
      grounds.set(element, {
        look: own + above.look,
        left: clips ? Math.max(left, above.left) : above.left,
        right: clips ? Math.min(right, above.right) : above.right,
      });
    }
    return grounds.get(element) ?? { look: "", left: 0, right: Infinity };
  };
  const speaks = node => node.nodeType === Node.TEXT_NODE && node.data.trim();
  for (const element of document.body.querySelectorAll("*")) {
    if (!Array.from(element.childNodes).some(speaks)) continue;
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    const { color, fontSize, fontWeight, textShadow } = getComputedStyle(element);
    const box = element.getBoundingClientRect(), on = ground(element);
    const cut = box.left < on.left || box.right > on.right;
    const look = [color, fontSize, fontWeight, textShadow, cut, on.look].join();
    judged[look] = (judged[look] ?? 0) + 1;
    element.toggleAttribute("data-judged", judged[look] <= 3);
  }
  axe.configure({ rules: [{ id: "color-contrast", selector: "[data-judged]" }] });
  // Not all that passed.
  const options = { resultTypes: ["violations"], selectors: false };
  return (await axe.run(options)).violations;
}"""


def inaccessible(page):
    page.evaluate(Axe().axe_script)
    return [
        f"axe {violation['id']}, {len(violation['nodes'])} times, first: {node['html']}"
        for violation in page.evaluate(JUDGE)
        for node in violation["nodes"][:1]
    ]
