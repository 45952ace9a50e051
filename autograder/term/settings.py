"""The rules of a term: ``term.toml`` beside the roster. Every one has a default.

drop_lowest = 1             # homework that does not count; default 0
missing = "zero"            # or "excused"
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
    return Settings(**_values(SETTINGS, f"{path}: ", data))


Reader = Callable[[str, Any], Any]  # of a name and its TOML value


def _values(readers: dict[str, Reader], prefix: str, data: Any) -> dict[str, Any]:
    """{name: what its reader makes of the value}; no other name is permitted."""
    for name in _table(prefix.rstrip(".: "), data):
        if name not in readers:
            raise ValueError(f"{prefix}{name}; permitted: {', '.join(readers)}")
    return {name: readers[name](prefix + name, data[name]) for name in data}


def _of(made: type, **readers: Reader) -> Reader:
    return lambda name, value: made(**_values(readers, f"{name}.", value))


def _each(reader: Reader) -> Reader:
    return lambda name, value: {
        key: reader(f"{name}.{key}", each) for key, each in _table(name, value).items()
    }


def _refused(name, value, permitted):
    return ValueError(f"{name} = {value!r}; permitted: {permitted}")


def _if(permitted: str, right: Callable[[Any], bool]) -> Reader:
    """What takes a value as it is, if it is right."""

    def read(name, value):
        if not right(value):
            raise _refused(name, value, permitted)
        return value

    return read


_table = _if("a table of its own", lambda value: isinstance(value, dict))
_truth = _if("true or false", lambda value: isinstance(value, bool))
_list = _if('a list such as ["Ada-101"]', lambda value: isinstance(value, list))
_text = _if("a text in quotes", lambda x: isinstance(x, str) and bool(x.strip()))
_missing = _if('"zero" or "excused"', lambda value: value in ("zero", EXCUSED))


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


def _texts(name, value):
    return tuple(_text(name, each) for each in _list(name, value))


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


SETTINGS: dict[str, Reader] = {
    "drop_lowest": _whole,
    "missing": _missing,
    "left": _texts,
    "late": _of(Late, percent_a_day=_percent, grace_minutes=_number, at_most=_percent),
    "homework": _each(_of(Rule, due=due, weight=_number, extra_credit=_truth)),
    "student": _each(_each(_until)),
}
