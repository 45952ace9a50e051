"""axe-core on every page: by day on a desk, at night on a phone."""

import pytest
from built import PAGES_READ
from visits import OPEN_ALL, PHONE, fall_of_night, inaccessible, open_page


@pytest.mark.parametrize("name", PAGES_READ or ["(no site)"])
def test_page(browser, home, name):
    page = open_page(browser, home + name)
    page.evaluate(OPEN_ALL)
    findings = inaccessible(page)
    page.set_viewport_size({"width": PHONE, "height": 800})
    fall_of_night(page)
    page.wait_for_timeout(400)  # the theme's script looks for what scrolls after 300 ms
    findings += inaccessible(page)
    page.context.close()
    assert not findings, "\n".join([name, *findings])


GOOD = '<!doctype html><html lang="en"><title>T</title><main><h1>Words</h1>{}</main>'


@pytest.mark.parametrize(
    ("html", "rule"),
    [
        ("<button></button>", "button-name"),
        ('<p style="color: #ccc; background: white">pale</p>', "color-contrast"),
        ("<table><tr><th></th></tr><tr><td>1</td></tr></table>", "empty-table-header"),
        ('<img src="data:,">', "image-alt"),
    ],
)
def test_axe_finds(browser, serve, tmp_path, html, rule):
    (tmp_path / "bad.html").write_text(GOOD.format(html))
    page = open_page(browser, serve(tmp_path) + "bad.html")
    [finding] = inaccessible(page)
    page.context.close()
    assert finding.startswith(f"axe {rule}")


def test_axe_is_content(browser, serve, tmp_path):
    (tmp_path / "good.html").write_text(GOOD.format("<p>Some words.</p>"))
    page = open_page(browser, serve(tmp_path) + "good.html")
    assert inaccessible(page) == []
    page.context.close()
