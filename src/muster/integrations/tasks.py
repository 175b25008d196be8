"""Jobs of the integrations room."""

import datetime as dt
import logging

from django.core.exceptions import ValidationError
from django_tasks import task

from muster.access.actors import actor_for
from muster.access.models import User
from muster.access.scope import Actor
from muster.core.jobs.schedule import chore
from muster.integrations.actions import carry_out
from muster.integrations.models import ImportBatch
from muster.integrations.notifications import read_events

logger = logging.getLogger(__name__)


@task()
def run_import(batch_id: int) -> None:
    """Carry out one import. What goes wrong is said on its page; running it again goes on where it stopped."""
    batch = ImportBatch.objects.unscoped("import job").get(pk=batch_id)
    if batch.status != ImportBatch.Status.RUNNING:
        return
    try:
        carry_out(batch, _importer(batch))
    except (ValidationError, ValueError) as error:
        _failed(batch, " ".join(error.messages) if isinstance(error, ValidationError) else str(error))
    except Exception as error:
        logger.exception("import %s failed", batch.pk)
        _failed(batch, str(error))
        raise


def _importer(batch: ImportBatch) -> Actor:
    """Everything may be written, which is what the permission to import says; the trail names who did it."""
    actor = Actor.operator("import")
    user = User.objects.filter(pk=batch.user_id).first()
    if user is None:
        return actor
    known = actor_for(user)
    actor.user_id, actor.member_id, actor.name = known.user_id, known.member_id, known.name
    return actor


def _failed(batch: ImportBatch, why: str) -> None:
    rows = ImportBatch.objects.unscoped("import job").filter(pk=batch.pk)
    rows.update(status=ImportBatch.Status.FAILED, error=why[:2000])


@chore("integrations.tell_people", dt.timedelta(minutes=1))
def tell_people() -> None:
    """Notifications of what happened since the last time."""
    while read_events():
        pass
