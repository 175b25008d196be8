"""Repeated appointments: what a rule of RFC 5545 means on the clock of its place. Nothing here can run for ever: a rule
names days, not hours, and is looked at within a window only."""

import datetime as dt
import itertools
import re
import warnings
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from dateutil.rrule import rrule, rrulestr
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
PARTS = {
    *("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"),
    *("BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "BYYEARDAY", "BYWEEKNO"),
}
MOST_COUNTED = 1000  # occurrences of a rule with COUNT
FAR = dt.timedelta(days=366 * 20)  # within which a rule has to happen at least once
EARLIEST, LATEST = dt.datetime(1970, 1, 2, tzinfo=dt.UTC), dt.datetime(2200, 1, 1, tzinfo=dt.UTC)
LONGEST = 300  # characters


def zone_of(name: str) -> ZoneInfo:
    """The zone called NAME; raises ValidationError with a sentence where there is none."""
    if name not in available_timezones():
        raise ValidationError({"time_zone": _("There is no time zone “%(name)s”.") % {"name": name[:50]}})
    return ZoneInfo(name)


def parts_of(rule: str) -> dict[str, str]:
    """'FREQ=WEEKLY;BYDAY=MO' → its parts. Raises ValidationError."""
    text = rule.strip().upper().removeprefix("RRULE:")
    pairs = [one.partition("=") for one in text.split(";") if one]
    found = {key: value for key, _sign, value in pairs}
    unknown = sorted(set(found) - PARTS)
    if unknown or not all(found.values()) or len(text) > LONGEST or len(found) != len(pairs):
        raise _unreadable(_("unknown: %(names)s") % {"names": ", ".join(unknown)[:60]} if unknown else text[:60])
    if found.get("FREQ") not in FREQUENCIES:
        raise _unreadable(_("it repeats by days, weeks, months or years"))
    return found


def _unreadable(why: str) -> ValidationError:
    return ValidationError({"rule": _("This rule of repetition cannot be read (%(why)s).") % {"why": why}})


def written(parts: dict[str, str]) -> str:
    return ";".join(f"{key}={value}" for key, value in parts.items())


def checked(rule: str, starts_at: dt.datetime, zone: ZoneInfo) -> str:
    """RULE as it is kept: known parts alone, happening at least once, and with its number bounded."""
    parts = parts_of(rule)
    try:
        if int(parts.get("COUNT", "1")) > MOST_COUNTED or int(parts.get("COUNT", "1")) < 1:
            raise _unreadable(_("at most %(most)s times") % {"most": MOST_COUNTED})
        if "INTERVAL" in parts and not 1 <= int(parts["INTERVAL"]) <= MOST_COUNTED:
            raise _unreadable(_("the interval is a number from 1 on"))
        first = next(starts(written(parts), starts_at, zone, starts_at, starts_at + FAR), None)
    except (ValueError, OverflowError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise _unreadable(str(error)[:80]) from error
    if first is None:
        raise _unreadable(_("it never happens"))
    return written(parts)


def _read(rule: str, starts_at: dt.datetime, zone: ZoneInfo, end: dt.datetime) -> tuple[rrule, int | None]:
    """The rule on the wall clock of its place, never running beyond END; and how often it happens at most."""
    parts = parts_of(rule)
    count = int(parts.pop("COUNT")) if "COUNT" in parts else None
    until = until_of(parts.pop("UNTIL", ""), zone)
    wall = starts_at.astimezone(zone).replace(tzinfo=None)
    last = end.astimezone(zone).replace(tzinfo=None, fold=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made: Any = rrulestr(written(parts), dtstart=wall)
        return made.replace(until=min(last, until) if until else last), count


def until_of(text: str, zone: ZoneInfo) -> dt.datetime | None:
    """UNTIL on the wall clock: in UTC, as a local time or as a day, which counts whole."""
    if not text:
        return None
    found = re.fullmatch(r"(\d{8})(?:T(\d{6})(Z?))?", text)
    if not found:
        raise ValueError(text)
    if not found[2]:
        return dt.datetime.strptime(found[1], "%Y%m%d").replace(hour=23, minute=59, second=59)  # noqa: DTZ007
    moment = dt.datetime.strptime(found[1] + found[2], "%Y%m%d%H%M%S")  # noqa: DTZ007
    return moment.replace(tzinfo=dt.UTC).astimezone(zone).replace(tzinfo=None) if found[3] else moment


def starts(
    rule: str, starts_at: dt.datetime, zone: ZoneInfo, begin: dt.datetime, end: dt.datetime
) -> Iterator[dt.datetime]:
    """When the occurrences of RULE begin, in UTC, from BEGIN up to, not including, END. Each keeps the hour of the
    clock in its ZONE, whatever summer time does; an hour that a night leaves out is meant by the clock before it."""
    if not rule:
        if begin <= starts_at < end:
            yield starts_at
        return
    made, count = _read(rule, starts_at, zone, end)
    for wall in itertools.islice(made, count):
        moment = wall.replace(tzinfo=zone).astimezone(dt.UTC)
        if moment >= end:
            return
        if moment >= begin:
            yield moment


def last_start(rule: str, starts_at: dt.datetime, zone: ZoneInfo) -> dt.datetime | None:
    """A moment after which nothing of RULE begins any more; None where it goes on."""
    if not rule:
        return starts_at
    parts = parts_of(rule)
    until = until_of(parts.get("UNTIL", ""), zone)
    if until:
        return until.replace(tzinfo=zone).astimezone(dt.UTC)
    if "COUNT" not in parts:
        return None
    return max(starts(rule, starts_at, zone, starts_at, LATEST), default=starts_at)


def until_before(rule: str, moment: dt.datetime) -> str:
    """RULE as it ends right before MOMENT."""
    parts = {key: value for key, value in parts_of(rule).items() if key not in ("COUNT", "UNTIL")}
    end = (moment - dt.timedelta(seconds=1)).astimezone(dt.UTC)
    return written({**parts, "UNTIL": f"{end:%Y%m%dT%H%M%SZ}"})
