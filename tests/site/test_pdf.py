"""The PDFs that `make pdf` prints from the built pages."""

import sys

import pikepdf
import pypdfium2
import pytest
from built import ROOT, SITE

sys.path.insert(0, str(ROOT / "book"))

import pdf

HOME, CHAPTER, SOURCES = "book/index", "book/02_likelihood", "book/references"


@pytest.fixture(scope="module")
def printed(browser, tmp_path_factory):
    """A course of three pages as a whole, and one of them alone."""
    folder = tmp_path_factory.mktemp("pdf")
    pages = [pdf.read(SITE, name, "A part") for name in (HOME, CHAPTER, SOURCES)]
    whole, alone = folder / "whole.pdf", folder / "alone.pdf"
    pdf.write(browser, pdf.document(pages, "A4", "", pdf.contents(pages, {})), whole)
    pdf.write(browser, pdf.document(pages[1:2], "A4", "https://example.org/"), alone)
    return pages, whole, alone


def text_of(path):
    document = pypdfium2.PdfDocument(path)
    return [page.get_textpage().get_text_range() for page in document]


def links(path):
    """The place in the document, or the address, of each link."""
    with pikepdf.open(path) as document:
        places = document.Root.get("/Dests", {})
        for page in document.pages:
            for note in page.get("/Annots", []):
                if "/Dest" in note:
                    assert str(note.Dest) in places
                    yield str(note.Dest)
                elif "/A" in note:
                    yield str(note.A.URI)


def test_whole_has_contents_whose_numbers_are_right(site, printed):
    pages, whole, _ = printed
    numbers = pdf.numbers_of(whole, pages)
    texts = text_of(whole)
    for page in pages[1:]:
        assert page.title in texts[numbers[page.name] - 1]
        assert f"/{page.name}" in links(whole)
    assert str(numbers[CHAPTER]) in pdf.contents(pages, numbers)


def test_whole_has_an_outline_of_all_headings(site, printed):
    pages, whole, _ = printed
    with pikepdf.open(whole) as document, document.open_outline() as outline:
        titles = [item.title for item in outline.root]
        sections = {child.title for item in outline.root for child in item.children}
    assert titles == ["Contents", *(page.title for page in pages)]
    assert {"Check yourself", "Exercises"} <= sections


def test_links_lead_somewhere(site, printed):
    _, whole, alone = printed
    inside = list(links(whole))
    assert f"/{HOME}--run-it" in inside
    assert not any(link.startswith("file:") for link in inside)
    assert "https://example.org/book/homework/02_likelihood.html" in links(alone)


@pytest.mark.parametrize(
    ("href", "target"),
    [
        ("#here", "#book/a--here"),
        ("b.html", "#book/b"),
        ("b.html#there", "#book/b--there"),
        ("homework/a.html#q", "https://example.org/book/homework/a.html#q"),
        ("../_sources/book/a.ipynb", "https://example.org/_sources/book/a.ipynb"),
        ("https://doi.org/10.1/x", "https://doi.org/10.1/x"),
    ],
)
def test_where_a_link_leads(href, target):
    names = {"book/a", "book/b"}
    assert pdf.destination("book/a", href, names, "https://example.org/") == target
    published_only = None if "example.org" in target else target
    assert pdf.destination("book/a", href, names, "") == published_only


def test_without_an_address_other_pages_are_not_linked(site, printed):
    pages, *_ = printed
    assert f"{SOURCES}.html" not in pdf.document(pages[1:2], "A4", "")


def test_folds_are_open_and_code_is_whole(site, printed):
    _, _, alone = printed
    words = " ".join("".join(text_of(alone)).split())
    text = pdf.read(SITE, CHAPTER, "").article
    answer = text.select_one("details > :not(summary) p, details > p").get_text()
    assert " ".join(answer.split())[:20] in words
    lines = [
        line.strip()
        for cell in text.select(".cell_input pre")
        for line in cell.get_text().splitlines()
    ]
    assert "".join(max(lines, key=len).split()) in words.replace(" ", "")


def test_fonts_are_embedded(site, printed):
    with pikepdf.open(printed[1]) as document:
        fonts = [
            each
            for each in document.objects
            if isinstance(each, pikepdf.Dictionary)
            and each.get("/Type") == "/FontDescriptor"
        ]
    assert fonts
    assert all({"/FontFile", "/FontFile2", "/FontFile3"} & {*each} for each in fonts)


@pytest.mark.parametrize("paper", ["A4", "letter"])
def test_cheat_sheet_is_one_page(site, browser, tmp_path, paper):
    sheet = pdf.read(SITE, "book/cheat_sheet", "Reference")
    path = tmp_path / "sheet.pdf"
    pdf.write(browser, pdf.document([sheet], paper, ""), path)
    texts = text_of(path)
    assert len(texts) == 1
    assert "When training looks wrong" in texts[0]


def test_each_page_offers_what_was_made_of_it(site, monkeypatch, tmp_path):
    names = "book/cheat_sheet", SOURCES
    part = {"caption": "Reference", "chapters": [{"file": name} for name in names]}
    for name in (HOME, *names):
        page = tmp_path / f"{name}.html"
        page.parent.mkdir(exist_ok=True)
        page.write_bytes((SITE / f"{name}.html").read_bytes())
    made = []
    monkeypatch.setattr(pdf, "write", lambda browser, html, path: made.append(path))
    monkeypatch.setattr(pdf, "numbers_of", lambda path, pages: {})
    pdf.make(None, tmp_path, {"root": HOME, "parts": [part]}, "")
    offered = []
    for name in (HOME, *names):
        text = (tmp_path / f"{name}.html").read_text(encoding="utf-8")
        soup = pdf.BeautifulSoup(text, "html.parser")
        files = [a["href"] for a in soup.select("a[download]")]
        offered += [tmp_path / "book" / file for file in files if file.endswith("pdf")]
    assert sorted(offered) == sorted(set(made))
    assert len(offered) == 4
