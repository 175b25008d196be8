"""Money that comes in and goes back. Locks are taken in one order, so that a hundred at once wait and never clash: the
receipt, the contracts by key, the instalments by key."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action
from muster.access.crud import check_links
from muster.access.scope import Actor
from muster.core import money
from muster.core.fields import default_currency
from muster.core.periods import today
from muster.core.shares import split
from muster.crm.actions.account import present
from muster.crm.actions.series import next_number
from muster.crm.models import Account, Allocation, Contract, Instalment, Receipt

PAYABLE = (Contract.Status.SIGNED, Contract.Status.ENDED)
Wanted = Mapping[int, int]  # instalment → minor units


@action("crm.receipt.create", gettext_lazy("Record receipts"), Receipt, creates=True)
def record_receipt(
    actor: Actor,
    *,
    account: Account,
    amount: int,
    received_on: dt.date,
    contract: Contract | None = None,
    wanted: Wanted | None = None,
    advance: bool = False,
    **said: Any,
) -> Receipt:
    """Money came in. WANTED says how much of it is for which instalment; without it the oldest due ones of the
    contract (or of the customer) are paid first; with ADVANCE it waits. What is left over is an advance. SAID:
    currency, payer, method, reference, source, collector, note."""
    row = Receipt(account=account, contract=contract, amount=amount, received_on=received_on)
    check_links(actor, Receipt(), {"account": account, "contract": contract})
    _fill(actor, row, said)
    if amount <= 0:
        raise ValidationError({"amount": _("A receipt is more than nothing. What goes back is a refund.")})
    _write(row)
    if not advance:
        wanted = propose(row, row.amount, lock_contracts(_payable(row))) if wanted is None else wanted
        _allocate(actor, row, wanted, row.received_on)
    return row


def _fill(actor: Actor, row: Receipt, said: dict[str, Any]) -> None:
    if row.contract is not None and row.contract.account_id != row.account_id:
        raise ValidationError(
            {"contract": _("The contract %(name)s is with another customer.") % {"name": row.contract}}
        )
    check_links(actor, row, {"collector": said.get("collector")})
    for key, value in said.items():
        setattr(row, key, value)
    row.currency = said.get("currency") or (row.contract.currency if row.contract else default_currency())
    if row.contract is not None and row.contract.currency != row.currency:
        raise ValidationError({"currency": _("The contract is in %(unit)s.") % {"unit": row.contract.currency}})
    if row.collector is None:
        row.collector = row.contract.owner if row.contract else row.account.owner
    elif row.collector.status == row.collector.Status.LEFT:
        present(row.collector, "collector")


def _write(row: Receipt) -> None:
    if row.received_on > today():
        raise ValidationError({"received_on": _("Money cannot have come in on a day to come.")})
    if row.reference and (first := found(row.source, row.reference)):
        said = {"reference": row.reference, "number": first.number, "day": first.received_on}
        raise ValidationError({"reference": _("“%(reference)s” was taken as %(number)s already, on %(day)s.") % said})
    row.number = next_number("receipt", row.received_on.year)
    row.full_clean()
    row.save()


def found(source: str, reference: str, *, voided: bool = False) -> Receipt | None:
    """The receipt that this line of SOURCE was taken as."""
    rows = Receipt.objects.unscoped("a receipt by its reference").filter(source=source, reference=reference)
    row: Receipt | None = (rows if voided else rows.filter(voided_on=None)).order_by("pk").first()
    return row


def take_receipt(actor: Actor, *, source: str, reference: str, **fields: Any) -> tuple[Receipt, bool]:
    """`record_receipt` for an import: a line that was taken before finds the first receipt, voided ones too, and
    changes nothing. The second value says whether it is new."""
    if first := found(source, reference, voided=True):
        return first, False
    return record_receipt(actor, source=source, reference=reference, **fields), True


@action("crm.receipt.allocate", gettext_lazy("Allocate receipts"), Receipt)
def allocate_receipt(
    actor: Actor, receipt: Receipt, *, wanted: Wanted | None = None, on: dt.date | None = None
) -> None:
    """Put an advance, or a part of it, on instalments; without WANTED on the oldest due ones. It counts on the day, by
    default today."""
    _is_live(receipt)
    if receipt.advance <= 0:
        raise Refused(_("Nothing of this receipt is left to allocate."))
    day = on or today()
    if day < receipt.received_on or day > today():
        raise ValidationError({"on": _("Choose a day between the receipt and today.")})
    contracts = lock_contracts(_payable(receipt))
    wanted = propose(receipt, receipt.advance, contracts) if wanted is None else wanted
    if not wanted:
        raise Refused(_("This customer has no open instalment: sign a contract or plan its payments first."))
    _allocate(actor, receipt, wanted, day)


def _is_live(receipt: Receipt) -> None:
    if receipt.voided_on:
        raise Refused(_("This receipt is voided."))
    if receipt.amount < 0:
        raise Refused(_("This is a refund: choose the receipt it belongs to."))


def _payable(receipt: Receipt) -> Any:
    rows = Contract.objects.unscoped("contracts a receipt can pay").filter(
        account=receipt.account_id, currency=receipt.currency, status__in=PAYABLE, archived_at=None
    )
    return rows.filter(pk=receipt.contract_id) if receipt.contract_id else rows


def lock_contracts(rows: Any) -> list[int]:
    return [one.pk for one in rows.select_for_update(of=("self",)).order_by("pk")]


def _open(contracts: Iterable[int]) -> Any:
    rows = Instalment.objects.unscoped("instalments to be paid").filter(contract__in=list(contracts), over_on=None)
    return rows.select_related("contract").order_by("due_on", "contract", "number")


def propose(receipt: Receipt, minor: int, contracts: Iterable[int]) -> dict[int, int]:
    """MINOR over the open instalments of CONTRACTS, the oldest due first."""
    wanted: dict[int, int] = {}
    for row in _open(contracts):
        part = min(minor - sum(wanted.values()), row.outstanding)
        if part <= 0:
            break
        wanted[row.pk] = part
    return wanted


def _allocate(actor: Actor, receipt: Receipt, wanted: Wanted, day: dt.date) -> None:
    wanted = {pk: minor for pk, minor in wanted.items() if minor}
    asked = Instalment.objects.unscoped("instalments to be paid").filter(pk__in=wanted)
    visible = Contract.objects.visible_to(actor).filter(pk__in=asked.values("contract"))
    lock_contracts(Contract.objects.unscoped("contracts a receipt can pay").filter(pk__in=[one.pk for one in visible]))
    asked = asked.filter(contract__in=[one.pk for one in visible]).select_related("contract")
    rows = list(asked.select_for_update(of=("self",)).order_by("pk"))
    if len(rows) < len(wanted):
        raise Refused(_("One of these instalments does not exist any more: begin anew."))
    if sum(wanted.values()) > receipt.advance:
        said = {"left": money.display(receipt.advance, receipt.currency)}
        raise Refused(_("Only %(left)s of this receipt is left: allocate no more than that.") % said)
    for row in rows:
        _check(receipt, row, wanted[row.pk])
        _put(receipt, row, wanted[row.pk], day)
    receipt.allocated += sum(wanted.values())
    receipt.save(update_fields=["allocated"])


def _check(receipt: Receipt, row: Instalment, minor: int) -> None:
    contract = row.contract
    if contract.account_id != receipt.account_id or contract.currency != receipt.currency:
        raise Refused(_("%(name)s belongs to another customer or currency.") % {"name": row})
    if contract.status not in PAYABLE:
        raise Refused(_("%(name)s is not signed, or terminated: nothing is paid on it.") % {"name": contract})
    if minor < 0 or minor > row.outstanding:
        said = {"name": row, "open": money.display(row.outstanding, receipt.currency)}
        raise Refused(_("%(name)s has %(open)s open: allocate no more than that.") % said)


def _put(receipt: Receipt, row: Instalment, minor: int, day: dt.date) -> None:
    line = Allocation(receipt=receipt, instalment=row, contract=row.contract, member_id=row.contract.owner_id)
    line.amount, line.currency, line.allocated_on = minor, receipt.currency, day
    line.save()
    _move(row, minor, day)


def _move(row: Instalment, minor: int, day: dt.date) -> None:
    """MINOR more, or less, has been received on an instalment and on its contract."""
    row.received += minor
    if row.contract.status != Contract.Status.TERMINATED:
        row.over_on = day if row.received == row.amount else None
    row.save(update_fields=["received", "over_on"])
    contracts = Contract.objects.unscoped("received on a contract").filter(pk=row.contract_id)
    contracts.update(received=F("received") + minor)


# -- back again --------------------------------------------------------------------------------------------------------


@action("crm.receipt.refund", gettext_lazy("Refund receipts"), Receipt)
def refund_receipt(
    actor: Actor,
    receipt: Receipt,
    *,
    amount: int,
    on: dt.date | None = None,
    wanted: Wanted | None = None,
    note: str = "",
    reference: str = "",
) -> Receipt:
    """AMOUNT went back: a receipt of its own, negative, that points at this one. First the advance goes back, the
    rest is taken from the instalments pro rata; WANTED says how much of which instead. Returns the refund."""
    _is_live(receipt)
    left = receipt.amount - receipt.refunded
    if not 0 < amount <= left:
        said = {"left": money.display(left, receipt.currency)}
        raise ValidationError({"amount": _("Between nothing and %(left)s can go back.") % said})
    day = on or today()
    if day < receipt.received_on:
        raise ValidationError({"on": _("Money cannot go back before it came.")})
    back = Receipt(account=receipt.account, contract=receipt.contract, collector=receipt.collector, refund_of=receipt)
    back.amount, back.currency, back.received_on = -amount, receipt.currency, day
    back.payer, back.method, back.source = receipt.payer, receipt.method, receipt.source
    back.note, back.reference = note, reference
    _write(back)
    taken = _take_back(receipt, back, amount, wanted)
    receipt.refunded += amount
    receipt.allocated -= taken
    receipt.save(update_fields=["refunded", "allocated"])
    return back


def _take_back(receipt: Receipt, back: Receipt, amount: int, wanted: Wanted | None) -> int:
    """Take what is not covered by the advance off the instalments; how much that was."""
    lines = _standing(receipt)
    lock_contracts(
        Contract.objects.unscoped("received on a contract").filter(pk__in={one.contract_id for one in lines})
    )
    if wanted is None:
        needed = max(amount - receipt.advance, 0)
        parts = split(needed, [one.standing for one in lines]) if needed else [0] * len(lines)
    else:
        parts = _chosen(lines, {pk: minor for pk, minor in wanted.items() if minor})
    if any(part > one.standing for part, one in zip(parts, lines, strict=True)):
        raise Refused(_("More would be taken back than this receipt has put on an instalment."))
    if not amount - receipt.advance <= sum(parts) <= amount:
        said = {"sum": money.display(sum(parts), back.currency), "amount": money.display(amount, back.currency)}
        raise Refused(_("%(sum)s is taken back of instalments, %(amount)s goes back: these do not fit.") % said)
    _undo(lines, parts, back)
    return sum(parts)


def _standing(receipt: Receipt) -> list[Any]:
    """The allocations of RECEIPT with what of each still stands, as `standing`."""
    rows = Allocation.objects.unscoped("allocations of a receipt").filter(receipt=receipt, voided=False)
    lines = [one for one in rows.select_related("instalment__contract").order_by("pk") if one.amount > 0]
    gone = Allocation.objects.unscoped("allocations of a receipt").filter(taken_from__in=lines, voided=False)
    taken: dict[int | None, int] = {}
    for origin, minor in gone.values_list("taken_from", "amount"):
        taken[origin] = taken.get(origin, 0) + minor
    for one in lines:
        one.standing = one.amount + taken.get(one.pk, 0)
    return [one for one in lines if one.standing]


def _chosen(lines: Sequence[Any], wanted: dict[int, int]) -> list[int]:
    """WANTED by instalment, as parts of LINES: the newest line of an instalment first."""
    parts = dict.fromkeys((one.pk for one in lines), 0)
    for one in reversed(lines):
        parts[one.pk] = min(max(wanted.get(one.instalment_id, 0), 0), one.standing)
        if one.instalment_id in wanted:
            wanted[one.instalment_id] -= parts[one.pk]
    if any(wanted.values()):
        raise Refused(_("More would be taken back than this receipt has put on an instalment."))
    return [parts[one.pk] for one in lines]


def _undo(lines: Sequence[Any], parts: Sequence[int], back: Receipt) -> None:
    for one, part in zip(lines, parts, strict=True):
        if part:
            line = Allocation(receipt=back, instalment=one.instalment, contract_id=one.contract_id, taken_from=one)
            line.member_id, line.amount, line.currency = one.member_id, -part, back.currency
            line.allocated_on = back.received_on
            line.save()
            _move(_fresh(one.instalment_id), -part, back.received_on)


def _fresh(pk: int) -> Instalment:
    rows = Instalment.objects.unscoped("instalments to be paid").select_for_update(of=("self",))
    row: Instalment = rows.select_related("contract").get(pk=pk)
    return row


@action("crm.receipt.void", gettext_lazy("Void receipts"), Receipt)
def void_receipt(actor: Actor, receipt: Receipt, *, reason: str) -> None:
    """It was entered wrongly: it counts nowhere any more, and stays to be read with the reason. What it paid is open
    again; of a refund, what it took back is paid again."""
    if receipt.voided_on:
        raise Refused(_("This receipt is voided."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it is voided.")})
    if receipt.amount > 0 and receipt.refunded:
        raise Refused(_("A part of it went back: void the refund first."))
    lines = Allocation.objects.unscoped("allocations of a receipt").filter(receipt=receipt, voided=False)
    taken = _void_lines(list(lines.order_by("pk")), receipt)
    if receipt.refund_of_id:
        first = Receipt.objects.unscoped("the receipt of a refund").select_for_update(of=("self",))
        origin = first.get(pk=receipt.refund_of_id)
        origin.refunded += receipt.amount
        origin.allocated += taken
        origin.save(update_fields=["refunded", "allocated"])
    receipt.allocated, receipt.voided_on, receipt.void_reason = 0, today(), reason
    receipt.save(update_fields=["allocated", "voided_on", "void_reason"])


def _void_lines(lines: list[Allocation], receipt: Receipt) -> int:
    """Take LINES back; what their instalments have more now."""
    lock_contracts(
        Contract.objects.unscoped("received on a contract").filter(pk__in={one.contract_id for one in lines})
    )
    for line in lines:
        row = _fresh(line.instalment_id)
        if row.received - line.amount > row.amount:
            raise Refused(_("%(name)s has been paid otherwise since: void that first.") % {"name": row})
        _move(row, -line.amount, line.allocated_on)
        line.voided = True
        line.save(update_fields=["voided"])
    return -sum(line.amount for line in lines)
