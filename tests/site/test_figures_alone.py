"""Each figure with a slider on its own page, and in the frame that one copies."""

import re
from html import unescape

import checks
import pytest
import slider_figures
from built import CHAPTERS
from visits import inaccessible, open_page, too_wide

from bcelib import interactive

every_figure = pytest.mark.parametrize("name", interactive.__all__)


@every_figure
def test_figure_alone(browser, home, name):
    page = open_page(browser, f"{home}figures/{name}.html", width=320)
    findings = too_wide(page) + inaccessible(page)
    slider, line = page.locator("input"), page.locator("output span span").first
    before = line.inner_text()
    slider.press("End")
    at_end = line.inner_text()
    slider.press("Home")
    assert {before, at_end, line.inner_text()} != {before}
    day = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != day
    findings += inaccessible(page)
    page.goto(f"{page.url}?theme=light")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == day
    assert [response.url for response in page.responses] == [
        f"{home}figures/{name}.html",
        page.url,
    ]
    page.context.close()
    assert page.troubles + findings == []


def test_figure_alone_opens_as_a_file_and_stands_without_scripts(browser, site):
    page = open_page(
        browser,
        (site / "figures" / "surprise.html").as_uri(),
        java_script_enabled=False,
    )
    assert page.locator("svg").first.is_visible()
    assert page.locator("output").inner_text().strip()
    page.locator("summary").click()
    assert page.locator("table").is_visible()
    page.locator("footer a").click()
    page.wait_for_url((site / "book" / "04_surprise_entropy_kl.html").as_uri())
    assert page.troubles == []
    page.context.close()


def frames(site):
    """{figure: what the list of figures gives to paste}."""
    html = (site / "book" / "figures.html").read_text(encoding="utf-8")
    blocks = re.findall(r'(?s)<div class="embed .*?<pre>(.*?)</pre>', html)
    texts = [unescape(re.sub("<[^>]*>", "", block)) for block in blocks]
    return {re.search(r"figures/(\w+)\.html", text)[1]: text for text in texts}


def test_the_list_has_each_figure_once(site):
    given = frames(site)
    assert given.keys() == set(interactive.__all__)
    assert given == {
        name: slider_figures.frame(name, slider_figures.UNKNOWN) + "\n"
        for name in given
    }


@pytest.mark.parametrize("width", [320, 640])
def test_a_frame_has_room_for_its_figure(browser, home, serve, tmp_path, site, width):
    body = "".join(frames(site).values()).replace(slider_figures.UNKNOWN, home)
    body = body.replace(' loading="lazy"', "")
    (tmp_path / "lms.html").write_text(
        '<!doctype html><html lang="en"><meta name="viewport" content="width=device-'
        f'width"><title>T</title><link rel="icon" href="data:,">{body}'
    )
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(serve(tmp_path) + "lms.html")
    page.wait_for_load_state("networkidle")
    children = page.frames[1:]
    assert len(children) == len(interactive.__all__)
    short = [
        child.url
        for child in children
        if child.evaluate(
            "document.documentElement.scrollHeight > innerHeight"
            " || document.documentElement.scrollWidth > innerWidth"
        )
    ]
    context.close()
    assert short == []


def test_a_frame_has_the_address_of_a_published_site():
    text = slider_figures.frame("surprise", "https://reader.github.io/fork/")
    assert 'src="https://reader.github.io/fork/figures/surprise.html"' in text
    assert f'title="{interactive.surprise().words["title"]}"' in text


def test_each_figure_of_a_chapter_leads_to_its_place_in_the_list(site):
    places = checks.anchors(checks.Page.read(site / "book" / "figures.html"))
    led = set()
    for name in CHAPTERS:
        page = checks.Page.read(site / name)
        shown = [e for e in page.all("figure") if "bce-interactive" in e.classes]
        links = [e["href"] for e in page.all("a") if "alone" in e.within]
        assert len(links) == len(shown), name
        led |= {link.removeprefix("figures.html#") for link in links}
    assert led == {name.replace("_", "-") for name in interactive.__all__}
    assert led <= places
