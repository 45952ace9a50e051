"""The pages that people come back to: what they name is there, nothing is left over."""

import json
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
from notebook_file import Notebook, sentences, without_fences, without_folds

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "book"
CHAPTERS = {int(p.stem[:2]): p for p in sorted(BOOK.glob("[0-9][0-9]_*.ipynb"))}
PAGES = sorted({*BOOK.glob("*.md"), *BOOK.glob("*.ipynb")})
PLACE = re.compile(r"\]\(([\w.]+\.(?:ipynb|md))#([^)\s]+)\)")


def text_of(page):
    if page.suffix == ".md":
        return page.read_text(encoding="utf-8")
    return "\n\n".join(cell.source for cell in Notebook.read(page).prose)


@cache
def anchors(page):
    """The anchors of a page: its headings as MyST writes them, and its `(names)=`."""
    text = without_fences(text_of(page))
    headings = re.findall(r"^#{1,4} +(.+?) *$", text, re.MULTILINE)
    slugs = [re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings]
    return {*slugs, *re.findall(r"^\((\S+)\)=$", text, re.MULTILINE)}


def lost(text):
    """The links of a text to a place that its page does not have."""
    for name, place in PLACE.findall(text):
        if not (BOOK / name).is_file() or unquote(place) not in anchors(BOOK / name):
            yield f"{name}#{place}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_place_leads_there(page):
    assert [*lost(text_of(page))] == []


def test_a_lost_place_is_seen():
    good = "[a](02_likelihood.ipynb#the-best-p) [b](index.md#run-it)"
    bad = "[c](02_likelihood.ipynb#the-worst-p) [d](03_likelihood.ipynb#the-best-p)"
    assert [*lost(good + bad)] == [
        "02_likelihood.ipynb#the-worst-p",
        "03_likelihood.ipynb#the-best-p",
    ]


# ---- glossary -----------------------------------------------------------------------


def entries():
    """The names of each entry of the glossary, and its text."""
    page = (BOOK / "glossary.md").read_text(encoding="utf-8")
    (body,) = re.findall(r"(?ms)^```\{glossary\}\n(.*?)^```$", page)
    for entry in body.strip().split("\n\n"):
        *names, text = entry.splitlines()
        yield names, text.strip()


def defined():
    """{name: (first chapter that the entry leads to, all names of the entry)}"""
    return {
        name: (int(re.search(r"\]\((\d\d)_\w+\.ipynb#", text)[1]), tuple(names))
        for names, text in entries()
        for name in names
    }


# Words of every day, or of another trade, in chapters before the one that defines them.
EVERYDAY = {
    ("bias", 2): "of a coin",
    ("cancellation", 7): "of two factors, and no harm",
    ("confidence", 4): "of a forecaster",
    ("confidence", 5): "of a forecaster",
    ("odds", 5): "of a bookmaker",
    ("surprise", 1): "us",
}
AHEAD = {"title", "where-it-leads", "library", "further"}  # cells that look elsewhere


def paragraphs(chapter):
    """What is read in order: no look ahead, no formulas, no folds, no addresses."""
    for cell in chapter.prose:
        if cell.id not in AHEAD:
            yield from re.split(r"\n\s*\n", sentences(without_folds(cell.source)))


def too_early(chapters, known):
    """Yield each term that a chapter uses before its own and does not say where."""
    names = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    term = re.compile(rf"(?<![\w-])({names})(?:s|es)?(?![\w-])", re.IGNORECASE)
    lower = {name.lower(): name for name in known}
    met = set()
    for number, chapter in chapters.items():
        for paragraph in paragraphs(chapter):
            for found in term.findall(paragraph):
                name = lower[found.lower()]
                home, family = known[name]
                if number >= home or family in met or (name, number) in EVERYDAY:
                    continue
                met.add(family)
                if not re.search(r"[Cc]hapters? \d", paragraph):
                    yield f"chapter {number} says '{name}', defined in chapter {home}"


@cache
def read_chapters():
    return {number: Notebook.read(path) for number, path in CHAPTERS.items()}


def test_no_term_is_used_before_it_is_defined():
    assert [*too_early(read_chapters(), defined())] == []


