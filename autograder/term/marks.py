"""What a term's homework adds up to, computed exactly, in this order:

1. Lateness takes per cents of the points earned.
2. Of the homework that counts, the lowest shares are dropped, as many as the settings
   say, though never the last one. Of equal shares the one of more weight goes, since
   that is best for the student. What gives extra credit, or weighs nothing, is never
   dropped.
3. The total is the mean of the shares by their weights, in per cent. Extra credit adds
   its weighted share and no weight. So a total can be above 100.

What is excused is as if it had never been set. What is missing has no points. Nothing
is rounded on the way; what is shown is, to two decimals, and halves go up.
"""

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from autograder.term.settings import Late, Rule

MISSING, EXCUSED, OPEN = "missing", "excused", "open"
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Mark:
    """What a student has for one homework.

    Attributes
    ----------
    of : Fraction
        The points that there are.
    points : Fraction or None
        What counts; None if it is excused or open.
    earned : Fraction or None
        Before lateness took its part.
    days : int
        Days late, begun ones included.
    state : str
        MISSING, EXCUSED, OPEN (nobody can say yet), or "".
    why : str
        What is open, in a few words.
    """

    of: Fraction
    points: Fraction | None = None
    earned: Fraction | None = None
    days: int = 0
    state: str = ""
    why: str = ""

    @property
    def share(self) -> Fraction:
        """The part of the points; of a homework of no points, none."""
        return (self.points or Fraction(0)) / self.of if self.of else Fraction(0)


def exact(points: float) -> Fraction:
    """The number that a float stands for: at most six decimals were typed."""
    return Fraction(points).limit_denominator(10**6)


def days_late(handed_in: datetime.datetime, due: datetime.datetime, late: Late) -> int:
    """The days begun since the deadline; none within the grace."""
    over = handed_in - due
    grace = datetime.timedelta(minutes=float(late.grace_minutes))
    return 0 if over <= max(grace, datetime.timedelta()) else math.ceil(over / DAY)


def after_late(points: Fraction, days: int, late: Late) -> Fraction:
    """The points that are left after some days."""
    return points * (100 - min(days * late.percent_a_day, late.at_most)) / 100


def dropped(
    marks: Mapping[str, Mark], rules: Mapping[str, Rule], number: int
) -> set[str]:
    """The homework that does not count, by name."""
    counting = [name for name in marks if _counts(marks[name], rules[name])]
    counting.sort(key=lambda name: (marks[name].share, -rules[name].weight))
    return set(counting[: max(0, min(number, len(counting) - 1))])


def total(
    marks: Mapping[str, Mark], rules: Mapping[str, Rule], number: int
) -> Fraction | None:
    """The per cent of the whole; None while a mark is open, or nothing counts."""
    if any(mark.state == OPEN for mark in marks.values()):
        return None
    out = dropped(marks, rules, number)
    kept = [name for name in marks if marks[name].state != EXCUSED and name not in out]
    weight = sum(rules[name].weight for name in kept if not rules[name].extra_credit)
    if not weight:
        return None
    return 100 * sum(rules[name].weight * marks[name].share for name in kept) / weight


def _counts(mark, rule):
    return mark.state != EXCUSED and not rule.extra_credit and rule.weight > 0


def rounded(value: Fraction | None) -> str:
    """A number with two decimals at most, halves up; empty for None."""
    if value is None:
        return ""
    hundredths = math.floor(value * 100 + Fraction(1, 2))
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".")
