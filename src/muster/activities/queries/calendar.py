"""What stands in calendars: appointments, plans, tasks and absences of members in a window, as far as the viewer may
know; and when several of them are free. Of what he may not see he learns, if that is his right, that the time is
taken."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F, Q
from django.utils.translation import gettext as _

from muster.access.scope import Actor
from muster.activities.models import Activity, Appointment, AppointmentChange, Guest, Task
from muster.core import recurrence, workdays
from muster.people.models import Absence, Member

BUSY = "activities.appointment.busy"
MOST_DAYS = 62  # of one window
MOST_MEMBERS = 50
MOST_ROWS = 2_000  # of one kind
MOST_OF_A_SERIES = 200  # in one window
USUAL = dt.timedelta(hours=1)  # how long a plan takes that does not say
WORK_FROM, WORK_TO = dt.time(9), dt.time(18)
STEP = dt.timedelta(minutes=30)
MOST_SLOTS = 6
LOOK_AHEAD = 21  # days in which a common time is looked for
DAY = dt.timedelta(days=1)


@dataclass
class Block:
    """Time of a member that is taken. Without a `title` all that the viewer may know is that it is."""

    member: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    kind: str  # appointment, visit, call, email, meeting, note, task, absence
    title: str = ""
    place: str = ""
    url: str = ""
    all_day: bool = False
    free: bool = False  # it is noted, and takes no time
    private: bool = False
    answer: str = ""
    repeats: bool = False
    pk: int = 0
    at: dt.datetime | None = None  # which occurrence of a series
    version: int = 0  # of the record, for who changes it

    @property
    def busy(self) -> bool:
        return not self.title

    @property
    def stamp(self) -> str:
        """Which occurrence, as addresses say it."""
        return f"{self.at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}" if self.at else ""


@dataclass
class Window:
    """The days from `first` up to, not including, `end`, on the clock of `zone`."""

    first: dt.date
    end: dt.date
    zone: ZoneInfo

    @property
    def starts_at(self) -> dt.datetime:
        return dt.datetime.combine(self.first, dt.time(), self.zone)

    @property
    def ends_at(self) -> dt.datetime:
        return dt.datetime.combine(self.end, dt.time(), self.zone)

    @property
    def days(self) -> list[dt.date]:
        return [self.first + DAY * at for at in range((self.end - self.first).days)]


def zone_of_member(actor: Actor) -> ZoneInfo:
    """The viewer's own zone, which decides what day it is for him."""
    found = Member.objects.unscoped("one's own time zone").filter(pk=actor.member_id or 0)
    name = found.values_list("time_zone", flat=True).first()
    return ZoneInfo(name or settings.TIME_ZONE)


def blocks_of(actor: Actor, members: Iterable[int], window: Window) -> list[Block]:
    """What MEMBERS have in WINDOW, by time; each thing once for each of them whom it concerns."""
    keys = list(dict.fromkeys(members))[:MOST_MEMBERS]
    if not keys:
        return []
    found = [*_appointments(actor, keys, window), *_plans(actor, keys, window)]
    found += [*_tasks(actor, keys, window), *_absences(actor, keys, window)]
    return sorted(found, key=lambda one: (one.starts_at, not one.all_day, one.kind, one.pk, one.member))


def _overlaps(window: Window) -> Q:
    """Appointments of which something may lie in WINDOW."""
    changed = AppointmentChange.objects.unscoped("when colleagues are busy").order_by()
    changed = changed.filter(starts_at__lt=window.ends_at, ends_at__gt=window.starts_at, is_cancelled=False)
    plain = Q(starts_at__lt=window.ends_at) & (Q(last_at=None) | Q(last_at__gte=window.starts_at))
    return plain | Q(pk__in=changed.values("appointment"))


