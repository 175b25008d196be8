"""Leads that nobody follows up climb a ladder: the owner is reminded, the manager is told, at last it is marked as high
risk or taken back. Days are working days of the firm, without those on which the owner is away."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from muster.access.action import add_event
from muster.access.scope import Actor
from muster.core import workdays
from muster.core.periods import today
from muster.crm.models import Lead, LeadStep
from muster.people.models import Absence, Member

DAY = dt.timedelta(days=1)
AT_ONCE = 500
MOST_DAYS = 400  # days looked back: longer waits count as the top of the ladder anyway
EVENTS = {
    LeadStep.Does.OWNER: "crm.lead.remind",
    LeadStep.Does.MANAGER: "crm.lead.escalate",
    LeadStep.Does.RISK: "crm.lead.risk",
    LeadStep.Does.BACK: "crm.lead.back",
}


def live_steps() -> list[LeadStep]:
    return list(LeadStep.objects.unscoped("ladder of leads").filter(archived_at=None).order_by("days"))


def absences_of(members: Iterable[int]) -> dict[int, list[Absence]]:
    rows = Absence.objects.unscoped("ladder of leads").filter(member__in=list(members), archived_at=None)
    found: dict[int, list[Absence]] = {}
    for one in rows.filter(ends_on__gte=today() - DAY * MOST_DAYS):
        found.setdefault(one.member_id, []).append(one)
    return found


def waited(since: dt.date, until: dt.date, away: Iterable[Absence] = ()) -> int:
    """Working days after SINCE up to and with UNTIL, without those within AWAY."""
    spans, days = [(one.starts_on, one.ends_on) for one in away], 0
    day = max(since, until - DAY * MOST_DAYS)
    while (day := day + DAY) <= until:
        days += workdays.is_workday(day) and not any(start <= day <= end for start, end in spans)
    return days


def is_away(day: dt.date, away: Iterable[Absence]) -> bool:
    return any(one.starts_on <= day <= one.ends_on for one in away)


def climb(on: dt.date | None = None) -> int:
    """Take each waiting lead to the step it has reached; how many were moved. Running it again moves none: a lead
    remembers its step. Nothing happens on a day off, nor while the owner is away."""
    day, steps, count, last = on or today(), live_steps(), 0, 0
    if not steps or not workdays.is_workday(day):
        return 0
    late = workdays.shift(day, -steps[0].days)
    waiting = Lead.objects.unscoped("ladder of leads").filter(
        status__in=Lead.OPEN, owner__isnull=False, archived_at=None, waiting_since__lte=late, reached__lt=steps[-1].days
    )
    while rows := list(waiting.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        last, away = rows[-1].pk, absences_of({one.owner_id for one in rows})
        for one in rows:
            spans = away.get(one.owner_id, [])
            if not is_away(day, spans):
                count += _climb(one, steps, waited(one.waiting_since, day, spans))
    return count


def _climb(seen: Lead, steps: list[LeadStep], days: int) -> bool:
    """The highest step within DAYS that was not taken yet; those below it are passed over, so that nobody hears three
    things at once."""
    due = [one for one in steps if seen.reached < one.days <= days]
    if not due:
        return False
    with transaction.atomic():
        row = Lead.objects.unscoped("ladder of leads").select_for_update(of=("self",)).get(pk=seen.pk)
        as_seen = (row.owner_id, row.waiting_since, row.reached, row.status)
        if as_seen != (seen.owner_id, seen.waiting_since, seen.reached, seen.status):
            return False  # somebody was faster
        _take(row, due[-1], days)
    return True


def _take(row: Lead, step: LeadStep, days: int) -> None:
    actor = Actor.operator(gettext_noop("ladder"), via="chore")
    told: dict[str, Any] = {"days": days, "receivers": _receivers(row, step)}
    changes: dict[str, Any] = {"reached": [row.reached, step.days]}
    row.reached = step.days
    if step.does == LeadStep.Does.RISK and not row.is_risky:
        row.is_risky, changes["is_risky"] = True, [False, True]
    if step.does == LeadStep.Does.BACK:
        changes["owner"] = [row.owner_id, None]
        told["former"] = row.owner_id
        row.taken_from_id = row.owner_id
        row.owner, row.waiting_since, row.reached, row.is_risky = None, None, 0, False
    row.version += 1
    row.save()
    add_event(actor, EVENTS[LeadStep.Does(step.does)], row, changes, **told)


def _receivers(row: Lead, step: LeadStep) -> list[int]:
    """The owner; from the second kind of step on his manager too."""
    manager = Member.objects.unscoped("ladder of leads").filter(pk=row.owner_id).values_list("manager_id", flat=True)
    above = [pk for pk in manager if pk] if step.does != LeadStep.Does.OWNER else []
    return [int(row.owner_id or 0), *above]
