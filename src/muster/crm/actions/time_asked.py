"""More time before the public pool is asked for whom a record has then: once it changes hands nobody waits for it."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_noop

from muster.access.scope import Actor
from muster.people.actions.approval import lapse_changed
from muster.people.models import ApprovalRequest

KIND = "more_time"  # of an approval


def mark(row: Any) -> str:
    """Whose it is: somebody else's time was not asked for."""
    return f"{row.owner_id} {row.pool_id}"


def lapse_time(model: Any, pks: Iterable[int] | None = None) -> int:
    """Requests for records of MODEL (those with PKS, else all) that changed hands lapse; how many did."""
    actor, count = Actor.operator(gettext_noop("recycling"), via="chore"), 0
    waiting = ApprovalRequest.objects.unscoped("more time").filter(
        kind=KIND, model=model._meta.label_lower, status=ApprovalRequest.Status.OPEN
    )
    waiting = waiting if pks is None else waiting.filter(object_id__in=pks)
    marks = dict(waiting.values_list("object_id", "mark"))
    for row in model.objects.unscoped("more time").filter(pk__in=marks):
        if mark(row) != marks[row.pk]:
            lapse_changed(actor, row, KIND)
            count += 1
    return count
