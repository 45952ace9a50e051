"""The file that `make zip` packs: unpacked, it reads from a folder."""

import shutil
import sys
from zipfile import ZipFile

import pytest
from built import CHAPTERS, ROOT, SITE
from visits import open_page

sys.path.insert(0, str(ROOT / "book"))

import offline


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The course as a reader has it who unpacked the file."""
    folder = tmp_path_factory.mktemp("zip")
    site = shutil.copytree(SITE, folder / "site")
    with ZipFile(offline.pack(site)) as packed:
        packed.extractall(folder)
    return folder / offline.NAME


@pytest.mark.parametrize("name", ["book/index.html", CHAPTERS[2]])
def test_page_of_the_file_opens_from_a_folder(site, unpacked, browser, name):
    page = open_page(browser, (unpacked / name).as_uri())
    page.locator("article h1").first.wait_for()
    assert page.locator(".theme-switch-button").is_visible()
    assert page.troubles == []
    page.context.close()


def test_entrance_of_the_file_opens_the_first_page(site, unpacked, browser):
    context = browser.new_context()
    page = context.new_page()
    page.goto((unpacked / "index.html").as_uri())
    page.wait_for_url("**/book/index.html")
    context.close()


def test_search_of_the_file_works_from_a_folder(site, unpacked, browser):
    page = open_page(browser, (unpacked / CHAPTERS[2]).as_uri())
    page.keyboard.press("Control+k")
    page.keyboard.type("softplus")
    page.keyboard.press("Enter")
    page.locator("ul.search li a").first.click()
    page.wait_for_url(f"{unpacked.as_uri()}/book/**")
    assert page.troubles == []
    page.context.close()


def test_the_file_has_all_that_a_folder_reads_and_no_more(site, unpacked):
    names = {path.name for path in unpacked.rglob("*")}
    assert {"places.js", "02_likelihood.ipynb", "STIXTwoMath.woff2"} <= names
    assert not names & {"404.html", "sitemap.xml", ".buildinfo", f"{offline.NAME}.zip"}


# ---- a small site -------------------------------------------------------------------

LINK = '<li><a href="binary-cross-entropy.zip" download>Zip</a></li>'


@pytest.fixture
def small(tmp_path):
    home = tmp_path / offline.HOME
    home.parent.mkdir()
    home.write_text(f"<ul><!--ZIP {LINK} ZIP--></ul>", encoding="utf-8")
    (tmp_path / "404.html").write_text("no", encoding="utf-8")
    (tmp_path / ".buildinfo").write_text("no", encoding="utf-8")
    return tmp_path


def test_the_first_page_offers_the_file_and_the_file_does_not_offer_itself(small):
    for _ in range(2):  # and packing again changes nothing
        archive = offline.pack(small)
        assert (small / offline.HOME).read_text("utf-8") == f"<ul>{LINK}</ul>"
        with ZipFile(archive) as packed:
            [name] = packed.namelist()
            assert name == "binary-cross-entropy/book/index.html"
            assert packed.read(name) == b"<ul></ul>"


def test_nothing_is_left_of_a_file_that_could_not_be_written(small, monkeypatch):
    def fail(*args):
        raise OSError("no space left")

    monkeypatch.setattr(offline.ZipFile, "writestr", fail)
    with pytest.raises(OSError, match="no space"):
        offline.pack(small)
    assert not list(small.rglob("*.zip"))
