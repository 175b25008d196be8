"""A list as a file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.http import FileResponse, StreamingHttpResponse

from muster.access.action import add_event
from muster.access.scope import Actor
from muster.core import exports, money
from muster.core.http import Request
from muster.core.listings import Column, Listing, visible_columns

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_EXPORTED = 100_000


def export(request: Request, listing: Listing, values: dict[str, str]) -> Any:
    """The list's rows on which the viewer holds the export permission, as a file; how many and which filter is in the
    trail."""
    actor: Actor = request.actor
    actor.require(listing.export_permission)
    columns = visible_columns(listing, values)
    model: Any = listing.model
    allowed = model.objects.visible_to(actor, listing.export_permission).values("pk")
    order, descending = listing.sorting(values.get("sort", ""))
    rows = listing.rows(actor, values).filter(pk__in=allowed).order_by(("-" if descending else "") + order, "-id")
    rows = rows.select_related(*listing.related) if listing.related else rows
    total = min(rows.count(), MOST_EXPORTED)
    asked = {key: value for key, value in values.items() if key not in ("cursor", "format")}
    add_event(actor, listing.export_permission, None, {}, rows=total, filter=asked, format=values["format"])
    head = [str(column.label) for column in columns]
    lines = _lines(listing, columns, rows[:MOST_EXPORTED])
    response: Any
    if values["format"] == "csv":
        response = StreamingHttpResponse(exports.csv_lines(head, lines), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="{listing.key}.csv"'
        return response
    response = FileResponse(
        exports.xlsx_file(head, lines), as_attachment=True, filename=f"{listing.key}.xlsx", content_type=XLSX
    )
    return response


def _lines(listing: Listing, columns: list[Column], rows: Any) -> Iterator[list[Any]]:
    found = rows.iterator(chunk_size=1000)
    while part := list(islice(found, 1000)):
        if listing.finish:
            listing.finish(part, columns)
        for row in part:
            values = [(column, column.of(row)) for column in columns]
            yield [
                (money.major(*one) if one and one[0] is not None else None) if column.kind == "money" else one
                for column, one in values
            ]
