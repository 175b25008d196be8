"""What a sales briefing says, to whom, and when. Every number comes from the metrics, as its reader may see it."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from muster.access.scope import Actor
from muster.core import workdays
from muster.core.periods import Period, containing
from muster.metrics.compute import compute, source_rows
from muster.people.models import Member, ReportingLine
from muster.people.policies import units_below
from muster.reporting.models import AnalysisMail, Briefing, BriefingExclusion, BriefingIssue
from muster.reporting.queries.due import WORKING, last_workday, moment
from muster.reporting.queries.shown import in_words, number

NUMBERS = (
    "accounts_new",
    "contacts_new",
    "deals_opened",
    "stage_moves",
    "deals_won",
    "revenue_won",
    "accounts_visited",
    "visits_done",
    "activities_done",
)
NOON = dt.time(12)
BACK = 15  # periods looked back for the last one: over any holidays
FRESH = dt.timedelta(days=1)  # one that could not be sent for a day is not sent any more
MOST_LEADERS = 2_000


def sent_at(briefing: Briefing | AnalysisMail, period: Period, zone: str) -> dt.datetime | None:
    """When the briefing on PERIOD goes out in ZONE; None where no day of it is worked."""
    last = last_workday(period)
    if last is None:
        return None
    day = last if briefing.send_at >= NOON else workdays.shift(period.last, 1)
    return moment(day, briefing.send_at, zone)


def period_due(briefing: Briefing | AnalysisMail, zone: str, now: dt.datetime) -> Period | None:
    """The period whose briefing goes out now: the last one whose moment has come, within a day."""
    period = containing(now.astimezone(ZoneInfo(zone)).date(), briefing.kind)
    for _back in range(BACK):
        at = sent_at(briefing, period, zone)
        if at is not None and at <= now:
            return period if now - at < FRESH else None
        period = period.previous()
    return None


def last_period(briefing: Briefing, today: dt.date) -> Period:
    """What a preview tells of: the last period that is over, with a working day in it."""
    period = containing(today, briefing.kind).previous()
    for _back in range(BACK):
        if last_workday(period):
            break
        period = period.previous()
    return period


def excluded(briefing: Briefing) -> Any:
    rows = BriefingExclusion.objects.unscoped("who gets a briefing").filter(briefing=briefing, archived_at=None)
    return rows.values("member")


def leaders(briefing: Briefing) -> QuerySet[Member]:
    """Who gets it: members with a login and people under them, in the unit, and not excluded."""
    lines = ReportingLine.objects.unscoped("who gets a briefing").filter(depth=1)
    rows = Member.objects.unscoped("who gets a briefing").filter(
        pk__in=lines.values("ancestor"), status__in=WORKING, archived_at=None, user__is_active=True
    )
    rows = rows.filter(unit__in=units_below(briefing.unit_id)) if briefing.unit_id else rows
    return rows.exclude(pk__in=excluded(briefing)).select_related("user").order_by("pk")[:MOST_LEADERS]


def counted(actor: Actor, briefing: Briefing, leader: int | None) -> QuerySet[Member]:
    """Whose work it counts: the leader's and his people's; in a preview that of the unit. Never of those excluded."""
    rows: QuerySet[Member] = Member.objects.visible_to(actor).exclude(pk__in=excluded(briefing))
    if leader is None:
        return rows.filter(unit__in=units_below(briefing.unit_id)) if briefing.unit_id else rows
    lines = ReportingLine.objects.visible_to(actor).filter(ancestor=leader)
    return rows.filter(Q(pk__in=lines.values("descendant")))


def numbers_of(actor: Actor, briefing: Briefing, period: Period, leader: int | None) -> list[dict[str, Any]]:
    found = compute(NUMBERS, actor, period, members=counted(actor, briefing, leader))
    cells = [(key, found.cell(key)) for key in NUMBERS]
    return [{"key": key, "value": int(cell.value or 0), "currency": cell.currency} for key, cell in cells]


def rows_behind(issue: BriefingIssue, key: str, actor: Actor) -> QuerySet[Any]:
    """The rows behind a number of ISSUE, as they are now."""
    return source_rows(key, actor, issue.period, members=counted(actor, issue.briefing, issue.member_id))


def shown(issue: BriefingIssue) -> list[dict[str, Any]]:
    return [number(one, {}, reverse("briefing_rows", args=[issue.pk, one["key"]])) for one in issue.numbers]


def said(issue: BriefingIssue) -> str:
    """The issue as one line, in the language of now. It names no customer, so a group may hear it."""
    words = in_words([number(one, {}) for one in issue.numbers], most=len(NUMBERS))
    return words or _("nothing new")
