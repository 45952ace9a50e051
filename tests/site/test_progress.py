"""Where the reader stopped and what was chosen: kept in the browser, and forgotten."""

import pytest
from built import CHAPTERS
from test_browser import BLOCKED
from visits import PHONE, open_page

HOME = "book/index.html"
REST = 600  # milliseconds after which the page takes the reader to have stopped


def go_on(page, home):
    """To the first page; what it tells of the reader's way, without spaces to spare."""
    page.goto(home + HOME)
    line = page.locator("p.kept")
    return " ".join(line.inner_text().split()) if line.count() else None


@pytest.mark.parametrize("how", [None, "refused"])
def test_first_page_knows_where_the_reader_stopped(browser, home, how):
    page = open_page(browser, home + HOME, first=BLOCKED.get(how, ""))
    assert page.locator(".kept").count() == 0
    page.goto(home + CHAPTERS[2])
    place = page.locator("section[id]:has(> h2)").nth(3)
    place.evaluate("place => place.scrollIntoView()")
    anchor = place.get_attribute("id")
    page.wait_for_timeout(REST)
    assert "Continue with 3 · Binary cross-entropy." in go_on(page, home)
    assert page.locator("li .kept").count() == 0
    page.locator("p.kept a").click()
    page.wait_for_url(f"{home}{CHAPTERS[2]}#{anchor}")

    page.locator(".prev-next-area").scroll_into_view_if_needed()
    page.wait_for_timeout(REST)
    assert "Continue with 4 · Surprise" in go_on(page, home)
    [mark] = page.locator("li:has(.kept)").all_inner_texts()
    assert mark.startswith("3 · Binary cross-entropy")
    assert mark.endswith("✓ read")

    page.get_by_role("button", name="Forget").click()
    assert page.locator(".kept").count() == 0
    assert go_on(page, home) is None
    assert page.troubles == []
    page.context.close()


def test_a_chosen_answer_is_known_again(browser, home):
    page = open_page(browser, home + CHAPTERS[2])
    choices = page.locator("#check-yourself summary")
    choices.nth(1).focus()
    page.keyboard.press("Enter")
    choices.nth(4).click()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")  # opens all; chooses none
    page.reload()
    known = choices.evaluate_all("all => all.map(s => !!s.querySelector('.kept'))")
    assert [i for i, is_known in enumerate(known) if is_known] == [1, 4]
    assert page.locator("#check-yourself details[open]").count() == 0
    page.goto(home + CHAPTERS[3])
    assert page.locator("summary .kept").count() == 0
    assert page.troubles == []
    page.context.close()


@pytest.mark.parametrize("name", ["Predict: one model says", "5. Three flips"])
def test_a_question_answers_back(browser, home, name):
    """With the keyboard alone, to eyes and ears; the second question has a plot."""
    page = open_page(browser, home + CHAPTERS[0], width=PHONE)
    question = page.get_by_role("group", name=name)
    options = question.locator("details")
    assert options.count() == 3
    options.first.locator("summary").focus()
    verdicts = {}
    for option in options.all():
        words = option.locator("summary").inner_text()
        assert "right" not in words  # says nothing before it is chosen
        page.keyboard.press("Space")
        reason = option.locator("p").inner_text()
        sign, verdict = option.locator(".kept").inner_text().split(maxsplit=1)
        verdicts[sign] = verdicts.get(sign, 0) + 1
        assert (sign, verdict) == (
            ("✓", "right") if reason.startswith("Yes") else ("✗", "not right")
        )
        assert question.get_by_role("status").inner_text() == f"{words}: {verdict}"
        page.keyboard.press("Space")  # folded again, it stays marked
        assert option.locator("summary").inner_text().endswith(verdict)
        page.keyboard.press("Tab")
    assert verdicts == {"✓": 1, "✗": 2}
    assert page.troubles == []
    page.context.close()


def test_a_plot_keeps_its_proportions_on_a_phone(browser, home):
    page = open_page(browser, home + CHAPTERS[0], width=PHONE)
    plot = page.locator("#check-yourself .cell_output img")
    plot.scroll_into_view_if_needed()
    plot.evaluate("img => img.decode()")  # it is sent for when it is near
    ratio = "img => img.width / img.height * img.naturalHeight / img.naturalWidth"
    assert plot.evaluate(ratio) == pytest.approx(1, abs=0.01)
    page.context.close()


def test_the_last_chapter_leads_no_further(browser, home):
    page = open_page(browser, home + CHAPTERS[-1])
    page.locator(".prev-next-area").scroll_into_view_if_needed()
    page.wait_for_timeout(REST)
    assert not go_on(page, home).startswith("Continue")
    page.context.close()


@pytest.mark.parametrize("width", [PHONE, 1280])
def test_neighbours_are_in_reach_at_the_top(browser, home, width):
    page = open_page(browser, home + CHAPTERS[2], width=width)
    for name, chapter in (("Next", CHAPTERS[3]), ("Previous", CHAPTERS[2])):
        if width == PHONE:
            page.get_by_label("More about this page").click()
        link = page.locator(".article-header-buttons").get_by_role("link", name=name)
        link.click()
        page.wait_for_url(f"{home}{chapter}")
    assert page.troubles == []
    page.context.close()
