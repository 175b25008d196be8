"""A few rows are done at once, many by a job that one may watch and stop."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.actions.bulk import begin_bulk, commit_bulk, undo_bulk
from muster.access.actions.bulk_run import work
from muster.access.actors import actor_for
from muster.access.models import BulkChange, BulkRow, User
from muster.access.scope import Actor
from muster.core.jobs.run import Run, job, start

AT_ONCE = 25  # rows; more would keep somebody waiting for his page


@job(gettext_lazy("Bulk change"))
def bulk_job(run: Run, pk: int) -> str:
    """With the rights that whoever asked for it has now, within those of his token."""
    change = BulkChange.objects.unscoped("bulk job").select_related("user").get(pk=pk)
    if not change.user.is_active:
        return _("Whoever asked for this has no login any more.")
    work(change, actor_for(change.user, via="bulk", limits=change.limits), run.step)
    return ""


def proceed(actor: Actor, change: BulkChange) -> None:
    rows = BulkRow.objects.unscoped("size of a bulk change").filter(change=change)
    if rows[: AT_ONCE + 1].count() <= AT_ONCE:
        work(change, actor, lambda _done, _total: None)
    else:
        start(bulk_job, {"pk": change.pk}, user=User.objects.filter(pk=change.user_id).first(), about=str(change))


def begin(actor: Actor, **said: Any) -> BulkChange:
    """Begin a bulk change and try it out."""
    change: BulkChange = begin_bulk(actor, **said)
    proceed(actor, change)
    change.refresh_from_db()
    return change


def commit(actor: Actor, change: BulkChange) -> None:
    proceed(actor, commit_bulk(actor, change))


def undo(actor: Actor, change: BulkChange) -> None:
    proceed(actor, undo_bulk(actor, change))
