"""Who has to report on what, until when, to whom: from templates, places, holidays and absences alone."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Q

from muster.core import workdays
from muster.core.periods import Period, containing, today
from muster.people.models import Absence, Member, UnitLine
from muster.people.policies import units_below, units_over
from muster.people.queries import in_force
from muster.reporting.models import ReportExemption, ReportTemplate

WORKING = (Member.Status.ACTIVE, Member.Status.ONBOARDING, Member.Status.LEAVING)


@dataclass(frozen=True)
class Duty:
    """That one member has to report on one period by a template."""

    template: ReportTemplate
    member: Member
    period: Period
    due_on: dt.date

    @property
    def reviewer_id(self) -> int | None:
        return reader_of(self.template, self.member)

    @property
    def draft_at(self) -> dt.datetime:
        day = last_workday(self.period) or self.period.last
        return moment(day, self.template.draft_at, self.member.time_zone)

    @property
    def due_at(self) -> dt.datetime:
        return moment(self.due_on, self.template.due_at, self.member.time_zone)


def reader_of(template: ReportTemplate, member: Member) -> int | None:
    return template.reviewer_id or member.manager_id


def moment(day: dt.date, clock: dt.time, zone: str) -> dt.datetime:
    return dt.datetime.combine(day, clock, ZoneInfo(zone)).astimezone(dt.UTC)


def work_in(period: Period) -> list[dt.date]:
    """The working days of PERIOD, make-up weekends included."""
    days = (period.start + dt.timedelta(days=at) for at in range((period.end - period.start).days))
    return [day for day in days if workdays.is_workday(day)]


def last_workday(period: Period) -> dt.date | None:
    """None where no day of PERIOD is worked, as in the golden week: then nobody has to report on it."""
    days = work_in(period)
    return days[-1] if days else None


def due_day(template: ReportTemplate, period: Period) -> dt.date | None:
    last = last_workday(period)
    if last is None:
        return None
    return workdays.shift(last, template.due_after) if template.due_after else last


def templates_in_order(kind: str) -> list[ReportTemplate]:
    """The templates of KIND in use, the most particular first."""
    rows = ReportTemplate.objects.unscoped("who has to report").filter(kind=kind, is_on=True, archived_at=None)
    found = list(rows.select_related("unit", "position", "reviewer"))
    lines = UnitLine.objects.unscoped("who has to report").filter(
        in_force(today()), descendant__in=[one.unit_id for one in found if one.unit_id]
    )
    depths: dict[int, int] = {}
    for unit in lines.values_list("descendant_id", flat=True):
        depths[unit] = depths.get(unit, 0) + 1
    return sorted(found, key=lambda one: (one.position_id is None, -depths.get(one.unit_id or 0, 0), one.pk))


def duties(kind: str, day: dt.date, members: Iterable[int] | None = None) -> list[Duty]:
    """Who has to report on the period of KIND that holds DAY; of MEMBERS only, where they are given. Nobody who is away
    all the while, exempt, not yet or no longer with the firm, without a login, or without somebody to report to."""
    period = containing(day, kind)
    found: dict[int, Duty] = {}
    taken: set[int] = set()
    for template in templates_in_order(kind):
        due = due_day(template, period)
        for member in _fitting(template, members):
            if member.pk in taken:
                continue
            taken.add(member.pk)
            if due and _reports(template, member, period):
                found[member.pk] = Duty(template, member, period, due)
    gone = away_all(found, period)
    exempt = exempted(period)
    return [one for pk, one in found.items() if pk not in gone and (one.template.pk, pk) not in exempt]


def duty_of(member: int, kind: str, day: dt.date) -> Duty | None:
    return next(iter(duties(kind, day, [member])), None)


def kinds_asked(member: int) -> set[str]:
    """In which rhythms MEMBER is asked to report at all."""
    row = Member.objects.unscoped("who has to report").filter(pk=member, archived_at=None, user__is_active=True).first()
    if row is None:
        return set()
    rows = ReportTemplate.objects.unscoped("who has to report").filter(is_on=True, archived_at=None)
    rows = rows.filter(Q(position=None) | Q(position=row.position_id))
    rows = rows.filter(Q(unit=None) | Q(unit__in=units_over(row.unit_id)) if row.unit_id else Q(unit=None))
    return {one.kind for one in rows if reader_of(one, row) not in (None, row.pk)}


def _fitting(template: ReportTemplate, members: Iterable[int] | None) -> list[Member]:
    rows = Member.objects.unscoped("who has to report").filter(
        archived_at=None, status__in=WORKING, user__is_active=True
    )
    rows = rows.filter(pk__in=list(members)) if members is not None else rows
    rows = rows.filter(unit__in=units_below(template.unit_id)) if template.unit_id else rows
    rows = rows.filter(position=template.position_id) if template.position_id else rows
    return list(rows.order_by("pk"))


def _reports(template: ReportTemplate, member: Member, period: Period) -> bool:
    reader = reader_of(template, member)
    if reader is None or reader == member.pk:
        return False
    joined = member.hired_on is None or member.hired_on < period.end
    return joined and (member.left_on is None or member.left_on > period.start)


def exempted(period: Period) -> set[tuple[int, int]]:
    """(template, member) of those who need not report on PERIOD."""
    still = Q(until=None) | Q(until__gte=period.start)
    rows = ReportExemption.objects.unscoped("who has to report").filter(still, archived_at=None)
    return set(rows.values_list("template_id", "member_id"))


def away_all(members: Iterable[int], period: Period) -> set[int]:
    """Of MEMBERS those who are away on every working day of PERIOD."""
    days, gone = set(work_in(period)), {pk: set[dt.date]() for pk in members}
    rows = Absence.objects.unscoped("who has to report").filter(
        member__in=list(gone), starts_on__lt=period.end, ends_on__gte=period.start, archived_at=None
    )
    for pk, starts, ends in rows.values_list("member_id", "starts_on", "ends_on"):
        gone[pk] |= {day for day in days if starts <= day <= ends}
    return {pk for pk, off in gone.items() if days and off >= days}
