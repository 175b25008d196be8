"""When a record returns to its pool: counting days, without a database.

A rule allows N days. The day on which the clock was set does not count; on the first day after N counted ones the
record returns (30 days from 1 June: on 1 July it stays, on 2 July it goes). Days that do not count: those on which the
owner is away, and by the rule's choice public holidays or all days off.
"""

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from muster.core.workdays import DAY, is_workday

SATURDAY = 5
FARTHEST = 1_200  # days looked ahead or back
Spans = tuple[tuple[dt.date, dt.date], ...]


@dataclass(frozen=True)
class Allowance:
    """DAYS of a rule, counted in `counts`, without those in which the owner is `away` (first and last day included)."""

    days: int
    counts: str = "calendar"
    away: Spans = ()

    def is_away(self, day: dt.date) -> bool:
        return any(start <= day <= end for start, end in self.away)

    def counted(self, day: dt.date) -> bool:
        """Does DAY count?"""
        if self.is_away(day):
            return False
        if self.counts == "calendar":
            return True
        return is_workday(day) or (self.counts == "no_holidays" and day.weekday() >= SATURDAY)

    def ends(self, start: dt.date) -> dt.date:
        """The day on which a record returns whose clock was set on START."""
        if self.counts == "calendar" and not self.away:
            return start + DAY * (self.days + 1)
        left, day = self.days + 1, start
        for _step in range(FARTHEST):
            day += DAY
            left -= self.counted(day)
            if left == 0:
                break
        return day

    def latest(self, day: dt.date) -> dt.date:
        """The latest day on which a clock may have been set whose record returns on DAY or did before."""
        if self.counts == "calendar" and not self.away:
            return day - DAY * (self.days + 1)
        left = self.days + 1
        for _step in range(FARTHEST):
            left -= self.counted(day)
            day -= DAY
            if left == 0:
                break
        return day


@dataclass(frozen=True)
class Window:
    """The days from FIRST over the next AHEAD days, for one rule and the absences of one owner: which of them is it?"""

    allowance: Allowance
    first: dt.date
    ahead: int

    @cached_property
    def cuts(self) -> list[dt.date]:
        """For each day of the window the latest clock that returns on it."""
        return [self.allowance.latest(self.first + DAY * at) for at in range(self.ahead + 1)]

    def due(self, clock: dt.date, not_before: dt.date) -> dt.date | None:
        """The day in the window on which a record of CLOCK returns, at the earliest on NOT_BEFORE and never while its
        owner is away; None where that is farther."""
        at = max(bisect_left(self.cuts, clock), (not_before - self.first).days, 0)
        for ahead in range(at, self.ahead + 1):
            if not self.allowance.is_away(self.first + DAY * ahead):
                return self.first + DAY * ahead
        return None


def latest_of(days: Iterable[dt.date | None]) -> dt.date:
    return max(day for day in days if day is not None)


def free_slots(most: int | None, holding: int, won: int, won_counts: bool) -> int | None:
    """How many more somebody may hold who holds HOLDING, WON of them customers who bought; None is without limit."""
    return None if most is None else max(0, most - (holding if won_counts else holding - won))


def batch_fits(most: int | None, already: int, wanted: int) -> str:
    """May WANTED more be claimed today, where ALREADY were? '' is yes; 'batch': more than a day allows at all; 'day':
    more than are left of it. A batch is taken whole or not at all."""
    if most is None:
        return ""
    return "batch" if wanted > most else "day" if already + wanted > most else ""
