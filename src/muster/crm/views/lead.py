"""Leads: list, page, forms, and what becomes of them."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.at_hand import star_of
from muster.access.pages import act_page, attempt, create_page, done, edit_page, list_page, lists, render_form
from muster.access.scope import visible_or_404
from muster.core.custom.show import sections
from muster.core.http import Request
from muster.core.templatetags.ui import day_name, moment
from muster.crm.actions.conversion import convert_lead
from muster.crm.actions.doubt import confirm_lead_mail
from muster.crm.actions.duplicates import Answer, look
from muster.crm.actions.lead import (
    disqualify_lead,
    lead_reasons,
    lead_sources,
    lead_steps,
    leads,
    reopen_lead,
    route_lead,
    transfer_lead,
)
from muster.crm.forms.leads import ConvertForm, DisqualifyForm, LeadForm, LeadReasonForm, LeadSourceForm, LeadStepForm
from muster.crm.forms.records import TransferForm
from muster.crm.listings.leads import LEAD_TONES, LEADS, count_waiting
from muster.crm.models import Account, Contact, Deal, Lead, LeadReason, LeadSource, LeadStep
from muster.crm.views.many import many_page
from muster.crm.views.record import changed, fact, field_facts, link_fact, offers

_list = list_page(LEADS)
lead_create = create_page(LeadForm, leads.create, title=gettext_lazy("New lead"), template="crm/form.html")
lead_edit = edit_page(LeadForm, leads.edit, "crm.lead.edit", template="crm/form.html")
lead_archive = act_page(
    Lead,
    leads.archive,
    title=gettext_lazy("Archive this lead"),
    text=gettext_lazy("It leaves the lists and the search, and it can be restored."),
    button=gettext_lazy("Archive"),
)
lead_restore = act_page(Lead, leads.restore, title=gettext_lazy("Restore this lead"))
lead_transfer = act_page(
    Lead,
    transfer_lead,
    title=gettext_lazy("Transfer this lead"),
    text=gettext_lazy("The new owner has all the days of the ladder to get in touch."),
    button=gettext_lazy("Transfer"),
    form_class=TransferForm,
)
lead_route = act_page(
    Lead,
    route_lead,
    title=gettext_lazy("Assign by rule"),
    text=gettext_lazy(
        "The first rule that fits chooses the owner. Where nobody is left it waits in the manager's queue."
    ),
)
lead_disqualify = act_page(
    Lead,
    disqualify_lead,
    title=gettext_lazy("Disqualify this lead"),
    text=gettext_lazy("The reason tells which sources are worth their money."),
    button=gettext_lazy("Disqualify"),
    danger=True,
    form_class=DisqualifyForm,
)
lead_reopen = act_page(
    Lead,
    reopen_lead,
    title=gettext_lazy("Take this lead up again"),
    text=gettext_lazy("It returns to its owner; the reason is forgotten."),
    button=gettext_lazy("Re-open"),
)
lead_confirm = act_page(
    Lead,
    confirm_lead_mail,
    title=gettext_lazy("The e-mail address is right"),
    text=gettext_lazy("You asked, or had an answer from there: the address is not doubtful any more."),
    button=gettext_lazy("It is right"),
)
lead_transfer_many = many_page(
    Lead, transfer_lead, "lead_list", title=gettext_lazy("Transfer leads"), form_class=TransferForm
)
lead_archive_many = many_page(Lead, leads.archive, "lead_list", title=gettext_lazy("Archive leads"))

leadsource_create = create_page(LeadSourceForm, lead_sources.create, title=gettext_lazy("New source"))
leadsource_edit = edit_page(LeadSourceForm, lead_sources.edit, "crm.leadsource.edit")
leadsource_archive = act_page(
    LeadSource,
    lead_sources.archive,
    title=gettext_lazy("Archive this source"),
    text=gettext_lazy("It can no longer be chosen; leads that came from it keep it."),
    button=gettext_lazy("Archive"),
)
leadsource_restore = act_page(
    LeadSource,
    lead_sources.restore,
    title=gettext_lazy("Restore this source"),
    text=gettext_lazy("New leads can come from it again."),
)
leadreason_create = create_page(LeadReasonForm, lead_reasons.create, title=gettext_lazy("New reason"))
leadreason_edit = edit_page(LeadReasonForm, lead_reasons.edit, "crm.leadreason.edit")
leadreason_archive = act_page(
    LeadReason,
    lead_reasons.archive,
    title=gettext_lazy("Archive this reason"),
    text=gettext_lazy("It can no longer be chosen; leads that were closed for it keep it."),
    button=gettext_lazy("Archive"),
)
leadreason_restore = act_page(
    LeadReason,
    lead_reasons.restore,
    title=gettext_lazy("Restore this reason"),
    text=gettext_lazy("Leads can be closed for it again."),
)
leadstep_create = create_page(LeadStepForm, lead_steps.create, title=gettext_lazy("New step"))
leadstep_edit = edit_page(LeadStepForm, lead_steps.edit, "crm.leadstep.edit")
leadstep_archive = act_page(
    LeadStep,
    lead_steps.archive,
    title=gettext_lazy("Archive this step"),
    text=gettext_lazy("From now on nothing happens on this day; what it did before stays."),
    button=gettext_lazy("Archive"),
)
leadstep_restore = act_page(
    LeadStep,
    lead_steps.restore,
    title=gettext_lazy("Restore this step"),
    text=gettext_lazy("It takes effect again with the next round, within the hour."),
)


def _switch(request: Request) -> list[dict[str, Any]]:
    url, asked = reverse("lead_list"), request.GET
    late = asked.get("unattended") == "1"
    return [
        {
            "label": _("Open leads"),
            "icon": "list",
            "url": f"{url}?open=1",
            "active": not late and asked.get("open") == "1",
        },
        {"label": _("Unattended"), "icon": "alarm", "url": f"{url}?unattended=1&sort=waits", "active": late},
        {"label": _("All leads"), "icon": "archive", "url": url, "active": not late and asked.get("open") != "1"},
    ]


@lists(LEADS)
def lead_list(request: Request) -> HttpResponse:
    return _list(request, switch=_switch(request))


def lead_detail(request: Request, pk: int) -> HttpResponse:
    lead = visible_or_404(Lead, request.actor, "owner", "source", "reason", "closed_by", "product", pk=pk)
    verbs = ("edit", "transfer", "route", "convert", "disqualify", "reopen", "confirm", "archive", "restore")
    count_waiting([lead], None)
    context = {
        "lead": lead,
        "record": {**_record(lead), "star": star_of(request.actor, lead)},
        "became": became(request.actor, lead),
        "custom": sections(lead, request.actor),
        **offers(request.actor, lead, *verbs),
    }
    return render(request, "crm/lead_detail.html", context)


def became(actor: Any, lead: Lead) -> list[dict[str, Any]]:
    """What the lead became, as far as the viewer sees it."""
    kinds: list[tuple[Any, int | None, str]] = [
        (Account, lead.account_id, "building"),
        (Contact, lead.contact_id, "address-book"),
        (Deal, lead.deal_id, "target"),
    ]
    found = []
    for model, pk, icon in kinds:
        row = model.objects.visible_to(actor).filter(pk=pk).first() if pk else None
        if row is not None:
            found.append({"row": row, "icon": icon, "label": model._meta.verbose_name})
    return found


def _badges(lead: Lead) -> list[dict[str, Any]]:
    red = ((lead.is_risky, _("High risk")), (lead.mail_doubt_on, _("E-mail doubtful")))
    status = {"label": lead.get_status_display(), "tone": LEAD_TONES[lead.status]}
    return [status, *({"label": label, "tone": "red"} for shows, label in red if shows)]


def _record(lead: Lead) -> dict[str, Any]:
    return {
        "title": lead.name,
        "subtitle": " · ".join(filter(None, [lead.company, lead.title])),
        "icon": "user-search",
        "tone": LEAD_TONES[lead.status],
        "badges": _badges(lead),
        "archived": lead.archived_at is not None,
        "facts": [
            fact(_("Phone"), lead.phone, _dial("tel", lead.phone)),
            fact(_("E-mail"), lead.email, _dial("mailto", lead.email)),
            fact(_("WeChat"), lead.wechat),
            link_fact(_("Owner"), lead.owner),
            _waiting(lead),
        ],
        "side": [
            *([fact(_("Source"), str(lead.source))] if lead.source else []),
            *field_facts(lead, "product", "level", "industry", "city", "came_on", "last_activity_on"),
            *([fact(_("First response"), moment(lead.first_response_at))] if lead.first_response_at else []),
            *field_facts(lead, "closed_on", "closed_by"),
            *([fact(_("Why nothing came of it"), str(lead.reason))] if lead.reason else []),
            *field_facts(lead, "close_note", "mail_doubt_on", "mail_doubt_why", "notes"),
        ],
        "line": True,
        "back_url": reverse("lead_list") + "?open=1",
        "back_label": _("Leads"),
        "changed": changed(lead),
    }


def _waiting(lead: Lead) -> dict[str, Any]:
    if not lead.is_open:
        return fact(_("Closed on"), day_name(lead.closed_on))
    days = lead.waits
    return fact(_("Waits, working days"), "" if days is None else str(days))


def _dial(scheme: str, value: str) -> str:
    return f"{scheme}:{value}" if value and "*" not in value else ""


def lead_convert(request: Request, pk: int) -> HttpResponse:
    """Ask which customer it becomes; customers that may be the same are offered first."""
    lead = visible_or_404(Lead, request.actor, pk=pk)
    form = ConvertForm(request.POST if request.method == "POST" else None, actor=request.actor, row=lead)
    if request.method == "POST" and form.is_valid():
        saved = attempt(form, lambda: convert_lead(request.actor, lead, **form.cleaned_data))
        if saved is not None:
            url = saved.account.get_absolute_url()
            return done(request, url, _("Converted: %(name)s") % {"name": saved}, go=True)
    context = {"title": _("Convert this lead"), "answer": _same_customer(request.actor, lead)}
    url = lead.get_absolute_url()
    return render_form(request, form, "crm/lead_convert.html", row=lead, cancel_url=url, **context)


def _same_customer(actor: Any, lead: Lead) -> Answer:
    """Customers that the lead may be one of."""
    said = {"name": lead.company or lead.name, "email": lead.email or "", "phone": lead.phone or ""}
    answer = look(actor, Account, said, apart=lead)
    return Answer(tuple(one for one in answer.hits if one.kind == "crm.account"), answer.is_limited)


def lead_setup(request: Request) -> HttpResponse:
    """Sources, reasons and the ladder."""
    actor = request.actor
    kinds: list[tuple[str, Any, Any, str]] = [
        ("leadstep", _("Ladder for leads nobody follows up"), LeadStep, "stairs-up"),
        ("leadsource", _("Where leads come from"), LeadSource, "world-www"),
        ("leadreason", _("Why leads come to nothing"), LeadReason, "thumb-down"),
    ]
    cards = [
        {
            "kind": kind,
            "title": title,
            "icon": icon,
            "rows": [
                {
                    "row": row,
                    **{verb: reverse(f"{kind}_{verb}", args=[row.pk]) for verb in ("edit", "archive", "restore")},
                }
                for row in model.objects.visible_to(actor).order_by("archived_at", *model._meta.ordering)
            ],
            "create": reverse(f"{kind}_create") if actor.has(f"crm.{kind}.create") else "",
        }
        for kind, title, model, icon in kinds
    ]
    return render(request, "crm/lead_setup.html", {"cards": cards})
