"""What the first page promises: honest hours, and a short path that holds."""

import re
from pathlib import Path

from notebook_file import Notebook

BOOK = Path(__file__).parents[2] / "book"
INDEX = (BOOK / "index.md").read_text(encoding="utf-8")
CHAPTERS = {int(p.stem[:2]): p for p in sorted(BOOK.glob("[0-9][0-9]_*.ipynb"))}


def needs(path):
    """The chapters that a chapter's *You need* line links to."""
    (line,) = re.findall(
        r"(?m)^\*\*You need\*\* .*$", Notebook.read(path).cells[0].source
    )
    return {int(number) for number in re.findall(r"\((\d\d)_\w+\.ipynb\)", line)}


def missing(path):
    """What the chapters of a path need and none before them is."""
    for place, number in enumerate(path):
        for needed in sorted(needs(CHAPTERS[number]) - {*path[:place]}):
            yield f"chapter {number} needs chapter {needed}"


def short_path():
    (listed,) = re.findall(r"\*\*In a hurry\?\*\* Read ([\d, ]+):", INDEX)
    return [int(number) for number in listed.split(", ")]


def test_short_path_respects_what_its_chapters_need():
    assert [*missing(short_path())] == []


def test_whole_course_can_be_read_in_order():
    assert [*missing([*CHAPTERS])] == []


def test_a_gap_in_a_path_is_seen():
    assert [*missing([1, 2, 7])] == [
        "chapter 7 needs chapter 3",
        "chapter 7 needs chapter 6",
    ]


def test_hours_are_the_sum_of_the_chapters():
    minutes = {n: Notebook.read(path).minutes for n, path in CHAPTERS.items()}
    reading, everything = (
        sum(part) / 60 for part in zip(*minutes.values(), strict=True)
    )
    short = sum(minutes[n][0] for n in short_path()) / 60
    for sentence in (
        f"The {len(CHAPTERS)} chapters take about {reading:.0f} hours to read, "
        f"{everything:.0f} with questions",
        f"Read {', '.join(map(str, short_path()))}: about {short:.0f} hours",
    ):
        assert sentence in INDEX, f"write in book/index.md: {sentence}"
