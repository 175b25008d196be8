"""Who has sent and who has not, and how it went over the weeks."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from muster.access.scope import Actor
from muster.core.periods import Period, containing
from muster.metrics import display
from muster.metrics.compute import Result, compute
from muster.metrics.metric import metric
from muster.people.models import Member, Unit
from muster.reporting.models import Report
from muster.reporting.policies.report import FOLLOW
from muster.reporting.queries.due import away_all, exempted

State = Report.State
MOST = 500
COLUMNS = ("reports_due", "reports_sent", "reports_late", "reports_missing", "report_rate")


@dataclass
class Roll:
    """The reports of one period by where they stand: missing (their time is over), open (not yet), sent, excused."""

    period: Period
    missing: list[Report] = field(default_factory=list)
    waiting: list[Report] = field(default_factory=list)
    sent: list[Report] = field(default_factory=list)
    excused: list[Report] = field(default_factory=list)


def roll(actor: Actor, kind: str, day: dt.date) -> Roll:
    """Whose reports ACTOR follows, his own left out. Who turns out to be away counts as excused at once."""
    period = containing(day, kind)
    rows = followed(actor).filter(kind=kind, starts_on=period.start).select_related("member__unit", "reviewer")
    found, now = Roll(period), timezone.now()
    reports = list(rows.order_by("member__sort_name", "pk")[:MOST])
    gone, exempt = away_all([one.member_id for one in reports], period), exempted(period)
    for one in reports:
        off = one.member_id in gone or (one.template_id, one.member_id) in exempt or one.state == State.EXCUSED
        if one.state == State.SENT:
            found.sent.append(one)
        elif off:
            found.excused.append(one)
        else:
            (found.missing if one.due_at <= now else found.waiting).append(one)
    return found


def followed(actor: Actor) -> QuerySet[Report]:
    rows: QuerySet[Report] = Report.objects.visible_to(actor, FOLLOW).filter(archived_at=None)
    return rows.exclude(member=actor.member_id)


def to_read(actor: Actor) -> QuerySet[Report]:
    """Sent to ACTOR and not read yet."""
    rows: QuerySet[Report] = Report.objects.visible_to(actor)
    return rows.filter(reviewer=actor.member_id or 0, state=State.SENT, seen_at=None, archived_at=None)


@dataclass
class Line:
    label: str
    cells: list[dict[str, Any]]
    member: Member | None = None


def statistics(actor: Actor, period: Period, by: str) -> list[Line]:
    """Reports due, sent, late and missing over PERIOD: by unit, member or step of time; the last line is the total."""
    whole = compute(COLUMNS, actor, period)
    lines = _steps(actor, period) if by == "step" else _groups(actor, period, by)
    return [*lines, Line("", _cells(whole, None, period))]


def _groups(actor: Actor, period: Period, by: str) -> list[Line]:
    found = compute(COLUMNS, actor, period, by=by)
    groups = [group for group in found.groups("reports_due") if group]
    if by == "unit":
        names: dict[int, Any] = Unit.objects.visible_to(actor).in_bulk(groups)
        return [
            Line(str(names[group]), _cells(found, group, period, unit=group))
            for group in sorted(groups)
            if group in names
        ]
    people = Member.objects.visible_to(actor).filter(pk__in=groups).order_by("sort_name", "pk")[:MOST]
    return [Line(str(one), _cells(found, one.pk, period, member=one.pk), one) for one in people]


def _steps(actor: Actor, period: Period) -> list[Line]:
    kind = "week" if (period.end - period.start).days > 7 else "day"
    return [
        Line(f"{step.start:%m-%d} – {step.last:%m-%d}", _cells(compute(COLUMNS, actor, step), None, step))
        for step in period.buckets(kind)
    ]


def _cells(found: Result, group: Any, period: Period, **more: Any) -> list[dict[str, Any]]:
    return [
        {
            "text": display.text(metric(key), found.cell(key, group)),
            "href": display.rows_url(key, period, **more),
            "bad": key == "reports_missing" and bool(found.cell(key, group).value),
        }
        for key in COLUMNS
    ]


def heads() -> list[str]:
    return [str(metric(key).label) for key in COLUMNS]
