"""What a reader does on a page, in headless Chromium."""

import io
import os

import pytest
from built import CHAPTERS
from PIL import Image
from visits import LARGE, PHONE, launch, open_page

OUTSIDE = """dialog => [...dialog.querySelectorAll("*")].filter(e =>
    e.checkVisibility()
    && e.getBoundingClientRect().right > dialog.getBoundingClientRect().right + 1)
  .map(e => e.outerHTML.slice(0, 120))"""


def test_menu_and_drawers_of_large_letters_fit(browser, home):
    page = open_page(browser, home + CHAPTERS[0], width=320)
    page.add_style_tag(content=LARGE)
    for menu in page.locator("details.menu").all():
        menu.locator("summary").click()
        box = menu.locator("ul").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
    for toggle in (".primary-toggle", ".secondary-toggle", ".search-button"):
        page.locator(toggle).first.click()
        assert page.locator("dialog[open]").evaluate(OUTSIDE) == []
        page.keyboard.press("Escape")
    page.context.close()


def test_address_of_the_site_opens_the_first_page(browser, home):
    context = browser.new_context()
    page = context.new_page()
    page.goto(home)
    page.wait_for_url("**/book/index.html")
    context.close()


@pytest.mark.parametrize("name", CHAPTERS or ["(no site)"])
def test_chapter_opens_as_a_file(browser, site, name):
    page = open_page(browser, (site / name).as_uri())
    assert page.troubles == []
    page.context.close()


def test_chapter_reads_without_scripts(browser, home):
    page = open_page(
        browser, home + CHAPTERS[0], width=PHONE, java_script_enabled=False
    )
    assert page.troubles == []
    assert page.locator("article h1").is_visible()
    assert page.locator("math").first.is_visible()
    assert page.locator(".bd-docs-nav a").first.is_visible()
    assert not page.locator(".theme-switch-button").is_visible()
    page.context.close()


# ---- search -------------------------------------------------------------------------


def search(page):
    page.locator("ul.search li a").first.wait_for()
    page.wait_for_load_state("networkidle")
    return page.locator("ul.search li a").evaluate_all("all => all.map(a => a.href)")


def test_search_over_http(browser, home):
    page = open_page(browser, home + CHAPTERS[0])
    page.keyboard.press("Control+k")
    page.keyboard.type("likelihood")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=likelihood")
    assert any("likelihood" in address for address in search(page))
    summaries = page.locator("ul.search p").all_inner_texts()
    assert summaries
    assert not any("\\" in text for text in summaries), "a formula is quoted as LaTeX"
    page.goto(f"{home}search.html?q=entropy")
    search(page)
    marked = page.locator(".highlighted").all_inner_texts()
    assert {word.lower() for word in marked} == {"entropy"}, "and not the words before"
    assert page.troubles == []
    page.context.close()


def test_search_from_a_folder(browser, site):
    page = open_page(browser, (site / "search.html").as_uri() + "?q=likelihood")
    assert any("likelihood" in address for address in search(page))
    assert page.troubles == []
    page.context.close()


# ---- what a reader touches ------------------------------------------------


def colours(page):
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_theme_switch_works_and_persists(browser, home):
    page = open_page(browser, home + CHAPTERS[0], theme="light")
    light = colours(page)
    page.locator(".theme-switch-button").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    dark = colours(page)
    assert dark != light
    page.goto(home + "search.html")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert colours(page) == dark
    page.locator(".theme-switch-button").click()
    assert colours(page) == light
    page.context.close()


BLOCKED = {  # how a browser that keeps nothing answers
    "refused": """for (const store of ["localStorage", "sessionStorage"])
      Object.defineProperty(window, store, { get() {
        throw new DOMException("Access is denied.", "SecurityError"); } })""",
    "absent": """for (const store of ["localStorage", "sessionStorage"])
      Object.defineProperty(window, store, { get: () => null })""",
    "full": """Storage.prototype.setItem = () => {
      throw new DOMException("Full.", "QuotaExceededError"); }""",
}


@pytest.mark.parametrize("how", BLOCKED)
def test_everything_works_where_storage_is_blocked(browser, home, how):
    page = open_page(browser, home + CHAPTERS[0], first=BLOCKED[how])
    page.locator(".theme-switch-button").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.keyboard.press("Control+k")
    page.keyboard.type("likelihood")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=likelihood")
    assert search(page)
    page.locator("ul.search li a").first.click()
    page.wait_for_url("**/book/**")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.locator(".highlighted").first.inner_text().lower() == "likelihood"
    assert page.troubles == []
    page.context.close()


def test_no_white_flash_at_night(browser, home):
    page = open_page(browser, home + CHAPTERS[0], theme="dark")
    # The theme is set before any script that is deferred is there.
    page.route("**/*.js*", lambda route: route.abort())
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.context.close()


def test_text_stands_still_when_the_sections_beside_it_arrive(browser, home):
    page = open_page(browser, home + CHAPTERS[0], width=1280)
    text = page.locator("article").bounding_box()
    page.evaluate("document.getElementById('pst-secondary-sidebar').remove()")
    assert page.locator("article").bounding_box() == text
    page.context.close()


