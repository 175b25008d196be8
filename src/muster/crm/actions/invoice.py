"""Invoices: issued against a contract, corrected in red, linked to what paid them."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action, add_event, require
from muster.access.crud import check_links, crud
from muster.access.scope import Actor
from muster.core import money
from muster.core.periods import today
from muster.crm.actions.pricing import tax_of
from muster.crm.models import AccountInvoiceData, Contract, Invoice, InvoiceReceipt, Receipt


def _of_own_account(actor: Actor, row: AccountInvoiceData, fields: dict[str, Any]) -> None:
    """Whoever may change the customer may change what stands on invoices to it; it stays with that customer."""
    if not row._state.adding:
        rows = AccountInvoiceData.objects.unscoped("invoice details before").filter(pk=row.pk)
        if rows.values_list("account", flat=True).first() != row.account_id:
            raise ValidationError({"account": _("Invoice details stay with their customer.")})
    permission = "crm.accountinvoicedata.create" if row._state.adding else "crm.accountinvoicedata.edit"
    require(actor, permission, row.account)


invoice_data = crud(AccountInvoiceData, before_save=_of_own_account)


@action("crm.invoice.create", gettext_lazy("Issue invoices"), Invoice, creates=True)
def issue_invoice(
    actor: Actor, *, contract: Contract, amount: int, issued_on: dt.date | None = None, **said: Any
) -> Invoice:
    """An invoice over AMOUNT with tax; together a contract's invoices are never more than its total. SAID: number,
    kind, tax_rate, title, tax_no, note."""
    row = Invoice(amount=amount)
    check_links(actor, row, {"contract": contract})
    locked = _locked(contract)
    if locked.status not in (Contract.Status.SIGNED, Contract.Status.ENDED):
        raise Refused(_("%(name)s is not signed, or terminated: nothing is invoiced on it.") % {"name": locked})
    if amount <= 0 or amount > locked.total - locked.invoiced:
        said_left = {"left": money.display(locked.total - locked.invoiced, locked.currency)}
        raise ValidationError({"amount": _("%(left)s of this contract is left to invoice.") % said_left})
    row.contract, row.account, row.member_id, row.currency = locked, locked.account, locked.owner_id, locked.currency
    row.issued_on = issued_on or today()
    for key, value in said.items():
        setattr(row, key, value)
    _entitle(row)
    _write(row)
    return row


def _locked(contract: Contract) -> Contract:
    rows = Contract.objects.unscoped("invoiced on a contract").select_for_update(of=("self",))
    row: Contract = rows.select_related("account").get(pk=contract.pk)
    return row


def _entitle(row: Invoice) -> None:
    """Title and tax number as the customer gave them, where none were typed."""
    known = AccountInvoiceData.objects.unscoped("title of an invoice").filter(account=row.account_id).first()
    row.title = row.title or (known.title if known else row.account.name)
    row.tax_no = row.tax_no or (known.tax_no if known else "")


def _write(row: Invoice) -> None:
    if row.issued_on > today():
        raise ValidationError({"issued_on": _("An invoice cannot be issued on a day to come.")})
    row.tax = tax_of(row.amount, row.tax_rate, included=True)
    row.full_clean()
    row.save()
    Contract.objects.unscoped("invoiced on a contract").filter(pk=row.contract_id).update(
        invoiced=F("invoiced") + row.amount
    )


@action("crm.invoice.red", gettext_lazy("Correct invoices in red"), Invoice)
def red_invoice(
    actor: Actor,
    invoice: Invoice,
    *,
    number: str,
    amount: int | None = None,
    issued_on: dt.date | None = None,
    note: str = "",
) -> Invoice:
    """A red-letter invoice that takes AMOUNT of this one back (all that is left of it, where none is given). Its tax
    is the original's share, and of a whole one the whole. Returns it."""
    _is_live(invoice)
    left = invoice.amount - invoice.credited
    amount = left if amount is None else amount
    if not 0 < amount <= left:
        said = {"left": money.display(left, invoice.currency)}
        raise ValidationError({"amount": _("Between nothing and %(left)s can be taken back.") % said})
    day = issued_on or today()
    if day < invoice.issued_on:
        raise ValidationError({"issued_on": _("A correction does not come before its invoice.")})
    _locked(invoice.contract)
    row = Invoice(number=number, amount=-amount, issued_on=day, note=note, red_of=invoice)
    for name in ("contract", "account", "member", "kind", "currency", "tax_rate", "title", "tax_no"):
        setattr(row, name, getattr(invoice, name))
    _write(row)
    if amount == left:  # what is rounded in parts is whole again at the end
        row.tax = -invoice.tax - _tax_taken(invoice, row)
        row.save(update_fields=["tax"])
    invoice.credited += amount
    invoice.save(update_fields=["credited"])
    return row


def _tax_taken(invoice: Invoice, last: Invoice) -> int:
    reds = Invoice.objects.unscoped("red letters of an invoice").filter(red_of=invoice, voided_on=None)
    return sum(one.tax for one in reds.exclude(pk=last.pk))


def _is_live(invoice: Invoice) -> None:
    if invoice.voided_on:
        raise Refused(_("This invoice is voided."))
    if invoice.amount < 0:
        raise Refused(_("This is a red-letter invoice: choose the one it corrects."))


@action("crm.invoice.void", gettext_lazy("Void invoices"), Invoice)
def void_invoice(actor: Actor, invoice: Invoice, *, reason: str) -> None:
    """It was never valid: it counts nowhere, and stays to be read with the reason."""
    if invoice.voided_on:
        raise Refused(_("This invoice is voided."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it is voided.")})
    if invoice.credited:
        raise Refused(_("A part of it was taken back in red: void the red letter first."))
    locked = _locked(invoice.contract)
    if locked.invoiced - invoice.amount > locked.total:
        raise Refused(_("More than the contract would be invoiced: void a later invoice first."))
    if invoice.red_of_id:
        rows = Invoice.objects.unscoped("the invoice of a red letter").filter(pk=invoice.red_of_id)
        rows.update(credited=F("credited") + invoice.amount)
    invoice.voided_on, invoice.void_reason = today(), reason
    invoice.save(update_fields=["voided_on", "void_reason"])
    locked.invoiced -= invoice.amount
    locked.save(update_fields=["invoiced"])


@action("crm.invoice.link", gettext_lazy("Link receipts to invoices"), Invoice)
def link_receipt(actor: Actor, invoice: Invoice, *, receipt: Receipt) -> None:
    """RECEIPT pays this invoice, or a part of it. Linking twice changes nothing."""
    check_links(actor, invoice, {"receipt": receipt})
    if receipt.account_id != invoice.account_id:
        raise ValidationError({"receipt": _("This receipt is of another customer.")})
    if receipt.voided_on or invoice.voided_on:
        raise Refused(_("What is voided is linked to nothing."))
    rows = InvoiceReceipt.objects.unscoped("receipts of an invoice")
    rows.get_or_create(invoice=invoice, receipt=receipt)
    add_event(actor, "crm.invoice.link", receipt, {}, invoice=invoice.number)
