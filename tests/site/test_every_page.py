"""Every page in headless Chromium, in one visit, since each costs seconds.

Wide or narrow, by day and at night, in large letters: no page is wider than the screen,
nothing of it fails, asks another site or is too heavy, and axe-core finds nothing.
"""

import random

import pytest
from built import PAGES_READ
from visits import (
    DESK,
    LARGE,
    PHONE,
    fall_of_night,
    inaccessible,
    open_page,
    too_heavy,
    too_wide,
)

SETTLED = (
    "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
)
# The theme's script looks for what scrolls, 300 ms after it began.
SCRIPTS_RAN = "new Promise(done => setTimeout(done, 700 - performance.now()))"


@pytest.mark.parametrize("name", PAGES_READ or ["(no site)"])
def test_page(browser, home, name):
    findings = []

    def look(where, *checks):
        for check in checks:
            findings.extend(f"{where}: {finding}" for finding in check(page))

    page = open_page(browser, home + name, width=DESK)
    look("desk", is_by_day, too_heavy, too_wide, inaccessible)
    fall_of_night(page)
    look("desk at night", too_wide)
    page.set_viewport_size({"width": PHONE, "height": 800})
    page.emulate_media(color_scheme="light")
    page.reload()
    look("phone", is_by_day, too_wide)
    large = page.add_style_tag(content=LARGE)
    for width in (DESK, 900, 320, PHONE):
        page.set_viewport_size({"width": width, "height": 800})
        for _ in range(2):  # what was opened may be wider
            page.evaluate(SETTLED)
            look(f"large letters, {width}", too_wide)
    large.evaluate("style => style.remove()")
    fall_of_night(page)
    page.evaluate(SCRIPTS_RAN)
    look("phone at night", too_wide, inaccessible)
    page.context.close()
    assert not page.troubles + findings, "\n".join([name, *page.troubles, *findings])


def is_by_day(page):
    theme = page.locator("html").get_attribute("data-theme")
    return [] if theme == "light" else [f"the theme is {theme}"]


# ---- each check finds what it is for ---------------------------------------

GOOD = (
    '<!doctype html><html lang="en"><title>T</title><link rel="icon" href="data:,">'
    "<main><h1>Words</h1>{}</main>"
)


def random_text(size):
    return random.Random(0).randbytes(size).hex()


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ('<img alt="a" src="http://another.invalid/a.png">', "asks another site"),
        ('<script src="missing.js"></script>', "404"),
        ("<script>console.error('no')</script>", "console: no"),
        ("<script>undefined.x</script>", "script error"),
        ('<p style="width: 2000px">long</p>', "wider than the screen: <p"),
        ("<article><details><p style='width: 999px'>long", "wider than the screen: <p"),
        (f"<!--{random_text(300_000)}-->", "bytes: http"),
    ],
)
def test_visit_finds(browser, serve, tmp_path, html, words):
    (tmp_path / "bad.html").write_text(GOOD.format(html))
    page = open_page(browser, serve(tmp_path) + "bad.html", width=PHONE)
    findings = page.troubles + too_heavy(page) + too_wide(page)
    page.context.close()
    assert words in " ".join(findings)


def test_visit_is_content(browser, serve, tmp_path):
    (tmp_path / "good.html").write_text(GOOD.format("<p>Some words.</p>"))
    page = open_page(browser, serve(tmp_path) + "good.html", width=PHONE)
    findings = page.troubles + too_wide(page) + inaccessible(page)
    page.context.close()
    assert findings == []


WORD = "<span class='word'>of</span> "
LOOKS = """<style>pre, p { background: #fff } pre.dark { color: #fff; background: #222 }
  .word { color: #000 } .pale { color: #ccc }</style>"""


@pytest.mark.parametrize(
    ("html", "rule"),
    [
        ("<button></button>", "button-name"),
        ('<p style="color: #ccc; background: white">pale</p>', "color-contrast"),
        ("<table><tr><th></th></tr><tr><td>1</td></tr></table>", "empty-table-header"),
        ('<img src="data:,">', "image-alt"),
        (f"<pre>{WORD}{WORD}<span class='pale'>if</span>", "color-contrast"),
        (f"<pre>{WORD}</pre><pre class='dark'>{WORD}", "color-contrast"),
        (f"<pre>{WORD}<span class='word' role='list'>or", "aria-required-children"),
        (
            f"<dl><dt>{WORD}<b class='pale'>or</b></dt><dd>if</dd></dl>",
            "color-contrast",
        ),
    ],
)
def test_axe_finds(browser, serve, tmp_path, html, rule):
    (tmp_path / "bad.html").write_text(GOOD.format(LOOKS + html))
    page = open_page(browser, serve(tmp_path) + "bad.html")
    [finding] = inaccessible(page)
    page.context.close()
    assert finding.startswith(f"axe {rule}")
