"""The HTML of every page, read without a browser."""

import json
import os
import re
from functools import cache
from pathlib import Path

import checks
import pytest
from built import CHAPTERS, PAGES, ROOT, out_of_date

every_page = pytest.mark.parametrize("name", PAGES or ["(no site)"])


@cache
def read(path: Path) -> checks.Page:
    return checks.Page.read(path)


@pytest.mark.parametrize(
    "check",
    [checks.metadata, checks.own_resources, checks.images, checks.maths, checks.light],
)
@every_page
def test_page(site, name, check):
    findings = check(read(site / name))
    assert not findings, "\n".join([name, *findings])


@every_page
def test_links(site, name):
    pages = {path.resolve(): read(path) for path in site.rglob("*.html")}
    findings = checks.links(pages[(site / name).resolve()], pages)
    assert not findings, "\n".join([name, *findings])


def test_chapters_hold_formulas(site):
    assert CHAPTERS
    for chapter in CHAPTERS:
        assert read(site / chapter).all("math"), f"{chapter} has no formula"


def test_no_stylesheet_asks_for_another_site(site):
    for sheet in site.rglob("*.css"):
        foreign = re.findall(
            r"(?:url\(|@import )['\"]?(?:\w+:)?//[^)\"' ]*", sheet.read_text()
        )
        assert not foreign, f"{sheet.name}: {foreign}"


def test_the_one_font_is_that_of_formulas(site):
    fonts = [p.name for p in site.rglob("*") if re.search("[ot]tf|woff|eot", p.suffix)]
    assert set(fonts) == {"STIXTwoMath.woff2"}


# ---- linked data, as schema.org wants it --------------------------------------------

OF_ALL = {"@context", "@type", "name", "description", "inLanguage", "license"}
OF_ALL |= {"isAccessibleForFree", "timeRequired"}
OF_COURSE = OF_ALL | {"provider", "offers", "hasCourseInstance", "hasPart"}
OF_CHAPTER = OF_ALL | {"position", "isPartOf", "learningResourceType"}


def data_of(path: Path) -> dict:
    [text] = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', path.read_text("utf-8")
    )
    return json.loads(text)


def test_first_page_is_a_course(site):
    data = data_of(site / "book/index.html")
    assert data["@type"] == "Course"
    assert data.keys() >= OF_COURSE
    assert all(data.values())
    assert data["provider"].keys() == {"@type", "name"}
    assert data["offers"] == {"@type": "Offer", "category": "Free"}
    instance = data["hasCourseInstance"]
    assert instance["courseMode"] == "Online"
    assert 15 < int(instance["courseWorkload"][2:-1]) / 60 < 25
    assert len(data["hasPart"]) == len(CHAPTERS)


def test_each_chapter_is_a_part_of_the_course(site):
    course = data_of(site / "book/index.html")
    for number, name in enumerate(CHAPTERS, 1):
        data = data_of(site / name)
        assert data["@type"] == "LearningResource"
        assert data.keys() >= OF_CHAPTER
        assert all(data.values())
        assert data["position"] == number
        assert data["name"] == course["hasPart"][number - 1]["name"]
        assert data["isPartOf"]["name"] == course["name"]
        assert re.fullmatch(r"PT\d+M", data["timeRequired"])


# ---- colours ------------------------------------------------------------------------


