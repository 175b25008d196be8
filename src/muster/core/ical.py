"""Calendars as files (RFC 5545): written so that every calendar program reads them, and read with sentences for what
cannot be. What a file says is given as plain entries; what becomes of them is not decided here."""

import datetime as dt
import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vRecur

MOST_BYTES = 1_000_000
MOST_ENTRIES = 2_000
PRODUCT = "-//Muster//Muster//ZH"
DAY = dt.timedelta(days=1)


@dataclass
class Entry:
    """One VEVENT. Moments are UTC; of a whole day they are midnight in `zone`, the end not included. `recurs_at`: of
    which occurrence of the series `uid` it speaks."""

    uid: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    title: str = ""
    zone: str = "UTC"
    all_day: bool = False
    place: str = ""
    notes: str = ""
    rule: str = ""
    is_private: bool = False
    is_free: bool = False
    cancelled: bool = False
    sequence: int = 0
    recurs_at: dt.datetime | None = None
    left_out: list[dt.datetime] = field(default_factory=list)  # EXDATE
    added: list[dt.datetime] = field(default_factory=list)  # RDATE
    organizer: tuple[str, str] | None = None  # name, address
    guests: list[tuple[str, str, str]] = field(default_factory=list)  # name, address, PARTSTAT
    changed_at: dt.datetime | None = None
    url: str = ""


def _value(entry: Entry, moment: dt.datetime) -> dt.date | dt.datetime:
    local = moment.astimezone(ZoneInfo(entry.zone))
    if entry.all_day:
        return local.date()
    return moment.astimezone(dt.UTC) if entry.zone == "UTC" else local


def _event(entry: Entry) -> Any:
    event: Any = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.changed_at or entry.starts_at)
    event.add("summary", entry.title)
    event.add("dtstart", _value(entry, entry.starts_at))
    event.add("dtend", _value(entry, entry.ends_at))
    event.add("sequence", entry.sequence)
    for name, text in (("location", entry.place), ("description", entry.notes), ("url", entry.url)):
        if text:
            event.add(name, text)
    if entry.rule:
        event.add("rrule", vRecur.from_ical(entry.rule))
    if entry.recurs_at:
        event.add("recurrence-id", _value(entry, entry.recurs_at))
    for name, moments in (("exdate", entry.left_out), ("rdate", entry.added)):
        if moments:
            event.add(name, [_value(entry, one) for one in moments])
    event.add("transp", "TRANSPARENT" if entry.is_free else "OPAQUE")
    event.add("class", "PRIVATE" if entry.is_private else "PUBLIC")
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    if entry.organizer and entry.organizer[1]:
        event.add("organizer", f"mailto:{entry.organizer[1]}", parameters={"CN": entry.organizer[0]})
    for name, address, said in entry.guests:
        event.add("attendee", f"mailto:{address}", parameters={"CN": name, "PARTSTAT": said, "RSVP": "TRUE"})
    return event


def write(entries: Iterable[Entry], *, name: str = "", method: str = "") -> bytes:
    """A calendar of ENTRIES with the time zones they speak of; lines are folded at 75 octets, never within a letter."""
    calendar: Any = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    if method:
        calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", name)
    for entry in entries:
        calendar.add_component(_event(entry))
    calendar.add_missing_timezones()
    found: bytes = calendar.to_ical()
    return found


def read(content: bytes) -> tuple[list[Entry], list[str]]:
    """The entries of a calendar file, and a sentence for each that cannot be taken. Raises ValidationError where the
    file is none."""
    if len(content) > MOST_BYTES:
        raise ValidationError(_("The file is larger than 1 MB: export a shorter time."))
    text = content.decode("utf-8-sig", errors="replace")
    if "BEGIN:VCALENDAR" not in text.upper():
        raise ValidationError(_("This is no calendar file (.ics): it has no BEGIN:VCALENDAR."))
    try:
        calendars = Calendar.from_ical(text, multiple=True)
    except Exception as error:  # the library raises whatever it stumbles over; a file is either read or refused
        raise ValidationError(_("This calendar file is damaged: %(why)s") % {"why": str(error)[:120]}) from error
    entries, problems = [], []
    for calendar in calendars:
        cancels = str(calendar.get("METHOD", "")).upper() == "CANCEL"
        for at, event in enumerate(itertools.islice(calendar.walk("VEVENT"), MOST_ENTRIES + 1)):
            if at == MOST_ENTRIES:
                problems.append(_("Only the first %(most)s entries are read.") % {"most": MOST_ENTRIES})
                break
            try:
                entry = _entry(event)
                entry.cancelled |= cancels
                entries.append(entry)
            except Exception as error:  # noqa: BLE001 - one broken entry does not take the others with it
                problems.append(_said(event, error))
    return entries, problems


