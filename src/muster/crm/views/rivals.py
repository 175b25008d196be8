"""Competitors: the cards, those on a deal, and discounts to be approved."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.belonging import add_page, remove_page
from muster.access.pages import act_page, create_page, edit_page
from muster.access.scope import Actor, rights, visible_or_404
from muster.core.http import Request
from muster.crm.actions.discount import KIND, ask_deal_discount, ask_quote_discount, is_granted, low_lines
from muster.crm.actions.rivals import competitors, remove_rival, rivals
from muster.crm.forms.competitors import AskDiscountForm, CompetitorForm, RivalChangeForm, RivalForm
from muster.crm.models import Competitor, Deal, DealCompetitor, Quote
from muster.crm.views.record import changed
from muster.people.models import ApprovalRequest

SHOWN = 100
TONES = {"suspect": "gray", "confirm": "amber", "won": "red", "beaten": "green"}
ASK, SEND = gettext_lazy("Ask for approval of the discount"), gettext_lazy("Ask for approval")

competitor_create = create_page(CompetitorForm, competitors.create, title=gettext_lazy("New competitor"))
competitor_edit = edit_page(CompetitorForm, competitors.edit, "crm.competitor.edit")
competitor_archive = act_page(
    Competitor,
    competitors.archive,
    title=gettext_lazy("Archive this competitor"),
    text=gettext_lazy("It can no longer be chosen; deals that have it keep it."),
    button=gettext_lazy("Archive"),
)
competitor_restore = act_page(Competitor, competitors.restore, title=gettext_lazy("Restore this competitor"))
rival_edit = act_page(
    DealCompetitor,
    rivals.edit,
    title=gettext_lazy("Competitor on this deal"),
    form_class=RivalChangeForm,
    button=gettext_lazy("Save"),
)
deal_ask_discount = act_page(Deal, ask_deal_discount, form_class=AskDiscountForm, title=ASK, button=SEND)
quote_ask_discount = act_page(Quote, ask_quote_discount, form_class=AskDiscountForm, title=ASK, button=SEND)


def competitor_list(request: Request) -> HttpResponse:
    rows = Competitor.objects.visible_to(request.actor).order_by("archived_at", "name")
    context = {"rows": list(rows[:SHOWN]), "may_create": request.actor.has("crm.competitor.create")}
    return render(request, "crm/competitor_list.html", context)


def competitor_detail(request: Request, pk: int) -> HttpResponse:
    """The battle card, and the deals it is in on."""
    actor = request.actor
    row = visible_or_404(Competitor, actor, pk=pk)
    found = DealCompetitor.objects.visible_to(actor).filter(competitor=row, archived_at=None)
    found = found.select_related("deal", "deal__owner").order_by("-pk")
    context = {
        "row": row,
        "record": {
            "title": row.name,
            "icon": "shield",
            "archived": row.archived_at is not None,
            "back_url": reverse("competitor_list"),
            "back_label": _("Competitors"),
            "changed": changed(row),
        },
        "deals": [{"row": one, "tone": TONES[one.status]} for one in found[:SHOWN]],
        "may": {verb: actor.has(f"crm.competitor.{verb}") for verb in ("edit", "archive", "restore")},
    }
    return render(request, "crm/competitor_detail.html", context)


def deal_rivals(request: Request, pk: int) -> HttpResponse:
    """Panel on a deal's page: who else is in on it, and how to beat them."""
    deal = visible_or_404(Deal, request.actor, pk=pk)
    rows = DealCompetitor.objects.visible_to(request.actor).filter(deal=deal, archived_at=None)
    lines = [{"row": one, "tone": TONES[one.status]} for one in rows.select_related("competitor").order_by("pk")]
    may = rights(request.actor, deal)("crm.deal.edit")
    return render(request, "crm/deal_rivals.html", {"deal": deal, "lines": lines, "may_edit": may})


rival_add = add_page(Deal, rivals.create, RivalForm, "deal", title=gettext_lazy("Add a competitor"))


rival_remove = remove_page(DealCompetitor, remove_rival, "deal", "competitor")


def _discount(request: Request, row: Any, ask: str) -> HttpResponse:
    """Panel: which prices are below the floor, and how their approval stands."""
    actor: Actor = request.actor
    low = low_lines(row)
    asked = ApprovalRequest.objects.visible_to(actor).filter(
        model=row._meta.label_lower, object_id=row.pk, kind=KIND, status=ApprovalRequest.Status.OPEN
    )
    context = {
        "low": low,
        "granted": bool(low) and is_granted(row),
        "asked": asked.first() if low else None,
        "ask_url": reverse(ask, args=[row.pk]) if low and rights(actor, row)(f"{row._meta.label_lower}.edit") else "",
        "is_open": row.status in (Deal.Status.OPEN, Quote.Status.DRAFT),
    }
    return render(request, "crm/discount_panel.html", context)


def deal_discount(request: Request, pk: int) -> HttpResponse:
    return _discount(request, visible_or_404(Deal, request.actor, pk=pk), "deal_ask_discount")


def quote_discount(request: Request, pk: int) -> HttpResponse:
    return _discount(request, visible_or_404(Quote, request.actor, pk=pk), "quote_ask_discount")
