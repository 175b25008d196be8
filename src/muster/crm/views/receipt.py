"""Receipts and invoices: lists, pages, forms; and what is still to come in."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.pages import act_page, asked, attempt, create_page, done, edit_page, list_page, lists, render_form
from muster.access.scope import visible_or_404
from muster.core import money
from muster.core.fields import default_currency
from muster.core.forms import key_of
from muster.core.http import Request
from muster.core.periods import today
from muster.core.templatetags.ui import day_name
from muster.crm.actions.invoice import invoice_data, issue_invoice, link_receipt, red_invoice, void_invoice
from muster.crm.actions.receipt import allocate_receipt, record_receipt, refund_receipt, void_receipt
from muster.crm.forms.contract import InvoiceDataForm
from muster.crm.forms.receipt import AllocateForm, InvoiceForm, LinkForm, ReceiptForm, RedForm, RefundForm, VoidForm
from muster.crm.listings.contract import INVOICES, RECEIPTS, RECEIVABLES, receipt_state
from muster.crm.models import (
    Account,
    AccountInvoiceData,
    Allocation,
    Contract,
    Instalment,
    Invoice,
    InvoiceReceipt,
    Receipt,
)
from muster.crm.queries.receivables import ageing, open_instalments
from muster.crm.views.record import changed, fact, field_facts, link_fact, offers

SHOWN = 100

receipt_list = list_page(RECEIPTS)
invoice_list = list_page(INVOICES)
_receivables = list_page(RECEIVABLES, "crm/receivables.html")


def _known(request: Request) -> dict[str, Any]:
    """Begun on an instalment or a contract: whose it is, and what of it is open."""
    actor, asked_for = request.actor, key_of(request.GET.get("instalment", "")) or 0
    row = Instalment.objects.visible_to(actor).filter(pk=asked_for).select_related("contract").first()
    contracts = Contract.objects.visible_to(actor).filter(pk=key_of(request.GET.get("contract", "")) or 0)
    contract = row.contract if row else contracts.first()
    if contract is None:
        return {}
    first = row or open_instalments(actor).filter(contract=contract).order_by("due_on", "number").first()
    known = {"account": contract.account_id, "contract": contract.pk, "currency": contract.currency}
    return {**known, "amount": first.amount - first.received} if first else known


receipt_create = create_page(
    ReceiptForm,
    record_receipt,
    title=gettext_lazy("Record a receipt"),
    template="crm/receipt_form.html",
    initial=_known,
)
receipt_allocate = act_page(
    Receipt,
    allocate_receipt,
    title=gettext_lazy("Allocate the advance"),
    text=gettext_lazy(
        "It goes to the oldest due instalments of the contract, or of the customer, and counts on the day."
    ),
    button=gettext_lazy("Allocate"),
    form_class=AllocateForm,
)
receipt_refund = act_page(
    Receipt,
    refund_receipt,
    title=gettext_lazy("Money went back"),
    text=gettext_lazy("A refund is a receipt of its own that points at this one; this one stays as it is."),
    button=gettext_lazy("Record the refund"),
    form_class=RefundForm,
)
receipt_void = act_page(
    Receipt,
    void_receipt,
    title=gettext_lazy("Void this receipt"),
    text=gettext_lazy(
        "For what was entered wrongly. It counts nowhere any more and stays to be read, with the reason."
    ),
    button=gettext_lazy("Void"),
    danger=True,
    form_class=VoidForm,
)
invoice_red = act_page(
    Invoice,
    red_invoice,
    title=gettext_lazy("Correct in red"),
    text=gettext_lazy("A red-letter invoice takes this one back, or a part of it."),
    button=gettext_lazy("Issue the red letter"),
    form_class=RedForm,
)
invoice_void = act_page(
    Invoice,
    void_invoice,
    title=gettext_lazy("Void this invoice"),
    text=gettext_lazy(
        "For what was entered wrongly. It counts nowhere any more and stays to be read, with the reason."
    ),
    button=gettext_lazy("Void"),
    danger=True,
    form_class=VoidForm,
)
invoice_link = act_page(
    Invoice,
    link_receipt,
    title=gettext_lazy("What paid this invoice?"),
    button=gettext_lazy("Link"),
    form_class=LinkForm,
)
invoicedata_create = create_page(InvoiceDataForm, invoice_data.create, title=gettext_lazy("Invoice details"))
invoicedata_edit = edit_page(InvoiceDataForm, invoice_data.edit, "crm.accountinvoicedata.edit")


def receipt_detail(request: Request, pk: int) -> HttpResponse:
    receipt = visible_or_404(Receipt, request.actor, "account", "collector", "contract", "refund_of", pk=pk)
    actor = request.actor
    lines = Allocation.objects.visible_to(actor).filter(receipt=receipt)
    refunds = Receipt.objects.visible_to(actor).filter(refund_of=receipt)
    invoices = InvoiceReceipt.objects.visible_to(actor).filter(receipt=receipt).select_related("invoice")
    context = {
        "receipt": receipt,
        "record": _receipt(receipt),
        **offers(actor, receipt, "allocate", "refund", "void"),
        "allocations": list(lines.select_related("instalment__contract", "member").order_by("id")[:SHOWN]),
        "refunds": list(refunds.order_by("id")[:SHOWN]),
        "invoices": [one.invoice for one in invoices.order_by("id")[:SHOWN]],
    }
    return render(request, "crm/receipt_detail.html", context)


def _receipt(row: Receipt) -> dict[str, Any]:
    tone, word = receipt_state(row)
    return {
        "title": money.display(row.amount, row.currency),
        "subtitle": f"{row.number} · {row.account}",
        "icon": "cash",
        "tone": tone,
        "badges": [{"label": word, "tone": tone}],
        "facts": [
            fact(_("Received on"), day_name(row.received_on)),
            fact(_("Allocated"), money.display(row.allocated, row.currency)),
            fact(_("Advance"), money.display(row.advance, row.currency) if row.advance else ""),
            fact(_("Went back"), money.display(row.refunded, row.currency) if row.refunded else ""),
            link_fact(_("Collector"), row.collector),
        ],
        "side": [
            link_fact(_("Customer"), row.account),
            *field_facts(row, "contract", "refund_of", "method", "payer", "reference", "note"),
            *field_facts(row, "voided_on", "void_reason"),
        ],
        "back_url": reverse("receipt_list"),
        "back_label": _("Receipts"),
        "changed": changed(row),
    }


def contract_invoice(request: Request, pk: int) -> HttpResponse:
    contract = visible_or_404(Contract, request.actor, pk=pk)
    form = InvoiceForm(request.POST or None, actor=request.actor, row=contract)
    url = f"{contract.get_absolute_url()}?tab=invoices"
    if request.method == "POST" and form.is_valid():
        row = attempt(form, lambda: issue_invoice(request.actor, contract=contract, **form.cleaned_data))
        if row is not None:
            return done(request, url, _("Saved: %(name)s") % {"name": row})
    return render_form(
        request, form, "ui/form.html", title=_("Issue an invoice"), subtitle=str(contract), cancel_url=url
    )


def invoice_detail(request: Request, pk: int) -> HttpResponse:
    invoice = visible_or_404(Invoice, request.actor, "account", "contract", "member", "red_of", pk=pk)
    actor = request.actor
    links = InvoiceReceipt.objects.visible_to(actor).filter(invoice=invoice).select_related("receipt")
    reds = Invoice.objects.visible_to(actor).filter(red_of=invoice)
    context = {
        "invoice": invoice,
        "record": _invoice(invoice),
        **offers(actor, invoice, "red", "void", "link"),
        "receipts": [one.receipt for one in links.order_by("id")[:SHOWN]],
        "reds": list(reds.order_by("id")[:SHOWN]),
    }
    return render(request, "crm/invoice_detail.html", context)


def _invoice(row: Invoice) -> dict[str, Any]:
    red = {"label": _("Red letter"), "tone": "red"}
    voided = {"label": _("Voided"), "tone": "gray"}
    return {
        "title": money.display(row.amount, row.currency),
        "subtitle": f"{row.number} · {row.account}",
        "icon": "receipt",
        "tone": "red" if row.amount < 0 else "blue",
        "badges": [*([red] if row.amount < 0 else []), *([voided] if row.voided_on else [])],
        "facts": [
            fact(_("Issued on"), day_name(row.issued_on)),
            fact(_("Kind of invoice"), row.get_kind_display()),
            fact(_("Tax"), money.display(row.tax, row.currency)),
            fact(_("Taken back in red"), money.display(row.credited, row.currency) if row.credited else ""),
        ],
        "side": [
            link_fact(_("Contract"), row.contract),
            *field_facts(row, "red_of", "title", "tax_no", "note", "member", "voided_on", "void_reason"),
        ],
        "back_url": reverse("invoice_list"),
        "back_label": _("Invoices"),
        "changed": changed(row),
    }


@lists(RECEIVABLES)
def receivables(request: Request) -> HttpResponse:
    """What is still to come in, by age: as chips with sums, as a chart, and the instalments themselves."""
    values = {key: value for key, value in asked(request).items() if key != "bucket"}
    ages = ageing(RECEIVABLES.rows(request.actor, values), today())
    unit = next((unit for age in ages for unit in age.sums), default_currency())
    series = [float(money.major(age.sums.get(unit, 0), unit)) for age in ages]
    chart = {"labels": [str(age.label) for age in ages], "series": [{"name": unit, "data": series}]}
    chosen = request.GET.get("bucket", "")
    links = [{"age": age, "active": age.key == chosen} for age in ages]
    return _receivables(request, ages=links, chart=chart, chosen=chosen)


def account_invoice_data(request: Request, pk: int) -> HttpResponse:
    """Panel on a customer's page: what stands on invoices to it."""
    account = visible_or_404(Account, request.actor, pk=pk)
    row = AccountInvoiceData.objects.visible_to(request.actor).filter(account=account).first()
    facts = field_facts(row, "title", "tax_no", "bank", "bank_account", "address", "phone") if row else []
    context = {"account": account, "row": row, "facts": facts, "may": request.actor.has("crm.accountinvoicedata.edit")}
    return render(request, "crm/invoice_data.html", context)
