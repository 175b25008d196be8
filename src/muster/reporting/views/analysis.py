"""Analyses: put together with the table before one's eyes, read, exported, sent."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import add_event
from muster.access.pages import act_page, create_page, edit_page, list_page
from muster.access.scope import rights, visible_or_404
from muster.core import exports
from muster.core.http import Request
from muster.metrics.asked import PRESETS, period_of, preset_links
from muster.metrics.dimensions import offered
from muster.reporting.actions.analysis import (
    EXPORT,
    analyses,
    check_numbers,
    check_table,
    send_to,
    stop_mail,
    subscribe,
)
from muster.reporting.forms.analysis import AnalysisForm, SendForm, SubscribeForm
from muster.reporting.listings.analysis import ANALYSES
from muster.reporting.models import Analysis, AnalysisMail
from muster.reporting.queries.pivot import Pivot
from muster.reporting.queries.pivot_shown import charts, filters_shown, lines_of_file, notes, table

FILES = (("xlsx", "Excel"), ("csv", "CSV"))
TABLE_FIELDS = ("metrics", "rows", "columns", "period", "compare", "totals", "chart", "unit", "where")


def first_choice(request: Request) -> dict[str, Any]:
    """What a new one begins with: another one that is copied, or a number its maker may read."""
    offer = [one.key for one in offered(request.actor)]
    asked = request.GET.get("copy", "")
    if not asked.isdecimal():
        return {"metrics": ["revenue_won"] if "revenue_won" in offer else offer[:1]}
    row = visible_or_404(Analysis, request.actor, pk=int(asked[:18]))
    kept = {key: getattr(row, key) for key in TABLE_FIELDS}
    name = _("%(name)s (copy)") % {"name": row.name}
    return {**kept, "metrics": [key for key in row.metrics if key in offer], "name": name, "about": row.about}


analysis_list = list_page(ANALYSES)
analysis_create = create_page(
    AnalysisForm,
    analyses.create,
    title=gettext_lazy("New analysis"),
    template="reporting/analysis_form.html",
    initial=first_choice,
)
analysis_edit = edit_page(
    AnalysisForm, analyses.edit, "reporting.analysis.edit", template="reporting/analysis_form.html", in_lists=False
)
analysis_archive = act_page(
    Analysis,
    analyses.archive,
    title=gettext_lazy("Archive this analysis"),
    text=gettext_lazy("Nobody gets it by mail any more; it can be restored."),
    button=gettext_lazy("Archive"),
)
analysis_restore = act_page(Analysis, analyses.restore, title=gettext_lazy("Restore this analysis"))
analysis_subscribe = act_page(
    Analysis,
    subscribe,
    title=gettext_lazy("Get it by mail"),
    text=gettext_lazy("With the numbers you may see yourself, as they are when it is sent."),
    button=gettext_lazy("Save"),
    form_class=SubscribeForm,
)
analysis_send = act_page(
    Analysis,
    send_to,
    title=gettext_lazy("Send it by mail"),
    text=gettext_lazy("Everybody gets the numbers that he may see himself, never yours."),
    button=gettext_lazy("Save"),
    form_class=SendForm,
)
analysis_stop = act_page(AnalysisMail, stop_mail, title=gettext_lazy("Stop sending it by mail"))


def shown(pivot: Pivot) -> dict[str, Any]:
    """What the part of a page with charts and table is made of."""
    return {"pivot": pivot, "table": table(pivot), "charts": charts(pivot), "notes": notes(pivot)}


def analysis_preview(request: Request) -> HttpResponse:
    """The table as it is chosen now, kept nowhere."""
    form = AnalysisForm(request.POST or request.GET, actor=request.actor)
    fields: dict[str, Any] = form.fields
    for name in ("name", "share"):
        fields[name].required = False
    context: dict[str, Any] = {}
    if form.is_valid():
        row = Analysis(**{key: form.cleaned_data[key] for key in TABLE_FIELDS})
        try:
            check_numbers(request.actor, row, {"metrics": row.metrics})
            check_table(row)
            context = shown(Pivot(request.actor, row))
        except ValidationError as error:
            context = {"problems": error.messages}
    else:
        context = {"problems": [text for texts in form.errors.values() for text in texts]}
    return render(request, "reporting/_pivot.html", context)


def analysis_detail(request: Request, pk: int) -> HttpResponse:
    """The numbers its reader may see; of another period where the address names one."""
    row, actor = visible_or_404(Analysis, request.actor, "unit", "user", pk=pk), request.actor
    chosen = bool(request.GET.get("period") or request.GET.get("from"))
    period = period_of(request) if chosen else row.span
    try:
        check_table(_over(row, period.key()))
        context = shown(Pivot(actor, row, period))
    except ValidationError as error:
        context = {"problems": error.messages}
    if request.GET.get("format") in ("xlsx", "csv") and "pivot" in context:
        return _file(request, context["pivot"], request.GET["format"])
    mails = AnalysisMail.objects.visible_to(actor).filter(analysis=row, archived_at=None).select_related("member")
    may, mine = rights(actor, row), row.user_id == actor.user_id
    context |= {
        "analysis": row,
        "period": period,
        "mine": mine,
        "filters": filters_shown(actor, row),
        "presets": preset_links(PRESETS, period, ""),
        "mails": list(mails.order_by("member__sort_name", "pk")),
        "may": {verb: may(f"reporting.analysis.{verb}") for verb in ("edit", "archive", "restore", "send")},
        "may_export": actor.has(EXPORT),  # whoever sees it
        "may_subscribe": actor.member_id is not None and actor.has("reporting.analysis.subscribe"),
        "files": [{"label": label, "url": f"?period={period.key()}&format={one}"} for one, label in FILES],
        "copy": _copy(row) if actor.has("reporting.analysis.create") else "",
    }
    return render(request, "reporting/analysis_detail.html", context)


def _over(row: Analysis, period: str) -> Analysis:
    """ROW as a table over another period, to see whether its steps still fit."""
    return Analysis(metrics=row.metrics, rows=row.rows, columns=row.columns, where=row.where, period=period)


def _copy(row: Analysis) -> str:
    return f"{reverse('analysis_create')}?copy={row.pk}"


def _file(request: Request, pivot: Pivot, kind: str) -> Any:
    """The table as a file, with whose numbers it holds; that it was taken out is in the trail."""
    request.actor.require(EXPORT)
    row = visible_or_404(Analysis, request.actor, pk=pivot.row.pk)
    head, lines = lines_of_file(pivot)
    add_event(request.actor, EXPORT, row, {}, rows=len(pivot.rows.groups), period=pivot.period.key(), format=kind)
    name = f"analysis-{row.pk}"
    if kind == "csv":
        response = StreamingHttpResponse(exports.csv_lines(head, lines), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return response
    file = exports.xlsx_file(head, lines)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=exports.XLSX)
