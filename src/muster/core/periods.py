"""Business periods: half-open ranges of dates. Weeks begin on Monday, the fiscal year in the configured month."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

DAY = dt.timedelta(days=1)
ISO_LENGTH = len("2026-06-15")
KINDS = {"day": _("Day"), "week": _("Week"), "month": _("Month"), "quarter": _("Quarter"), "year": _("Year")}


@dataclass(frozen=True)
class Period:
    """Dates from `start` up to, not including, `end`."""

    start: dt.date
    end: dt.date
    kind: str = "custom"

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(
                gettext("The period ends (%(end)s) before it begins (%(start)s): swap the two dates.") % vars(self)
            )

    @property
    def last(self) -> dt.date:
        return self.end - DAY

    def previous(self) -> "Period":
        """The period of the same kind right before: for a month the month before; for free dates as many days."""
        if self.kind == "custom":
            return Period(self.start - (self.end - self.start), self.start)
        return containing(self.start - DAY, self.kind)

    def next(self) -> "Period":
        return (
            containing(self.end, self.kind)
            if self.kind != "custom"
            else Period(self.end, self.end + (self.end - self.start))
        )

    def elapsed(self, today: dt.date) -> float:
        """Share of the period's days that are over, today included: 0.0 to 1.0."""
        days = (min(max(today + DAY, self.start), self.end) - self.start).days
        return days / (self.end - self.start).days

    def bucket(self) -> str:
        """The step in which a trend over this period is best drawn."""
        days = (self.end - self.start).days
        return "day" if days <= 31 else "week" if days <= 120 else "month"

    def buckets(self, kind: str) -> list["Period"]:
        """The steps of KIND that cover this period, each cut to it."""
        steps, at = [], self.start
        while at < self.end:
            whole = containing(at, kind)
            steps.append(Period(at, min(whole.end, self.end), kind))
            at = whole.end
        return steps

    def label(self) -> str:
        if self.kind == "day":
            return date_format(self.start, "SHORT_DATE_FORMAT")
        if self.kind == "month":
            return date_format(self.start, "YEAR_MONTH_FORMAT")
        if self.kind == "quarter":
            number = (self.start.month - settings.FISCAL_YEAR_START) % 12 // 3 + 1
            return gettext("Q%(number)s %(year)s") % {"number": number, "year": fiscal_year(self.start)}
        if self.kind == "year":
            return gettext("Year %(year)s") % {"year": fiscal_year(self.start)}
        return f"{self.start:%Y-%m-%d} – {self.last:%Y-%m-%d}"

    def key(self) -> str:
        """How an address names it; `parse` reads it back."""
        return (
            f"{self.start:%Y-%m-%d}..{self.end:%Y-%m-%d}"
            if self.kind == "custom"
            else f"{self.kind}:{self.start:%Y-%m-%d}"
        )


def today() -> dt.date:
    return timezone.localdate()


def fiscal_year(day: dt.date) -> int:
    """The calendar year in which the fiscal year of DAY began."""
    return day.year - (day.month < settings.FISCAL_YEAR_START)


def _months_later(first: dt.date, months: int) -> dt.date:
    index = first.year * 12 + first.month - 1 + months
    return dt.date(index // 12, index % 12 + 1, 1)


def containing(day: dt.date, kind: str) -> Period:
    """The period of KIND that holds DAY."""
    if kind == "day":
        return Period(day, day + DAY, kind)
    if kind == "week":
        monday = day - dt.timedelta(days=day.weekday())
        return Period(monday, monday + 7 * DAY, kind)
    months = {"month": 1, "quarter": 3, "year": 12}[kind]
    first = day.replace(day=1)
    start = _months_later(first, -((first.month - settings.FISCAL_YEAR_START) % months))
    return Period(start, _months_later(start, months), kind)


def parse(text: str, default: str = "quarter") -> Period:
    """Read a period as addresses and commands write it: 'quarter' (the present one), 'last-month', 'month:2026-03-01',
    '2026-01-01..2026-02-01' (the second date not included). Raises ValueError with a sentence."""
    text = text or default
    if text in KINDS:
        return containing(today(), text)
    if text.startswith("last-") and text[5:] in KINDS:
        return containing(today(), text[5:]).previous()
    try:
        if found := re.fullmatch(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)", text):
            return Period(dt.date.fromisoformat(found[1]), dt.date.fromisoformat(found[2]))
        kind, _colon, day = text.partition(":")
        if kind in KINDS:
            return containing(dt.date.fromisoformat(day), kind)
    except (ValueError, OverflowError) as error:
        raise ValueError(gettext("“%(text)s” is not a period: %(why)s") % {"text": text, "why": error}) from error
    raise ValueError(
        gettext("“%(text)s” is not a period: write for example quarter or 2026-01-01..2026-04-01.") % {"text": text}
    )


def unpacked(value: Any) -> Any:
    """VALUE as JSON keeps it; a day (2026-06-15) is a day again."""
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) and len(value) == ISO_LENGTH else value
    except ValueError:
        return value
