"""Where quotes, contracts and money show themselves."""

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from muster.core import commands, finders, nav, slots
from muster.crm.actions import contract_approval
from muster.crm.actions.amendment import apply_amendment
from muster.crm.models import Contract, Instalment, Invoice, Quote, Receipt
from muster.people.approvable import Approvable
from muster.people.approvable import register as approve
from muster.people.holdings import Carried, Holding, carry
from muster.people.holdings import register as hold
from muster.people.personal import Line, Part
from muster.people.personal import register as hold_on

nav.register(nav.Item("customers", _("Quotes"), "file-description", "quote_list", "crm.quote.view", 60))
nav.register(nav.Item("customers", _("Contracts"), "file-text", "contract_list", "crm.contract.view", 62, "c"))
nav.register(nav.Item("customers", _("Receivables"), "hourglass", "receivables", "crm.instalment.view", 64))
nav.register(nav.Item("customers", _("Receipts"), "cash", "receipt_list", "crm.receipt.view", 66))
nav.register(nav.Item("customers", _("Invoices"), "receipt", "invoice_list", "crm.invoice.view", 68))
nav.register(nav.Item("admin", _("Contract paper"), "file-certificate", "letterhead", "crm.letterhead.view", 55))
nav.register(nav.Item("admin", _("Number series"), "list-numbers", "series_list", "crm.numberseries.view", 54))

approve(
    Approvable(
        contract_approval.KIND,
        _("Contract"),
        Contract,
        contract_approval.mark,
        apply_amendment,
        measured=contract_approval.said_measure,
    )
)

finders.register(finders.Finder(Contract, "file-text", lambda row: f"{row.number} · {row.account}", ("account",), 40))
finders.register(
    finders.Finder(Quote, "file-description", lambda row: f"{row.number} · {row.account}", ("account",), 45)
)
finders.register(finders.Finder(Receipt, "cash", lambda row: f"{row.received_on} · {row.account}", ("account",), 50))
finders.register(finders.Finder(Invoice, "receipt", lambda row: f"{row.issued_on} · {row.account}", ("account",), 55))

commands.register(commands.Command(_("New contract"), "file-text", "contract_create", "crm.contract.create"))
commands.register(commands.Command(_("New quote"), "file-description", "quote_create", "crm.quote.create"))
commands.register(commands.Command(_("Record a receipt"), "cash", "receipt_create", "crm.receipt.create"))

_VIEW = "crm.contract.view"
slots.register(
    slots.Slot("crm.account", "contracts", _("Contracts"), "account_contracts", _VIEW, "main", 20, "file-text")
)
slots.register(
    slots.Slot(
        "crm.account",
        "invoice-details",
        _("Invoice details"),
        "account_invoice_data",
        "crm.accountinvoicedata.view",
        "main",
        80,
        "receipt",
    )
)
slots.register(slots.Slot("crm.deal", "contracts", _("Contracts"), "deal_contracts", _VIEW, "main", 20, "file-text"))

# With the contract go its payment plan and what is still to be collected; who signed it, and for whom what came in
# counted, stays. A quote that is still out moves too.
_LIVE = Q(status__in=("draft", "signed")) | Q(status="ended", received__lt=F("total"))
hold(Holding(Contract, _("Contracts"), "crm.contract.transfer", _LIVE, group="account", order=40))


def _instalments(rows: QuerySet[Contract]) -> int:
    return Instalment.objects.unscoped("payment plans that go along").filter(contract__in=rows).count()


carry("crm.contract", Carried(_("Instalments of payment plans"), _instalments))
_OUT = Q(status__in=("draft", "sent"))
hold(Holding(Quote, _("Quotes on offer"), "crm.quote.edit", _OUT, group="account", along="deal", order=45))

_STAYS = _("A record of the firm: it stays, under the number of the member.")
_WHY = ("To know who answers for a contract and for what came in", "明确合同与回款由谁负责")
for _key, _model, _label, _link, _columns in [
    (
        "customer_contracts",
        Contract,
        _("Contracts"),
        "owner",
        ("id", "number", "status", "total", "currency", "signed_on"),
    ),
    ("quotes", Quote, _("Quotes"), "owner", ("id", "number", "status", "total", "currency", "quoted_on")),
    ("receipts", Receipt, _("Receipts collected"), "collector", ("id", "number", "amount", "currency", "received_on")),
    ("invoices", Invoice, _("Invoices"), "member", ("id", "number", "amount", "currency", "issued_on")),
]:
    hold_on(
        Part(
            _key,
            _model,
            _label,
            (Line(*_WHY, basis="interest", months=0),),
            _columns,
            link=_link,
            stays=_STAYS,
            order=115,
        )
    )
