"""Rows of the examples on contracts and cash, made as the product makes them."""

import datetime as dt
from decimal import Decimal

from muster.crm.actions.amendment import amend_contract
from muster.crm.actions.contract import contracts, sign_contract
from muster.crm.actions.invoice import issue_invoice, red_invoice
from muster.crm.actions.plan import Part, set_plan
from muster.crm.actions.receipt import record_receipt, refund_receipt
from muster.crm.models import Contract
from tests.metrics.conftest import OPERATOR, Firm

EARLY = dt.date(2025, 11, 3)
HUNDRED_THOUSAND = 100_000_00


def day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def minor(text: str) -> int:
    return int(Decimal(text) * 100)


def contract(firm: Firm, owner: str, total: int, signed: dt.date | None, due: dt.date = EARLY) -> Contract:
    """A contract of a customer of its own, paid at once on the day it is due."""
    account = firm.account(f"Customer {Contract.objects.unscoped('test').count()}")
    said = {"name": "Contract", "account": account, "owner": firm.members[owner], "currency": "CNY"}
    row = contracts.create(OPERATOR, amount=total, **said)
    set_plan(OPERATOR, row, plan=[Part(due)])
    if signed:
        sign_contract(OPERATOR, row, on=signed)
    return Contract.objects.unscoped("test").get(pk=row.pk)


def write(firm: Firm, row: dict[str, str]) -> None:
    if "total" in row:
        found = contract(firm, row["member"], minor(row["total"]), day(row["signed_on"]))
        if row["amended_to"]:
            said = {"amount": minor(row["amended_to"]), "on": day(row["amended_on"])}
            amend_contract(OPERATOR, found, reason="As agreed", **said)
    elif "invoiced" in row:
        invoices(firm, row)
    elif "received" in row:
        receipts(firm, row)
    else:
        found = contract(firm, row["member"], minor(row["due"]), EARLY, day(row["due_on"]) or EARLY)
        if row["paid"]:
            receive(found, minor(row["paid"]), day(row["paid_on"]))


def invoices(firm: Firm, row: dict[str, str]) -> None:
    found = contract(firm, row["member"], minor(row["invoiced"]), EARLY)
    said = {"number": f"I{found.pk}", "issued_on": day(row["issued_on"])}
    invoice = issue_invoice(OPERATOR, contract=found, amount=minor(row["invoiced"]), **said)
    if row["red"]:
        red_invoice(OPERATOR, invoice, number=f"R{found.pk}", amount=minor(row["red"]), issued_on=day(row["red_on"]))


def receive(found: Contract, amount: int, on: dt.date | None, **said: object):
    given = {"account": found.account, "contract": found, "received_on": on, **said}
    return record_receipt(OPERATOR, amount=amount, **given)


def receipts(firm: Firm, row: dict[str, str]) -> None:
    found = contract(firm, row["owner"], HUNDRED_THOUSAND, EARLY)
    receipt = receive(found, minor(row["received"]), day(row["received_on"]), collector=firm.members[row["collector"]])
    if row["refunded"]:
        refund_receipt(OPERATOR, receipt, amount=minor(row["refunded"]), on=day(row["refunded_on"]))
