"""Bulk changes over the API: begin and look at what it would do, carry out, stop, take back.

No `from __future__ import annotations` here: django-ninja reads the annotations of the operation made below.
"""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from ninja import Router, Schema

from muster.access.actions.bulk import edit_for, stop_bulk
from muster.access.bulk import BulkEdit, jobs
from muster.access.bulk.parts import bulk_specs
from muster.access.listings import BULK_CHANGES
from muster.access.models import BulkRow
from muster.access.resources import Resource, Verb, once, refuse_unknown
from muster.access.schemas import as_json, row_schema
from muster.access.scope import Actor
from muster.core.custom import types
from muster.core.http import Request
from muster.core.listings import Filter, rows_of

CREATE = "access.bulkchange.create"
BULK = Resource(
    "bulk-changes",
    BULK_CHANGES,
    verbs=(
        Verb("commit", jobs.commit, "access.bulkchange.commit", summary="Carry a bulk change out"),
        Verb("stop", stop_bulk, "access.bulkchange.stop", summary="Stop a bulk change before its next row"),
        Verb("undo", jobs.undo, "access.bulkchange.undo", summary="Take a bulk change back"),
    ),
)
BULK_ROWS = Resource(
    "bulk-rows",
    rows_of(
        BulkRow,
        Filter("change", "bulk change", kind="number", lookup="change_id"),
        Filter("outcome", "outcome", kind="text"),
    ),
)


class BulkIn(Schema, extra="forbid"):
    """`ids`, or the filters of the list in `where`; `values` by the names of fields, custom ones as custom.<key>."""

    listing: str
    values: dict[str, Any]
    ids: list[int] | None = None
    where: dict[str, str] | None = None


def add_begin(router: Router) -> None:
    """POST /bulk-changes, beside the other operations of that address."""

    @router.post(
        "/bulk-changes",
        response={201: row_schema(BULK)},
        operation_id="bulk_changes_create",
        summary="Try out new values for many records; nothing is written yet",
        tags=["bulk-changes"],
        openapi_extra={"x-permission": CREATE},
    )
    def begin_change(request: Request, payload: BulkIn) -> Any:
        request.actor.require(CREATE)
        refuse_unknown(request, set())
        if (payload.ids is None) == (payload.where is None):
            raise ValidationError(_("Say which records: either their ids, or filters in “where”."))

        def run() -> tuple[int, dict[str, Any]]:
            values = typed(edit_for(request.actor, payload.listing), request.actor, payload.values)
            said = {"listing": payload.listing, "ids": payload.ids, "where": payload.where, "values": values}
            return 201, as_json(jobs.begin(request.actor, **said), BULK.fields, [])

        return once(request, run)


def typed(edit: BulkEdit, actor: Actor, sent: dict[str, Any]) -> dict[str, list[str]]:
    """SENT as the form of the page would be filled in."""
    specs = {one.full_name: one for one in bulk_specs(actor, edit.model)}
    asked = {name for part in edit.allowed(actor) for name in part.asks}
    found: dict[str, list[str]] = {"change": [name for name in sent if name not in asked]}
    for part in edit.allowed(actor):
        fields = part.fields(actor)
        if {*fields} & {*found["change"]}:
            found |= {name: [_text(first)] for name in part.asks if (first := _initial(fields[name])) is not None}
    for name, value in sent.items():
        given = types.sent(specs[name], value) if name in specs else value
        many = given if isinstance(given, list) else [given]
        found[name] = ["" if one is None else _text(one) for one in many]
    return found


def _initial(field: Any) -> Any:
    return field.initial() if callable(field.initial) else field.initial


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, dt.date) else str(value)
