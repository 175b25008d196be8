"""Jobs of the integrations room."""

import datetime as dt
import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from django_tasks import task

from muster.access.actors import actor_for
from muster.access.models import User
from muster.access.scope import Actor
from muster.activities.models import Mailbox
from muster.core.jobs.run import Run, job, start
from muster.core.jobs.schedule import chore
from muster.integrations.actions.importing import begin_import, carry_out, check, map_columns, start_import
from muster.integrations.bots import speak
from muster.integrations.directory import actions as directories
from muster.integrations.importing.sentences import Wrong, of_error, original
from muster.integrations.importing.systems.owners import known_owners
from muster.integrations.letters import send_letters
from muster.integrations.mail import forget_old, send_due
from muster.integrations.mailboxes.fetching import fetch, fetch_all
from muster.integrations.mailboxes.sending import send_waiting
from muster.integrations.models import DirectoryConnection, DirectoryRun, ImportBatch
from muster.integrations.notifications import read_events

logger = logging.getLogger(__name__)


def begin(actor: Actor, *, source: str, files: list[tuple[str, bytes]]) -> ImportBatch:
    """Keep files and check them; a large one is checked by the job, once this is committed."""
    batch: ImportBatch = begin_import(actor, source=source, files=files)
    _check_later(batch)
    return batch


def map_and_check(actor: Actor, batch: ImportBatch, *, mapping: dict[str, Any]) -> ImportBatch:
    """Say which column is which, and check again."""
    map_columns(actor, batch, mapping=mapping)
    batch.refresh_from_db()
    _check_later(batch)
    return batch


def review_export(actor: Actor, batch: ImportBatch, answers: dict[str, dict[str, str]]) -> ImportBatch:
    """Say who the owners of another system are, and check again. Raises `Wrong` for one who is nobody here."""
    known_owners(actor, answers["owners"])
    return map_and_check(actor, batch, mapping=answers)


def _check_later(batch: ImportBatch) -> None:
    if batch.status == ImportBatch.Status.CHECKING:
        transaction.on_commit(lambda: run_check.enqueue(batch.pk))


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


@task()
def run_check(batch_id: int) -> None:
    """The dry run of a large file. Begun again, it reads anew."""
    batch = ImportBatch.objects.unscoped("import job").get(pk=batch_id)
    if batch.status != ImportBatch.Status.CHECKING:
        return
    batch.started_at = timezone.now()
    batch.save(update_fields=["started_at"])
    try:
        check(batch, _importer(batch))
    except Exception as error:
        logger.exception("check of import %s failed", batch.pk)
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


@chore("integrations.send_mails", dt.timedelta(minutes=1))
def send_mails() -> int:
    """Notices that are due by mail."""
    return send_due()


@chore("integrations.send_handover_letters", dt.timedelta(minutes=1))
def send_handover_letters() -> int:
    """Mails that tell customers who looks after them now."""
    return send_letters()


@chore("integrations.forget_deliveries", dt.timedelta(days=1))
def forget_deliveries() -> int:
    """Deliveries of long ago."""
    return forget_old()


@chore("integrations.speak", dt.timedelta(minutes=1))
def let_bots_speak() -> int:
    """What is due in group chats."""
    return speak()


@chore("integrations.read_mailboxes", dt.timedelta(minutes=5))
def read_mailboxes() -> int:
    """New mail of members."""
    return fetch_all()


@chore("integrations.send_members_mail", dt.timedelta(minutes=1))
def send_members_mail() -> int:
    """Mail that members wrote."""
    return send_waiting()


@job(_("Reading a mailbox"))
def read_mailbox(run: Run, pk: int) -> int:
    """New mail of one member, at once."""
    rows = Mailbox.objects.unscoped("reading mailboxes").select_related("member__user")
    return fetch(rows.get(pk=pk))


# -- directories -----------------------------------------------------------------------------------------------------


@job(_("Comparison with a directory"))
def compare_directory(run: Run, pk: int) -> None:
    """Read one directory and note the differences; begun again, it reads anew."""
    row = _run_of(pk)
    if row.status != DirectoryRun.Status.READING:
        return
    try:
        directories.read_and_compare(row, run.step)
    except Exception as error:
        logger.exception("comparison %s failed", pk)
        _run_failed(pk, str(error))
        raise


@job(_("Taking over from a directory"))
def apply_directory(run: Run, pk: int) -> None:
    """Take over what was chosen, with the rights that whoever chose it has now."""
    row = _run_of(pk)
    if row.status != DirectoryRun.Status.APPLYING:
        return
    user = User.objects.filter(pk=row.user_id, is_active=True).first()
    if user is None:
        _run_failed(pk, original(_("Whoever ticked this has no login any more: compare anew.")))
        return
    directories.carry_out(row, actor_for(user, via="directory"), run.step)


def _run_of(pk: int) -> DirectoryRun:
    return DirectoryRun.objects.unscoped("directory job").select_related("connection").get(pk=pk)


def _run_failed(pk: int, why: str) -> None:
    rows = DirectoryRun.objects.unscoped("directory job").filter(pk=pk)
    rows.update(status=DirectoryRun.Status.FAILED, error=why[:2000], error_params={})


@chore("integrations.compare_directories", dt.timedelta(days=1))
def compare_directories() -> None:
    """Note each day what differs. Nothing is taken over by itself."""
    directories.forget_old()
    rows = DirectoryConnection.objects.unscoped("directory job").filter(daily=True, archived_at=None)
    for connection in rows:
        try:
            found = directories.begin_run(Actor.operator(gettext_noop("daily comparison")), connection=connection)
        except ValidationError:  # one is under way
            continue
        start(compare_directory, {"pk": found.pk}, about=connection.name)