def luminance(colour: str) -> float:
    """WCAG's relative luminance of a colour such as #1e2126."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_known_pairs():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_ink_reads_on_every_ground(theme):
    """axe does not judge text on a gradient, such as the code that scrolls."""
    style = (ROOT / "book" / "_static" / "style.css").read_text(encoding="utf-8")
    light, dark = re.findall(
        r"(?s)(?::root|html\[data-theme=\"dark\"\]) \{(.*?)\}", style
    )[:2]
    tokens = dict(
        re.findall(r"--([\w-]+): (#\w{6})", light if theme == "light" else dark)
    )
    grounds = {tokens.pop("paper"), tokens.pop("surface")}
    decoration = {"line", "mark", "edge", "shadow"}
    inks = {name: ink for name, ink in tokens.items() if name not in decoration}
    assert len(inks) == 8
    for name, ink in inks.items():
        for ground in grounds:
            assert contrast(ink, ground) >= 4.5, f"{theme}: {name} on {ground}"


# ---- each check finds what it is for ----------------------------------------------

HEAD = (
    '<html lang="en"><head><title>T</title><meta name="viewport" content="w">'
    '<meta name="description" content="{}"><meta property="og:title" content="T">'
    '<meta property="og:description" content="D"><meta property="og:type" content="a">'
    '<meta name="twitter:card" content="summary"><link rel="icon" href="a.svg">'
    '<link rel="icon" href="a.png"></head>'
).format("A description that is long enough to say something.")
IMAGE = '<img src="a.webp" alt="A plot" width="9" height="9">'
FORMULA = '<span class="math"><math><mi>{}</mi></math></span>'


@pytest.mark.parametrize(
    ("check", "html", "words"),
    [
        (checks.metadata, HEAD.replace('lang="en"', ""), "language"),
        (checks.metadata, HEAD.replace("<title>T</title>", ""), "title"),
        (checks.metadata, HEAD.replace("A description", "")[:90] + "</head>", "descri"),
        (checks.metadata, HEAD.replace("og:type", "og:kind"), "og:type"),
        (checks.metadata, HEAD.replace("a.png", "a.ico"), "favicons"),
        (
            checks.own_resources,
            '<script src="https://cdn.example/x.js">',
            "cdn.example",
        ),
        (checks.own_resources, '<img src="//cdn.example/x.png">', "cdn.example"),
        (checks.own_resources, '<link rel="preload" href="http://a.b/c">', "a.b"),
        (checks.images, '<img src="a.png">', "no alt"),
        (
            checks.images,
            '<div class="cell_output"><img src="a" alt="plot">',
            "too little",
        ),
        (checks.images, IMAGE.replace("webp", "png"), "neither WebP"),
        (checks.images, IMAGE.replace('width="9"', ""), "size"),
        (checks.images, IMAGE.replace("width=", "style="), "size"),
        (checks.images, f"<h2>Section</h2>{IMAGE}", "before it is near"),
        (checks.maths, '<span class="math">x</span>', "1 places"),
        (checks.maths, FORMULA.format("\N{SNOWMAN}"), "\N{SNOWMAN}"),
        (checks.maths, '<script src="mathjax.js">', "script"),
        (checks.maths, "<p>so $$x$$", "unrendered"),
        (checks.maths, r"<p>so \frac12", "unrendered"),
        (checks.light, '<i class="fa-solid fa-bars">', "icon font"),
        (checks.light, "<i></i>" * 5000, "5000 elements"),
        (checks.light, '<script src="page.js">', "waits for page.js"),
        (checks.light, '<script defer src="a.js"></script>' * 2, "2 scripts"),
        (checks.light, '<script src="_static/bootstrap.js">', "bootstrap"),
        (checks.light, '<script src="searchindex.js">', "searchindex"),
    ],
)
def test_check_finds(check, html, words):
    assert words in " ".join(check(checks.Page(html)))


@pytest.mark.parametrize(
    ("check", "html"),
    [
        (checks.metadata, HEAD),
        (
            checks.own_resources,
            '<script src="a.js"></script><a href="https://a.b">x</a>',
        ),
        (checks.images, IMAGE),
        (checks.images, "<h2></h2>" + IMAGE.replace(">", ' loading="lazy">')),
        (
            checks.images,
            '<a class="logo"><img src="logo.svg" alt="" width="1" height="1"></a>',
        ),
        (checks.maths, FORMULA.format("x \N{MINUS SIGN} y")),
        (checks.maths, r"<p>5 $ or 6 $, <code>\frac</code>"),
        (checks.light, '<svg class="icon"></svg><script defer src="page.js"></script>'),
    ],
)
def test_check_is_content(check, html):
    assert check(checks.Page(html)) == []


def test_links_check_finds_missing_files_and_places(tmp_path):
    here, there = (tmp_path / "a.html").resolve(), (tmp_path / "b.html").resolve()
    here.write_text(
        '<a href="b.html#yes"><a href="b.html#no"><a href="c.html"><a href="#q">'
    )
    there.write_text('<h2 id="yes">')
    pages = {path: checks.Page.read(path) for path in (here, there)}
    assert checks.links(pages[here], pages) == [
        "b.html#no leads to no place in b.html",
        "c.html leads to no file",
        "#q leads to no place in a.html",
    ]


def test_a_missing_or_old_site_is_said(tmp_path):
    site, source = tmp_path / "html", tmp_path / "book" / "index.md"
    site.mkdir()
    source.parent.mkdir()
    assert "run `make book`" in out_of_date(site, tmp_path)
    source.write_text("# Words")
    (site / "searchindex.js").write_text("")
    assert out_of_date(site, tmp_path) == ""
    source.touch()
    later = (site / "searchindex.js").stat().st_mtime + 1
    os.utime(source, (later, later))
    assert "book/index.md" in out_of_date(site, tmp_path)