def test_an_early_term_is_seen():
    known = {"odds": (6, ("odds",)), "odds ratio": (8, ("odds ratio",))}
    cells = [
        "The odds are 2.",
        "The odds ratio is 2, see chapter 8.",
        "Odds ratios.",
        "$odds$",
        "<details><summary>If you want more</summary>odds</details>",
    ]
    read = {}
    for number, source in enumerate(cells, start=1):
        cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": source}
        read[number] = Notebook(json.dumps({"cells": [cell]}))
    assert [*too_early(read, known)] == ["chapter 1 says 'odds', defined in chapter 6"]
    read[2], read[3] = read[3], read[2]
    assert len([*too_early(read, known)]) == 2
    assert [*too_early({7: read[1]}, known)] == []


def test_each_entry_stands_in_the_chapter_that_it_names():
    for name, (number, family) in defined().items():
        chapter = read_chapters()[number]
        said = " ".join(cell.source for cell in chapter.prose).lower()
        assert any(each.lower().removesuffix("ing") in said for each in family), (
            name,
            number,
        )


def test_glossary_is_sorted_and_names_nothing_twice():
    names = [name for names, _ in entries() for name in names]
    firsts = [names[0].lower() for names, _ in entries()]
    assert firsts == sorted(firsts)
    assert len({name.lower() for name in names}) == len(names) > 100


# ---- folklore -----------------------------------------------------------------------

FOLKLORE = BOOK / "folklore.ipynb"
VERDICT = re.compile(r"^\*\*(True|False|True if [^*]+)\.\*\* ")


def trials(notebook):
    """{claim: (words of its cell, the code cell below it or None)}"""
    found = {}
    for cell, after in zip(notebook.cells, [*notebook.cells[1:], None], strict=True):
        if cell.is_prose:
            for claim, words in re.findall(r"(?ms)^### (.+?)\n+(.*)", cell.source):
                found[claim] = words, after if after and after.is_code else None
    return found


def faults(claims):
    for claim, (words, shown) in claims.items():
        if not VERDICT.match(words):
            yield f"{claim}: no verdict"
        by_cell = shown and (shown.outputs or "assert " in shown.source)
        if not by_cell and not re.search(r"Shown in .*?#", words, re.DOTALL):
            yield f"{claim}: nothing shows it"
        if not re.search(r"Read in |https://", words):
            yield f"{claim}: nobody says it"


def test_every_verdict_is_backed():
    claims = trials(Notebook.read(FOLKLORE))
    assert [*faults(claims)] == []
    verdicts = [VERDICT.match(words)[1] for words, _ in claims.values()]
    false, true = verdicts.count("False"), verdicts.count("True")
    said = Notebook.read(FOLKLORE).cells[0].source
    assert (
        f"Of the sixty, {false} are false, {60 - false - true} are true under" in said
    )
    assert f"and {true} is true as it stands." in said
    assert len(verdicts) == 60
    assert "sixty sentences" in (BOOK / "index.md").read_text(encoding="utf-8")


def test_at_least_ten_claims_circulate():
    """Beyond those of the sources: read on public pages, each with its address."""
    read = [
        w.partition("Read in")[2] for w, _ in trials(Notebook.read(FOLKLORE)).values()
    ]
    assert len([words for words in read if "https://" in words]) >= 10 + 2


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("It is so. Shown in [a](b#c). Read in [d](e).", "no verdict"),
        ("**Perhaps.** Shown in [a](b#c). Read in [d](e).", "no verdict"),
        ("**False.** Shown in [a](b). Read in [d](e).", "nothing shows it"),
        ("**True if x.** Shown in [a](b#c).", "nobody says it"),
    ],
)
def test_an_unbacked_verdict_is_seen(words, fault):
    assert [*faults({"It is": (words, None)})] == [f"It is: {fault}"]


# ---- timeline -----------------------------------------------------------------------

BIBLIOGRAPHY = (BOOK / "references.bib").read_text(encoding="utf-8")


def years():
    """{key, DOI or address: year} of the bibliography."""
    found = {}
    for key, fields in re.findall(r"(?ms)^@\w+\{(\w+),\n(.*?)^\}", BIBLIOGRAPHY):
        (year,) = re.findall(r"(?m)^ *year *= \{(\d+)\}", fields)
        for name in [key, *re.findall(r"(?m)^ *(?:doi|url) *= \{(.+?)\},?$", fields)]:
            found[name] = int(year)
    return found


