"""Who has to collect hears of it in time, and who is over him when it is late."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from muster.access.action import append, make_event
from muster.access.scope import Actor
from muster.core import workdays
from muster.core.periods import DAY, today
from muster.crm.models import Instalment
from muster.crm.queries.receivables import OPEN
from muster.people.models import Member

DAYS_BEFORE = 7
WORKDAYS_AFTER = (3, 7, 15)  # each goes a step further up: the owner, his manager, and the manager over him


def step_on(due: dt.date, day: dt.date) -> int | None:
    """The step of the reminders that is reached on DAY: -1 a week before, 0 on the day, 1 to 3 after 3, 7 and 15
    working days; None before all of them."""
    if day < due - DAY * DAYS_BEFORE:
        return None
    if day < due:
        return -1
    passed = workdays.between(due + DAY, day + DAY)
    return sum(passed >= one for one in WORKDAYS_AFTER)


@transaction.atomic
def remind_of_dues(day: dt.date | None = None) -> int:
    """Tell of each open instalment once a step; how many were told. A step that was missed, because nothing ran, is not
    made up for: only the present one is told."""
    day = day or today()
    rows = Instalment.objects.unscoped("reminders of payments").filter(OPEN, due_on__lte=day + DAY * DAYS_BEFORE)
    rows = rows.filter(Q(reminded=None) | Q(reminded__lt=len(WORKDAYS_AFTER)))
    rows = rows.select_for_update(of=("self",)).select_related("contract__account", "contract__owner")
    told, events, actor = [], [], Actor.operator(gettext_noop("reminder of payments"), via="job")
    for row in rows.order_by("due_on", "pk"):
        step = step_on(row.due_on, day)
        if step is None or (row.reminded is not None and step <= row.reminded):
            continue
        row.reminded = step
        told.append(row)
        events.append(_event(actor, row, step, day))
    Instalment.objects.unscoped("reminders of payments").bulk_update(told, ["reminded"])
    if events:
        append(events)
    return len(told)


def _event(actor: Actor, row: Instalment, step: int, day: dt.date) -> Any:
    days = abs((day - row.due_on).days)
    said = {
        "receivers": _line_up(row.contract.owner, step),
        "days": days,
        "open": row.outstanding,
        "account": str(row.contract.account),
    }
    return make_event(actor, "crm.instalment.late" if step > 0 else "crm.instalment.due", row, {}, **said)


def _line_up(owner: Member | None, step: int) -> list[int]:
    """The owner, and with each step after the first one manager more."""
    people, at = [], owner
    for _step in range(max(step, 1)):
        if at is None:
            break
        people.append(at.pk)
        at = Member.objects.unscoped("whom to remind").filter(pk=at.manager_id).first() if at.manager_id else None
    return people
