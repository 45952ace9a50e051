"""The map of the chapters is drawn from what they need; search finds the reference."""

import json
import re

import checks
import course_map
import pytest
from built import ROOT
from hypothesis import given
from hypothesis import strategies as st
from visits import open_page

# ---- the map ------------------------------------------------------------------------


def chapter(folder, number, title, needs):
    links = " and ".join(f"[{n}]({n:02}_x.ipynb)" for n in needs) or "nothing"
    source = f"# {number} · {title}\n\n**You need** {links}. · 9 minutes to read"
    cell = {"cell_type": "markdown", "source": [source]}
    path = folder / f"{number:02}_x.ipynb"
    path.write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    return path


def test_chapters_and_their_needs_are_read(tmp_path):
    chapter(tmp_path, 2, "Data", [1])
    chapter(tmp_path, 1, "A coin", [])
    assert course_map.chapters_of(tmp_path) == {
        1: ("01_x", "A coin", []),
        2: ("02_x", "Data", [1]),
    }


@pytest.mark.parametrize(
    ("needs", "fault"),
    [([3], "02_x needs chapter 3"), ([2], "02_x needs chapter 2"), ([9], "chapter 9")],
)
def test_a_need_that_does_not_come_before_is_refused(tmp_path, needs, fault):
    for number, own in ((1, []), (2, needs), (3, [])):
        chapter(tmp_path, number, "Title", own)
    with pytest.raises(ValueError, match=fault):
        course_map.chapters_of(tmp_path)


def test_a_chapter_without_its_head_is_refused(tmp_path):
    path = chapter(tmp_path, 1, "A coin", [])
    path.write_text(path.read_text("utf-8").replace("You need", "Take"), "utf-8")
    with pytest.raises(ValueError, match=r"01_x.ipynb does not open with"):
        course_map.chapters_of(tmp_path)


def test_only_needs_that_follow_from_no_others_have_a_line():
    needs = {1: [], 2: [1], 3: [1, 2], 4: [1, 3], 5: [2]}
    assert course_map.direct(needs) == [(1, 2), (2, 3), (3, 4), (2, 5)]


def reached(pairs):
    """All that each chapter rests on, by walking the lines."""
    behind = {}
    for start, end in sorted(pairs, key=lambda pair: pair[1]):
        behind.setdefault(end, set()).update({start}, behind.get(start, set()))
    return behind


def course():
    return course_map.chapters_of(ROOT / "book")


def test_the_lines_of_the_course_lead_to_all_that_is_needed():
    needs = {number: own for number, (_, _, own) in course().items()}
    pairs = course_map.direct(needs)
    for number, own in needs.items():
        assert set(own) <= reached(pairs).get(number, set())
    for pair in pairs:  # and without any one of them something is missing
        fewer = reached([each for each in pairs if each != pair])
        assert pair[0] not in fewer.get(pair[1], set())


def collisions(needs):
    """The lines that run through a dot, or along another line."""
    dots, lines = course_map.lanes(list(needs), course_map.direct(needs))
    for (start, end), lane in lines.items():
        yield from (n for n in needs if start < n < end and dots[n] == lane)
        for (other_start, other_end), other in lines.items():
            apart = end <= other_start or other_end <= start
            if other == lane and not apart and (other_start, other_end) != (start, end):
                yield start, end


def test_no_line_of_the_course_meets_another():
    assert [*collisions({n: own for n, (_, _, own) in course().items()})] == []


@given(st.lists(st.sets(st.integers(1, 14)), min_size=1, max_size=14))
def test_no_line_of_any_course_meets_another(wanted):
    needs = {n: sorted(w for w in own if w < n) for n, own in enumerate(wanted, 1)}
    assert [*collisions(needs)] == []


def test_map_links_every_chapter_and_names_its_needs(site):
    page = checks.Page.read(site / "book" / "map.html")
    links = [e["href"] for e in page.all("a") if "course-map" in e.within]
    assert links == [f"{name}.html" for name, _, _ in course().values()]
    html = (site / "book" / "map.html").read_text(encoding="utf-8")
    said = re.findall(r'class="needs"[^>]*>needs ([^<]+)<', html)
    assert [list(map(int, re.findall(r"\d+", each))) for each in said] == [
        own for _, _, own in course().values()
    ]


# ---- search -------------------------------------------------------------------------

QUERIES = {
    "glossary": "glossary.html",
    "subgradient": "glossary.html",
    "log-odds": "glossary.html",
    "folklore": "folklore.html",
    "asymmetric": "folklore.html",
    "imbalanced data": "folklore.html",
    "local minima": "folklore.html",
    "timeline": "timeline.html",
    "Berkson": "timeline.html",
    "prerequisites": "map.html",
    "coverage": "coverage.html",
}


@pytest.mark.parametrize("query", QUERIES)
def test_search_finds_the_reference(browser, home, query):
    page = open_page(browser, f"{home}search.html?q={query}")
    page.locator("ul.search li a").first.wait_for()
    page.wait_for_load_state("networkidle")
    found = page.locator("ul.search li a").evaluate_all("all => all.map(a => a.href)")
    assert any(QUERIES[query] in address for address in found[:6]), found[:6]
    assert page.troubles == []
    page.context.close()
