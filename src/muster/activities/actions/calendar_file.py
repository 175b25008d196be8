"""Taking calendar files in. What a file names by its UID is one appointment, however often it comes: an older edition
changes nothing, the same one neither, a newer one brings it up to date, and what it cancels is cancelled."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action, trial
from muster.access.scope import Actor
from muster.activities.actions.appointment import complete, settle_end
from muster.activities.models import Appointment, AppointmentChange
from muster.core import ical

FIELDS = ("title", "starts_at", "ends_at", "all_day", "place", "notes", "is_private", "is_free", "rule")


@dataclass
class Line:
    """What became, or would become, of one appointment of a file."""

    verdict: str  # new, changed, same, cancelled, refused
    title: str
    starts_at: dt.datetime | None = None
    said: str = ""


@dataclass
class Taken:
    lines: list[Line] = field(default_factory=list)

    def count(self, verdict: str) -> int:
        return sum(one.verdict == verdict for one in self.lines)


@dataclass
class _Series:
    """All that a file says of one UID."""

    head: ical.Entry | None = None
    changes: list[ical.Entry] = field(default_factory=list)


def take_file(actor: Actor, *, content: bytes, dry_run: bool = True) -> Taken:
    """What CONTENT, a calendar file, does to one's own calendar; with DRY_RUN it is tried and nothing is kept. Raises
    ValidationError where the file is none."""
    actor.require("activities.appointment.take")
    if actor.member_id is None:
        raise Refused(_("This login belongs to no member: there is no calendar of his."))
    entries, problems = ical.read(content)
    taken = Taken([Line("refused", "", None, one) for one in problems])
    known = _known(actor.member_id, entries)
    with trial() if dry_run else transaction.atomic():
        for uid, series in _by_uid(entries).items():
            taken.lines.append(_one(actor, known.get(uid), series))
    return taken


def _by_uid(entries: list[ical.Entry]) -> dict[str, _Series]:
    """Of several editions in one file the newest counts."""
    found: dict[str, _Series] = defaultdict(_Series)
    for one in entries:
        series = found[one.uid]
        if one.recurs_at is not None:
            series.changes.append(one)
        elif series.head is None or one.sequence >= series.head.sequence:
            series.head = one
    return found


def _known(member: int, entries: list[ical.Entry]) -> dict[str, Appointment]:
    rows = Appointment.objects.unscoped("appointments a file names").filter(owner=member)
    return {one.uid: one for one in rows.filter(uid__in={one.uid for one in entries})}


def _one(actor: Actor, row: Appointment | None, series: _Series) -> Line:
    entry = series.head or series.changes[0]
    try:
        with transaction.atomic():
            if row is None:
                return _new(actor, series, entry)
            return _again(actor, row, series, entry)
    except ValidationError as error:
        return Line("refused", entry.title, entry.starts_at, " ".join(error.messages))


def _new(actor: Actor, series: _Series, entry: ical.Entry) -> Line:
    if entry.cancelled:
        return Line("same", entry.title, entry.starts_at, _("It is cancelled, and was never here."))
    if series.head is None:  # an occurrence of a series that is not in the file stands for itself
        series = _Series(entry)
    row = _take(actor, uid=entry.uid, series=series)
    return Line("new", row.title, row.starts_at)


def _again(actor: Actor, row: Appointment, series: _Series, entry: ical.Entry) -> Line:
    if entry.sequence < row.sequence:
        return Line("same", entry.title, entry.starts_at, _("What is here is a newer edition."))
    if series.head is not None and series.head.cancelled:
        if row.cancelled_at:
            return Line("same", entry.title, entry.starts_at)
        _renew(actor, row, series=series)
        return Line("cancelled", row.title, row.starts_at)
    before = _state(row)
    with transaction.atomic():
        _write(row, series)
        same = _state(Appointment.objects.unscoped("appointments a file names").get(pk=row.pk)) == before
        transaction.set_rollback(True)
    if same:
        return Line("same", entry.title, entry.starts_at)
    fresh = Appointment.objects.unscoped("appointments a file names").get(pk=row.pk)
    _renew(actor, fresh, series=series)
    return Line("changed", entry.title, entry.starts_at)


def _state(row: Appointment) -> list[Any]:
    changes = AppointmentChange.objects.unscoped("occurrences of a series").filter(appointment=row.pk)
    columns = ("was_at", "is_cancelled", "starts_at", "ends_at", "title", "place")
    kept = [getattr(row, name) for name in (*FIELDS, "time_zone", "sequence", "cancelled_at")]
    return [*kept, *changes.order_by("was_at").values_list(*columns)]


@action("activities.appointment.take", gettext_lazy("Take calendar files in"), Appointment, creates=True)
def _take(actor: Actor, *, uid: str, series: _Series) -> Appointment:
    row = Appointment(owner_id=actor.member_id or 0)
    row.uid = uid
    _write(row, series)
    return row


@action("activities.appointment.renew", gettext_lazy("Renew appointments from calendar files"), Appointment)
def _renew(actor: Actor, row: Appointment, *, series: _Series) -> None:
    _write(row, series)


def _write(row: Appointment, series: _Series) -> None:
    """Make ROW what the file says of it."""
    head = series.head
    if head is not None:
        for name in FIELDS:
            setattr(row, name, getattr(head, name))
        row.time_zone, row.sequence = head.zone, head.sequence
        row.cancelled_at = (row.cancelled_at or timezone.now()) if head.cancelled else None
    complete(Actor.operator("a calendar file"), row, {})
    row.full_clean()
    row.save()
    rows = AppointmentChange.objects.unscoped("occurrences of a series").filter(appointment=row.pk)
    if head is not None:
        rows.delete()
        for at in {*head.left_out, *(head.added if head.rule else [])}:
            _change(row, at, at, at + row.lasts, is_cancelled=at in head.left_out)
    for one in series.changes if row.rule else []:
        at = one.recurs_at or one.starts_at
        rows.filter(was_at=at).delete()
        texts = {
            name: "" if getattr(one, name) == getattr(row, name) else getattr(one, name) for name in ("title", "place")
        }
        _change(row, at, one.starts_at, one.ends_at, is_cancelled=one.cancelled, **texts)
    settle_end(row)
    row.save()


def _change(row: Appointment, at: dt.datetime, begin: dt.datetime, end: dt.datetime, **more: Any) -> None:
    one = AppointmentChange(appointment=row, was_at=at, starts_at=begin, ends_at=end, sequence=row.sequence, **more)
    one.full_clean(exclude=["appointment"])
    one.save()
