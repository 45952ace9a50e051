"""The page on notation knows every letter of the chapters' displayed formulas."""

import re
from pathlib import Path

import pytest
from notebook_file import Notebook

BOOK = Path(__file__).parents[2] / "book"
NOTATION = (BOOK / "notation.md").read_text(encoding="utf-8")
CHAPTERS = {int(p.stem[:2]): Notebook.read(p) for p in BOOK.glob("[0-9][0-9]_*.ipynb")}
GREEK = (
    "alpha beta gamma delta varepsilon eta theta kappa lambda mu rho sigma tau varphi"
)
WORDS = r"\\(?:begin|end|text|operatorname|mathrm)\{[^}]*\}|\\mathsf *T|\\\\\[\w+\]"


def letters(formula):
    """The single letters of a formula in TeX, without words and operators."""
    formula = re.sub(WORDS, " ", formula)
    commands = r"\\(?!mathcal|ell|" + GREEK.replace(" ", "|") + r")[A-Za-z]+"
    formula = re.sub(commands, " ", formula)
    found = re.findall(r"\\mathcal *L|\\[a-z]+|[A-Za-z]", formula)
    return {re.sub(r" +", " ", letter) for letter in found}


def displayed(chapter):
    prose = "\n\n".join(cell.source for cell in chapter.prose)
    return re.findall(r"\$\$(.+?)\$\$", prose, flags=re.DOTALL)


def written(chapter):
    """All formulas of a chapter, displayed or in the line."""
    prose = "\n\n".join(cell.source for cell in chapter.prose)
    return displayed(chapter) + re.findall(r"(?<!\$)\$([^$\n]+)\$", prose)


def entries(heading):
    """The cells of the table under a heading."""
    (text,) = re.findall(rf"(?ms)^## {heading}\n(.*?)(?=^## |\Z)", NOTATION)
    lines = re.findall(r"(?m)^\| *(\$.*) \|$", text)
    return [re.split(r" +\| +", line) for line in lines]


def kept():
    return set().union(*(letters(row[0]) for row in entries("Letters that keep.*?")))


def changing():
    """{chapter: letters} of what means something in that chapter only."""
    known = {}
    for letter, where, _ in entries("Letters that do not"):
        for number in map(int, where.split(", ")):
            for each in letters(letter):
                assert each not in known.setdefault(number, set()), (number, each)
                known[number].add(each)
    return known


def test_letters_of_a_formula():
    formula = r"\begin{aligned}\mathcal L &= \frac1n X^{\mathsf T} \sigma(z_i) \\[1ex]"
    formula += r"\tfrac{\mathrm{d}p}{\mathrm{d}z} \operatorname{sp} \ell'(\hat p) \eta"
    assert letters(formula) == {r"\mathcal L", "n", "X", r"\sigma", "z", "i", "p"} | {
        r"\ell",
        r"\eta",
    }


@pytest.mark.parametrize("number", sorted(CHAPTERS))
def test_every_displayed_letter_stands_in_notation(number):
    used = set().union(*map(letters, displayed(CHAPTERS[number])))
    assert used - kept() - changing().get(number, set()) == set()


@pytest.mark.parametrize("number", sorted(CHAPTERS))
def test_a_chapter_uses_the_letters_that_notation_gives_it(number):
    used = set().union(*map(letters, written(CHAPTERS[number])))
    assert changing().get(number, set()) - used == set()


def test_every_letter_that_keeps_its_meaning_is_used():
    used = set()
    for chapter in CHAPTERS.values():
        used |= set().union(*map(letters, written(chapter)))
    assert kept() - used == set()
