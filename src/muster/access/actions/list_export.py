"""Lists as files, chosen and written; those too long for one answer are kept for whoever asked."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from muster.access.action import Refused, action, append, make_event
from muster.access.actors import actor_for
from muster.access.models import ListExport, User
from muster.access.scope import Actor, Forbidden, Scope, members_within
from muster.core import exports, files, money
from muster.core.custom.show import listing_for
from muster.core.jobs.models import Job
from muster.core.jobs.run import Run, cancel
from muster.core.listings import BadInput, Column, Listing, visible_columns

CSV = "text/csv; charset=utf-8"
MOST_EXPORTED = 100_000
MOST_AT_ONCE = 3  # files that are being written for one person
KEPT = dt.timedelta(hours=24)
REMEMBERED = dt.timedelta(days=30)  # that there was one, and with which filters
FOLDER = "lists"
CHUNK = 1000


@dataclass
class Chosen:
    """What goes into a file. LINES are read as they are asked for."""

    head: list[str]
    lines: Iterator[list[Any]]
    total: int


def chosen(actor: Actor, listing: Listing, values: dict[str, str]) -> Chosen:
    """The list's rows on which the actor holds the export permission. Raises Forbidden without it."""
    actor.require(listing.export_permission)
    columns = visible_columns(listing, values)
    model: Any = listing.model
    allowed = model.objects.visible_to(actor, listing.export_permission).values("pk")
    order, descending = listing.sorting(values.get("sort", ""))
    rows = listing.rows(actor, values).filter(pk__in=allowed).order_by(("-" if descending else "") + order, "-id")
    rows = rows.select_related(*listing.related) if listing.related else rows
    total = min(rows.count(), MOST_EXPORTED)
    head = [str(column.label) for column in columns]
    return Chosen(head, _lines(listing, columns, rows), total)


def _lines(listing: Listing, columns: list[Column], rows: Any) -> Iterator[list[Any]]:
    """Read piece by piece: on SQLite a job that notes how far it is cannot write while its own reading is open and
    others wrote meanwhile."""
    keys, reads = list(rows.values_list("pk", flat=True)[:MOST_EXPORTED]), [_reader(column) for column in columns]
    for at in range(0, len(keys), CHUNK):
        found = {row.pk: row for row in rows.order_by().filter(pk__in=keys[at : at + CHUNK])}
        part = [found[pk] for pk in keys[at : at + CHUNK] if pk in found]
        if listing.finish:
            listing.finish(part, columns)
        for row in part:
            yield [read(row) for read in reads]


def _reader(column: Column) -> Callable[[Any], Any]:
    if column.kind != "money":
        return column.of

    def major(row: Any) -> Any:
        one = column.of(row)
        return money.major(*one) if one and one[0] is not None else None

    return major


def listing_at(path: str, actor: Actor) -> Listing | None:
    """The list of the page PATH, if there is one that ACTOR may open."""
    try:
        found: Any = resolve(path).func
    except Resolver404:
        return None
    return listing_for(found.listing, actor) if hasattr(found, "listing") and actor.has(found.permission) else None


def being_written(actor: Actor) -> list[ListExport]:
    rows = ListExport.objects.visible_to(actor).filter(ready_at=None, job__cancel_asked=False)
    return list(rows.filter(job__state__in=(Job.State.WAITING, Job.State.RUNNING)).order_by("-pk"))


@action("access.listexport.create", gettext_lazy("Export a long list"), ListExport, creates=True)
def ask_export(actor: Actor, *, listing: Listing, path: str, values: dict[str, str], rows: int) -> ListExport:
    """Note what is to be written; `access.tasks` does it."""
    if len(being_written(actor)) >= MOST_AT_ONCE:
        raise Refused(
            _("%(most)s exports of yours are being written: wait for one, or stop it.") % {"most": MOST_AT_ONCE}
        )
    row = ListExport(user_id=actor.user_id or 0, name=str(listing.title)[:100], path=path, values=values, rows=rows)
    row.save()
    return row


def in_hand(row: ListExport, job: Job) -> None:
    """JOB writes the file."""
    row.job = job
    ListExport.objects.unscoped("export begun").filter(pk=row.pk).update(job=job)


