"""Overdue work: one's own to do, a member's to talk about."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import ngettext

from muster.access.scope import Actor
from muster.activities.models import Activity, Task
from muster.core.cells import address
from muster.core.periods import today
from muster.people.models import Member
from muster.people.owed import May, Owed, provide


@provide
def overdue(actor: Actor, member: Member, may: May) -> Iterable[Owed]:
    url = f"{address(member)}?tab=work"
    if not may("activities.task.view"):
        return
    tasks = Task.objects.visible_to(actor).filter(owner=member.pk, done_on=None, archived_at=None)
    n = tasks.filter(due_on__lt=today()).count()
    if n:
        yield Owed(ngettext("%(n)s task is overdue", "%(n)s tasks are overdue", n) % {"n": n}, url, "checkbox", True)
    plans = Activity.objects.visible_to(actor).filter(owner=member.pk, archived_at=None)
    n = plans.filter(status=Activity.Status.PLANNED, planned_at__lt=timezone.now()).count()
    if n:
        said = ngettext("%(n)s planned activity is overdue", "%(n)s planned activities are overdue", n) % {"n": n}
        yield Owed(said, url, "calendar-event", True)
