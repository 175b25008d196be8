"""Keeping a time for something, with others, once or again and again."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action, append, make_event
from muster.access.crud import crud
from muster.access.scope import Actor
from muster.activities.actions.guest import GuestKeys, bring, guests_of
from muster.activities.models import Appointment, AppointmentChange, Guest
from muster.core import recurrence
from muster.crm.models import Contact
from muster.people.models import Member

LONGEST = dt.timedelta(days=366)
SERIES = ("starts_at", "rule", "time_zone", "all_day")


def complete(actor: Actor, row: Appointment, fields: dict[str, Any]) -> None:
    """Fill what follows from the rest, and refuse times that no calendar holds."""
    if row.owner_id is None:
        if actor.member_id is None:
            raise Refused(_("This login belongs to no member: there is no calendar of his."))
        row.owner_id = actor.member_id
    if row.deal is not None and row.account_id is None:
        row.account_id = row.deal.account_id
    row.time_zone = row.time_zone or row.owner.time_zone
    zone = recurrence.zone_of(row.time_zone)
    _possible(row)
    if row.all_day:
        row.starts_at, row.ends_at = _whole_days(row)
    if row.rule:
        row.rule = recurrence.checked(row.rule, row.starts_at, zone)
    settle_end(row)


def _possible(row: Appointment) -> None:
    if not recurrence.EARLIEST <= row.starts_at <= recurrence.LATEST:
        raise ValidationError({"starts_at": _("Choose a day between 1970 and 2200.")})
    if row.ends_at < row.starts_at:
        raise ValidationError({"ends_at": _("It ends before it begins: correct one of the two.")})
    if row.lasts > LONGEST:
        raise ValidationError({"ends_at": _("An appointment lasts a year at most.")})


def _whole_days(row: Appointment) -> tuple[dt.datetime, dt.datetime]:
    """From midnight to midnight where it takes place; a day that is only begun counts."""
    begin, end = row.starts_at.astimezone(row.zone), row.ends_at.astimezone(row.zone)
    first = begin.date()
    last = end.date() if end.time() == dt.time() and end.date() > first else end.date() + dt.timedelta(days=1)
    at = dt.time(tzinfo=row.zone)
    return dt.datetime.combine(first, at), dt.datetime.combine(last, at)


def settle_end(row: Appointment) -> None:
    """Since when nothing of ROW lies ahead any more, its moved occurrences included."""
    last = recurrence.last_start(row.rule, row.starts_at, row.zone)
    row.last_at = last + row.lasts if last else None
    if row.pk and row.last_at:
        moved = AppointmentChange.objects.unscoped("occurrences of a series").filter(appointment=row.pk)
        row.last_at = max([row.last_at, *moved.filter(is_cancelled=False).values_list("ends_at", flat=True)])


def _change(actor: Actor, row: Appointment, fields: dict[str, Any]) -> None:
    """What was said of single occurrences is over where the series is another one."""
    if not row._state.adding:
        if row.cancelled_at:
            raise Refused(_("This appointment is cancelled: make a new one."))
        rows = Appointment.objects.unscoped("series as it was").filter(pk=row.pk)
        before = rows.values(*SERIES).get()
        row.sequence += 1
        if any(before[name] != getattr(row, name) for name in SERIES):
            AppointmentChange.objects.unscoped("occurrences of a series").filter(appointment=row.pk).delete()
    complete(actor, row, fields)


appointments = crud(Appointment, before_save=_change)


def make_appointment(
    actor: Actor, *, members: Iterable[Member] = (), contacts: Iterable[Contact] = (), **fields: Any
) -> Appointment:
    """Keep a time, and ask MEMBERS and CONTACTS to it: all of it or nothing."""
    with transaction.atomic():
        row: Appointment = appointments.create(actor, **fields)
        bring(actor, row, guests_of(members, contacts))
    return row


def edit_appointment(
    actor: Actor, row: Appointment, *, members: Any = None, contacts: Any = None, **fields: Any
) -> Any:
    """Change all of a series. MEMBERS and CONTACTS, where given, are who takes part from now on."""
    with transaction.atomic():
        changed: Appointment = appointments.edit(actor, row, **fields)
        keep: GuestKeys = {
            "member": None if members is None else {one.pk for one in members},
            "contact": None if contacts is None else {one.pk for one in contacts},
        }
        bring(actor, changed, keep)
    return changed


@action("activities.appointment.cancel", gettext_lazy("Cancel appointments"), Appointment)
def cancel_appointment(actor: Actor, row: Appointment) -> None:
    """It does not take place, neither once nor ever; who was asked is told."""
    if row.cancelled_at:
        raise Refused(_("This appointment is cancelled already."))
    row.cancelled_at = timezone.now()
    row.sequence += 1
    row.save()


def call_off(actor: Actor, rows: Any) -> None:
    """ROWS, of somebody who goes, do not take place; who was asked to them is told."""
    found = list(rows.filter(cancelled_at=None).select_for_update(of=("self",)))
    events = []
    for row in found:
        row.cancelled_at, row.sequence, row.version = timezone.now(), row.sequence + 1, row.version + 1
        row.save(update_fields=["cancelled_at", "sequence", "version", "updated_at"])
        changes = {"cancelled_at": [None, row.cancelled_at.isoformat()]}
        events.append(make_event(actor, "activities.appointment.cancel", row, changes))
    append(events)


def occurrence(row: Appointment, at: dt.datetime) -> AppointmentChange:
    """The occurrence of ROW that the rule has at AT, as it stands; refused where there is none."""
    rows = AppointmentChange.objects.unscoped("occurrences of a series").filter(appointment=row.pk, was_at=at)
    found = rows.first()
    if found is None:
        if at not in recurrence.starts(row.rule, row.starts_at, row.zone, at, at + dt.timedelta(seconds=1)):
            raise Refused(_("Nothing of this series takes place then."))
        found = AppointmentChange(appointment=row, was_at=at, starts_at=at, ends_at=at + row.lasts)
    if found.is_cancelled or row.cancelled_at:
        raise Refused(_("This occurrence is cancelled."))
    return found


@action("activities.appointment.move", gettext_lazy("Move single occurrences"), Appointment)
def move_occurrence(
    actor: Actor,
    row: Appointment,
    *,
    at: dt.datetime,
    starts_at: dt.datetime | None = None,
    ends_at: dt.datetime | None = None,
    title: str = "",
    place: str = "",
) -> None:
    """This one alone takes place at another time or place, or is called otherwise."""
    one = occurrence(row, at)
    lasts = one.ends_at - one.starts_at
    one.starts_at = starts_at or one.starts_at
    one.ends_at = ends_at or one.starts_at + lasts
    one.title = "" if title == row.title else title
    one.place = "" if place == row.place else place
    if one.ends_at - one.starts_at > LONGEST:
        raise ValidationError({"ends_at": _("An appointment lasts a year at most.")})
    _keep(row, one)


@action("activities.appointment.skip", gettext_lazy("Cancel single occurrences"), Appointment)
def skip_occurrence(actor: Actor, row: Appointment, *, at: dt.datetime) -> None:
    """This one alone does not take place."""
    one = occurrence(row, at)
    one.is_cancelled = True
    _keep(row, one)


def _keep(row: Appointment, one: AppointmentChange) -> None:
    if not row.rule:
        raise Refused(_("This appointment does not repeat: change or cancel it as a whole."))
    row.sequence += 1
    one.sequence = row.sequence
    one.full_clean(exclude=["appointment"])
    one.save()
    settle_end(row)
    row.save()


@action("activities.appointment.end", gettext_lazy("End series of appointments"), Appointment)
def end_before(actor: Actor, row: Appointment, *, at: dt.datetime) -> None:
    """The occurrence at AT and all that follow do not take place."""
    occurrence(row, at)
    if at <= row.starts_at or not row.rule:
        raise Refused(_("This is the first one: cancel or change all of them."))
    row.rule = recurrence.until_before(row.rule, at)
    rows = AppointmentChange.objects.unscoped("occurrences of a series")
    rows.filter(appointment=row.pk, was_at__gte=at).delete()
    row.sequence += 1
    settle_end(row)
    row.save()


def change_following(actor: Actor, row: Appointment, *, at: dt.datetime, **fields: Any) -> Appointment:
    """From the occurrence at AT on the series is another one, with FIELDS: the old one ends before it, a new one with
    the same guests begins. Of a rule that counts, as many are left as were to come."""
    if at <= row.starts_at:
        changed: Appointment = edit_appointment(actor, row, **fields)
        return changed
    known = {one.name: getattr(row, one.name) for one in row._meta.concrete_fields if one.editable and one.name != "id"}
    known["starts_at"], known["ends_at"], known["rule"] = at, at + row.lasts, _rest(row, at)
    members, contacts = fields.pop("members", None), fields.pop("contacts", None)
    guests = Guest.objects.unscoped("who goes along").filter(appointment=row.pk, archived_at=None)
    found = list(guests.select_related("member", "contact"))
    with transaction.atomic():
        end_before(actor, row, at=at)
        return make_appointment(
            actor,
            members=[one.member for one in found if one.member] if members is None else members,
            contacts=[one.contact for one in found if one.contact] if contacts is None else contacts,
            **{**known, **{key: value for key, value in fields.items() if key != "version"}},
        )


def follow(
    actor: Actor,
    row: Appointment,
    *,
    at: dt.datetime,
    starts_at: dt.datetime | None = None,
    ends_at: dt.datetime | None = None,
    title: str = "",
    place: str = "",
) -> Appointment:
    """From the occurrence at AT on all take place at another time or place, or are called otherwise."""
    said: dict[str, Any] = {"title": title, "place": place, "starts_at": starts_at, "ends_at": ends_at}
    begin = starts_at or at
    fields = {key: one for key, one in said.items() if one}
    fields.setdefault("ends_at", begin + row.lasts)
    return change_following(actor, row, at=at, **{"starts_at": begin, **fields})


def _rest(row: Appointment, at: dt.datetime) -> str:
    """The rule of ROW as it goes on from AT."""
    parts = recurrence.parts_of(row.rule)
    if "COUNT" in parts:
        over = sum(1 for _one in recurrence.starts(row.rule, row.starts_at, row.zone, row.starts_at, at))
        parts["COUNT"] = str(int(parts["COUNT"]) - over)
    return recurrence.written(parts)