def _appointments(actor: Actor, members: list[int], window: Window) -> list[Block]:
    asked = Guest.objects.unscoped("when colleagues are busy").filter(member__in=members, archived_at=None)
    asked = asked.exclude(answer=Guest.Answer.DECLINED).exclude(member=F("appointment__owner")).order_by()
    rows = Appointment.objects.unscoped("when colleagues are busy").filter(
        _overlaps(window), cancelled_at=None, archived_at=None
    )
    rows = rows.filter(Q(owner__in=members) | Q(pk__in=asked.values("appointment")))
    found = {one.pk: one for one in rows.order_by("starts_at", "pk")[:MOST_ROWS]}
    seen = set(Appointment.objects.visible_to(actor).filter(pk__in=found).order_by().values_list("pk", flat=True))
    if not actor.has(BUSY):
        found = {pk: one for pk, one in found.items() if pk in seen}
    whose: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for pk, member, said in asked.filter(appointment__in=found).values_list("appointment", "member", "answer"):
        whose[pk].append((member, said))
    changes = changes_of(found, window)
    blocks = []
    for pk, row in found.items():
        people = [*whose[pk], *([(row.owner_id, "")] if row.owner_id in members else [])]
        for one in occurrences(row, changes.get(pk, []), window.starts_at, window.ends_at):
            blocks += [_block(row, one, member, said, pk in seen) for member, said in people]
    return blocks


def changes_of(appointments: Iterable[int], window: Window) -> dict[int, list[AppointmentChange]]:
    """Occurrences that are not as their rule says, of those that stand in WINDOW or would."""
    rows = AppointmentChange.objects.unscoped("when colleagues are busy").filter(appointment__in=list(appointments))
    before = window.starts_at - DAY * 366  # no occurrence lasts longer
    there = Q(was_at__gte=before, was_at__lt=window.ends_at)
    moved = Q(starts_at__lt=window.ends_at, ends_at__gte=window.starts_at)
    found: dict[int, list[AppointmentChange]] = defaultdict(list)
    for one in rows.filter(there | moved):
        found[one.appointment_id].append(one)
    return found


def occurrences(
    row: Appointment, changes: list[AppointmentChange], begin: dt.datetime, end: dt.datetime
) -> list[AppointmentChange]:
    """The occurrences of ROW between BEGIN and END, as they stand; those of the rule are made up and have no key."""
    changed = {one.was_at for one in changes}
    found = [one for one in changes if not one.is_cancelled and one.starts_at < end and one.ends_at > begin]
    for at in recurrence.starts(row.rule, row.starts_at, row.zone, begin - row.lasts, end):
        if at not in changed and (at + row.lasts > begin or (row.starts_at == row.ends_at and at >= begin)):
            found.append(AppointmentChange(appointment=row, was_at=at, starts_at=at, ends_at=_end(row, at)))
        if len(found) >= MOST_OF_A_SERIES:
            break
    return sorted(found, key=lambda one: one.starts_at)


def _end(row: Appointment, at: dt.datetime) -> dt.datetime:
    """A whole day ends at midnight of its clock, also where a night is an hour shorter."""
    if not row.all_day:
        return at + row.lasts
    days = round(row.lasts / DAY)
    return dt.datetime.combine(at.astimezone(row.zone).date() + DAY * days, dt.time(), row.zone)


def _block(row: Appointment, one: AppointmentChange, member: int, said: str, seen: bool) -> Block:
    times = Block(member, one.starts_at, one.ends_at, "appointment", all_day=row.all_day, free=row.is_free)
    if not seen:
        return times
    times.title, times.place = one.title or row.title, one.place or row.place
    times.private, times.answer, times.repeats, times.pk = row.is_private, said, bool(row.rule), row.pk
    times.at, times.version = one.was_at if row.rule else None, row.version
    times.url = row.get_absolute_url() + (f"?at={one.was_at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}" if row.rule else "")
    return times


def _plans(actor: Actor, members: list[int], window: Window) -> list[Block]:
    rows = Activity.objects.unscoped("when colleagues are busy").filter(
        owner__in=members, status=Activity.Status.PLANNED, archived_at=None
    )
    rows = rows.filter(planned_at__gte=window.starts_at - DAY, planned_at__lt=window.ends_at)
    found = list(rows.select_related("account").order_by("planned_at", "pk")[:MOST_ROWS])
    keys = [one.pk for one in found]
    seen = set(Activity.objects.visible_to(actor).filter(pk__in=keys).order_by().values_list("pk", flat=True))
    blocks = []
    for row in found:
        end = row.planned_at + (dt.timedelta(minutes=row.minutes) if row.minutes else USUAL)
        if end <= window.starts_at or not (row.pk in seen or actor.has(BUSY)):
            continue
        one = Block(row.owner_id, row.planned_at, end, "appointment")
        if row.pk in seen:
            one.kind, one.title, one.url, one.pk = row.kind, row.subject, row.get_absolute_url(), row.pk
            one.version = row.version
            one.place = str(row.account or "")
        blocks.append(one)
    return blocks


