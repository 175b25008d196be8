"""Things to do."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import action
from muster.access.crud import crud
from muster.access.scope import Actor
from muster.activities.models import Task
from muster.core.periods import today
from muster.crm.actions.router import known_kind, route_one
from muster.people.models import Member


def _complete(actor: Actor, task: Task, fields: dict[str, Any]) -> None:
    if task._state.adding:
        if task.owner_id is None and actor.member_id:
            task.owner_id = actor.member_id
        task.assigned_by_id = actor.member_id
    if task.deal is not None and not task.account_id:
        task.account_id = task.deal.account_id
    if task.lead is not None and not task.account_id:
        task.account_id = task.lead.account_id
    if task.owner_id and task.owner.status == Member.Status.LEFT and task.done_on is None:
        raise ValidationError({"owner": _("%(name)s has left: choose somebody else.") % {"name": task.owner.name}})


tasks = crud(Task, before_save=_complete)


@action("activities.task.complete", gettext_lazy("Finish tasks"), Task)
def complete_task(actor: Actor, task: Task, *, done: bool = True) -> None:
    """Tick the task off today, or take the tick back."""
    if done and task.done_on:
        raise ValidationError(_("This is done already."))
    task.done_on = today() if done else None
    task.save(update_fields=["done_on"])


def reopen_task(actor: Actor, task: Task) -> Task:
    row: Task = complete_task(actor, task, done=False)
    return row


@action("activities.task.route", gettext_lazy("Let rules choose who does tasks"), Task)
def route_task(actor: Actor, task: Task) -> Task:
    """Let the rules give an open task to somebody; where nobody is left it stays where it is and waits in a queue.
    Raises ValidationError where it is done or no rule fits."""
    if task.done_on:
        raise ValidationError(_("This is done already."))
    route_one(actor, known_kind("activities.task"), task)
    fresh: Task = Task.objects.unscoped("as routing left it").get(pk=task.pk)
    return fresh
