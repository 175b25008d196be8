"""Imports: the list, a new one, what it would do, carrying it out, and taking it back."""

import datetime as dt
from collections import Counter
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from muster.access.pages import act_page, attempt, done, list_page, render_form
from muster.access.scope import can, visible_or_404
from muster.core import exports
from muster.core.http import Request
from muster.core.jobs.reaper import LEASE
from muster.core.models import Worker
from muster.integrations.actions import importing as actions
from muster.integrations.forms import ColumnsForm, ImportForm, ReviewForm
from muster.integrations.importing import template
from muster.integrations.importing.custom import with_custom
from muster.integrations.importing.errors import error_lines
from muster.integrations.importing.sources import SOURCES, source_for
from muster.integrations.importing.systems.stages import stage_choices
from muster.integrations.importing.tables import TABLES
from muster.integrations.listings import IMPORTS, TONES
from muster.integrations.models import ExternalKey, ImportBatch, ImportChange, ImportIssue
from muster.integrations.tasks import begin, map_and_check, review_export, start_run

MOST_SHOWN = 10
MOST_SENTENCES = 200
PATIENCE = dt.timedelta(seconds=10)  # how long a job may wait before the page says so
Status = ImportBatch.Status
UNDER_WAY = (Status.CHECKING, Status.RUNNING)

import_list = list_page(IMPORTS)
import_undo = act_page(
    ImportBatch,
    actions.undo_import,
    title=gettext_lazy("Undo this import"),
    text=gettext_lazy(
        "Everything it made is taken away, if nobody has changed it since; else it is said what was. What it changed "
        "gets its former values back, field by field, where nobody changed them since."
    ),
    button=gettext_lazy("Undo"),
    danger=True,
)


def import_new(request: Request) -> HttpResponse:
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        files = [(file.name, file.read()) for file in form.cleaned_data["uploads"]]
        batch = attempt(form, lambda: begin(request.actor, source=form.cleaned_data["source"], files=files))
        if batch is not None:
            return HttpResponseRedirect(batch.get_absolute_url())
    return render_form(
        request,
        form,
        "integrations/import_new.html",
        templates=[one for one in SOURCES.values() if one.table],
    )


