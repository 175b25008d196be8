"""Addresses of quotes, contracts, receipts and invoices."""

from types import ModuleType

from muster.access.routes import route
from muster.crm.views import contract, paper, quote, receipt

SHELF = ("edit", "archive", "restore")


def _verbs(kind: str, address: str, module: ModuleType, verbs: tuple[str, ...]) -> list[object]:
    """A page for each verb of a kind of record, under the permission of the same name."""
    return [
        route(
            f"{address}/<int:pk>/{verb}/",
            getattr(module, f"{kind}_{verb}"),
            name=f"{kind}_{verb}",
            permission=f"crm.{kind}.{verb}",
        )
        for verb in verbs
    ]


urlpatterns = [
    route("contracts/", contract.contract_list, name="contract_list", permission="crm.contract.view"),
    route("contracts/new/", contract.contract_create, name="contract_create", permission="crm.contract.create"),
    route(
        "contracts/transfer/",
        contract.contract_transfer_many,
        name="contract_transfer_many",
        permission="crm.contract.transfer",
    ),
    route("contracts/<int:pk>/", contract.contract_detail, name="contract_detail", permission="crm.contract.view"),
    *_verbs("contract", "contracts", contract, (*SHELF, "sign", "amend", "end", "terminate", "transfer", "plan")),
    *_verbs("contract", "contracts", paper, ("ask_approval",)),
    route("contracts/<int:pk>/pdf/", paper.contract_paper, name="contract_paper", permission="crm.contract.view"),
    route("settings/contracts/", paper.letterhead, name="letterhead", permission="crm.letterhead.view"),
    route(
        "settings/contracts/<int:pk>/edit/",
        paper.letterhead_edit,
        name="letterhead_edit",
        permission="crm.letterhead.edit",
    ),
    route(
        "contracts/<int:pk>/plan/template/",
        contract.contract_template,
        name="contract_template",
        permission="crm.contract.plan",
    ),
    route(
        "contracts/<int:pk>/lines/", contract.line_add, name="contractline_add", permission="crm.contractline.create"
    ),
    *_verbs("contractline", "contract-lines", contract, ("edit",)),
    route(
        "contract-lines/<int:pk>/remove/",
        contract.line_remove,
        name="contractline_remove",
        permission="crm.contractline.remove",
    ),
    route(
        "contracts/<int:pk>/invoice/",
        receipt.contract_invoice,
        name="contract_invoice",
        permission="crm.invoice.create",
    ),
    route("deals/<int:pk>/contract/", contract.deal_contract, name="deal_contract", permission="crm.contract.create"),
    route("deals/<int:pk>/contracts/", contract.deal_contracts, name="deal_contracts", permission="crm.contract.view"),
    route(
        "customers/<int:pk>/contracts/",
        contract.account_contracts,
        name="account_contracts",
        permission="crm.contract.view",
    ),
    route(
        "customers/<int:pk>/invoice-details/",
        receipt.account_invoice_data,
        name="account_invoice_data",
        permission="crm.accountinvoicedata.view",
    ),
    route(
        "invoice-details/new/",
        receipt.invoicedata_create,
        name="invoicedata_create",
        permission="crm.accountinvoicedata.create",
    ),
    route(
        "invoice-details/<int:pk>/edit/",
        receipt.invoicedata_edit,
        name="invoicedata_edit",
        permission="crm.accountinvoicedata.edit",
    ),
    route("receivables/", receipt.receivables, name="receivables", permission="crm.instalment.view"),
    route("receipts/", receipt.receipt_list, name="receipt_list", permission="crm.receipt.view"),
    route("receipts/new/", receipt.receipt_create, name="receipt_create", permission="crm.receipt.create"),
    route("receipts/<int:pk>/", receipt.receipt_detail, name="receipt_detail", permission="crm.receipt.view"),
    *_verbs("receipt", "receipts", receipt, ("allocate", "refund", "void")),
    route("invoices/", receipt.invoice_list, name="invoice_list", permission="crm.invoice.view"),
    route("invoices/<int:pk>/", receipt.invoice_detail, name="invoice_detail", permission="crm.invoice.view"),
    *_verbs("invoice", "invoices", receipt, ("red", "void", "link")),
    route("quotes/", quote.quote_list, name="quote_list", permission="crm.quote.view"),
    route("quotes/new/", quote.quote_create, name="quote_create", permission="crm.quote.create"),
    route("quotes/<int:pk>/", quote.quote_detail, name="quote_detail", permission="crm.quote.view"),
    route("quotes/<int:pk>/pdf/", quote.quote_paper, name="quote_paper", permission="crm.quote.view"),
    *_verbs("quote", "quotes", quote, (*SHELF, "send", "decline", "revise", "accept")),
    route("quotes/<int:pk>/lines/", quote.line_add, name="quoteline_add", permission="crm.quoteline.create"),
    *_verbs("quoteline", "quote-lines", quote, ("edit",)),
    route(
        "quote-lines/<int:pk>/remove/", quote.line_remove, name="quoteline_remove", permission="crm.quoteline.remove"
    ),
    route("settings/numbers/", quote.series_list, name="series_list", permission="crm.numberseries.view"),
    route("settings/numbers/<int:pk>/edit/", quote.series_edit, name="series_edit", permission="crm.numberseries.edit"),
]
