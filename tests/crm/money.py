"""A customer with a signed contract, in one line."""

import datetime as dt
from decimal import Decimal

from factories import make_account, operator

from muster.crm.actions.contract import contracts, sign_contract
from muster.crm.actions.plan import Part, from_template, set_plan
from muster.crm.actions.receipt import record_receipt
from muster.crm.models import Allocation, Contract, Instalment, Receipt

SIGNED = dt.date(2026, 3, 2)
FIRST = dt.date(2026, 4, 1)


def percent(*shares):
    return from_template([Decimal(one) for one in shares], FIRST, 1)


def make_contract(owner, total=100_000_00, shares=(30, 60, 10), account=None, signed=SIGNED, **fields) -> Contract:
    account = account or make_account(owner)
    values = {"name": "Contract", "account": account, "owner": owner, "amount": total, **fields}
    contract = contracts.create(operator, **values)
    if shares:
        set_plan(operator, contract, plan=percent(*shares))
    if signed:
        sign_contract(operator, contract, on=signed)
    return fresh(contract)


def receive(of, amount, on=FIRST, **said) -> Receipt:
    given = {"account": of.account, "contract": of, "currency": of.currency, **said}
    return fresh(record_receipt(operator, amount=amount, received_on=on, **given))


def fresh(row):
    return type(row).objects.unscoped("tests").get(pk=row.pk)


def plan(contract) -> list[tuple[int, int]]:
    """(amount, received) of each instalment."""
    rows = Instalment.objects.unscoped("tests").filter(contract=contract).order_by("number")
    return list(rows.values_list("amount", "received"))


def first(contract) -> Instalment:
    return Instalment.objects.unscoped("tests").filter(contract=contract).order_by("number").first()


def check_books() -> None:
    """Every sum that is kept is the sum of the rows it stands for."""
    lines = Allocation.objects.unscoped("tests").filter(voided=False)
    for row in Instalment.objects.unscoped("tests"):
        standing = sum(one.amount for one in lines if one.instalment_id == row.pk)
        assert row.received == standing
        assert 0 <= standing <= row.amount
    for row in Contract.objects.unscoped("tests"):
        assert row.received == sum(one.amount for one in lines if one.contract_id == row.pk)
        parts = [amount for amount, _received in plan(row)]
        assert not parts or sum(parts) == row.total
    for row in Receipt.objects.unscoped("tests"):
        refunds = Receipt.objects.unscoped("tests").filter(refund_of=row, voided_on=None)
        ids = {row.pk, *(one.pk for one in refunds)}
        if row.amount > 0:
            assert row.allocated == sum(one.amount for one in lines if one.receipt_id in ids)
            assert row.refunded == -sum(one.amount for one in refunds)
            assert row.advance == (0 if row.voided_on else row.amount - row.allocated - row.refunded)


__all__ = ["Part"]