def _said(event: Any, error: Exception) -> str:
    why = " ".join(error.messages) if isinstance(error, ValidationError) else str(error) or type(error).__name__
    title = str(event.get("SUMMARY") or event.get("UID") or "?")[:60]
    return _("“%(title)s” is left out: %(why)s") % {"title": title, "why": why[:120]}


def _entry(event: Any) -> Entry:
    start = getattr(event.get("DTSTART"), "dt", None)
    if not isinstance(start, dt.date):
        raise ValidationError(_("it does not say when it begins"))
    zone, whole = _zone(start), not isinstance(start, dt.datetime)
    begin = _moment(start, zone)
    end = _end(event, start, begin, zone)
    again = event.get("RECURRENCE-ID")
    title = str(event.get("SUMMARY", "") or "").strip()[:200] or str(_("Without a title"))
    return Entry(
        uid=str(event.get("UID", "") or "").strip()[:255] or f"{begin:%Y%m%dT%H%M%SZ}-{title}"[:255],
        starts_at=begin,
        ends_at=max(end, begin),
        title=title.replace("\x00", ""),
        zone=zone,
        all_day=whole,
        place=str(event.get("LOCATION", "") or "").replace("\x00", "")[:200],
        notes=str(event.get("DESCRIPTION", "") or "").replace("\x00", "")[:5000],
        rule=_rule(event),
        is_private=str(event.get("CLASS", "")).upper() in ("PRIVATE", "CONFIDENTIAL"),
        is_free=str(event.get("TRANSP", "")).upper() == "TRANSPARENT",
        cancelled=str(event.get("STATUS", "")).upper() == "CANCELLED",
        sequence=max(0, min(int(event.get("SEQUENCE", 0) or 0), 2**31 - 1)),
        recurs_at=_moment(again.dt, zone) if again is not None else None,
        left_out=_moments(event.get("EXDATE"), zone),
        added=_moments(event.get("RDATE"), zone),
    )


def _zone(start: dt.date) -> str:
    """The zone that the entry keeps its hours in: the one it names, where it is known; the reader's for a day or an
    hour that names none; else UTC, in which a moment is right though the hour is not kept."""
    if not isinstance(start, dt.datetime) or start.tzinfo is None:
        return str(timezone.get_current_timezone())
    name = str(getattr(start.tzinfo, "key", "") or getattr(start.tzinfo, "zone", "") or "UTC")
    return name if name in available_timezones() else "UTC"


def _moment(value: Any, zone: str) -> dt.datetime:
    if isinstance(value, tuple):  # a period of an RDATE
        value = value[0]
    if not isinstance(value, dt.datetime):
        value = dt.datetime.combine(value, dt.time())
    local = value if value.tzinfo else value.replace(tzinfo=ZoneInfo(zone))
    return local.astimezone(dt.UTC)


def _moments(found: Any, zone: str) -> list[dt.datetime]:
    lines = found if isinstance(found, list) else [found] if found is not None else []
    return [_moment(one.dt, zone) for line in lines for one in getattr(line, "dts", [])][:500]


def _end(event: Any, start: dt.date, begin: dt.datetime, zone: str) -> dt.datetime:
    end, lasts = getattr(event.get("DTEND"), "dt", None), getattr(event.get("DURATION"), "dt", None)
    if isinstance(end, dt.date):
        return _moment(end, zone)
    if isinstance(lasts, dt.timedelta):
        return begin + lasts
    return _moment(start + DAY, zone) if not isinstance(start, dt.datetime) else begin


def _rule(event: Any) -> str:
    found = event.get("RRULE")
    if found is None:
        return ""
    if isinstance(found, list):
        raise ValidationError(_("it has more than one rule of repetition"))
    said = found.to_ical()
    return (said.decode() if isinstance(said, bytes) else str(said)).strip().upper()
