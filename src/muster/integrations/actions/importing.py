"""Imports as verbs: begin (read and check), map columns, commit, undo."""

import io
import zipfile
from functools import partial
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action
from muster.access.models import User
from muster.access.permissions import known
from muster.access.scope import Actor
from muster.core.collecting import seldom
from muster.integrations.importing import columns, engine, progress, reading, undoing
from muster.integrations.importing.sentences import Wrong, of_error
from muster.integrations.importing.sources import SOURCES, source_for
from muster.integrations.models import ExternalKey, ImportBatch
from muster.people.models import Member

MOST_REMEMBERED = 20
AT_ONCE = 1_000  # rows; more are checked by a job
Status = ImportBatch.Status


@action("integrations.importbatch.create", gettext_lazy("Begin an import"), ImportBatch, creates=True)
def begin_import(actor: Actor, *, source: str, files: list[tuple[str, bytes]]) -> ImportBatch:
    """Keep the files and say what would happen; nothing is imported yet."""
    if source not in SOURCES or not files:
        raise ValidationError(_("Choose what is imported, and at least one file."))
    name, content = files[0] if len(files) == 1 else ("files.zip", _zipped(files))
    shown = ", ".join(one for one, _content in files)[:200]
    sheets = reading.read_bytes(name, content)
    batch = ImportBatch(source=source, user_id=actor.user_id, file_name=shown)
    # The storage may call the file otherwise, and sheets go by the file's name.
    batch.options = {"columns": _mapping(actor, source, sheets), "file": name}
    batch.file.save(Path(name).name, ContentFile(content), save=False)
    batch.save()
    _check_or_wait(batch, actor, sheets)
    return batch


def _check_or_wait(batch: ImportBatch, actor: Actor, sheets: list[reading.Sheet]) -> None:
    """A small file is checked at once; a large one by a job, see `tasks.run_check`."""
    total = sum(len(one.rows) for one in sheets)
    if total <= AT_ONCE:
        check(batch, actor, sheets)
        return
    batch.status, batch.started_at, batch.counts = Status.CHECKING, None, []
    batch.done_rows, batch.total_rows, batch.error, batch.error_params = 0, total, "", {}
    batch.save()


def _mapping(actor: Actor, source: str, sheets: list[reading.Sheet]) -> columns.Mapping:
    """As this person said for a file with the same columns, else guessed."""
    earlier = ImportBatch.objects.unscoped("mappings said before").filter(source=source, user=actor.user_id)
    if SOURCES[source].system:
        last = earlier.filter(options__said=True).order_by("-pk").first()
        return dict(last.options["columns"]) if last else {}
    for one in earlier.filter(options__said=True).order_by("-pk")[:MOST_REMEMBERED]:
        if known := columns.remembered(one.options["columns"], sheets):
            return known
    found = source_for(source, actor)
    return columns.guess(found.tables, sheets, found.spellings)


@action("integrations.importbatch.map", gettext_lazy("Say which column is which"), ImportBatch)
def map_columns(actor: Actor, batch: ImportBatch, *, mapping: columns.Mapping) -> None:
    if batch.status not in (Status.CHECKED, Status.FAILED):
        raise Refused(_("This import has been carried out: begin a new one."))
    sheets = sheets_of(batch)
    batch.options = {**batch.options, "columns": _kept(batch, mapping, sheets), "said": True}
    batch.status = Status.CHECKED
    batch.save()
    _check_or_wait(batch, actor, sheets)


def _kept(batch: ImportBatch, mapping: columns.Mapping, sheets: list[reading.Sheet]) -> columns.Mapping:
    """MAPPING as it is remembered: of another system who its owners and which its stages are, else columns."""
    if not SOURCES[batch.source].system:
        return columns.with_heads(mapping, sheets)
    return {key: {str(one): str(here) for one, here in mapping.get(key, {}).items()} for key in ("owners", "stages")}


@action("integrations.importbatch.commit", gettext_lazy("Carry out an import"), ImportBatch)
def start_import(actor: Actor, batch: ImportBatch) -> None:
    """Mark it as running; the job does the rest."""
    if batch.status not in (Status.CHECKED, Status.FAILED) or not batch.counts:
        raise Refused(_("This import cannot be carried out now."))
    _may(actor, batch)
    batch.user_id = actor.user_id
    batch.status, batch.error, batch.error_params, batch.started_at = Status.RUNNING, "", {}, None
    batch.done_rows, batch.total_rows = 0, 0
    batch.save()


def _may(actor: Actor, batch: ImportBatch) -> None:
    """To import is no way to write what one may not write by hand."""
    if missing := SOURCES[batch.source].missing(actor):
        labels = ", ".join(str(known()[one].label) for one in missing)
        raise Refused(_("This import takes rights that you do not have: %(names)s.") % {"names": labels})


@action("integrations.importbatch.undo", gettext_lazy("Undo an import"), ImportBatch)
def undo_import(actor: Actor, batch: ImportBatch) -> None:
    if batch.status not in (Status.DONE, Status.FAILED):
        raise Refused(_("Only an import that was carried out can be undone."))
    made = ExternalKey.objects.unscoped("undo of an import").filter(batch=batch, model="people.member")
    members = Member.objects.unscoped("undo of an import").filter(pk__in=made.values("object_id"), user__isnull=False)
    logins = list(members.values_list("user_id", flat=True))
    try:
        undoing.undo(batch, actor, SOURCES[batch.source].order)
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
        return reading.read_bytes(batch.options.get("file") or Path(batch.file.name or "").name, file.read())


def plan_of(batch: ImportBatch, actor: Actor, sheets: list[reading.Sheet] | None = None) -> engine.Plan:
    found = sheets_of(batch) if sheets is None else sheets
    return SOURCES[batch.source].plan(found, batch.options.get("columns", {}), actor)


@seldom()
def check(batch: ImportBatch, actor: Actor, sheets: list[reading.Sheet] | None = None) -> None:
    """The dry run: what would happen, and everything odd. A table or column that is missing is said in `error`."""
    batch.error, batch.error_params, batch.counts, issues = "", {}, [], []
    try:
        with progress.told(partial(_tell, batch.pk)):
            plan = plan_of(batch, actor, sheets)
        batch.counts, issues = engine.Run(plan, actor).counts(), plan.issues
        batch.options = {**batch.options, "head": plan.head, "review": plan.review}
    except (ValidationError, Wrong) as error:
        batch.error, batch.error_params = of_error(error)
    batch.status = Status.CHECKED
    batch.save()
    engine.save_issues(batch, issues)


def _tell(pk: int, done: int, total: int) -> None:
    ImportBatch.objects.unscoped("import").filter(pk=pk).update(done_rows=done, total_rows=total)


@seldom()
def carry_out(batch: ImportBatch, actor: Actor) -> None:
    """Write what was checked. Cut off half-way, it is simply run again: what stands already is left alone."""
    _may(actor, batch)
    made = ExternalKey.objects.unscoped("import").filter(batch=batch).exists()
    run = engine.Run(plan_of(batch, actor), actor, batch)
    if not made:
        batch.counts = run.counts()
    run.commit(partial(_tell, batch.pk))
    engine.save_issues(batch, run.plan.issues)
    batch.status, batch.finished_at, batch.error, batch.error_params = Status.DONE, timezone.now(), "", {}
    batch.save(update_fields=["counts", "status", "finished_at", "error", "error_params"])


def _zipped(files: list[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(Path(name).name, content)
    return buffer.getvalue()
