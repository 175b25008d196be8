"""Imports as verbs: begin (read and check), map columns, commit, undo."""

import io
import zipfile
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action
from muster.access.models import User
from muster.access.scope import Actor
from muster.integrations.importing import columns, engine, reading
from muster.integrations.importing.sources import SOURCES
from muster.integrations.models import ExternalKey, ImportBatch
from muster.people.models import Member

Status = ImportBatch.Status


@action("integrations.importbatch.create", gettext_lazy("Begin an import"), ImportBatch, creates=True)
def begin_import(actor: Actor, *, source: str, files: list[tuple[str, bytes]]) -> ImportBatch:
    """Keep the files and say what would happen; nothing is imported yet."""
    if source not in SOURCES or not files:
        raise ValidationError(_("Choose what is imported, and at least one file."))
    name, content = files[0] if len(files) == 1 else ("files.zip", _zipped(files))
    shown = ", ".join(one for one, _content in files)[:200]
    batch = ImportBatch(source=source, user_id=actor.user_id, file_name=shown)
    batch.options = {"columns": columns.guess(SOURCES[source].tables, reading.read_bytes(name, content))}
    batch.file.save(Path(name).name, ContentFile(content), save=False)
    batch.save()
    check(batch)
    return batch


@action("integrations.importbatch.map", gettext_lazy("Say which column is which"), ImportBatch)
def map_columns(actor: Actor, batch: ImportBatch, *, mapping: columns.Mapping) -> None:
    if batch.status not in (Status.CHECKED, Status.FAILED):
        raise Refused(_("This import has been carried out: begin a new one."))
    batch.options = {**batch.options, "columns": mapping}
    batch.status = Status.CHECKED
    batch.save()
    check(batch)


@action("integrations.importbatch.commit", gettext_lazy("Carry out an import"), ImportBatch)
def start_import(actor: Actor, batch: ImportBatch) -> None:
    """Mark it as running; the job does the rest."""
    if batch.status not in (Status.CHECKED, Status.FAILED) or not batch.counts:
        raise Refused(_("This import cannot be carried out now."))
    batch.status, batch.error, batch.done_rows, batch.total_rows = Status.RUNNING, "", 0, 0
    batch.save()


@action("integrations.importbatch.undo", gettext_lazy("Undo an import"), ImportBatch)
def undo_import(actor: Actor, batch: ImportBatch) -> None:
    if batch.status not in (Status.DONE, Status.FAILED):
        raise Refused(_("Only an import that was carried out can be undone."))
    made = ExternalKey.objects.unscoped("undo of an import").filter(batch=batch, model="people.member")
    members = Member.objects.unscoped("undo of an import").filter(pk__in=made.values("object_id"), user__isnull=False)
    logins = list(members.values_list("user_id", flat=True))
    try:
        engine.undo(batch, actor, SOURCES[batch.source].order)
    except ValueError as error:
        raise Refused(str(error)) from error
    except ProtectedError as error:
        names = ", ".join(str(one) for one in list(error.protected_objects)[:5])
        raise Refused(
            _("Other records lean on what was imported: %(names)s. Move them first.") % {"names": names}
        ) from error
    User.objects.filter(pk__in=logins, last_login=None).delete()


def sheets_of(batch: ImportBatch) -> list[reading.Sheet]:
    with batch.file.open("rb") as file:
        return reading.read_bytes(Path(batch.file.name or "").name, file.read())


def plan_of(batch: ImportBatch) -> engine.Plan:
    return SOURCES[batch.source].plan(columns.renamed(sheets_of(batch), batch.options.get("columns", {})))


def check(batch: ImportBatch) -> None:
    """The dry run: what would happen, and everything odd. A table or column that is missing is said in `error`."""
    batch.error, batch.counts, issues = "", [], []
    try:
        plan = plan_of(batch)
        batch.counts, issues = engine.Run(plan, Actor.operator("dry run")).counts(), plan.issues
    except ValidationError as error:
        batch.error = " ".join(error.messages)
    batch.save()
    engine.save_issues(batch, issues)


def carry_out(batch: ImportBatch, actor: Actor) -> None:
    """Write what was checked. Cut off half-way, it is simply run again: what stands already is left alone."""
    made = ExternalKey.objects.unscoped("import").filter(batch=batch).exists()
    run = engine.Run(plan_of(batch), actor, batch)
    if not made:
        batch.counts = run.counts()

    def progress(done: int, total: int) -> None:
        ImportBatch.objects.unscoped("import").filter(pk=batch.pk).update(done_rows=done, total_rows=total)

    run.commit(progress)
    engine.save_issues(batch, run.plan.issues)
    batch.status, batch.finished_at, batch.error = Status.DONE, timezone.now(), ""
    batch.save(update_fields=["counts", "status", "finished_at", "error"])


def _zipped(files: list[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(Path(name).name, content)
    return buffer.getvalue()
