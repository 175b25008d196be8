"""Who sees quotes, contracts and the money on them: a contract is its owner's, and everything on it goes with it."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Actor, Policy, members_within, register
from muster.crm.models import (
    AccountInvoiceData,
    Allocation,
    Contract,
    ContractAmendment,
    ContractLine,
    Instalment,
    Invoice,
    InvoiceReceipt,
    Letterhead,
    NumberSeries,
    PlanChange,
    Quote,
    QuoteLine,
    Receipt,
)
from muster.crm.policies.records import OfFirm

for _name, _label in [
    ("crm.contract.view", _("See contracts")),
    ("crm.contract.export", _("Export contracts")),
    ("crm.contractline.view", _("See lines of contracts")),
    ("crm.quote.view", _("See quotes")),
    ("crm.quote.export", _("Export quotes")),
    ("crm.quoteline.view", _("See lines of quotes")),
    ("crm.instalment.view", _("See payment plans and what is overdue")),
    ("crm.instalment.export", _("Export payment plans")),
    ("crm.contractamendment.view", _("See amendments of contracts")),
    ("crm.planchange.view", _("See earlier payment plans")),
    ("crm.receipt.view", _("See receipts")),
    ("crm.receipt.export", _("Export receipts")),
    ("crm.allocation.view", _("See what receipts are for")),
    ("crm.invoice.view", _("See invoices")),
    ("crm.invoice.export", _("Export invoices")),
    ("crm.invoicereceipt.view", _("See which receipts pay invoices")),
    ("crm.accountinvoicedata.view", _("See invoice details of customers")),
    ("crm.numberseries.view", _("See number series")),
    ("crm.letterhead.view", _("See what stands on contracts")),
]:
    permissions.register(_name, _label)
permissions.register_event("crm.account.under_contract", _("End of the contract follows from contracts"))
permissions.register_event("crm.instalment.due", _("Payment about to be due"))
permissions.register_event("crm.instalment.late", _("Payment overdue"))


@register
class ContractPolicy(Policy):
    model = Contract


@register
class QuotePolicy(Policy):
    model = Quote


class OfContract(Policy):
    owner = None
    parent = "contract"


@register
class ContractLinePolicy(OfContract):
    model = ContractLine


@register
class InstalmentPolicy(OfContract):
    model = Instalment


@register
class PlanChangePolicy(OfContract):
    model = PlanChange


@register
class ContractAmendmentPolicy(OfContract):
    model = ContractAmendment


@register
class AllocationPolicy(OfContract):
    model = Allocation


@register
class InvoicePolicy(OfContract):
    model = Invoice


@register
class InvoiceReceiptPolicy(Policy):
    model = InvoiceReceipt
    owner = None
    parent = "invoice"


@register
class QuoteLinePolicy(Policy):
    model = QuoteLine
    owner = None
    parent = "quote"


@register
class ReceiptPolicy(Policy):
    """Collected by somebody in the scope, or on a contract of somebody in it, or an advance of a customer in it that
    is on no contract yet."""

    model = Receipt
    owner = "collector_id"
    trail_follows_rows = True

    def owned(self, actor: Actor, scopes: frozenset[str]) -> Q:
        """As one list of keys: with OR between several, PostgreSQL reads every receipt for a page of a few."""
        members = members_within(actor, scopes)
        contracts = Contract.objects.unscoped("scope engine").filter(owner__in=members).order_by()
        rows = Receipt.objects.unscoped("scope engine").order_by()
        paid = Allocation.objects.unscoped("scope engine").order_by().filter(contract__in=contracts.values("pk"))
        parts = [
            rows.filter(contract__in=contracts.values("pk")).values("pk"),
            rows.filter(contract=None, allocated=0, account__owner__in=members).values("pk"),
            paid.values("receipt"),
        ]
        return Q(pk__in=rows.filter(super().owned(actor, scopes)).values("pk").union(*parts, all=True))


@register
class AccountInvoiceDataPolicy(Policy):
    """Seen with the customer; the bank account by the clearance on its owner."""

    model = AccountInvoiceData
    parent = "account"


@register
class NumberSeriesPolicy(Policy):
    model = NumberSeries
    owner = None


@register
class LetterheadPolicy(OfFirm):
    model = Letterhead
