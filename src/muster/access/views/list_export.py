"""Exports of long lists: how far they are, and fetching them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from muster.access.actions.list_export import fetch_export, stop_export
from muster.access.listings import LIST_EXPORT_TONES, LIST_EXPORTS
from muster.access.models import ListExport
from muster.access.pages import act_page, done, list_page
from muster.access.scope import can, visible_or_404
from muster.core.files import attachment
from muster.core.http import Request

export_list = list_page(LIST_EXPORTS)
export_stop = act_page(
    ListExport, stop_export, title=gettext_lazy("Stop this export"), text=gettext_lazy("No file comes of it.")
)


def export_detail(request: Request, pk: int) -> HttpResponse:
    row = visible_or_404(ListExport, request.actor, "job", pk=pk)
    return render(request, "access/export_detail.html", _shown(request, row))


def export_progress(request: Request, pk: int) -> HttpResponse:
    """The bar while the job runs; when it has ended, the whole page anew."""
    row = visible_or_404(ListExport, request.actor, "job", pk=pk)
    if row.status != ListExport.Status.WRITING:
        return HttpResponse(status=204, headers={"HX-Redirect": row.get_absolute_url()})
    return render(request, "access/export_progress.html", _shown(request, row))


@require_GET
def export_file(request: Request, pk: int) -> HttpResponse:
    row = visible_or_404(ListExport, request.actor, "job", pk=pk)
    try:
        content = fetch_export(request.actor, row)
    except ValidationError as error:
        return done(request, row.get_absolute_url(), " ".join(error.messages), level=40, go=True)
    return attachment(content, row.file_name, row.content_type)


def _shown(request: Request, row: ListExport) -> dict[str, Any]:
    job = row.job
    return {
        "row": row,
        "tone": LIST_EXPORT_TONES[row.status],
        "format": {"xlsx": "Excel", "csv": "CSV"}.get(row.values.get("format", ""), ""),
        "done": job.done if job else 0,
        "total": (job.total if job else 0) or row.rows,
        "problem": job.error if job and row.status == ListExport.Status.FAILED else "",
        "may_stop": row.status == ListExport.Status.WRITING and can(request.actor, "access.listexport.stop", row),
        "may_fetch": row.status == ListExport.Status.READY and can(request.actor, "access.listexport.fetch", row),
    }