def import_template(request: Request, key: str) -> HttpResponse:
    """An empty table of this kind to fill in."""
    table = TABLES.get(key)
    if table is None:
        raise Http404
    answer = HttpResponse(template.workbook(with_custom(table, request.actor)), content_type=exports.XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{table.key}.xlsx"'
    return answer


def import_detail(request: Request, pk: int) -> HttpResponse:
    batch = visible_or_404(ImportBatch, request.actor, pk=pk)
    return render(request, "integrations/import_detail.html", _shown(request, batch))


def import_progress(request: Request, pk: int) -> HttpResponse:
    """The bar while the job runs; when it has ended, the whole page anew."""
    batch = visible_or_404(ImportBatch, request.actor, pk=pk)
    if batch.status not in UNDER_WAY:
        return HttpResponse(status=204, headers={"HX-Redirect": batch.get_absolute_url()})
    return render(request, "integrations/import_progress.html", {"batch": batch, "waiting": _waiting(batch)})


def import_errors(request: Request, pk: int) -> HttpResponse:
    batch = visible_or_404(ImportBatch, request.actor, pk=pk)
    issues: Any = ImportIssue.objects.visible_to(request.actor).filter(batch=batch)
    if request.GET.get("kind") == "refused":
        issues = issues.filter(kind=ImportIssue.Kind.REFUSED)
    lines = error_lines(issues.order_by("pk"), batch.options.get("head"))
    response: Any = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="import-{batch.pk}.csv"'
    return response


def import_columns(request: Request, pk: int) -> HttpResponse:
    batch = visible_or_404(ImportBatch, request.actor, pk=pk)
    try:
        sheets = actions.sheets_of(batch)
    except ValidationError as error:
        return done(request, batch.get_absolute_url(), " ".join(error.messages))
    said = batch.options.get("columns", {})
    form = ColumnsForm(
        request.POST or None, source=source_for(batch.source, request.actor), sheets=sheets, mapping=said
    )
    if request.method == "POST" and form.is_valid():
        saved = attempt(form, lambda: map_and_check(request.actor, batch, mapping=form.mapping()))
        if saved is not None:
            return HttpResponseRedirect(batch.get_absolute_url())
    return render_form(request, form, "integrations/import_columns.html", batch=batch)


def import_review(request: Request, pk: int) -> HttpResponse:
    """Who the owners of another system are here, and which stages of ours theirs are."""
    batch = visible_or_404(ImportBatch, request.actor, pk=pk)
    review = batch.options.get("review") or {}
    form = ReviewForm(request.POST or None, review=review, stages=stage_choices(request.actor))
    if request.method == "POST" and form.is_valid():
        saved = attempt(form, lambda: review_export(request.actor, batch, form.answers()))
        if saved is not None:
            return HttpResponseRedirect(batch.get_absolute_url())
    return render_form(request, form, "integrations/import_review.html", batch=batch)


@require_POST
def import_commit(request: Request, pk: int) -> HttpResponse:
    batch = visible_or_404(ImportBatch, request.actor, pk=pk)
    try:
        start_run(request.actor, batch)
    except ValidationError as error:
        return done(request, batch.get_absolute_url(), " ".join(error.messages), go=True, level=40)
    return HttpResponseRedirect(batch.get_absolute_url())


def _shown(request: Request, batch: ImportBatch) -> dict[str, Any]:
    issues: Any = ImportIssue.objects.visible_to(request.actor).filter(batch=batch)
    kinds = Counter(issues.values_list("kind", flat=True))
    counts = [{**row, "label": apps.get_model(row["model"])._meta.verbose_name_plural} for row in batch.counts]
    todo = any(row["new"] or row["changed"] for row in counts)
    fresh, review = batch.status in (Status.CHECKED, Status.FAILED), batch.options.get("review") or {}
    return {
        "batch": batch,
        "waiting": _waiting(batch),
        "counts": counts,
        "wrong": any("wrong" in row for row in counts),
        "tone": TONES[batch.status],
        "source": SOURCES[batch.source].label if batch.source in SOURCES else batch.source,
        "groups": [
            {"tone": "red", "title": _("Refused"), "count": kinds["refused"], "lines": _grouped(issues, "refused")},
            {
                "tone": "amber",
                "title": _("Odd, imported as described"),
                "count": kinds["oddity"],
                "lines": _grouped(issues, "oddity"),
            },
            {"tone": "amber", "title": _("Not undone"), "count": kinds["kept"], "lines": _grouped(issues, "kept")},
        ],
        "stumbled": sum(kinds.values()),
        "may_commit": fresh and todo and can(request.actor, "integrations.importbatch.commit", batch),
        "unknown": sum(not one["here"] for one in review.get("owners", {}).values()),
        "may_review": fresh and any(review.values()) and can(request.actor, "integrations.importbatch.map", batch),
        "may_map": fresh and batch.file and not review and can(request.actor, "integrations.importbatch.map", batch),
        "may_undo": _may_undo(request, batch),
    }


def _may_undo(request: Request, batch: ImportBatch) -> bool:
    """It was carried out, and made or changed something."""
    if batch.status not in (Status.DONE, Status.FAILED):
        return False
    left = any(
        one.objects.visible_to(request.actor).filter(batch=batch).exists() for one in (ExternalKey, ImportChange)
    )
    return left and can(request.actor, "integrations.importbatch.undo", batch)


def _waiting(batch: ImportBatch) -> str:
    """Why nothing happens, where no worker has taken the job up for a while."""
    since = timezone.now() - batch.updated_at
    if batch.status not in UNDER_WAY or batch.started_at is not None or since < PATIENCE:
        return ""
    if Worker.objects.filter(seen_at__gte=timezone.now() - LEASE).exists():
        return _("The workers are busy with other jobs: this one waits its turn.")
    return _("No worker is running to pick this up. Ask whoever runs the server to start “muster worker”.")


def _grouped(issues: Any, kind: str) -> list[dict[str, Any]]:
    """By sentence, because a thousand rows of one kind are one thing to look at."""
    found: dict[tuple[str, str], list[int | None]] = {}
    for one in issues.filter(kind=kind).defer("values").order_by("pk"):
        found.setdefault((one.sheet, str(one)), []).append(one.row_no)
    return [
        {
            "sheet": sheet,
            "message": message,
            "count": len(rows),
            "rows": ", ".join(str(row) for row in rows[:MOST_SHOWN] if row) + (" …" if len(rows) > MOST_SHOWN else ""),
        }
        for (sheet, message), rows in list(found.items())[:MOST_SENTENCES]
    ]