@action("access.listexport.stop", gettext_lazy("Stop an export"), ListExport)
def stop_export(actor: Actor, row: ListExport) -> None:
    """No file comes of it."""
    if row.status != ListExport.Status.WRITING or row.job is None:
        raise Refused(_("This is not running."))
    cancel(row.job.pk)


@action("access.listexport.fetch", gettext_lazy("Fetch an export"), ListExport)
def fetch_export(actor: Actor, row: ListExport) -> bytes:
    """The file, while it is kept and the rights under which it was written still hold; Forbidden without the right to
    export that list."""
    if row.status != ListExport.Status.READY:
        raise Refused(_("This can be fetched for 24 hours only: export the list again."))
    listing = listing_at(row.path, actor)
    if listing is None:
        raise Forbidden("access.listexport.fetch")
    actor.require(listing.export_permission)
    if _rights(actor, listing) != row.rights:
        raise Refused(_("Your rights are not what they were when this was written: export the list again."))
    content = files.content_of(row)
    row.fetched_at = row.fetched_at or timezone.now()
    row.save(update_fields=["fetched_at"])
    return content


def _rights(actor: Actor, listing: Listing) -> str:
    """A hash of all that decides which rows and fields ACTOR may export: grants, field rules, place, people."""
    scopes = actor.scopes(listing.export_permission)
    said = (
        sorted((name, sorted(map(str, held))) for name, held in actor.grants.items()),
        sorted(tuple(map(str, rule)) for rule in actor.rules),
        (actor.member_id, actor.unit_id),
        [] if Scope.ALL in scopes or actor.member_id is None else sorted(members_within(actor, scopes)),
    )
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def write_export(row: ListExport, run: Run) -> None:
    """Write the file with the rights that whoever asked has now. Begun again it is written anew, and one that is there
    is left alone."""
    user = User.objects.filter(pk=row.user_id, is_active=True).first()
    if row.ready_at or user is None:
        return
    actor = actor_for(user, via="export")
    listing = listing_at(row.path, actor)
    if listing is None or not actor.has(listing.export_permission):
        raise ValidationError(_("You may not export this list any more."))
    rights = _rights(actor, listing)
    try:
        found = chosen(actor, listing, row.values)
        received, written = _file(listing, row.values["format"], found, run)
    except BadInput as error:  # a filter or an order that the list knows no more
        raise ValidationError(str(error)) from error
    now = timezone.now()
    said = {"rights": rights, "rows": written, "ready_at": now, "expires_at": now + KEPT}
    with files.kept(received, FOLDER) as columns, run.once("file"):  # raises where somebody else has the job meanwhile
        for key, value in {**columns, **said}.items():
            setattr(row, key, value)
        row.save()
        told = make_event(
            Actor.operator(gettext_noop("export"), via="job"),
            "access.listexport.ready",
            row,
            {},
            receivers=[actor.member_id] if actor.member_id else [],
            rows=written,
        )
        append([told])


def _file(listing: Listing, form: str, found: Chosen, run: Run) -> tuple[files.Received, int]:
    """The file and how many rows are in it."""
    done = 0

    def counted() -> Iterator[list[Any]]:
        nonlocal done
        for line in found.lines:
            run.step(done, max(found.total, done + 1))
            done += 1
            yield line

    if form == "csv":
        content = "".join(exports.csv_lines(found.head, counted())).encode()
    else:
        with exports.xlsx_file(found.head, counted()) as file:
            content = file.read()
    run.step(done, done)
    return files.Received(f"{listing.key}.{form}", content, CSV if form == "csv" else exports.XLSX), done


def drop_old_exports() -> int:
    """Files that can no longer be fetched are deleted, also those that a worker stored before it died; how many."""
    rows, now = ListExport.objects.unscoped("old exports of lists"), timezone.now()
    rows.filter(expires_at__lt=now).update(file="")
    known, dropped = set(rows.exclude(file="").values_list("file", flat=True)), 0
    for path in _stored():
        if path not in known and default_storage.get_modified_time(path) < now - KEPT:
            default_storage.delete(path)
            dropped += 1
    rows.filter(created_at__lt=now - REMEMBERED).delete()
    return dropped


def _stored() -> Iterator[str]:
    if not default_storage.exists(FOLDER):
        return
    for folder in default_storage.listdir(FOLDER)[0]:
        for name in default_storage.listdir(f"{FOLDER}/{folder}")[1]:
            yield f"{FOLDER}/{folder}/{name}"
