"""settings: the rules of a term, and what is said of a slip in them."""

import re
from dataclasses import fields
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import pytest

from autograder.term import settings
from autograder.term.settings import Late, Rule, Settings

ALL = """
drop_lowest = 1
missing = "excused"
left = ["Ada-101"]
[late]
percent_a_day = 12.5
grace_minutes = 30
at_most = 50
[homework.03]
due = 2026-10-14
weight = 0.1
[homework.4]
due = 2026-10-21T18:00:00
extra_credit = true
[student."ada@uni.example"]
03 = 2026-10-21
04 = "excused"
"""


def read(tmp_path, text, encoding="utf-8"):
    (tmp_path / "term.toml").write_bytes(text.encode(encoding))
    return settings.read(tmp_path / "term.toml")


def test_everything(tmp_path):
    assert read(tmp_path, ALL) == Settings(
        drop_lowest=1,
        missing="excused",
        left=("Ada-101",),
        late=Late(Fraction(25, 2), Fraction(30), Fraction(50)),
        homework={
            "03": Rule(
                datetime(2026, 10, 15), Fraction(1, 10)
            ),  # a day ends at its end
            "4": Rule(datetime(2026, 10, 21, 18), extra_credit=True),
        },
        student={
            "ada@uni.example": {"03": datetime(2026, 10, 22), "04": "excused"},
        },
    )


def test_nothing(tmp_path):
    assert settings.read(tmp_path / "term.toml") == Settings() == read(tmp_path, "")
    assert (
        read(tmp_path, "\ufeffdrop_lowest = 2").drop_lowest == 2
    )  # as an editor saves


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("drop = 1", "drop; permitted: drop_lowest, missing, left"),
        (
            "[late]\npercent = 1",
            "late.percent; permitted: percent_a_day, grace_minutes",
        ),
        ("[homework.03]\nworth = 1", r"homework.03.worth; permitted: due, weight"),
        ("drop_lowest = -1", "drop_lowest = -1; permitted: a number from 0"),
        (
            "drop_lowest = 1.5",
            "drop_lowest = .*1.5.*; permitted: a whole number from 0",
        ),
        ("drop_lowest = true", "drop_lowest = True; permitted: a number from 0"),
        ('drop_lowest = "1"', "drop_lowest = '1'; permitted: a number from 0"),
        ("[late]\npercent_a_day = 101", "percent_a_day = 101; permitted: 0 to 100"),
        ("[late]\ngrace_minutes = nan", "grace_minutes = .*permitted: a number from 0"),
        ("[homework.03]\nweight = inf", "weight = .*permitted: a number from 0"),
        (
            '[homework.03]\ndue = "2026-10-14"',
            "due = '2026-10-14'; permitted: a day such",
        ),
        ("[homework.03]\ndue = 2026-10-14T10:00:00Z", "both of your clock"),
        ("[homework.03]\ndue = 18:00:00", "permitted: a day such as 2026-10-14"),
        (
            "[homework.03]\nextra_credit = 1",
            "extra_credit = 1; permitted: true or false",
        ),
        ("homework = 3", "homework = 3; permitted: a table of its own"),
        ("homework.03 = 3", "homework.03 = 3; permitted: a table of its own"),
        ('missing = "0"', 'missing = \'0\'; permitted: "zero" or "excused"'),
        ('left = [" "]', "left = ' '; permitted: a text in quotes"),
        ('left = "Ada"', "left = 'Ada'; permitted: a list such as"),
        ("left = [1]", "left = 1; permitted: a text in quotes"),
        ('[student.ada]\n03 = "ill"', "student.ada.03 = 'ill'; .*or \"excused\""),
        ("drop_lowest = ", r"term\.toml is not TOML in UTF-8"),
        ("drop_lowest = 1\ndrop_lowest = 2", "is not TOML"),
    ],
)
def test_a_slip_is_named(tmp_path, text, says):
    with pytest.raises(ValueError, match=says) as error:
        read(tmp_path, text)
    assert str(tmp_path / "term.toml") in str(error.value)


def test_another_encoding_is_named(tmp_path):
    with pytest.raises(ValueError, match="is not TOML in UTF-8"):
        read(tmp_path, "left = ['Übung']", "latin-1")


def test_the_guide_s_settings_are_read(tmp_path):
    """All that it shows, as one file; and nothing that can be set is not shown."""
    guide = (Path(__file__).parents[3] / "book" / "instructors.md").read_text("utf-8")
    text = "\n".join(re.findall(r"```toml\n(.*?)```", guide, re.DOTALL))
    assert read(tmp_path, text) == Settings(
        late=Late(Fraction(10), Fraction(30), Fraction(50)),
        homework={
            "03": Rule(datetime(2026, 10, 15)),
            "04": Rule(datetime(2026, 10, 21, 18)),
        },
        student={"adal": {"03": datetime(2026, 10, 22), "04": "excused"}},
    )
    settable = [each.name for rules in (Settings, Late, Rule) for each in fields(rules)]
    assert [name for name in settable if not re.search(rf"\b{name}\b", text)] == []
