"""Contracts: list, page, plan, and what can happen to them."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access import permissions
from muster.access.at_hand import star_of
from muster.access.belonging import add_page, remove_page
from muster.access.models import Event
from muster.access.pages import act_page, asked, attempt, create_page, done, edit_page, list_page, lists, render_form
from muster.access.scope import visible_or_404
from muster.core import money
from muster.core.custom.show import listing_for
from muster.core.forms import key_of
from muster.core.http import Request
from muster.core.periods import today
from muster.crm.actions.amendment import amend_contract
from muster.crm.actions.contract import (
    contract_lines,
    contract_of_deal,
    contracts,
    end_contract,
    remove_line,
    sign_contract,
    terminate_contract,
    transfer_contract,
)
from muster.crm.actions.contract_approval import KIND, standing
from muster.crm.actions.plan import set_plan
from muster.crm.forms.contract import (
    AmendForm,
    ContractForm,
    DealContractForm,
    LineForm,
    OnForm,
    PlanForm,
    TemplateForm,
    TerminateForm,
)
from muster.crm.forms.records import TransferForm
from muster.crm.listings.contract import CONTRACT_TONES, CONTRACTS, late_days
from muster.crm.models import (
    Account,
    Allocation,
    Contract,
    ContractAmendment,
    ContractLine,
    Deal,
    Instalment,
    Invoice,
    PlanChange,
    Receipt,
)
from muster.crm.queries.receivables import contracts_of, late_of, money_of
from muster.crm.views.many import many_page
from muster.crm.views.record import changed, fact, field_facts, link_fact, offers
from muster.people.models import ApprovalRequest

SHOWN = 100
PANEL = 6
TABS = ("plan", "receipts", "invoices", "lines", "history")
VERBS = ("edit", "ask_approval", "sign", "amend", "plan", "end", "terminate", "transfer", "archive", "restore")

_list = list_page(CONTRACTS, "crm/contract_list.html")


def _known(request: Request) -> dict[str, Any]:
    """A contract begun on the page of a customer or of a deal has what is known there."""
    deal = Deal.objects.visible_to(request.actor).filter(pk=key_of(request.GET.get("deal", "")) or 0).first()
    if deal is None:
        return {}
    return {"name": deal.name, "account": deal.account_id, "currency": deal.currency, "amount": deal.amount}


contract_create = create_page(
    ContractForm, contracts.create, title=gettext_lazy("New contract"), template="crm/form.html", initial=_known
)
contract_edit = edit_page(ContractForm, contracts.edit, "crm.contract.edit", template="crm/form.html")
contract_archive = act_page(
    Contract,
    contracts.archive,
    title=gettext_lazy("Archive this draft"),
    text=gettext_lazy("It leaves the lists, keeps its number, and can be restored."),
    button=gettext_lazy("Archive"),
)
contract_restore = act_page(Contract, contracts.restore, title=gettext_lazy("Restore this contract"))
contract_sign = act_page(
    Contract,
    sign_contract,
    title=gettext_lazy("Contract signed"),
    text=gettext_lazy(
        "From now on it counts, and what was agreed changes by amendments only. "
        "Without a plan it gets one payment, a month later."
    ),
    button=gettext_lazy("Mark as signed"),
    form_class=OnForm,
)
contract_end = act_page(
    Contract,
    end_contract,
    title=gettext_lazy("End this contract"),
    text=gettext_lazy("Its time is over, or all is done. What is still to be paid stays to be paid."),
    button=gettext_lazy("End"),
    form_class=OnForm,
)
contract_terminate = act_page(
    Contract,
    terminate_contract,
    title=gettext_lazy("Terminate this contract"),
    text=gettext_lazy("What came in stays; what is open is no longer expected."),
    button=gettext_lazy("Terminate"),
    danger=True,
    form_class=TerminateForm,
)
contract_amend = act_page(
    Contract,
    amend_contract,
    title=gettext_lazy("Amend this contract"),
    text=gettext_lazy(
        "Amount, end or payments are agreed anew from a day on. What came in stays, and so does history."
    ),
    button=gettext_lazy("Amend"),
    form_class=AmendForm,
)
contract_transfer = act_page(
    Contract,
    transfer_contract,
    title=gettext_lazy("Transfer this contract"),
    text=gettext_lazy("What is still to be collected goes along. Who signed it, and for whom receipts counted, stays."),
    button=gettext_lazy("Transfer"),
    form_class=TransferForm,
)
contract_transfer_many = many_page(
    Contract, transfer_contract, "contract_list", title=gettext_lazy("Transfer contracts"), form_class=TransferForm
)
contract_template = act_page(
    Contract,
    set_plan,
    title=gettext_lazy("Make a payment plan"),
    text=gettext_lazy("The shares become amounts that are the contract to the last cent."),
    button=gettext_lazy("Make the plan"),
    form_class=TemplateForm,
)
contractline_edit = act_page(
    ContractLine,
    contract_lines.edit,
    title=gettext_lazy("Edit the line"),
    button=gettext_lazy("Save"),
    form_class=LineForm,
)


@lists(CONTRACTS)
def contract_list(request: Request) -> HttpResponse:
    """With what the contracts of the filter come to."""
    rows = listing_for(CONTRACTS, request.actor).rows(request.actor, asked(request))
    return _list(request, sums=shown_money(money_of(request.actor, rows)))


def shown_money(sums: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    """A line a currency: amounts as texts, and how much of the signed has come in, in per cent."""
    return [
        {
            "currency": unit,
            "done": 100 * one["received"] // one["signed"] if one["signed"] else 0,
            "is_late": one["overdue"] > 0,
            **{key: money.display(minor, unit) for key, minor in one.items()},
            **{f"short_{key}": money.short(minor, unit) for key, minor in one.items()},
        }
        for unit, one in sorted(sums.items())
    ]


def contract_detail(request: Request, pk: int) -> HttpResponse:
    contract = visible_or_404(Contract, request.actor, *CONTRACTS.related, "signer", "quote", pk=pk)
    tab = request.GET.get("tab", "plan")
    if tab not in TABS:
        raise Http404(tab)
    actor = request.actor
    stands = standing(contract) if contract.status == Contract.Status.DRAFT else ""
    asked = ApprovalRequest.objects.visible_to(actor).filter(model="crm.contract", object_id=contract.pk, kind=KIND)
    context = {
        "contract": contract,
        "stands": stands,
        "asked": asked.order_by("-pk").first(),
        "tab": tab,
        "record": {**_record(actor, contract), "star": star_of(actor, contract), "tabs": _tabs(contract, tab)},
        **offers(actor, contract, *VERBS),
        "books": {name: actor.has(f"crm.{name}.create") for name in ("receipt", "invoice")},
        **_BODIES[tab](actor, contract),
    }
    return render(request, "crm/contract_detail.html", context)


def _tabs(contract: Contract, tab: str) -> list[dict[str, Any]]:
    labels = (_("Payment plan"), _("Receipts"), _("Invoices"), _("Lines"), _("History"))
    url = contract.get_absolute_url()
    return [
        {"label": label, "url": f"{url}?tab={key}", "active": key == tab}
        for key, label in zip(TABS, labels, strict=True)
    ]


def _plan(actor: Any, contract: Contract) -> dict[str, Any]:
    rows = list(Instalment.objects.visible_to(actor).filter(contract=contract).order_by("number")[:SHOWN])
    for row in rows:
        row.contract = contract
    lines = [{"row": row, "late": late_days(row), "share": 100 * row.received // row.amount} for row in rows]
    return {"instalments": lines, "count": len(rows)}


def _receipts(actor: Any, contract: Contract) -> dict[str, Any]:
    rows = Allocation.objects.visible_to(actor).filter(contract=contract)
    rows = rows.select_related("receipt__collector", "instalment", "member")
    found = list(rows.order_by("-receipt__received_on", "-id")[:SHOWN])
    for row in found:
        row.instalment.contract = contract
    waiting = Receipt.objects.visible_to(actor).filter(contract=contract, allocated=0, refunded=0, amount__gt=0)
    return {"allocations": found, "waiting": list(waiting.filter(voided_on=None).order_by("-id")[:PANEL])}


def _invoices(actor: Any, contract: Contract) -> dict[str, Any]:
    rows = Invoice.objects.visible_to(actor).filter(contract=contract).select_related("red_of")
    return {"invoices": list(rows.order_by("-issued_on", "-id")[:SHOWN])}


def _lines(actor: Any, contract: Contract) -> dict[str, Any]:
    rows = ContractLine.objects.visible_to(actor).filter(contract=contract, archived_at=None)
    found = list(rows.select_related("product").order_by("position_no", "id")[:SHOWN])
    amended = bool(found) and len(found) < SHOWN and sum(one.amount for one in found) != contract.amount
    return {"lines": found, "amended": amended}


def _history(actor: Any, contract: Contract) -> dict[str, Any]:
    rows = PlanChange.objects.visible_to(actor).filter(contract=contract).select_related("by")
    events = Event.objects.visible_to(actor).filter(model="crm.contract", object_id=contract.pk).order_by("-id")
    told = [{"label": permissions.label_of(one.action), "by": one.by, "at": one.at} for one in events[:SHOWN]]
    amended = ContractAmendment.objects.visible_to(actor).filter(contract=contract).select_related("by")
    found = {"plan_changes": list(rows.order_by("-id")[:SHOWN]), "events": told}
    return {**found, "amendments": list(amended.order_by("-number")[:SHOWN])}


_BODIES = {"plan": _plan, "receipts": _receipts, "invoices": _invoices, "lines": _lines, "history": _history}


def _record(actor: Any, contract: Contract) -> dict[str, Any]:
    late, unit = late_of(actor, contract), contract.currency
    return {
        "title": contract.name,
        "subtitle": f"{contract.number} · {contract.account}",
        "icon": "file-text",
        "tone": CONTRACT_TONES[contract.status],
        "badges": _badges(contract, late),
        "archived": contract.archived_at is not None,
        "facts": [
            fact(_("Total with tax"), money.display(contract.total, unit)),
            fact(_("Received"), money.display(contract.received, unit)),
            fact(_("Still to come"), money.display(contract.outstanding, unit)),
            fact(_("Overdue"), money.display(late, unit) if late else ""),
            fact(_("Invoiced"), money.display(contract.invoiced, unit)),
        ],
        "side": _side(contract),
        "back_url": reverse("contract_list"),
        "back_label": _("Contracts"),
        "changed": changed(contract),
    }


def _side(contract: Contract) -> list[dict[str, Any]]:
    unit = contract.currency
    rate = f"{contract.tax_rate.normalize():f} %"
    return [
        link_fact(_("Customer"), contract.account),
        link_fact(_("Owner"), contract.owner),
        *field_facts(contract, "deal", "quote", "their_number", "signed_on", "signer", "starts_on", "ends_on"),
        fact(_("Prices"), _("with tax") if contract.tax_included else _("without tax")),
        fact(_("Without tax"), money.display(contract.net, unit)),
        fact(_("Tax (%(rate)s)") % {"rate": rate}, money.display(contract.tax, unit)),
        *([fact(_("In capitals"), words)] if (words := money.in_capitals(contract.total, unit)) else []),
        *field_facts(contract, "closed_on", "close_reason", "terms", "notes"),
    ]


def _badges(contract: Contract, late: int) -> list[dict[str, Any]]:
    badges = [{"label": contract.get_status_display(), "tone": CONTRACT_TONES[contract.status]}]
    if late:
        badges.append({"label": _("Overdue"), "tone": "red"})
    elif contract.status != "draft" and contract.total and contract.received == contract.total:
        badges.append({"label": _("Paid"), "tone": "green"})
    return badges


def contract_plan(request: Request, pk: int) -> HttpResponse:
    """The payments as rows; nothing is taken over unless all together are the contract."""
    contract = visible_or_404(Contract, request.actor, pk=pk)
    rows = Instalment.objects.visible_to(request.actor).filter(contract=contract).order_by("number")
    initial = {"plan": "\n".join(_typed(row, contract) for row in rows[:SHOWN])}
    form = PlanForm(request.POST or None, actor=request.actor, row=contract, initial=initial)
    if request.method == "POST" and form.is_valid():
        saved = attempt(form, lambda: set_plan(request.actor, contract, **form.cleaned_data))
        if saved is not None:
            return done(request, contract.get_absolute_url(), _("The plan is saved."))
    title = _("Payment plan of %(name)s") % {"name": contract.number}
    total = money.display(contract.total, contract.currency)
    context = {"title": title, "subtitle": total, "cancel_url": contract.get_absolute_url()}
    return render_form(request, form, "ui/form.html", **context)


def _typed(row: Instalment, contract: Contract) -> str:
    places = len(str(money.scale(contract.currency))) - 1
    amount = f"{money.major(row.amount, contract.currency):.{places}f}"
    share = amount if row.percent is None else f"{row.percent.normalize():f}%"
    return f"{row.due_on:%Y-%m-%d} {share} {row.name}".strip()


def deal_contract(request: Request, pk: int) -> HttpResponse:
    """One step from a won deal to its contract."""
    deal = visible_or_404(Deal, request.actor, "account", "product", "owner", pk=pk)
    form = DealContractForm(request.POST or None, actor=request.actor, row=deal)
    if request.method == "POST" and form.is_valid():
        row = attempt(form, lambda: contract_of_deal(request.actor, deal, **form.cleaned_data))
        if row is not None:
            return done(
                request, row.get_absolute_url(), _("Contract %(number)s is made.") % {"number": row.number}, go=True
            )
    context = {"title": _("Make the contract"), "subtitle": str(deal), "cancel_url": deal.get_absolute_url()}
    return render_form(request, form, "ui/form.html", **context)


line_add = add_page(
    Contract, contract_lines.create, LineForm, "contract", title=gettext_lazy("Add a line"), behind="?tab=lines"
)


line_remove = remove_page(ContractLine, remove_line, "contract", behind="?tab=lines")


def account_contracts(request: Request, pk: int) -> HttpResponse:
    """Panel on a customer's page."""
    account = visible_or_404(Account, request.actor, pk=pk)
    return _panel(request, {"account": account})


def deal_contracts(request: Request, pk: int) -> HttpResponse:
    """Panel on a deal's page: its contracts, or the step to the first one."""
    deal = visible_or_404(Deal, request.actor, pk=pk)
    return _panel(request, {"deal": deal}, deal=deal)


def _panel(request: Request, of: dict[str, Any], **context: Any) -> HttpResponse:
    rows = contracts_of(request.actor, **of)
    found = list(rows[: PANEL + 1])
    ((key, row),) = of.items()
    context |= {
        "contracts": [
            {"row": one, "share": 100 * one.received // one.total if one.total else 0} for one in found[:PANEL]
        ],
        "has_more": len(found) > PANEL,
        "more_url": f"{reverse('contract_list')}?{key}={row.pk}",
        "new_url": f"{reverse('contract_create')}?{key}={row.pk}" if request.actor.has("crm.contract.create") else "",
        "sums": shown_money(
            money_of(request.actor, Contract.objects.visible_to(request.actor).filter(archived_at=None, **of))
        ),
        "late_since": today(),
    }
    return render(request, "crm/contract_panel.html", context)
