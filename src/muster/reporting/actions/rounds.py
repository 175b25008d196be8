"""What happens by itself around reports: drafts are made, authors reminded, readers told who is missing. Each can be
done again at any time: nothing is made or said twice."""

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_noop

from muster.access.action import append, make_event
from muster.access.models import Event
from muster.access.scope import Actor
from muster.core.periods import containing
from muster.reporting.actions.report import begun
from muster.reporting.models import Report, ReportRound, Rhythm
from muster.reporting.queries.due import WORKING, Duty, away_all, duties, exempted

CAUGHT_UP = {"day": 3, "week": 1, "month": 1}  # periods back: a server that was down makes them up
BATCH = 500
SYSTEM = gettext_noop("report reminders")
State = Report.State
BEFORE, AFTER = 1, 2


def make_drafts(now: dt.datetime | None = None) -> int:
    """A draft for everybody who has to report and whose hour has come; how many. They hold nothing yet."""
    moment, made = now or timezone.now(), 0
    for kind in Rhythm.values:
        period = containing(timezone.localtime(moment).date() + dt.timedelta(days=1), kind)
        for _back in range(CAUGHT_UP[kind] + 2):
            due = [one for one in duties(kind, period.start) if _asked(one) <= one.draft_at <= moment]
            made += _make(due)
            period = period.previous()
    return made


def _asked(duty: Duty) -> dt.datetime:
    """Since when it is asked for as it is now: who begins to ask today does not ask for last week."""
    return duty.template.updated_at


def _make(found: list[Duty]) -> int:
    if not found:
        return 0
    there = set(
        Report.objects.unscoped("drafts")
        .filter(kind=found[0].template.kind, starts_on=found[0].period.start)
        .values_list("member_id", flat=True)
    )
    rows = [begun(one) for one in found if one.member.pk not in there]
    Report.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    return len(rows)


def settle_excuses(now: dt.datetime | None = None) -> int:
    """Outstanding reports of the last weeks: excused where the author turns out to be away all the while or exempt, and
    no longer where he is not."""
    since = timezone.localtime(now or timezone.now()).date() - dt.timedelta(days=62)
    rows = Report.objects.unscoped("excuses").filter(starts_on__gte=since).exclude(state=State.SENT)
    periods: dict[tuple[str, dt.date], list[Report]] = defaultdict(list)
    for row in rows.select_related("member"):
        periods[row.kind, row.starts_on].append(row)
    changed = 0
    for (kind, starts_on), found in periods.items():
        period = containing(starts_on, kind)
        gone, exempt = away_all([one.member_id for one in found], period), exempted(period)
        for row in found:
            off = (
                row.member_id in gone or (row.template_id, row.member_id) in exempt or row.member.status not in WORKING
            )
            changed += _set(row, State.EXCUSED if off else State.DRAFT)
    return changed


def _set(row: Report, state: str) -> int:
    if row.state == state:
        return 0
    rows = Report.objects.unscoped("excuses").filter(pk=row.pk).exclude(state=State.SENT)
    return rows.update(state=state)


@transaction.atomic
def remind(now: dt.datetime | None = None) -> int:
    """Tell authors shortly before their report is due, and once when it is overdue; how many were told."""
    moment = now or timezone.now()
    rows = Report.objects.unscoped("reminders").select_for_update(of=("self",)).filter(state=State.DRAFT)
    rows = rows.select_related("template").filter(reminded__lt=AFTER, due_at__gt=moment - dt.timedelta(days=2))
    told: list[Event] = []
    for row in rows.order_by("pk"):
        before = row.due_at - dt.timedelta(minutes=row.template.remind_minutes)
        if moment >= row.due_at:
            told.append(_tell(row, "overdue", AFTER))
        elif row.template.remind_minutes and moment >= before and row.reminded < BEFORE:
            told.append(_tell(row, "remind", BEFORE))
    append(told)
    return len(told)


def _tell(row: Report, verb: str, mark: int) -> Event:
    Report.objects.unscoped("reminders").filter(pk=row.pk).update(reminded=mark)
    return make_event(Actor.operator(SYSTEM, via="job"), f"reporting.report.{verb}", row, {})


def tell_readers(now: dt.datetime | None = None) -> int:
    """One digest to each reader with somebody missing, once for each period, when the last report of it was due."""
    moment = now or timezone.now()
    since = timezone.localtime(moment).date() - dt.timedelta(days=14)
    due = Report.objects.unscoped("digest").filter(due_on__gte=since, state__in=[State.DRAFT, State.SENT])
    rounds: dict[tuple[int, dt.date], list[Report]] = defaultdict(list)
    for row in due.order_by("pk"):
        rounds[row.template_id, row.starts_on].append(row)
    return sum(
        _tell_round(template, starts_on, found, moment)
        for (template, starts_on), found in rounds.items()
        if max(one.due_at for one in found) <= moment
    )


@transaction.atomic
def _tell_round(template: int, starts_on: dt.date, rows: list[Report], now: dt.datetime) -> int:
    ReportRound.objects.unscoped("digest").get_or_create(template_id=template, starts_on=starts_on)
    rounds = ReportRound.objects.unscoped("digest").select_for_update(of=("self",))
    one = rounds.select_related("template").get(template=template, starts_on=starts_on)
    if one.told_at is not None:
        return 0
    readers: dict[int, list[Report]] = defaultdict(list)
    for row in rows:
        if row.reviewer_id:
            readers[row.reviewer_id].append(row)
    events = [_digest(one, reader, found) for reader, found in readers.items() if any(_missing(row) for row in found)]
    append(events)
    ReportRound.objects.unscoped("digest").filter(pk=one.pk).update(told_at=now, version=F("version") + 1)
    return len(events)


def _missing(row: Report) -> bool:
    return row.state == State.DRAFT


def _digest(one: ReportRound, reader: int, rows: list[Report]) -> Event:
    words: dict[str, Any] = {"missing": sum(_missing(row) for row in rows), "expected": len(rows)}
    actor = Actor.operator(SYSTEM, via="job")
    return make_event(actor, "reporting.reportround.missing", one, {}, receivers=[reader], **words)