def test_a_table_of_words_names_its_columns_on_a_phone(browser, home):
    page = open_page(browser, f"{home}book/teaching.html", width=1280)
    row = page.locator(".words tr").filter(has_text="the bookmaker").first
    cells = row.locator("td:visible")
    draw = "the best report against the belief: a diagonal, and a step"
    assert cells.all_inner_texts() == ["5", "45", draw, "", "codes; the bookmaker"]
    page.set_viewport_size({"width": PHONE, "height": 800})
    rest = "leave for home codes; the bookmaker"
    named = ["ch. 5", "min 45", f"draw on the board {draw}", rest]
    assert cells.all_inner_texts() == named, "and nothing to move"
    page.context.close()


def test_drawers_of_the_phone(browser, home):
    page = open_page(browser, home + CHAPTERS[0], width=PHONE)
    page.locator(".primary-toggle").click()
    assert page.locator("dialog .bd-docs-nav").is_visible()
    page.locator("dialog[open] .close-drawer button").click()
    assert page.locator("dialog[open]").count() == 0
    page.locator(".secondary-toggle").click()
    link = page.locator("dialog[open] .page-toc a").nth(2)
    place = link.get_attribute("href")
    link.click()
    assert page.locator("dialog[open]").count() == 0
    assert page.evaluate("location.hash") == place
    page.context.close()


def test_menus_close_by_escape_and_by_a_click_elsewhere(browser, home):
    page = open_page(browser, home + CHAPTERS[0])
    menu = page.locator("details.menu").first
    for leave in (
        lambda: page.keyboard.press("Escape"),
        lambda: page.locator("h1").click(),
    ):
        menu.locator("summary").click()
        assert menu.locator("ul").is_visible()
        assert "Download notebook" in menu.inner_text()
        leave()
        assert not menu.locator("ul").is_visible()
    page.context.close()


def test_code_can_be_copied(browser, home):
    page = open_page(
        browser, home + CHAPTERS[0], permissions=["clipboard-read", "clipboard-write"]
    )
    cell = page.locator(".cell_input").first
    cell.hover()
    cell.locator("button.copy").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == cell.locator("pre").inner_text()
    page.context.close()


def test_paper_shows_every_answer(browser, home):
    page = open_page(browser, home + CHAPTERS[0], theme="dark")
    closed = page.locator("article details:not([open])")
    before = closed.count()
    assert before > 3
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert closed.count() == 0
    page.emulate_media(media="print")
    assert colours(page) == "rgb(255, 255, 255)"
    assert not page.locator(".bd-header-article").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert closed.count() == before
    page.context.close()


# ---- forced colours, as of Windows' contrast themes ---------------------------------


def span(picture):
    """From its darkest to its lightest pixel, 255 at most."""
    darkest, lightest = Image.open(io.BytesIO(picture)).convert("L").getextrema()
    return lightest - darkest


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("palette", ["light", "dark"])
def test_forced_colours_leave_the_pictures(browser, home, palette, theme):
    page = open_page(browser, home + CHAPTERS[0], theme=palette, forced_colors="active")
    page.evaluate("theme => localStorage.setItem('mode', theme)", theme)
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == theme
    assert span(page.locator(".cell_output img").first.screenshot()) > 150
    page.context.close()


BORDERS = """links => links.map(link => {
  const { borderLeftWidth, borderLeftStyle, borderLeftColor } = getComputedStyle(link);
  return [borderLeftWidth, borderLeftStyle, borderLeftColor].join(" ");
})"""


@pytest.mark.parametrize("forced", ["none", "active"])
def test_menus_say_where_the_reader_is(browser, home, forced):
    page = open_page(browser, home + CHAPTERS[1], forced_colors=forced)
    page.locator(".page-toc a").nth(3).click()
    page.locator(".page-toc a.active").wait_for()
    for menu, here in ((".bd-docs-nav", ".current > a"), (".page-toc", "a.active")):
        looks = page.locator(f"{menu} a").evaluate_all(BORDERS)
        [look] = page.locator(f"{menu} {here}").evaluate_all(BORDERS)
        assert looks.count(look) == 1, looks
    page.context.close()


def test_forced_colours_mark_the_words_that_were_searched_for(browser, home):
    page = open_page(
        browser, home + CHAPTERS[1] + "?highlight=likelihood", forced_colors="active"
    )
    word = page.locator(".highlighted").first
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert word.evaluate("w => getComputedStyle(w).backgroundColor") != paper
    page.context.close()


def test_machine_without_fonts_is_seen(browser, tmp_path):
    (tmp_path / "fonts.conf").write_text("<fontconfig></fontconfig>")
    none = os.environ | {"FONTCONFIG_FILE": str(tmp_path / "fonts.conf")}
    with pytest.raises(pytest.skip.Exception, match="need a font: apt-get install"):
        launch(browser.browser_type, env=none)
