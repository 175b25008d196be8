"""Jobs of the integrations room."""

import datetime as dt
import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from muster.access.actors import actor_for
from muster.access.models import User
from muster.access.scope import Actor
from muster.core.jobs.schedule import chore
from muster.integrations.actions import carry_out, start_import
from muster.integrations.importing.sentences import Wrong, of_error
from muster.integrations.models import ImportBatch
from muster.integrations.notifications import read_events

logger = logging.getLogger(__name__)


def start_run(actor: Actor, batch: ImportBatch) -> None:
    """Carry out an import that was checked: the job takes it up once this is committed."""
    start_import(actor, batch)
    transaction.on_commit(lambda: run_import.enqueue(batch.pk))


@task()
def run_import(batch_id: int) -> None:
    """Carry out one import. What goes wrong is said on its page; running it again goes on where it stopped."""
    batch = ImportBatch.objects.unscoped("import job").get(pk=batch_id)
    if batch.status != ImportBatch.Status.RUNNING:
        return
    ImportBatch.objects.unscoped("import job").filter(pk=batch.pk).update(started_at=timezone.now())
    try:
        carry_out(batch, _importer(batch))
    except (ValidationError, ValueError) as error:
        _failed(batch, *of_error(error))
    except Exception as error:
        logger.exception("import %s failed", batch.pk)
        _failed(batch, str(error), {})
        raise


def _importer(batch: ImportBatch) -> Actor:
    """Who asked for it, with the rights he has now."""
    user = User.objects.filter(pk=batch.user_id, is_active=True).first()
    if user is None:
        raise Wrong(_("Whoever asked for this import has no login any more: begin it anew."))
    return actor_for(user, via="import")


def _failed(batch: ImportBatch, why: str, params: dict[str, Any]) -> None:
    rows = ImportBatch.objects.unscoped("import job").filter(pk=batch.pk)
    rows.update(status=ImportBatch.Status.FAILED, error=why[:2000], error_params=params)


@chore("integrations.tell_people", dt.timedelta(minutes=1))
def tell_people() -> None:
    """Notifications of what happened since the last time."""
    while read_events():
        pass
