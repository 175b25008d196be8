"""Jobs of the access room."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from muster.access.actions.list_export import ask_export, drop_old_exports, in_hand, write_export
from muster.access.models import ListExport, User
from muster.access.scope import Actor
from muster.core.jobs.run import Run, job, start
from muster.core.jobs.schedule import chore


@job(_("Export of a list"))
def export_job(run: Run, pk: int) -> None:
    row = ListExport.objects.unscoped("export of a list").filter(pk=pk).first()
    if row is not None:
        write_export(row, run)


def begin_export(actor: Actor, **said: Any) -> ListExport:
    """Ask for the file of a long list; a job writes it once this is committed."""
    with transaction.atomic():
        row: ListExport = ask_export(actor, **said)
        user = User.objects.filter(pk=row.user_id).first()
        in_hand(row, start(export_job, {"pk": row.pk}, user=user, about=row.name))
    return row


@chore("access.drop_old_exports", dt.timedelta(hours=1))
def drop_old() -> int:
    """Files of exports whose day is over."""
    return drop_old_exports()
