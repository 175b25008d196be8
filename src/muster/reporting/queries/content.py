"""What a report says by itself: what was logged, as its author sees it. Codes and the records' own words, so that what
was kept is read in any language later on. Numbers come from the metrics alone."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from muster.access.scope import Actor
from muster.activities.models import Activity, Task
from muster.core import workdays
from muster.core.periods import Period
from muster.crm.models import Deal, StageChange
from muster.metrics.compute import compute
from muster.people.models import Member

NUMBERS = (
    "visits_done",
    "calls_done",
    "meetings_done",
    "emails_done",
    "accounts_touched",
    "deals_opened",
    "deals_won",
    "revenue_won",
    "tasks_done",
)
MOST_ROWS = 100  # of one part; the number over it is never cut

Row = dict[str, Any]
Content = dict[str, Any]


def content_of(actor: Actor, member: Member, period: Period) -> Content:
    """What MEMBER did in PERIOD and plans for the next, as ACTOR (himself) sees it."""
    steps = deal_rows(actor, member, period)
    parts = [
        ("work", work_rows(actor, member, period)),
        ("deals", steps),
        ("tasks", task_rows(actor, member, period)),
        ("overdue", overdue_rows(actor, member, period)),
        ("plan", plan_rows(actor, member, next_of(period))),
    ]
    return {"numbers": numbers_of(actor, member, period), "parts": [_part(key, rows) for key, rows in parts if rows]}


def _part(key: str, rows: list[Row]) -> dict[str, Any]:
    return {"key": key, "rows": rows[:MOST_ROWS], "more": len(rows) > MOST_ROWS}


def next_of(period: Period) -> Period:
    """What one plans for: the days up to and with the next working day, or the next week or month."""
    if period.kind != "day":
        return period.next()
    return Period(period.end, workdays.shift(period.start, 1) + dt.timedelta(days=1))


def numbers_of(actor: Actor, member: Member, period: Period) -> list[Row]:
    only = Member.objects.visible_to(actor).filter(pk=member.pk)
    found = compute(NUMBERS, actor, period, members=only)
    cells = [(key, found.cell(key)) for key in NUMBERS]
    return [{"key": key, "value": int(cell.value or 0), "currency": cell.currency} for key, cell in cells]


def work_rows(actor: Actor, member: Member, period: Period) -> list[Row]:
    rows = Activity.objects.counted_for(actor).filter(
        owner=member.pk, done_on__gte=period.start, done_on__lt=period.end, archived_at=None
    )
    return [_work(one) for one in _first(rows.select_related("account").order_by("done_on", "done_at", "pk"))]


def _first(rows: QuerySet[Any]) -> Iterable[Any]:
    return rows[: MOST_ROWS + 1]


def _work(one: Activity) -> Row:
    moment = one.done_at or one.planned_at
    return _row(
        one,
        one.kind,
        one.subject,
        account=str(one.account or ""),
        text=" → ".join(filter(None, [one.outcome, one.next_step])),
        at=moment.isoformat() if moment else str(one.done_on),
    )


def _row(of: Any, what: str, title: str, **more: Any) -> Row:
    return {"of": of._meta.label_lower, "pk": of.pk, "what": what, "title": title, **more}


def deal_rows(actor: Actor, member: Member, period: Period) -> list[Row]:
    """Each deal that began or moved, once: from where it stood when the period began to where it stands."""
    steps = StageChange.objects.visible_to(actor).filter(
        deal__owner=member.pk, deal__archived_at=None, changed_on__gte=period.start, changed_on__lt=period.end
    )
    steps = steps.select_related("deal__account", "from_stage", "to_stage").order_by("changed_on", "pk")
    found: dict[int, list[StageChange]] = {}
    for step in _first(steps):
        found.setdefault(step.deal_id, []).append(step)
    return [_deal(of_one[0], of_one[-1]) for of_one in found.values()]


def _deal(first: StageChange, last: StageChange) -> Row:
    deal: Deal = last.deal
    began = first.from_stage is None
    what = last.to_stage.kind if last.to_stage.kind != "open" else "new" if began else "moved"
    names = [[one.name, one.name_zh] for one in (first.from_stage, last.to_stage) if one is not None]
    return _row(
        deal,
        what,
        deal.name,
        account=str(deal.account or ""),
        stages=names,
        amount=deal.amount,
        currency=deal.currency,
        at=str(last.changed_on),
    )


def task_rows(actor: Actor, member: Member, period: Period) -> list[Row]:
    done = Q(done_on__gte=period.start, done_on__lt=period.end)
    return [_task(one, "done") for one in _tasks(actor, member).filter(done).order_by("done_on", "pk")[: MOST_ROWS + 1]]


def overdue_rows(actor: Actor, member: Member, period: Period) -> list[Row]:
    """Tasks and plans whose day is over and that nobody did until the period's end."""
    late = Q(due_on__lt=period.end) & (Q(done_on=None) | Q(done_on__gte=period.end))
    tasks = _tasks(actor, member).filter(late).order_by("due_on", "pk")[: MOST_ROWS + 1]
    end = dt.datetime.combine(period.end, dt.time(), ZoneInfo(member.time_zone))
    plans = _plans(actor, member).filter(planned_at__lt=end).order_by("planned_at", "pk")[: MOST_ROWS + 1]
    return [_task(one, "task") for one in tasks] + [_work(one) for one in plans]


def plan_rows(actor: Actor, member: Member, period: Period) -> list[Row]:
    zone = ZoneInfo(member.time_zone)
    start, end = (dt.datetime.combine(day, dt.time(), zone) for day in (period.start, period.end))
    plans = _plans(actor, member).filter(planned_at__gte=start, planned_at__lt=end).order_by("planned_at", "pk")
    tasks = _tasks(actor, member).filter(done_on=None, due_on__gte=period.start, due_on__lt=period.end)
    return [_work(one) for one in _first(plans)] + [
        _task(one, "task") for one in _first(tasks.order_by("due_on", "pk"))
    ]


def _tasks(actor: Actor, member: Member) -> QuerySet[Task]:
    rows: QuerySet[Task] = Task.objects.counted_for(actor).filter(owner=member.pk, archived_at=None)
    return rows.select_related("account")


def _plans(actor: Actor, member: Member) -> QuerySet[Activity]:
    rows: QuerySet[Activity] = Activity.objects.counted_for(actor).filter(owner=member.pk, archived_at=None)
    return rows.filter(status=Activity.Status.PLANNED).select_related("account")


def _task(one: Task, what: str) -> Row:
    return _row(one, what, one.title, account=str(one.account or ""), at=str(one.done_on or one.due_on or ""))
