"""Bulk changes as verbs: begin (choose rows and values), carry out, stop, take back."""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action
from muster.access.bulk import BulkEdit, edit_of
from muster.access.bulk.form import read
from muster.access.models import BulkChange, BulkRow
from muster.access.queries import counts
from muster.access.scope import Actor
from muster.core.custom.show import listing_for

MOST_ROWS = 5_000
NOT_FILTERS = ("cursor", "format", "col", "sort", "saved", "view")
Status, Outcome = BulkChange.Status, BulkRow.Outcome


@action("access.bulkchange.create", gettext_lazy("Begin a bulk change"), BulkChange, creates=True)
def begin_bulk(
    actor: Actor,
    *,
    listing: str,
    values: dict[str, list[str]],
    ids: list[int] | None = None,
    where: dict[str, str] | None = None,
) -> BulkChange:
    """Note the chosen rows of a list, or all that match its filters WHERE, and the new VALUES as typed; nothing is
    changed by that. Raises ValidationError where there are none, or more than MOST_ROWS."""
    edit = edit_for(actor, listing)
    typed = read(edit, actor, values).typed()
    keys = _keys(edit, actor, ids, where or {})
    query = "" if ids is not None else urlencode(where or {})
    change = BulkChange(user_id=actor.user_id or 0, listing=listing, query=query, values=typed, limits=actor.limits)
    change.save()
    BulkRow.objects.bulk_create([BulkRow(change=change, object_id=pk) for pk in keys], batch_size=500)
    return change


def edit_for(actor: Actor, listing: str) -> BulkEdit:
    edit = edit_of(listing)
    if edit is None or not actor.has(f"{edit.model._meta.label_lower}.view") or not edit.allowed(actor):
        raise ValidationError(_("There is no list “%(name)s” that you can change in bulk.") % {"name": listing[:40]})
    return edit


def matching(edit: BulkEdit, actor: Actor, ids: list[int] | None, where: dict[str, str]) -> Any:
    """The rows meant: those ticked, or those that match the filters."""
    if ids is not None:
        return edit.model.objects.visible_to(actor).filter(pk__in=ids[: MOST_ROWS + 1])
    filters = {key: value for key, value in where.items() if key not in NOT_FILTERS}
    return listing_for(edit.listing, actor).rows(actor, filters)


def _keys(edit: BulkEdit, actor: Actor, ids: list[int] | None, where: dict[str, str]) -> list[int]:
    rows = matching(edit, actor, ids, where)
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[: MOST_ROWS + 1])
    if not keys:
        raise ValidationError(_("There is nothing to change: tick rows, or choose filters that something matches."))
    if len(keys) > MOST_ROWS:
        raise ValidationError(
            _("More than %(most)s records match: narrow the filters, and do the rest afterwards.") % {"most": MOST_ROWS}
        )
    return keys


@action("access.bulkchange.commit", gettext_lazy("Carry out a bulk change"), BulkChange)
def commit_bulk(actor: Actor, change: BulkChange) -> None:
    """Mark it as running; `access.bulk.jobs` does the rest. One that was stopped goes on."""
    if change.status not in (Status.CHECKED, Status.DONE) or not counts(change).get(Outcome.WILL):
        raise Refused(_("There is nothing left to carry out here."))
    _begin(actor, change, Status.RUNNING)


@action("access.bulkchange.undo", gettext_lazy("Take back a bulk change"), BulkChange)
def undo_bulk(actor: Actor, change: BulkChange) -> None:
    if change.status not in (Status.DONE, Status.UNDONE) or not counts(change).get(Outcome.DONE):
        raise Refused(_("Nothing was changed here that could be taken back."))
    _begin(actor, change, Status.UNDOING)


@action("access.bulkchange.stop", gettext_lazy("Stop a bulk change"), BulkChange)
def stop_bulk(actor: Actor, change: BulkChange) -> None:
    """Stop before the next row: what is done stays done, and it can be gone on with."""
    if not change.busy:
        raise Refused(_("This is not running."))
    change.status = Status.CHECKED if change.status == Status.CHECKING else Status.DONE
    change.save(update_fields=["status"])


def _begin(actor: Actor, change: BulkChange, status: Any) -> None:
    change.status, change.limits, change.finished_at = status, actor.limits, None
    change.save(update_fields=["status", "limits", "finished_at"])
