"""A list as a file: a short one at once, a long one written by a job."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpResponseRedirect, StreamingHttpResponse

from muster.access.action import add_event
from muster.access.actions.list_export import CSV, Chosen, being_written, chosen, listing_at
from muster.access.scope import Actor
from muster.access.tasks import begin_export
from muster.core import exports
from muster.core.http import Request
from muster.core.links import page_url
from muster.core.listings import Listing

AT_ONCE = 5_000  # rows that are written while one waits


def export(request: Request, listing: Listing, values: dict[str, str]) -> Any:
    """The list's rows on which the viewer holds the export permission, as a file; how many and which filter is in the
    trail. Of more than AT_ONCE rows of a page's own list the page on which one sees them written."""
    actor: Actor = request.actor
    found = chosen(actor, listing, values)
    asked = {key: value for key, value in values.items() if key != "cursor"}
    if found.total > AT_ONCE and _has_own_page(request, listing) and actor.has("access.listexport.create"):
        return _later(request, listing, asked, found.total)
    _note(actor, listing, asked, found.total)
    return _at_once(listing, values["format"], found)


def _has_own_page(request: Request, listing: Listing) -> bool:
    own = listing_at(request.path, request.actor)
    return own is not None and own.key == listing.key


def _note(actor: Actor, listing: Listing, asked: dict[str, str], rows: int) -> None:
    narrowed = {key: value for key, value in asked.items() if key != "format"}
    add_event(actor, listing.export_permission, None, {}, rows=rows, filter=narrowed, format=asked["format"])


def _later(request: Request, listing: Listing, asked: dict[str, str], rows: int) -> Any:
    """The page of the export; the same one for who clicks again while it is written."""
    actor: Actor = request.actor
    same = next((one for one in being_written(actor) if (one.path, one.values) == (request.path, asked)), None)
    if same is None:
        try:
            same = begin_export(actor, listing=listing, path=request.path, values=asked, rows=rows)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return HttpResponseRedirect(page_url("export_list"))
        _note(actor, listing, asked, rows)
    return HttpResponseRedirect(same.get_absolute_url())


def _at_once(listing: Listing, form: str, found: Chosen) -> Any:
    if form == "csv":
        response = StreamingHttpResponse(exports.csv_lines(found.head, found.lines), content_type=CSV)
        response.headers["Content-Disposition"] = f'attachment; filename="{listing.key}.csv"'
        return response
    file: Any = exports.xlsx_file(found.head, found.lines)
    return FileResponse(file, as_attachment=True, filename=f"{listing.key}.xlsx", content_type=exports.XLSX)
