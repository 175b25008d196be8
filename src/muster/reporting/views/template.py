"""Setting up reports."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.pages import act_page, create_page, edit_page, list_page
from muster.access.scope import rights, visible_or_404
from muster.core.http import Request
from muster.reporting.actions.template import exempt, oblige, templates
from muster.reporting.forms.report import ExemptForm, ReportTemplateForm
from muster.reporting.listings.report import TEMPLATES
from muster.reporting.models import ReportExemption, ReportTemplate

EDIT = "reporting.reporttemplate.edit"
SHOWN = 100

template_list = list_page(TEMPLATES)
template_create = create_page(ReportTemplateForm, templates.create, title=gettext_lazy("New template"))
template_edit = edit_page(ReportTemplateForm, templates.edit, EDIT)
template_archive = act_page(
    ReportTemplate,
    templates.archive,
    title=gettext_lazy("Archive this template"),
    text=gettext_lazy("Nobody is asked by it any more; what was sent stays."),
    button=gettext_lazy("Archive"),
)
template_restore = act_page(ReportTemplate, templates.restore, title=gettext_lazy("Restore this template"))
template_exempt = act_page(
    ReportTemplate, exempt, title=gettext_lazy("Exempt a member"), button=gettext_lazy("Exempt"), form_class=ExemptForm
)
template_oblige = act_page(ReportExemption, oblige, title=gettext_lazy("End this exemption"))


def template_detail(request: Request, pk: int) -> HttpResponse:
    row = visible_or_404(ReportTemplate, request.actor, "unit", "position", "reviewer", pk=pk)
    may = rights(request.actor, row)
    rows = ReportExemption.objects.visible_to(request.actor).filter(template=row, archived_at=None)
    context = {
        "template": row,
        "record": _record(row),
        "exemptions": list(rows.select_related("member__unit")[:SHOWN]) if may(EDIT) else [],
        "may_edit": may(EDIT),
        "may_exempt": may("reporting.reporttemplate.exempt"),
    }
    return render(request, "reporting/template_detail.html", context)


def _record(row: ReportTemplate) -> dict[str, Any]:
    on = {"label": _("Switched on"), "tone": "green"} if row.is_on else {"label": _("Switched off"), "tone": "gray"}
    due = (
        _("%(time)s on the last working day of the period")
        if not row.due_after
        else _("%(time)s, %(n)s working days later")
    )
    return {
        "title": row.name,
        "subtitle": row.get_kind_display(),
        "icon": "report",
        "badges": [on],
        "archived": row.archived_at is not None,
        "facts": [
            {"label": _("For the unit"), "value": str(row.unit or _("the whole firm"))},
            {"label": _("For the position"), "value": str(row.position or _("all"))},
            {"label": _("Due"), "value": due % {"time": f"{row.due_at:%H:%M}", "n": row.due_after}},
            {"label": _("Drafted at"), "value": f"{row.draft_at:%H:%M}"},
            {"label": _("Read by"), "value": str(row.reviewer or _("the manager"))},
        ],
        "back_url": reverse("reporttemplate_list"),
        "back_label": _("Report templates"),
    }
