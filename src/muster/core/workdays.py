"""Working days as the firm's country keeps them: without public holidays; in China with the weekends worked instead."""

import datetime as dt
from functools import lru_cache
from typing import Any

import holidays
from django.conf import settings

DAY = dt.timedelta(days=1)
MOST = 2_000  # working days counted at once


@lru_cache(maxsize=64)
def _calendar(country: str, year: int) -> Any:
    return holidays.country_holidays(country, years=[year])


def is_workday(day: dt.date, country: str = "") -> bool:
    """Is DAY worked in COUNTRY (by default settings.WORK_CALENDAR)? Make-up weekends are, holidays are not."""
    return bool(_calendar(country or settings.WORK_CALENDAR, day.year).is_working_day(day))


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
    (True, '') where a weekend is worked instead; None for an ordinary day. LANGUAGE as Django names it."""
    country = country or settings.WORK_CALENDAR
    name = _named(country, day.year, "zh_CN" if language.startswith("zh") else "en_US").get(day)
    worked = is_workday(day, country)
    if worked and _is_weekend(day, country):
        return True, ""
    return (False, str(name)) if name and not worked else None


def _is_weekend(day: dt.date, country: str) -> bool:
    return bool(_calendar(country, day.year).is_weekend(day))
