"""Working days as the firm's country keeps them: without public holidays; in China with the weekends worked instead.

What the package `holidays` knows comes first, and the firm's own exceptions win over it. They are kept in the process,
for days are asked about by the hundred: see docs/decisions/0042-exceptions-of-the-calendar-are-kept.md.
"""

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import holidays
from django.conf import settings

DAY = dt.timedelta(days=1)
MOST = 2_000  # working days counted at once
KEPT = 60.0  # seconds for which another process may not know of a changed exception
DECREED = {"CN"}  # whose days off are published year by year, and follow from no rule
WARN_FROM = 11  # the month in which the decree for the next year is usually out


@dataclass(frozen=True)
class Special:
    """A day that the firm itself set apart: worked, or a day off."""

    worked: bool
    name: str


Exceptions = dict[tuple[str, dt.date], Special]  # by country and day


@dataclass
class _Kept:
    read: Callable[[], Exceptions] = dict
    rows: Exceptions = field(default_factory=dict)
    until: float = 0.0
    turn: int = 0  # counts what was forgotten, so that a reading begun before it is not kept


_kept = _Kept()


def provide(read: Callable[[], Exceptions]) -> None:
    """`people` hands in where the exceptions lie, so that core needs no import of people."""
    _kept.read = read


def forget() -> None:
    """Exceptions changed: they are read anew at the next question of this process."""
    _kept.turn += 1
    _kept.until = 0.0


def keep(rows: Exceptions) -> None:
    """Take ROWS for the exceptions during the next minute, without reading."""
    _kept.rows, _kept.until = rows, time.monotonic() + KEPT


def exceptions() -> Exceptions:
    """The firm's exceptions, at most a minute old."""
    if time.monotonic() < _kept.until:
        return _kept.rows
    turn, rows = _kept.turn, _kept.read()
    if turn == _kept.turn:
        keep(rows)
    return rows


@lru_cache(maxsize=64)
def _calendar(country: str, year: int) -> Any:
    return holidays.country_holidays(country, years=[year])


def is_workday(day: dt.date, country: str = "") -> bool:
    """Is DAY worked in COUNTRY (by default settings.WORK_CALENDAR)? Make-up weekends are, holidays are not; what the
    firm entered for the day decides before either."""
    country = country or settings.WORK_CALENDAR
    if (own := exceptions().get((country, day))) is not None:
        return own.worked
    return bool(_calendar(country, day.year).is_working_day(day))


def shift(day: dt.date, count: int, country: str = "") -> dt.date:
    """The working day COUNT working days after DAY (before it, where COUNT is negative). With 0: DAY itself, or the
    next working day where DAY is none. Raises ValueError beyond some years."""
    if abs(count) > MOST:
        raise ValueError(f"{count} working days are too many.")
    step = -DAY if count < 0 else DAY
    if count == 0:
        while not is_workday(day, country):
            day += step
        return day
    for _at in range(abs(count)):
        day += step
        while not is_workday(day, country):
            day += step
    return day


def between(start: dt.date, end: dt.date, country: str = "") -> int:
    """How many working days lie from START up to, not including, END; negative where END is earlier."""
    if end < start:
        return -between(end, start, country)
    return sum(is_workday(start + DAY * at, country) for at in range((end - start).days))


@lru_cache(maxsize=64)
def _named(country: str, year: int, language: str) -> Any:
    return holidays.country_holidays(country, years=[year], language=language)


def special(day: dt.date, language: str, country: str = "") -> tuple[bool, str] | None:
    """What sets DAY apart in COUNTRY: (False, name of the holiday) where it is not worked though it might be,
    (True, '') where a weekend is worked instead; None for an ordinary day. LANGUAGE as Django names it. A day off that
    the firm entered has the name that was typed, which may be none."""
    country = country or settings.WORK_CALENDAR
    if (own := exceptions().get((country, day))) is not None:
        return own.worked, "" if own.worked else own.name
    name = _named(country, day.year, "zh_CN" if language.startswith("zh") else "en_US").get(day)
    worked = is_workday(day, country)
    if worked and _is_weekend(day, country):
        return True, ""
    return (False, str(name)) if name and not worked else None


def _is_weekend(day: dt.date, country: str) -> bool:
    return bool(_calendar(country, day.year).is_weekend(day))


def is_known(year: int, country: str = "") -> bool:
    """Can one rely on the calendar of YEAR? Where days off are decreed: once the package has the decree, which always
    names weekends that are worked, or the firm entered days of that year."""
    country = country or settings.WORK_CALENDAR
    if country not in DECREED:
        return True
    published = any(day.year == year for day in _calendar(country, year).weekend_workdays)
    return published or any(place == country and day.year == year for place, day in exceptions())


def missing_year(on: dt.date) -> int | None:
    """The year whose calendar should be known on the day ON and is not: from November on the next one."""
    year = on.year + (on.month >= WARN_FROM)
    return None if is_known(year) else year


def has_calendar(country: str) -> bool:
    """Is there a calendar of COUNTRY (a code such as CN)?"""
    return country in holidays.list_supported_countries(include_aliases=False)
