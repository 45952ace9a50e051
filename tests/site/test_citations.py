"""Each chapter ends with its own entry for a bibliography."""

from types import SimpleNamespace

import citations
import pybtex.database
import pytest
from bs4 import BeautifulSoup
from built import ROOT, SITE

CHAPTERS = sorted(path.stem for path in (ROOT / "book").glob("[0-9][0-9]_*.ipynb"))


@pytest.mark.parametrize("name", CHAPTERS)
def test_chapter_can_be_cited(site, name):
    page = (SITE / "book" / f"{name}.html").read_text(encoding="utf-8")
    soup = BeautifulSoup(page, "html.parser")
    entries = pybtex.database.parse_string(soup.select_one(".cite pre").text, "bibtex")
    (entry,) = entries.entries.values()
    number, title = soup.h1.find(string=True).split(" · ")
    assert entry.fields["chapter"] == number
    assert entry.fields["title"].strip("{}") == title
    assert entry.persons["author"]


def test_published_chapter_is_cited_by_its_address():
    config = SimpleNamespace(
        author="A, B and C",
        html_title="T",
        copyright="2026",
        html_baseurl="https://a.b/",
    )
    builder = SimpleNamespace(get_target_uri="{}.html".format)
    app = SimpleNamespace(config=config, builder=builder)
    text = citations.entry(3, "Odds & ends", app, "book/03_x")
    (entry,) = pybtex.database.parse_string(text, "bibtex").entries.values()
    assert entry.fields["url"] == "https://a.b/book/03_x.html"
    assert len(entry.persons["author"]) == 1
