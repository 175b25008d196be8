"""Deals: list, page, forms, and what can happen to them."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from muster.access.at_hand import star_of
from muster.access.pages import act_page, create_page, edit_page, list_page, lists
from muster.access.scope import visible_or_404
from muster.core import money
from muster.core.custom.show import sections
from muster.core.http import Request
from muster.core.periods import today
from muster.core.templatetags.ui import day_name
from muster.crm import queries
from muster.crm.actions.deal import deals, lose_deal, reopen_deal, transfer_deal, win_deal
from muster.crm.forms.records import DealForm, LoseForm, TransferForm, WinForm
from muster.crm.listings.records import DEALS, STATUS_TONES
from muster.crm.models import Deal, Stage
from muster.crm.queries.stage_rules import checklist, pushes
from muster.crm.views.board import switch
from muster.crm.views.many import many_page
from muster.crm.views.record import changed, fact, field_facts, link_fact, offers

OFTEN = 3  # pushed so often, a date is no longer believed
SIDE = ("contact", "product", "source", "opened_on", "stage_since", "loss_reason", "close_note", "notes")
ASKED = ("tick", "untick", "weigh")
SHOWN = ("account", "owner", "contact", "product")  # seven joins take PostgreSQL longer to plan than these to read

_list = list_page(DEALS)
deal_create = create_page(DealForm, deals.create, title=gettext_lazy("New deal"), template="crm/form.html")
deal_edit = edit_page(DealForm, deals.edit, "crm.deal.edit", template="crm/form.html")
deal_archive = act_page(
    Deal,
    deals.archive,
    title=gettext_lazy("Archive this deal"),
    text=gettext_lazy("It leaves the lists and the board, and it can be restored."),
    button=gettext_lazy("Archive"),
)
deal_restore = act_page(Deal, deals.restore, title=gettext_lazy("Restore this deal"))
deal_win = act_page(
    Deal,
    win_deal,
    title=gettext_lazy("Deal won"),
    text=gettext_lazy("Well done! Check the final amount and the day the customer signed."),
    button=gettext_lazy("Mark as won"),
    form_class=WinForm,
)
deal_lose = act_page(
    Deal,
    lose_deal,
    title=gettext_lazy("Deal lost"),
    text=gettext_lazy("The reason helps the whole team to win the next one."),
    button=gettext_lazy("Mark as lost"),
    danger=True,
    form_class=LoseForm,
)
deal_reopen = act_page(
    Deal,
    reopen_deal,
    title=gettext_lazy("Take this deal up again"),
    text=gettext_lazy("It returns to the stage it was closed from. Its present result no longer counts."),
    button=gettext_lazy("Re-open"),
)
deal_transfer = act_page(
    Deal,
    transfer_deal,
    title=gettext_lazy("Transfer this deal"),
    text=gettext_lazy("Stage, dates and history stay as they are."),
    button=gettext_lazy("Transfer"),
    form_class=TransferForm,
)
deal_transfer_many = many_page(
    Deal, transfer_deal, "deal_list", title=gettext_lazy("Transfer deals"), form_class=TransferForm
)
deal_archive_many = many_page(Deal, deals.archive, "deal_list", title=gettext_lazy("Archive deals"))


@lists(DEALS)
def deal_list(request: Request) -> HttpResponse:
    return _list(request, switch=switch("list"))


def deal_detail(request: Request, pk: int) -> HttpResponse:
    deal = visible_or_404(Deal, request.actor, named=SHOWN, pk=pk)
    actor = request.actor
    verbs = ("edit", "move", "win", "lose", "reopen", "transfer", "archive", "restore", "snooze", *ASKED)
    stages = queries.stages_of(actor, deal.pipeline_id)
    if own := next((one for one in stages if one.pk == deal.stage_id), None):
        deal.stage = own  # read with the others
    context = {
        "deal": deal,
        "record": {**_record(deal), "star": star_of(actor, deal)},
        "custom": sections(deal, actor),
        "stages": _stage_bar(stages, deal),
        "checklist": checklist(actor, deal),
        "pushes": pushes(actor, deal),
        **offers(actor, deal, *verbs),
    }
    return render(request, "crm/deal_detail.html", context)


def _record(deal: Deal) -> dict[str, Any]:
    closing = (
        fact(_("To close on"), day_name(deal.expected_on))
        if deal.status == Deal.Status.OPEN
        else fact(_("Closed on"), day_name(deal.closed_on))
    )
    return {
        "title": deal.name,
        "subtitle": f"{deal.account or ''}",
        "icon": "target",
        "tone": STATUS_TONES[deal.status],
        "badges": _badges(deal),
        "archived": deal.archived_at is not None,
        "facts": [
            fact(_("Amount"), money.display(deal.amount, deal.currency) if deal.amount is not None else ""),
            closing,
            link_fact(_("Customer"), deal.account),
            link_fact(_("Owner"), deal.owner),
            fact(_("Last contact"), day_name(deal.last_activity_on)),
            *_weight(deal),
        ],
        "side": field_facts(deal, *SIDE),
        "line": True,
        "back_url": reverse("deal_list"),
        "back_label": _("Deals"),
        "changed": changed(deal),
    }


def _weight(deal: Deal) -> list[dict[str, Any]]:
    """What an open deal is worth by its probability."""
    if deal.status != Deal.Status.OPEN or deal.weighted is None:
        return []
    said = {"chance": deal.chance, "amount": money.short(deal.weighted, deal.currency)}
    return [fact(_("Weighted"), _("%(amount)s at %(chance)s %%") % said)]


def _badges(deal: Deal) -> list[dict[str, Any]]:
    badges = [{"label": deal.get_status_display(), "tone": STATUS_TONES[deal.status]}]
    if deal.status == Deal.Status.OPEN and deal.expected_on is not None and deal.expected_on < today():
        badges.append({"label": _("Closing date has passed"), "tone": "red"})
    if deal.slips:
        said = ngettext("Pushed once", "Pushed %(n)s times", deal.slips) % {"n": deal.slips}
        badges.append({"label": said, "tone": "red" if deal.slips >= OFTEN else "amber"})
    return badges


def _stage_bar(stages: list[Stage], deal: Deal) -> list[dict[str, Any]]:
    """The open stages in order; what lies behind the deal, where it stands, what is to come."""
    shown = [one for one in stages if one.kind == Stage.Kind.OPEN or one.pk == deal.stage_id]
    at = next((number for number, one in enumerate(shown) if one.pk == deal.stage_id), -1)
    states = {-1: "past", 0: "now", 1: "next"}
    return [
        {
            "stage": one,
            "state": deal.status if number == at and deal.status != "open" else states[(number > at) - (number < at)],
        }
        for number, one in enumerate(shown)
    ]
