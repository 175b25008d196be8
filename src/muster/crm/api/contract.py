"""Quotes, contracts, receipts and invoices over the API."""

from typing import Any

from muster.access.crud import Crud
from muster.access.resources import Resource, Verb, made
from muster.core.listings import Filter, rows_of
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
from muster.crm.actions.invoice import invoice_data, issue_invoice, link_receipt, red_invoice, void_invoice
from muster.crm.actions.plan import set_plan
from muster.crm.actions.quote import (
    accept_quote,
    decline_quote,
    quote_lines,
    quotes,
    remove_quote_line,
    revise_quote,
    send_quote,
)
from muster.crm.actions.receipt import allocate_receipt, record_receipt, refund_receipt, void_receipt
from muster.crm.actions.series import series
from muster.crm.api import papers, rivals
from muster.crm.forms.contract import (
    AmendForm,
    ContractForm,
    DealContractForm,
    InvoiceDataForm,
    LineForm,
    OnForm,
    PlanForm,
    QuoteForm,
    SeriesForm,
    TemplateForm,
    TerminateForm,
)
from muster.crm.forms.receipt import AllocateForm, InvoiceForm, LinkForm, ReceiptForm, RedForm, RefundForm, VoidForm
from muster.crm.forms.records import TransferForm
from muster.crm.listings.contract import CONTRACTS, INVOICES, QUOTES, RECEIPTS
from muster.crm.models import (
    AccountInvoiceData,
    Allocation,
    ContractAmendment,
    ContractLine,
    Instalment,
    InvoiceReceipt,
    NumberSeries,
    PlanChange,
    QuoteLine,
)


def _of(name: str) -> Filter:
    return Filter(name, name.replace("_", " "), kind="number", lookup=f"{name}_id")


def _record(actor: Any, said: dict[str, Any] | None = None, **values: Any) -> Any:
    return record_receipt(actor, **values, **(said or {}))


RESOURCES = [
    Resource(
        "contracts",
        CONTRACTS,
        ContractForm,
        contracts,
        (
            Verb("sign", sign_contract, "crm.contract.sign", OnForm),
            Verb(
                "plan", set_plan, "crm.contract.plan", PlanForm, "Set the payments, a line each: 2026-07-01 30% first"
            ),
            Verb("template", set_plan, "crm.contract.plan", TemplateForm, "Make the payments by a pattern"),
            Verb(
                "amend",
                amend_contract,
                "crm.contract.amend",
                AmendForm,
                "Agree anew on amount, end or payments of a signed contract",
            ),
            *papers.OF_CONTRACTS,
            Verb("end", end_contract, "crm.contract.end", OnForm),
            Verb("terminate", terminate_contract, "crm.contract.terminate", TerminateForm),
            Verb("transfer", transfer_contract, "crm.contract.transfer", TransferForm),
            made(
                "lines", contract_lines.create, "crm.contractline.create", LineForm, "contract", "Add a line to a draft"
            ),
            made("invoices", issue_invoice, "crm.invoice.create", InvoiceForm, "contract", "Issue an invoice"),
        ),
    ),
    Resource(
        "contract-lines",
        rows_of(ContractLine, _of("contract"), related=("product",)),
        verbs=(
            Verb("edit", contract_lines.edit, "crm.contractline.edit", LineForm),
            Verb("remove", remove_line, "crm.contractline.remove"),
        ),
    ),
    Resource(
        "instalments",
        rows_of(Instalment, _of("contract"), Filter("due_until", "due until", kind="date", lookup="due_on__lte")),
    ),
    Resource("contract-amendments", rows_of(ContractAmendment, _of("contract"))),
    Resource("plan-changes", rows_of(PlanChange, _of("contract"))),
    Resource(
        "receipts",
        RECEIPTS,
        ReceiptForm,
        Crud(create=_record),
        (
            Verb("allocate", allocate_receipt, "crm.receipt.allocate", AllocateForm),
            Verb("refund", refund_receipt, "crm.receipt.refund", RefundForm),
            Verb("void", void_receipt, "crm.receipt.void", VoidForm),
        ),
    ),
    Resource("allocations", rows_of(Allocation, _of("receipt"), _of("contract"), _of("instalment"))),
    Resource(
        "invoices",
        INVOICES,
        verbs=(
            Verb("red", red_invoice, "crm.invoice.red", RedForm, "Correct an invoice in red"),
            Verb("void", void_invoice, "crm.invoice.void", VoidForm),
            Verb("link", link_receipt, "crm.invoice.link", LinkForm, "Say which receipt pays it"),
        ),
    ),
    Resource("invoice-receipts", rows_of(InvoiceReceipt, _of("invoice"), _of("receipt"))),
    Resource(
        "invoice-details",
        rows_of(AccountInvoiceData, _of("account")),
        InvoiceDataForm,
        Crud(invoice_data.create, invoice_data.edit),
    ),
    Resource(
        "quotes",
        QUOTES,
        QuoteForm,
        quotes,
        (
            Verb("send", send_quote, "crm.quote.send"),
            Verb("revise", revise_quote, "crm.quote.revise"),
            Verb("decline", decline_quote, "crm.quote.decline"),
            Verb("accept", accept_quote, "crm.quote.accept"),
            *rivals.OF_QUOTES,
            made("lines", quote_lines.create, "crm.quoteline.create", LineForm, "quote", "Add a line to a draft"),
        ),
    ),
    Resource(
        "quote-lines",
        rows_of(QuoteLine, _of("quote"), related=("product",)),
        verbs=(
            Verb("edit", quote_lines.edit, "crm.quoteline.edit", LineForm),
            Verb("remove", remove_quote_line, "crm.quoteline.remove"),
        ),
    ),
    Resource("number-series", rows_of(NumberSeries), SeriesForm, Crud(edit=series.edit)),
]
OF_DEAL = Verb("contract", contract_of_deal, "crm.contract.create", DealContractForm, "Make the contract of a won deal")