def _tasks(actor: Actor, members: list[int], window: Window) -> list[Block]:
    if not actor.has("activities.task.view"):
        return []
    rows = Task.objects.visible_to(actor).filter(owner__in=members, done_on=None, archived_at=None)
    rows = rows.filter(due_on__gte=window.first, due_on__lt=window.end).order_by("due_on", "pk")[:MOST_ROWS]
    return [_whole(row.owner_id, row.due_on, row.due_on, window, "task", row.title, row) for row in rows]


def _absences(actor: Actor, members: list[int], window: Window) -> list[Block]:
    if not actor.has("people.absence.view"):
        return []
    rows = Absence.objects.visible_to(actor).filter(member__in=members, archived_at=None)
    rows = rows.filter(starts_on__lt=window.end, ends_on__gte=window.first).order_by("starts_on", "pk")[:MOST_ROWS]
    said = _("Away")
    return [_whole(row.member_id, row.starts_on, row.ends_on, window, "absence", said, row) for row in rows]


def _whole(member: int, first: dt.date, last: dt.date, window: Window, kind: str, title: str, row: Any) -> Block:
    begin, end = (dt.datetime.combine(day, dt.time(), window.zone) for day in (first, last + DAY))
    return Block(
        member, begin, end, kind, title, url=row.get_absolute_url(), all_day=True, free=kind == "task", pk=row.pk
    )


@dataclass
class Slot:
    """A time at which all of those asked about are free."""

    starts_at: dt.datetime
    ends_at: dt.datetime


def free_slots(
    actor: Actor, members: Iterable[int], minutes: int, after: dt.datetime, zone: ZoneInfo, most: int = MOST_SLOTS
) -> list[Slot]:
    """The next times of MINUTES at which all of MEMBERS are free and at work, each on the clock of his own place.
    Two of a day lie at least an hour apart, so that there is something to choose."""
    keys = list(dict.fromkeys(members))[:MOST_MEMBERS]
    zones = dict(Member.objects.visible_to(actor).filter(pk__in=keys).values_list("pk", "time_zone"))
    first = after.astimezone(zone).date()
    window = Window(first, first + DAY * LOOK_AHEAD, zone)
    taken = [one for one in blocks_of(actor, keys, window) if not one.free]
    places = {recurrence.zone_of(name) for name in zones.values()}
    lasts, found = dt.timedelta(minutes=minutes), list[Slot]()
    at = _rounded(max(after, window.starts_at))
    while at < window.ends_at and len(found) < most:
        clash = max((one.ends_at for one in taken if one.starts_at < at + lasts and one.ends_at > at), default=None)
        if clash is not None:
            at = _rounded(clash)
        elif all(_at_work(at, lasts, place) for place in places):
            found.append(Slot(at, at + lasts))
            at += max(STEP * 2, lasts)
        else:
            at += STEP
    return found


def _rounded(moment: dt.datetime) -> dt.datetime:
    """The next full or half hour; UTC and every zone at work agree on these but for quarter-hour ones."""
    past = dt.timedelta(minutes=moment.minute % 30, seconds=moment.second, microseconds=moment.microsecond)
    return moment if not past else moment - past + STEP


def _at_work(at: dt.datetime, lasts: dt.timedelta, zone: ZoneInfo) -> bool:
    begin, end = at.astimezone(zone), (at + lasts).astimezone(zone)
    if begin.date() != end.date() or not workdays.is_workday(begin.date()):
        return False
    return begin.time() >= WORK_FROM and end.time() <= WORK_TO


def guests_shown(row: Appointment) -> list[Guest]:
    """Who takes part in ROW, which the viewer sees: members first."""
    rows = Guest.objects.unscoped("who takes part").filter(appointment=row.pk, archived_at=None)
    rows = rows.exclude(member=row.owner_id)  # who took it over was asked to it before
    return list(rows.select_related("member", "contact__account").order_by(F("member").asc(nulls_last=True), "pk"))