def test_timeline_agrees_with_its_primary_sources():
    known = years()
    text = (BOOK / "timeline.md").read_text(encoding="utf-8")
    items = re.findall(r"(?m)^- \*\*(\d{4})\*\* (.+)$", text)
    assert len(items) > 40
    assert [year for year, _ in items] == sorted(year for year, _ in items)
    for year, words in items:
        named = re.findall(r"\{cite:t\}`(\w+)`|\]\((https://[^)]+)\)", words)
        (source,) = [key or unquote(address) for key, address in named]
        assert known[source.removeprefix("https://doi.org/")] == int(year), words
        assert re.search(r"\]\(\d\d_\w+\.ipynb#[^)]+\)$", words), words


# ---- coverage -----------------------------------------------------------------------

SHARED = [p / "shared" / "sources" for p in ROOT.parents[:2]]  # beside it, or above
SOURCES = next((folder for folder in SHARED if folder.is_dir()), None)


def coverage():
    """For each source the headings and the words of the coverage page, with links."""
    text = (BOOK / "coverage.md").read_text(encoding="utf-8")
    for part in re.split(r"(?m)^## ", text)[1:]:
        rows = re.findall(r"(?m)^\| (.+?) \| (.*) \|$", part)
        yield [(re.sub(r"\\(.)", r"\1", words), links) for words, links in rows[1:]]


def plain(text):
    """The words of a source without marks, its own links and damaged letters."""
    text = re.sub(r"\[@problem_id:\d+\]|[*]", "", text)
    text = re.sub(r"\[([^\]]*)\]\(@[^)]*\)", r"\1", text)
    return " ".join(re.sub(r"[^\x00-\x7f]", "", text).split())


def left_over(source, rows):
    """What of a source has no row, and which row is not of the source."""
    headings = [plain(h) for h in re.findall(r"(?m)^#+ (.+)$", source)]
    bold = [plain(words[2:-2]) for words, _ in rows if words.startswith("**")]
    quoted = [words.strip("“”") for words, _ in rows if words.startswith("“")]
    if bold != headings:
        yield f"the headings {set(headings) ^ set(bold) or 'in their order'}"
    body = plain(source)
    yield from (f"not there: {words}" for words in quoted if words not in body)
    for block in re.split(
        r"\n\s*\n", re.sub(r"(?s)\\\[.*?\\\]|\$\$.*?\$\$", "", source)
    ):
        words = plain(block)
        is_prose = len(re.findall(r"[A-Za-z]{2,}", words)) > 8
        is_prose &= not re.match(r"#|```|\w+=", words)
        if is_prose and not any(each in words for each in quoted):
            yield f"left over: {words[:60]}"


def test_every_row_of_the_coverage_page_leads_somewhere():
    sources = [*coverage()]
    assert len(sources) == 3
    for rows in sources:
        for words, links in rows:
            assert re.match(r"\*\*.+\*\*$|“.+”$", words), words
            assert re.search(r"\]\([\w.]+\.(ipynb|md)(#[^)]+)?\)", links), words
    assert sum(map(len, sources)) > 150


@pytest.mark.skipif(not SOURCES, reason="the sources are not beside the checkout")
def test_nothing_of_the_sources_is_left_over():
    files = sorted(SOURCES.glob("*.txt"))
    for path, rows in zip(files, coverage(), strict=True):
        assert [*left_over(path.read_text(encoding="utf-8"), rows)] == [], path.name


def test_what_is_left_over_is_seen():
    source = "# A\n\nOne two three four five six seven eight nine.\n\n## B\n\nShort."
    rows = [("**A**", ""), ("“four five”", ""), ("**B**", "")]
    assert [*left_over(source, rows)] == []
    assert [*left_over(source, rows[:2])] == ["the headings {'B'}"]
    assert [*left_over(source, [rows[0], rows[2]])] == [
        "left over: One two three four five six seven eight nine."
    ]
    assert [*left_over(source, [*rows, ("“ten”", "")])] == ["not there: ten"]
