"""Calendars as files: the feed of a member, and one appointment as an invitation."""

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from muster.access.scope import Actor
from muster.activities.models import Appointment, AppointmentChange, CalendarFeed, Guest
from muster.activities.queries.calendar import Block, Window, blocks_of, guests_shown
from muster.core import ical, recurrence

BEFORE, AHEAD = 30, 365  # days around today that a feed holds
STATES = {
    Guest.Answer.WAITING: "NEEDS-ACTION",
    Guest.Answer.ACCEPTED: "ACCEPTED",
    Guest.Answer.TENTATIVE: "TENTATIVE",
    Guest.Answer.DECLINED: "DECLINED",
}


def entries_of(row: Appointment, changes: list[AppointmentChange], *, shown: bool = True) -> list[ical.Entry]:
    """ROW as a calendar file has it: the series with what is left out and added, and each changed occurrence. Not
    SHOWN it says nothing but that the time is taken."""
    title = row.title if shown else str(_("Busy"))
    head = ical.Entry(
        uid=row.uid,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        title=title,
        zone=row.time_zone or settings.TIME_ZONE,
        all_day=row.all_day,
        rule=row.rule,
        is_private=row.is_private,
        is_free=row.is_free,
        cancelled=row.cancelled_at is not None,
        sequence=row.sequence,
        changed_at=row.updated_at,
    )
    if shown:
        head.place, head.notes, head.url = row.place, row.notes, settings.PUBLIC_URL + row.get_absolute_url()
    entries = [head]
    for one in changes:
        if one.is_cancelled:
            head.left_out.append(one.was_at)
            continue
        if not _by_rule(row, one.was_at):
            head.added.append(one.was_at)
        entries.append(_changed(head, one, shown))
    return entries


def _by_rule(row: Appointment, at: dt.datetime) -> bool:
    return at in recurrence.starts(row.rule, row.starts_at, row.zone, at, at + dt.timedelta(seconds=1))


def _changed(head: ical.Entry, one: AppointmentChange, shown: bool) -> ical.Entry:
    return ical.Entry(
        uid=head.uid,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        title=(one.title or head.title) if shown else head.title,
        zone=head.zone,
        all_day=head.all_day,
        place=(one.place or head.place) if shown else "",
        notes=head.notes,
        is_private=head.is_private,
        is_free=head.is_free,
        sequence=head.sequence,
        recurs_at=one.was_at,
        changed_at=head.changed_at,
        url=head.url,
    )


def invitation(row: Appointment) -> bytes:
    """ROW as something to be answered in any calendar program, with who invites and who is asked."""
    changes = AppointmentChange.objects.unscoped("an appointment as a file").filter(appointment=row.pk)
    entries = entries_of(row, list(changes))
    for one in entries:
        one.organizer = (row.owner.name, row.owner.work_email)
        one.guests = [
            (guest.member.name, guest.member.work_email, STATES[Guest.Answer(guest.answer)])
            for guest in guests_shown(row)
            if guest.member is not None and guest.member.work_email
        ]
    return ical.write(entries, method="CANCEL" if row.cancelled_at else "REQUEST")


def feed(actor: Actor, row: CalendarFeed, today: dt.date) -> bytes:
    """The calendar of the member whose address ROW is, seen with his own eyes (ACTOR), as far as the address shows."""
    zone = recurrence.zone_of(row.member.time_zone)
    window = Window(today - dt.timedelta(days=BEFORE), today + dt.timedelta(days=AHEAD), zone)
    blocks = blocks_of(actor, [row.member_id], window)
    keys = list(dict.fromkeys(one.pk for one in blocks if one.kind == "appointment" and one.title))
    entries: list[ical.Entry] = []
    found = Appointment.objects.visible_to(actor).filter(pk__in=keys).in_bulk()
    changes: dict[int, list[Any]] = {pk: [] for pk in keys}
    for one in AppointmentChange.objects.unscoped("an appointment as a file").filter(appointment__in=keys):
        changes[one.appointment_id].append(one)
    for pk in keys:
        if pk in found:
            entries += entries_of(found[pk], changes[pk], shown=_shown(row, found[pk].is_private))
    entries += [_entry(row, one) for one in blocks if not (one.kind == "appointment" and one.title)]
    return ical.write(entries, name=f"{row.member.name} · Muster")


def _shown(row: CalendarFeed, private: bool) -> bool:
    return row.shows == CalendarFeed.Shows.ALL or (row.shows == CalendarFeed.Shows.DETAILS and not private)


def _entry(row: CalendarFeed, one: Block) -> ical.Entry:
    """A plan, a task or an absence."""
    shown = _shown(row, private=False) and bool(one.title)
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return ical.Entry(
        uid=f"{one.kind}-{one.pk or f'{one.starts_at:%Y%m%dT%H%M}'}@{host}",
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        title=one.title if shown else str(_("Busy")),
        zone=row.member.time_zone if one.all_day else "UTC",
        all_day=one.all_day,
        place=one.place if shown else "",
        is_free=one.free,
        url=settings.PUBLIC_URL + one.url if shown and one.url else "",
    )
