"""sheets: no cell is a formula, and no text is long or invisible."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.reports.sheets import cell
from autograder.reports.text import one_line, plain


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (3, "3"),
        (-1, "-1"),
        (2.0, "2"),
        (2.5, "2.5"),
        (1 / 3, "0.33"),
        (None, ""),
        ("", ""),
        ("plain", "plain"),
        ("1-2", "1-2"),
        ("=1", "'=1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@a", "'@a"),
        ("  =1", "'  =1"),
        ("\t=1", "'\t=1"),
        ("\r1", "'\n1"),
        ("\u202e=1", "'=1"),
        ("\x00=1", "'=1"),
        ("＝1", "'＝1"),
    ],
)
def test_cell(value, text):
    assert cell(value) == text


@given(st.text(st.characters(exclude_categories=())))
def test_cell_is_no_formula_and_is_utf8(text):
    made = cell(text)
    made.encode("utf-8")
    assert not made.lstrip().startswith(("=", "+", "-", "@"))
    assert not made.startswith(("\t", "\r", "\n"))


@given(st.text(st.characters(exclude_categories=())))
def test_plain_is_settled(text):
    assert plain(plain(text)) == plain(text)
    assert "\n" not in one_line(text)
    assert len(one_line(text, 10)) <= 11


def test_long_texts_are_cut():
    text = "x" * 1_000_000
    assert plain(text, 5) == "xxxxx … (999,995 more characters are left out)"
    assert one_line(text, 5) == "xxxxx…"
    assert one_line("xxxxx", 5) == "xxxxx"
    assert len(cell(text)) < 32_767  # Excel's limit
