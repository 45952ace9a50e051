"""Chapters, exercises, pages and functions that are mentioned exist."""

import json
import re
import shutil
from pathlib import Path

import pytest
from mentions import faults, listed, texts
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ROOT = Path(__file__).parents[2]


def test_all_that_is_mentioned_exists():
    assert [*faults(ROOT)] == []


def test_every_kind_of_text_is_read():
    read = {text.path.as_posix() for text in texts(ROOT)}
    assert read > {
        "README.md",
        "book/index.md",
        "book/data/README.md",
        "book/13_soft_labels_and_smoothing.ipynb",
        "book/homework/10_how_far_to_step.ipynb",
        "homework/10_how_far_to_step/10_how_far_to_step.ipynb",
        "homework/10_how_far_to_step/homework.toml",
        "bcelib/losses.py",
        "benchmarks/accuracy.py",
    }


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("3", [3]),
        ("3 and 11", [3, 11]),
        ("3, 5 to 7 and 9", [3, 5, 6, 7, 9]),
        ("6\n    and 13", [6, 13]),
        ("1–4", [1, 2, 3, 4]),
    ],
)
def test_a_list_of_chapters_is_read(said, numbers):
    assert listed(said) == numbers


# ---- each fault is found in a copy that has it --------------------------------------

INDEX = """\
Read [1 · A coin](01_coin.ipynb), [chapter 2](02_data.ipynb) and `losses.margin`;
then `book/index.md`, homework 02 and the [homework](homework/02_data.ipynb).
`make book` builds it.
"""
MODULE = '''\
"""A coin.

See Also
--------
bcelib.numerics.sigmoid : The inverse.

Notes
-----
Chapters 1
and 2. Cover and Thomas, 2006, chapter 16.
"""
'''


@pytest.fixture
def tree(tmp_path):
    """A small repository in which everything that is mentioned exists."""

    def write(path, *cells):
        path = tmp_path / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(new_notebook(cells=list(cells))), "utf-8")

    prompt = new_markdown_cell("**Exercise 1.** As in chapter 2.", id="exercise-1")
    sums = "See exercise 1. `losses.hinge_loss`"
    for name, title in (("01_coin", "# 1 · A coin"), ("02_data", "# 2 · Data")):
        cells = [new_markdown_cell(title, id="title"), prompt]
        cells += [new_markdown_cell(sums, id="sums")]
        cells += [new_code_cell('print("as in chapter 1")', id="sums-code")]
        write(f"book/{name}.ipynb", *cells)
    handout = new_markdown_cell(
        "# Homework 02: Heads\n\nIt belongs to chapter 2, [Data](../02_data.ipynb)."
    )
    for folder in ("book/homework", "homework/02_data"):
        write(f"{folder}/02_data.ipynb", handout)
    (tmp_path / "bcelib").mkdir()
    (tmp_path / "bcelib" / "coin.py").write_text(MODULE)
    (tmp_path / "Makefile").write_text("book: pages\n")
    (tmp_path / "book" / "index.md").write_text(INDEX)
    (tmp_path / "homework" / "02_data" / "homework.toml").write_text(
        'diagnosis = "Chapter 1 counts heads."'
    )
    return tmp_path


def test_a_good_tree_has_no_fault(tree):
    assert [*faults(tree)] == []


@pytest.mark.parametrize(
    ("path", "good", "bad", "fault"),
    [
        ("book/index.md", "homework 02", "homework 03", "no chapter 3"),
        ("book/index.md", "`losses.margin`", "`losses.margins`", "bcelib.losses.marg"),
        ("book/index.md", "`book/index.md`", "`book/map.md`", "`book/map.md` does no"),
        ("book/index.md", "`book/index.md`", "`tests/lost.py`", "`tests/lost.py` do"),
        ("book/index.md", "`make book`", "`make books`", "there is no `make books`"),
        ("book/index.md", "[1 · A coin]", "[1 · Coins]", "leads to '1 · A coin'"),
        ("book/index.md", "[chapter 2]", "[chapter 1]", "leads to '2 · Data'"),
        ("book/index.md", "(01_coin.", "(1_coin.", "leads to no file"),
        ("book/index.md", "(homework/02", "(homeworks/02", "leads to no file"),
        ("book/01_coin.ipynb", "in chapter 2", "in chapters 2 and 14", "no chapter 14"),
        ("book/01_coin.ipynb", "in chapter 1", "in chapter 15", "no chapter 15"),
        (
            "book/01_coin.ipynb",
            "exercise 1.",
            "exercise 2.",
            "no exercise 2 in chapter",
        ),
        (
            "book/01_coin.ipynb",
            "exercise 1.",
            "exercise 3 of chapter 2.",
            "there is no exercise 3 in chapter 2",
        ),
        ("book/01_coin.ipynb", "hinge_loss", "hinge", "no bcelib.losses.hinge"),
        ("homework/02_data/homework.toml", "Chapter 1", "Chapter 16", "chapter 16"),
        ("homework/02_data/02_data.ipynb", "../02_", "../03_", "leads to no file"),
        ("book/homework/02_data.ipynb", "[Data]", "[Dates]", "'2 · Dates' leads to"),
        ("book/homework/02_data.ipynb", "chapter 2,", "chapter 1,", "'1 · Data' leads"),
        ("book/homework/02_data.ipynb", "chapter 2", "chapter 12", "no chapter 12"),
        ("bcelib/coin.py", "and 2.", "and 14.", "there is no chapter 14"),
        ("bcelib/coin.py", "2006, chapter", "2006. Chapter", "there is no chapter 16"),
        ("bcelib/coin.py", "numerics.sigmoid", "sigmoids", "no bcelib.sigmoids"),
    ],
)
def test_a_mention_of_what_is_not_there_is_found(tree, path, good, bad, fault):
    text = (tree / path).read_text("utf-8")
    assert good in text
    (tree / path).write_text(text.replace(good, bad), "utf-8")
    found = [*faults(tree)]
    assert all(each.startswith(path) for each in found), found
    assert any(re.search(re.escape(fault), each) for each in found), found


def test_a_chapter_that_goes_leaves_its_mentions_behind(tmp_path):
    """The real book without its last chapter: each mention of it is a finding."""
    for folder in ("book", "homework", "bcelib"):
        kept = shutil.ignore_patterns("_*", "*.pyc", "*.png")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=kept)
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "book" / "13_soft_labels_and_smoothing.ipynb").unlink()
    found = "\n".join(faults(tmp_path))
    for place in (
        "book/index.md: [13 ·",
        "book/12_hinge_and_its_relatives.ipynb further: [13 ·",
        "bcelib/losses.py: there is no chapter 13",
        "book/homework/13_soft_labels_and_smoothing.ipynb title: there is no",
    ):
        assert place in found, place
