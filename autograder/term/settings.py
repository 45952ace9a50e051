"""The rules of a term: ``term.toml`` beside the roster. Every one has a default.

drop_lowest = 1             # homework that does not count; default 0
missing = "zero"            # or "excused"
title = "Homework"          # of the total, in an LMS
left = ["Ada-101"]          # hand-ins of people who are not in the roster

[late]
percent_a_day = 10          # of the points earned, for each day begun; default 0
grace_minutes = 30          # default 0
at_most = 50                # per cent; default 100

[homework.03]
due = 2026-10-14            # its end; or 2026-10-14T18:00:00
weight = 2                  # default 1
extra_credit = true         # adds, and is never dropped; default false

[student."adal"]            # by number, login, address, key or name
03 = 2026-10-21             # an extension
04 = "excused"
"""

import datetime
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

EXCUSED = "excused"


@dataclass(frozen=True)
class Late:
    """What lateness costs."""

    percent_a_day: Fraction = Fraction(0)
    grace_minutes: Fraction = Fraction(0)
    at_most: Fraction = Fraction(100)


@dataclass(frozen=True)
class Rule:
    """What holds for one homework."""

    due: datetime.datetime | None = None
    weight: Fraction = Fraction(1)
    extra_credit: bool = False


@dataclass(frozen=True)
class Settings:
    """The rules of a term. `student` has, for each, a time or EXCUSED by homework."""

    drop_lowest: int = 0
    missing: str = "zero"
    left: tuple[str, ...] = ()
    late: Late = Late()
    homework: Mapping[str, Rule] = field(default_factory=dict)
    student: Mapping[str, Mapping[str, datetime.datetime | str]] = field(
        default_factory=dict
    )


def read(path: Path) -> Settings:
    """The settings in a file; all defaults if there is none.

    Raises
    ------
    ValueError
        For a key or a value that is not permitted, with its name.
    """
    try:
        data = tomllib.loads(path.read_text("utf-8-sig"), parse_float=Decimal)
    except FileNotFoundError:
        return Settings()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is not TOML in UTF-8: {error}") from None
    return Settings(**_values(f"{path}: ", data, {
        "drop_lowest": _whole,
        "missing": _zero_or_excused,
        "left": _texts,
        "late": lambda name, value: Late(**_values(f"{name}.", value, {
            "percent_a_day": _percent, "grace_minutes": _number, "at_most": _percent,
        })),
        "homework": lambda name, value: _each(name, value, lambda n, v: Rule(
            **_values(f"{n}.", v, {
                "due": due, "weight": _number, "extra_credit": _truth,
            })
        )),
        "student": lambda name, value: _each(
            name, value, lambda n, v: _each(n, v, _until)
        ),
    }))  # fmt: skip


Reader = Callable[[str, Any], Any]


def _values(prefix: str, data: Any, readers: dict[str, Reader]) -> dict[str, Any]:
    """{name: what its reader makes of the value}; no other name is permitted."""
    for name in _table(prefix.rstrip(".: "), data):
        if name not in readers:
            raise ValueError(f"{prefix}{name}; permitted: {', '.join(readers)}")
    return {name: readers[name](prefix + name, data[name]) for name in data}


def _each(name, data, reader):
    return {key: reader(f"{name}.{key}", value)
            for key, value in _table(name, data).items()}  # fmt: skip


def _table(name, data):
    if not isinstance(data, dict):
        raise _refused(name, data, "a table of its own")
    return data


def _refused(name, value, permitted):
    return ValueError(f"{name} = {value!r}; permitted: {permitted}")


def _number(name, value):
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    if not (number and Decimal(value).is_finite() and 0 <= value < 10**9):
        raise _refused(name, value, "a number from 0")
    return Fraction(value)


def _percent(name, value):
    if _number(name, value) > 100:
        raise _refused(name, value, "0 to 100")
    return Fraction(value)


def _whole(name, value):
    if _number(name, value).denominator != 1:
        raise _refused(name, value, "a whole number from 0")
    return int(value)


def _truth(name, value):
    if not isinstance(value, bool):
        raise _refused(name, value, "true or false")
    return value


def _text(name, value):
    if not (isinstance(value, str) and value.strip()):
        raise _refused(name, value, "a text in quotes")
    return value


def _texts(name, value):
    if not isinstance(value, list):
        raise _refused(name, value, 'a list such as ["Ada-101"]')
    return tuple(_text(name, each) for each in value)


def _zero_or_excused(name, value):
    if value not in ("zero", EXCUSED):
        raise _refused(name, value, '"zero" or "excused"')
    return value


def _until(name, value):
    return value if value == EXCUSED else due(name, value, ', or "excused"')


def due(name: str, value: object, more: str = "") -> datetime.datetime:
    """The time of a TOML value: a day is over at its end."""
    if isinstance(value, datetime.datetime) and value.tzinfo is None:
        return value
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        end = datetime.timedelta(days=1)
        return datetime.datetime.combine(value, datetime.time()) + end
    permitted = "a day such as 2026-10-14, or 2026-10-14T18:00:00, both of your clock"
    raise _refused(name, value, permitted + more)
