"""Audit campaigns, the audit sheet, and how good the data is."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from muster.access.pages import act_page, attempt, done, list_page, render_form
from muster.access.scope import NotVisible, can, visible_or_404
from muster.core.cells import address
from muster.core.files import attachment
from muster.core.http import Request
from muster.core.periods import containing
from muster.people import freshness
from muster.people.actions.audit_result import DOWNLOAD, fetch_result
from muster.people.forms import CampaignForm
from muster.people.models import DETAILS, AuditCampaign, AuditItem, AuditReport, Member, QualityScore, Unit
from muster.people.records.audits import AUDIT_TONES, AUDITS, SHEET
from muster.people.tasks import begin_audit, close_audit, sign_audit

MOST_LATE = 100
MOST_QUARTERS, A_TREND = 8, 2

_campaigns = list_page(AUDITS, "people/part_list.html")
_sheet = list_page(SHEET, "people/part_list.html")
campaign_close = act_page(
    AuditCampaign,
    close_audit,
    title=gettext_lazy("Close this campaign"),
    text=gettext_lazy("The result is written down, sealed and signed. Who has not answered by now stands in it."),
    button=gettext_lazy("Close"),
)
campaign_sign = act_page(
    AuditCampaign,
    sign_audit,
    title=gettext_lazy("Have the result signed"),
    text=gettext_lazy("The result becomes a PDF with a digital signature, in each language."),
    button=gettext_lazy("Sign"),
)


def tabs(request: Request, active: str) -> list[dict[str, Any]]:
    """The pages about how true the data is that this viewer may open."""
    shown = [
        ("campaign_list", _("Campaigns"), "clipboard-check", "people.auditcampaign.view"),
        ("audit_sheet", _("Audit sheet"), "list-check", "people.member.sheet"),
        ("data_quality", _("Data quality"), "chart-bar", "people.qualityscore.view"),
        ("detail_rules", _("Rules"), "adjustments", "people.detailrule.edit"),
    ]
    return [
        {"label": label, "icon": icon, "url": reverse(name), "active": name == active}
        for name, label, icon, permission in shown
        if request.actor.has(permission)
    ]


def campaign_list(request: Request) -> HttpResponse:
    return _campaigns(request, tabs=tabs(request, "campaign_list"))


def sheet(request: Request) -> HttpResponse:
    return _sheet(request, tabs=tabs(request, "audit_sheet"))


def campaign_new(request: Request) -> HttpResponse:
    form = CampaignForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        row = attempt(form, lambda: begin_audit(request.actor, **form.values()))
        if row is not None:
            return done(request, address(row), _("Begun: %(name)s") % {"name": row}, go=True)
    return render_form(request, form, "ui/form.html", title=_("New campaign"), submit_label=_("Begin"))


def campaign_detail(request: Request, pk: int) -> HttpResponse:
    """How far it is, by unit, and who is late: as far as the viewer sees the answers."""
    row = visible_or_404(AuditCampaign, request.actor, "unit", "author", pk=pk)
    items = AuditItem.objects.visible_to(request.actor).filter(campaign=row)
    late = freshness.late(Member.objects.visible_to(request.actor), row, items)
    context = {
        "row": row,
        "tone": AUDIT_TONES[row.status],
        "progress": freshness.progress(items),
        "units": freshness.by_unit(items),
        "fields": [DETAILS[one].label for one in row.fields if one in DETAILS],
        "late": late[:MOST_LATE],
        "late_count": late.count(),
        "mine": items.filter(member=request.actor.member_id, answer="").count() if request.actor.member_id else 0,
        "may_read": row.status == AuditCampaign.Status.CLOSED and can(request.actor, DOWNLOAD, row),
        "may_close": row.status == AuditCampaign.Status.OPEN and can(request.actor, CLOSE, row),
    }
    return render(request, "people/audit_campaign.html", context)


CLOSE = "people.auditcampaign.close"


def campaign_report(request: Request, pk: int) -> HttpResponse:
    """The sealed result, and the signed PDF of it."""
    row = visible_or_404(AuditCampaign, request.actor, "unit", "job", pk=pk)
    if not can(request.actor, DOWNLOAD, row):
        raise NotVisible(DOWNLOAD)
    signed = AuditReport.objects.visible_to(request.actor).filter(campaign=row, language=get_language()).first()
    closed = row.status == AuditCampaign.Status.CLOSED
    waits = closed and signed is None and row.job is not None and row.job.state in ("waiting", "running")
    context = {
        "row": row,
        "fields": [DETAILS[one].label for one in row.fields if one in DETAILS],
        "result": row.result,
        "signed": signed,
        "waits": waits,
        "may_sign": closed and signed is None and not waits and can(request.actor, "people.auditcampaign.sign", row),
    }
    return render(request, "people/audit_report.html", context)


@require_GET
def campaign_pdf(request: Request, pk: int) -> HttpResponse:
    """The signed result in the reader's language."""
    row = visible_or_404(AuditCampaign, request.actor, pk=pk)
    try:
        name, content = fetch_result(request.actor, row, language=request.GET.get("language", ""))
    except ValidationError as error:
        return done(request, reverse("audit_report", args=[pk]), " ".join(error.messages), level=40)
    return attachment(content, name, "application/pdf")


def quality(request: Request) -> HttpResponse:
    """How much of what is held is filled in and fresh, by unit and by field, and how that was before."""
    members = Member.objects.visible_to(request.actor, "people.member.sheet").filter(archived_at=None)
    found = freshness.quality(members)
    units = Unit.objects.visible_to(request.actor).in_bulk([pk for pk in found if pk])
    before = _before(request, list(units))
    lines = [_part(fresh, asked, unit=units.get(pk or 0), then=before.get(pk)) for pk, (fresh, asked) in found.items()]
    fields = [
        _part(fresh, people, label=rule.get_field_display()) for rule, fresh, people in freshness.by_field(members)
    ]
    whole = _part(sum(fresh for fresh, _asked in found.values()), sum(asked for _fresh, asked in found.values()))
    context = {
        "lines": sorted(lines, key=lambda one: one["share"]),
        "fields": sorted(fields, key=lambda one: one["share"]),
        "whole": whole,
        "trend": _trend(request, list(units)),
        "tabs": tabs(request, "data_quality"),
    }
    return render(request, "people/quality.html", context)


def _part(fresh: int, asked: int, **more: Any) -> dict[str, Any]:
    return {"fresh": fresh, "asked": asked, "share": _share(fresh, asked), **more}


def _share(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


def _trend(request: Request, units: list[int]) -> dict[str, Any] | None:
    """The share at the last count of each quarter, all UNITS together; None where there are fewer than two."""
    by_quarter = {
        containing(on, "quarter").label(): _share(fresh, asked)
        for on, fresh, asked in freshness.by_day(request.actor, units)
    }
    shown = list(by_quarter.items())[-MOST_QUARTERS:]
    if len(shown) < A_TREND:
        return None
    return {
        "labels": [label for label, _value in shown],
        "series": [{"name": _("Data quality"), "data": [value for _label, value in shown]}],
        "unit": {"divisor": 1, "prefix": "", "suffix": "%", "decimals": 0},
    }


def _before(request: Request, units: list[int]) -> dict[int | None, int]:
    """The share of each unit at the last count that was written down."""
    rows = QualityScore.objects.visible_to(request.actor).filter(unit__in=units).order_by("on")
    return {one.unit_id: _share(one.fresh, one.asked) for one in rows}
