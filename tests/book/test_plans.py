"""The teacher's week: plans that work, exams from the pool, true answers."""

import re
from pathlib import Path

import numpy as np
import pytest
from test_index import CHAPTERS, missing

from autograder.__main__ import MASTERS
from autograder.masters import homework
from bcelib import bernoulli, interactive, losses, metrics, numerics

BOOK = Path(__file__).parents[2] / "book"
TEXT = (BOOK / "teaching.md").read_text(encoding="utf-8")
SMALL = {3: "three", 4: "four", 5: "five", 6: "six"}
SMALL |= {13: "thirteen", 14: "fourteen"}
DRAWN = "What to draw, move and leave for home"
ASKED = "What to ask, and what you will hear"
WEEKS = {"Fourteen weeks": 14, "Seven weeks": 7}


def section(title):
    """What stands under a heading."""
    (found,) = re.findall(rf"(?ms)^## {title}\n(.*?)(?=^##|\Z)", TEXT)
    return found


def rows(text):
    """The cells of a table's rows, without its head."""
    (body,) = re.findall(r"(?m)^\|[-:|]+\|\n((?:\|.*\|\n)+)", text)
    cells = [line[1:-1].split("|") for line in body.splitlines()]
    return [[cell.strip() for cell in row] for row in cells]


def plan(title):
    """The weeks of a plan: chapters, and who reads the written answer."""
    return [
        ([int(n) for n in re.findall(r"\d+", c)], w) for _, c, w in rows(section(title))
    ]


@pytest.mark.parametrize("title", WEEKS)
def test_a_plan_has_its_weeks_and_respects_what_its_chapters_need(title):
    weeks = plan(title)
    path = [number for chapters, _ in weeks for number in chapters]
    assert [int(row[0]) for row in rows(section(title))] == [*range(1, len(weeks) + 1)]
    assert len(weeks) == WEEKS[title]
    assert [*missing(path)] == []


def test_every_chapter_is_in_the_long_plan_and_has_a_class():
    weeks = [str(n) for chapters, _ in plan("Fourteen weeks") for n in chapters]
    assert {
        "teaching.md, Fourteen weeks": weeks,
        f"teaching.md, {DRAWN}": [row[0] for row in rows(section(DRAWN))],
        f"teaching.md, {ASKED}": [row[0] for row in rows(section(ASKED))],
    } == {
        "teaching.md, Fourteen weeks": [str(n) for n in CHAPTERS],
        f"teaching.md, {DRAWN}": [f"[{n}]({p.name})" for n, p in CHAPTERS.items()],
        f"teaching.md, {ASKED}": [each for n in CHAPTERS for each in (str(n), "", "")],
    }
    assert all(30 <= int(row[1]) <= 50 for row in rows(section(DRAWN)))


def test_figures_to_move_stand_in_their_chapter():
    for row in rows(section(DRAWN)):
        path = BOOK / re.search(r"\((.+?)\)", row[0])[1]
        chapter = path.read_text(encoding="utf-8")
        for name in re.findall(r"`(\w+)`", row[3]):
            assert name in interactive.__all__
            assert f"interactive.{name}(" in chapter


def test_load_of_written_answers_is_counted():
    weeks = plan("Fourteen weeks")
    readers = [reader for _, reader in weeks]
    you, *others = [readers.count(who) for who in ("you", "peers", "skip")]
    for master in homework.load_all(MASTERS):
        assert [q.written for q in master.questions].count(True) == 1, master.name
    assert f"at two minutes each, that is {300 * 2 / 60:g} hours a homework" in TEXT
    assert you + sum(others) == len([1 for chapters, _ in weeks if chapters])
    said = [SMALL[n] for n in (you + sum(others), you, *others)]
    assert "has {}: you read {}, students read {}, and {} are".format(*said) in TEXT
    assert f"{300 * you:,} for 300 students, {300 * you * 2 / 60:g} h" in TEXT


def test_exams_are_made_of_the_pool():
    pool = {
        (m.name[:2], q.title + " (written)" * q.written): q.points
        for m in homework.load_all(MASTERS)
        for q in m.questions
    }
    exam = r"(?s)(\d+) minutes, chapters (\d+) to (\d+):\n(.*?\n)(?=\*\*|\Z)"
    exams = re.findall(exam, section("A mid-term and a final"))
    assert len(exams) == 2
    for minutes, first, last, questions in exams:
        chosen = rows(questions)
        assert all(pool[number, title] == int(worth) for number, title, worth in chosen)
        chapters = [int(number) for number, *_ in chosen]
        assert [min(chapters), max(chapters)] == [int(first), int(last)]
        needed = 6 * sum(int(worth) for *_, worth in chosen)
        assert 0 <= int(minutes) - needed < 10


def test_answers_to_the_questions_are_true():
    loss, at = losses.binary_cross_entropy, losses.binary_cross_entropy_with_logits
    assert bernoulli.entropy(0.01) == pytest.approx(0.056, abs=5e-4)
    assert loss(0.1, 1) == pytest.approx(loss(0.9, 0))
    assert loss(0.01, 1) == pytest.approx(4.6, abs=0.05)
    assert bernoulli.entropy(0.7) == pytest.approx(0.61, abs=0.005)
    report = np.linspace(0, 1, 101)
    charged = 0.6 * (1 - report) + 0.4 * report
    assert report[np.argmin(charged)] == 1
    assert losses.binary_cross_entropy_with_logits_grad(-20, 1) == pytest.approx(-1)
    assert np.exp(0.7) == pytest.approx(2, abs=0.02)
    assert -losses.binary_cross_entropy_with_logits_grad(3, 1) == pytest.approx(
        0.05, abs=0.005
    )
    assert at(-1e-9, 1) == pytest.approx(0.69, abs=0.005)
    assert at(-1e-9, 1) / np.log(2) >= 1
    assert numerics.sigmoid(numerics.logit(0.3) + np.log(10)) == pytest.approx(
        0.81, abs=0.005
    )
    z = np.linspace(-3, 3, 6001)
    focal = 0.8 * losses.focal_loss(z, 1) + 0.2 * losses.focal_loss(z, 0)
    assert numerics.sigmoid(z[focal.argmin()]) == pytest.approx(0.63, abs=0.005)
    always_half = metrics.expected_calibration_error([0.5] * 4, [0, 1, 0, 1])
    assert (always_half, 1 / (1 + 9)) == (0, 0.1)
    assert bernoulli.entropy(0.5) == pytest.approx(0.69, abs=0.005)
    one_outside = 1 - 0.95**10
    assert one_outside == pytest.approx(0.4, abs=0.005)
