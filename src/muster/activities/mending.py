"""Tasks as fixes on the audit sheets of members."""

import datetime as dt
from typing import Any

from muster.access.scope import Actor
from muster.activities.actions.task import tasks
from muster.activities.models import Task
from muster.people.models import Member
from muster.people.sheets import Desk, Fix

CREATE = "activities.task.create"


def owners(actor: Actor) -> Any:
    """Whom ACTOR may give a task."""
    if not actor.has(CREATE):
        return Member.objects.visible_to(actor).none()
    return Member.objects.visible_to(actor, CREATE).exclude(status=Member.Status.LEFT)


def make(actor: Actor, *, title: str, owner: Member, due_on: dt.date) -> int:
    row = tasks.create(actor, title=title, owner=owner, due_on=due_on)
    return int(row.pk)


def fixes(actor: Actor | None, keys: list[int]) -> dict[int, Fix]:
    if not keys or (actor is not None and not actor.has("activities.task.view")):
        return {}
    rows = Task.objects.unscoped("fixes on audit sheets") if actor is None else Task.objects.visible_to(actor)
    found = rows.filter(pk__in=keys, archived_at=None).select_related("owner")
    return {one.pk: Fix(one.title, one.owner, one.due_on, one.done_on, one.get_absolute_url()) for one in found}


DESK = Desk(owners, make, fixes)
