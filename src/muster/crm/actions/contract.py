"""Contracts: made of deals and quotes, signed, ended, handed on."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action, require
from muster.access.crud import check_links, crud
from muster.access.scope import Actor
from muster.core.periods import today
from muster.crm.actions.account import keep_owner, present
from muster.crm.actions.contract_approval import agreed_changed, demand_contract_approval
from muster.crm.actions.deal_line import IN_LINE
from muster.crm.actions.paper import letterhead
from muster.crm.actions.plan import Part, ensure_plan, follow_total, instalments_of, set_plan
from muster.crm.actions.price_book import deal_lines_of
from muster.crm.actions.pricing import complete_line, price
from muster.crm.actions.series import next_number
from muster.crm.actions.under_contract import follow_contract
from muster.crm.models import Contract, ContractLine, Deal, DealLine
from muster.people.models import Member

Status = Contract.Status
FIXED = ("account", "amount", "currency", "tax_included", "tax_rate")  # once it is signed


def of_one_customer(row: Any) -> None:
    if row.deal is not None and row.deal.account_id and row.deal.account_id != row.account_id:
        raise ValidationError({"deal": _("The deal “%(name)s” is with another customer.") % {"name": row.deal}})


def _complete(actor: Actor, row: Contract, fields: dict[str, Any]) -> None:
    of_one_customer(row)
    if row._state.adding:
        _begin(actor, row)
        return
    keep_owner(actor, row, "crm.contract.transfer")
    kept = Contract.objects.unscoped("contract before").get(pk=row.pk)
    if kept.number != row.number:
        raise ValidationError({"number": _("A contract keeps its number.")})
    changed = [name for name in FIXED if getattr(kept, name) != getattr(row, name)]
    if changed and kept.status != Status.DRAFT:
        raise ValidationError({changed[0]: _("This contract is signed: what was agreed changes by an amendment.")})


def _begin(actor: Actor, row: Contract) -> None:
    if row.owner_id is None:
        row.owner_id = actor.member_id or row.account.owner_id
    if not row.number:
        rows = Contract.objects.unscoped("numbers in use")
        row.number = next_number("contract", today().year, lambda number: rows.filter(number=number).exists())


def _reckon(actor: Actor, row: Contract, fields: dict[str, Any]) -> None:
    if row.status == Status.DRAFT:  # since then only amendments say what was agreed
        reckon(row)
        agreed_changed(actor, row)


def lines_of(contract: Contract) -> list[ContractLine]:
    return list(ContractLine.objects.unscoped("lines of a contract").filter(contract=contract, archived_at=None))


def reckon(row: Contract) -> None:
    """Lines, tax, total and plan agree again."""
    before, lines = row.total, lines_of(row)
    price(row, lines)
    for line in lines:
        line.save(update_fields=["amount", "tax"])
    row.save(update_fields=["amount", "tax", "total"])
    if row.status == Status.DRAFT:
        follow_total(row, before)


def _binding(actor: Actor, row: Contract, fields: dict[str, Any]) -> None:
    if row.status != Status.DRAFT:
        raise Refused(_("A signed contract stays: end or terminate it."))


contracts = crud(Contract, before_save=_complete, after_save=_reckon, before_archive=_binding)


def of_draft(actor: Actor, parent: Any) -> None:
    """Lines change with the right to edit what they belong to, while it is a draft."""
    permission = f"{parent._meta.label_lower}.edit"
    require(actor, permission, parent)
    if parent.status != "draft":
        raise Refused(_("This is no draft any more: its lines stay as they are."))


def _line(actor: Actor, line: ContractLine, fields: dict[str, Any]) -> None:
    of_draft(actor, line.contract)
    complete_line(line)
    if line._state.adding:
        line.position_no = len(lines_of(line.contract)) + 1


def _line_saved(actor: Actor, line: ContractLine, fields: dict[str, Any]) -> None:
    contract = Contract.objects.unscoped("lines of a contract").select_for_update(of=("self",)).get(pk=line.contract_id)
    reckon(contract)
    agreed_changed(actor, contract)
    line.refresh_from_db()


contract_lines = crud(ContractLine, before_save=_line, after_save=_line_saved)


@action("crm.contractline.remove", gettext_lazy("Take lines out of contracts"), ContractLine)
def remove_line(actor: Actor, line: ContractLine) -> None:
    """Out of a draft; the amount follows."""
    of_draft(actor, line.contract)
    contract = line.contract
    line.delete()
    reckon(contract)
    agreed_changed(actor, contract)


def _take_over(row: Contract, deal: Deal, lines: list[DealLine]) -> None:
    """The lines of the deal, priced and taxed as they are there."""
    row.tax_included, row.tax_rate = deal.tax_included, deal.tax_rate
    row.save(update_fields=["tax_included", "tax_rate"])
    for line in lines:
        ContractLine(contract=row, **{name: getattr(line, name) for name in IN_LINE}).save()
    reckon(row)


@transaction.atomic
def contract_of_deal(actor: Actor, deal: Deal, *, plan: list[Part] | None = None, **said: Any) -> Contract:
    """A draft of what DEAL was won for: customer, amount and owner, its product as a line, and a plan where one is
    given. Raises Refused where the deal is not won or has no customer."""
    if deal.status != Deal.Status.WON:
        raise Refused(_("Win the deal first: a contract is made of a won deal."))
    if deal.account is None:
        raise Refused(_("The deal names no customer: choose one there first."))
    fields = {"name": deal.name, "account": deal.account, "deal": deal, "owner": deal.owner, "currency": deal.currency}
    row: Contract = contracts.create(actor, **{**fields, "amount": deal.amount or 0, **said})
    if found := deal_lines_of(deal):
        _take_over(row, deal, found)
    elif deal.product is not None:
        line = {"product": deal.product, "name": deal.product.name, "unit_price": row.amount}
        contract_lines.create(actor, contract=row, **line)
        row.refresh_from_db()
    if plan:
        set_plan(actor, row, plan=plan)
    return row


@action("crm.contract.sign", gettext_lazy("Sign contracts"), Contract)
def sign_contract(actor: Actor, contract: Contract, *, on: dt.date | None = None) -> None:
    """It binds from the day: it counts for its owner, and what was agreed no longer changes. Without a plan it gets one
    payment, a month later."""
    day = on or today()
    if contract.status != Status.DRAFT:
        raise Refused(_("This contract is signed already."))
    if day > today():
        raise ValidationError({"on": _("A contract cannot be signed on a day to come.")})
    if contract.total <= 0:
        raise Refused(_("State the amount first: a contract over nothing cannot be signed."))
    if contract.owner is None:
        raise Refused(_("This contract has no owner: transfer it to somebody first."))
    demand_contract_approval(contract)
    ensure_plan(contract, day)
    contract.status, contract.signed_on, contract.signer = Status.SIGNED, day, contract.owner
    contract.paper = letterhead().said()
    contract.full_clean()
    contract.save()
    follow_contract(actor, contract, None)


@action("crm.contract.end", gettext_lazy("End contracts"), Contract)
def end_contract(actor: Actor, contract: Contract, *, on: dt.date | None = None) -> None:
    """Its time is over, or all is done. What is still to be paid stays to be paid."""
    _close(contract, Status.ENDED, on or today(), "")


@action("crm.contract.terminate", gettext_lazy("Terminate contracts"), Contract)
def terminate_contract(actor: Actor, contract: Contract, *, reason: str, on: dt.date | None = None) -> None:
    """It is called off. What came in stays; what is still open is no longer expected."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the contract is terminated.")})
    _close(contract, Status.TERMINATED, on or today(), reason)
    follow_contract(actor, contract, contract.ends_on)
    for row in instalments_of(contract):
        if row.over_on is None:
            row.over_on = contract.closed_on
            row.save(update_fields=["over_on"])


def _close(contract: Contract, status: str, day: dt.date, reason: str) -> None:
    if contract.status not in (Status.SIGNED, Status.ENDED) or contract.status == status:
        raise Refused(_("Only a signed contract can be ended or terminated."))
    if day > today() or (contract.signed_on and day < contract.signed_on):
        raise ValidationError({"on": _("Choose a day between the signing and today.")})
    contract.status, contract.closed_on, contract.close_reason = status, day, reason
    contract.full_clean()
    contract.save()


@action("crm.contract.transfer", gettext_lazy("Transfer contracts"), Contract)
def transfer_contract(actor: Actor, contract: Contract, *, owner: Member) -> None:
    """Give the contract, with what is still to be collected, to another member. Who signed it, and for whom its
    receipts counted, stays."""
    check_links(actor, contract, {"owner": owner})
    present(owner, "owner")
    contract.owner = owner
    contract.save(update_fields=["owner"])
