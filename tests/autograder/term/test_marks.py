"""marks: what a term adds up to, against sums done by hand."""

from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.term import marks
from autograder.term.marks import EXCUSED, MISSING, OPEN, Mark, rounded
from autograder.term.settings import Late, Rule

DUE = datetime(2026, 10, 15)
TEN = Fraction(10)


def mark(points, of=10, **rest):
    return Mark(Fraction(of), Fraction(points), **rest)


def term(points, weights=None, number=0, extra=()):
    """The total, and what was dropped, of homework named a, b, c, …"""
    names = "abcdefgh"[: len(points)]
    given = [each if isinstance(each, Mark) else mark(each) for each in points]
    rules = {
        name: Rule(weight=Fraction(weight), extra_credit=name in extra)
        for name, weight in zip(names, weights or [1] * len(points), strict=True)
    }
    had = dict(zip(names, given, strict=True))
    total = marks.total(had, rules, number)
    return total, "".join(sorted(marks.dropped(had, rules, number)))


@pytest.mark.parametrize(
    ("points", "rest", "total", "dropped"),
    [
        ([10, 5], {}, 75, ""),
        ([7], {}, 70, ""),
        # Weights: (1 · 0.6 + 3 · 0.9) / 4.
        ([6, 9], {"weights": [1, 3]}, Fraction(165, 2), ""),
        # Shares, not points: (3/4 + 9/10) / 2.
        ([mark(3, of=4), 9], {}, Fraction(165, 2), ""),
        # Thirds stay thirds: (1/3 + 1/3 + 1) / 3.
        ([mark(1, of=3), mark(1, of=3), mark(3, of=3)], {}, Fraction(500, 9), ""),
        ([4, 8, 6], {"number": 1}, 70, "a"),
        ([4, 8, 6], {"number": 2}, 80, "ac"),
        ([4, 8, 6], {"number": 9}, 80, "ac"),  # the last one stays
        # A tie: the heavier goes. (1 · 0.5 + 1 · 0.8) / 2, not (3 · 0.5 + 0.8) / 4.
        ([5, 5, 8], {"number": 1, "weights": [1, 3, 1]}, 65, "b"),
        ([5, 5, 8], {"number": 1}, 65, "a"),  # of two that are alike the first
        # Extra credit: (0.8 + 0.6 + 0.5) / 2; it is not dropped, though it is lowest.
        ([8, 6, 5], {"extra": "c"}, 95, ""),
        ([8, 6, 5], {"extra": "c", "number": 1}, 130, "b"),
        ([10, 10, 2], {"extra": "c"}, 110, ""),
        # What weighs nothing is no use to drop.
        ([4, 0, 8], {"number": 1, "weights": [1, 0, 1]}, 80, "a"),
        # Missing is 0, and dropped first; excused is as if it had never been set.
        ([8, mark(0, state=MISSING)], {}, 40, ""),
        ([8, 6, mark(0, state=MISSING)], {"number": 1}, 70, "c"),
        ([8, 6, Mark(TEN, state=EXCUSED)], {"number": 1}, 80, "b"),
        ([8, Mark(TEN, state=EXCUSED)], {"number": 1}, 80, ""),
        ([Mark(TEN, state=EXCUSED)] * 2, {}, None, ""),
        ([5, Mark(TEN, state=EXCUSED)], {"extra": "a"}, None, ""),  # of nothing
        ([8, Mark(TEN, state=OPEN)], {}, None, ""),
        ([mark(0, of=0), 8], {}, 40, ""),
    ],
)
def test_total(points, rest, total, dropped):
    found = term(points, **rest)
    assert found[0] == total
    assert points[-1] == Mark(TEN, state=OPEN) or found[1] == dropped


LATE = Late(Fraction(10), Fraction(30), Fraction(45))


@pytest.mark.parametrize(
    ("after", "days"),
    [
        (timedelta(days=-3), 0),
        (timedelta(0), 0),
        (timedelta(minutes=30), 0),  # the grace, with its end
        (timedelta(minutes=30, seconds=1), 1),  # then from the deadline on
        (timedelta(days=1), 1),
        (timedelta(days=1, seconds=1), 2),
        (timedelta(days=4, hours=23), 5),
    ],
)
def test_days_late(after, days):
    assert marks.days_late(DUE + after, DUE, LATE) == days


def test_a_second_is_late_without_a_grace():
    assert marks.days_late(DUE + timedelta(seconds=1), DUE, Late(Fraction(10))) == 1


@pytest.mark.parametrize(
    ("days", "left"), [(0, 8), (1, Fraction(36, 5)), (4, Fraction(24, 5)),
                       (5, Fraction(22, 5)), (99, Fraction(22, 5))],
)  # fmt: skip
def test_lateness_takes_per_cents_of_what_was_earned(days, left):
    """8 points at 10 % a day and 45 % at most."""
    assert marks.after_late(Fraction(8), days, LATE) == left


def test_lateness_comes_before_dropping():
    """9 points, 6 days late at 10 %, are 3.6 and go; 5 points stay."""
    late = marks.after_late(Fraction(9), 6, Late(Fraction(10)))
    assert late == Fraction(18, 5)
    assert term([late, 5, 10], number=1) == (75, "a")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (Fraction(0), "0"),
        (Fraction(7), "7"),
        (Fraction(70), "70"),
        (Fraction(15, 2), "7.5"),
        (Fraction(200, 3), "66.67"),
        (Fraction(1, 200), "0.01"),  # halves go up
        (Fraction(2675, 1000), "2.68"),  # where round(2.675, 2) says 2.67
        (Fraction(199_995, 2000), "100"),
        (Fraction(105, 10), "10.5"),
        (Fraction(100), "100"),
    ],
)
def test_rounding(value, text):
    assert rounded(value) == text


@pytest.mark.parametrize(
    ("points", "exact"), [(0.1 + 0.2, Fraction(3, 10)), (2.5, Fraction(5, 2)), (3, 3)]
)
def test_points_are_what_was_typed(points, exact):
    assert marks.exact(points) == exact


POINTS = st.lists(st.fractions(0, 10, max_denominator=100), min_size=1, max_size=6)


@given(POINTS, st.integers(0, 7))
def test_dropping_never_lowers_a_total_of_equal_weights(points, number):
    assert term(points, number=number)[0] >= term(points)[0]


@given(POINTS, st.randoms(use_true_random=False), st.integers(0, 3))
def test_the_order_of_homework_does_not_matter(points, random, number):
    mixed = points[:]
    random.shuffle(mixed)
    assert term(mixed, number=number)[0] == term(points, number=number)[0]


@given(POINTS, st.fractions(1, 9, max_denominator=9), st.integers(0, 3))
def test_only_ratios_of_weights_matter(points, factor, number):
    weights = [1 + i % 3 for i in range(len(points))]
    scaled = [factor * each for each in weights]
    assert term(points, scaled, number) == term(points, weights, number)


@given(POINTS, st.integers(0, 3))
def test_excused_is_as_if_it_had_never_been_set(points, number):
    assert term([*points, Mark(TEN, state=EXCUSED)], number=number) == term(
        points, number=number
    )
