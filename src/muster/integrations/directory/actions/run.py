"""Compare with a directory, and take over what was ticked."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action
from muster.access.crud import check_links
from muster.access.permissions import known
from muster.access.scope import Actor, Scope
from muster.integrations.directory.actions.applying import Applying, Step
from muster.integrations.directory.actions.connection import access_of
from muster.integrations.directory.adapters import read
from muster.integrations.directory.diff import compare
from muster.integrations.directory.shape import Failed
from muster.integrations.importing.sentences import of_error
from muster.integrations.models import DirectoryChange, DirectoryConnection, DirectoryRun

Kind, Status = DirectoryChange.Kind, DirectoryRun.Status
FRESH = dt.timedelta(hours=24)  # what was compared longer ago may be true no more
KEPT = dt.timedelta(days=90)
# To take over is no way to write what one may not write by hand.
NEEDS = (
    *(f"people.member.{verb}" for verb in ("create", "edit", "move", "leave", "rehire")),
    *(f"people.unit.{verb}" for verb in ("create", "edit", "move")),
    "people.position.create",
)

# -- comparing -------------------------------------------------------------------------------------------------------


@action("integrations.directoryrun.create", gettext_lazy("Compare with directories"), DirectoryRun, creates=True)
def begin_run(actor: Actor, *, connection: DirectoryConnection) -> DirectoryRun:
    """Note that somebody wants to compare; the reading is a job. One at a time."""
    check_links(actor, DirectoryRun(), {"connection": connection})
    busy = DirectoryRun.objects.unscoped("directory").filter(
        connection=connection, status__in=(Status.READING, Status.APPLYING), updated_at__gt=timezone.now() - FRESH
    )
    if busy.exists():
        raise ValidationError(_("%(name)s is being read or taken over right now.") % {"name": connection})
    row = DirectoryRun(connection=connection, user_id=actor.user_id)
    row.save()
    return row


def read_and_compare(run: DirectoryRun, step: Any = lambda _count: None) -> None:
    """Read all of the directory, then note every difference; half a directory notes nothing but what went wrong."""
    connection = run.connection
    try:
        snapshot = read(connection.kind, access_of(connection), step)
    except (Failed, ValidationError) as error:
        run.status, run.finished_at = Status.FAILED, timezone.now()
        run.error, run.error_params = of_error(error)
        run.save()
        return
    found = compare(connection, snapshot)
    for one in found.changes:
        one.run = run
    DirectoryChange.objects.unscoped("directory").filter(run=run).delete()
    DirectoryChange.objects.bulk_create(found.changes, batch_size=500)
    run.people, run.linked, run.gone = len(snapshot.people), found.linked, found.gone
    run.notes = [list(one.stored()) for one in found.notes]
    run.status, run.finished_at = Status.COMPARED, timezone.now()
    run.save()


def forget_old() -> None:
    """What was found three months ago says nothing about today, and it names people."""
    rows = DirectoryRun.objects.unscoped("directory").filter(created_at__lt=timezone.now() - KEPT)
    DirectoryChange.objects.unscoped("directory").filter(run__in=rows).delete()


# -- taking over -----------------------------------------------------------------------------------------------------


@action("integrations.directoryrun.apply", gettext_lazy("Take over from directories"), DirectoryRun)
def start_apply(
    actor: Actor, run: DirectoryRun, *, chosen: set[int], answers: dict[int, dict[str, Any]], sure: bool = False
) -> None:
    """Mark what was chosen; a job does the rest. ANSWERS hold decisions: the member meant, the day of leaving. Refused
    for an old comparison, for more leavers than usual unless SURE, and without the rights that it takes."""
    _refuse_stale(run)
    _may(actor)
    rows = list(DirectoryChange.objects.unscoped("directory").filter(run=run, pk__in=chosen))
    if not rows:
        raise Refused(_("Nothing is ticked."))
    if run.braked and not sure:
        message = _(
            "%(gone)s of %(linked)s would leave. That is more than usual: confirm it, or look into the directory."
        )
        raise Refused(message % {"gone": run.gone, "linked": run.linked})
    for one in rows:
        one.answer = _answer(one, answers.get(one.pk, {}))
        one.chosen = True
    DirectoryChange.objects.unscoped("directory").bulk_update(rows, ["chosen", "answer"], batch_size=500)
    run.status, run.user_id = Status.APPLYING, actor.user_id
    run.save(update_fields=["status", "user"])


def _refuse_stale(run: DirectoryRun) -> None:
    newer = DirectoryRun.objects.unscoped("directory").filter(connection=run.connection, pk__gt=run.pk)
    if run.status != Status.COMPARED:
        raise Refused(_("This comparison cannot be taken over: compare anew."))
    if newer.exclude(status=Status.FAILED).exists() or timezone.now() - run.created_at > FRESH:
        raise Refused(_("There is a newer comparison, or this one is older than a day: compare anew."))


def _may(actor: Actor) -> None:
    if missing := [one for one in NEEDS if Scope.ALL not in actor.scopes(one)]:
        labels = ", ".join(str(known()[one].label) for one in missing)
        raise Refused(_("Taking over takes rights that you do not have: %(names)s.") % {"names": labels})


def _answer(one: DirectoryChange, said: dict[str, Any]) -> dict[str, Any]:
    if one.kind == Kind.REVIEW:
        member = said.get("member")
        if member is not None and member not in one.candidates:
            raise Refused(_("%(name)s: choose one of those offered.") % {"name": one})
        return {"member": member} if member is not None else {}
    if one.kind == Kind.GONE and said.get("left_on"):
        return {"left_on": said["left_on"].isoformat()}
    return {}


def carry_out(run: DirectoryRun, actor: Actor, step: Step = lambda _done, _total: None) -> None:
    """Do what was chosen. Cut off half-way, it goes on with what still waits."""
    Applying(run, actor, step).carry_out()
    run.status, run.finished_at = Status.APPLIED, timezone.now()
    run.save(update_fields=["status", "finished_at"])
