"""A signed contract changes only by an amendment: dated, numbered, with a reason. What came in stays, and the payments
are the new whole to the last cent."""

import copy
import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action, add_event, differences, merge, require, snapshot
from muster.access.actors import actor_for
from muster.access.scope import Actor
from muster.core import money
from muster.core.money import rounded
from muster.core.periods import today
from muster.core.shares import split
from muster.crm.actions.contract import lines_of
from muster.crm.actions.contract_approval import KIND, demand_settled, measure
from muster.crm.actions.plan import DUE_AFTER, Part, amounts, instalments_of, note_plan, write_plan
from muster.crm.actions.pricing import tax_of
from muster.crm.actions.under_contract import follow_contract
from muster.crm.models import Contract, ContractAmendment, Instalment
from muster.people.actions.approval import ask_approval, rule_for
from muster.people.models import ApprovalRequest

AMEND = "crm.contract.amend"


def amend_contract(actor: Actor, contract: Contract, **said: Any) -> Contract:
    """From a day on another amount, end or payment plan is agreed; SAID as `_amend` takes it. More money than before
    that is above a rule for contracts is asked for, as the contract itself was, and counts once it is approved."""
    if said.get("amount") is not None and _needs_approval(contract, said["amount"]):
        return _ask(actor, contract, said)
    amended: Contract = _amend(actor, contract, **said)
    return amended


@action(AMEND, gettext_lazy("Amend signed contracts"), Contract)
def _amend(actor: Actor, contract: Contract, **said: Any) -> None:
    demand_settled(contract)
    _agreed_anew(actor, contract, **said)


def _needs_approval(contract: Contract, amount: int) -> bool:
    after = copy.copy(contract)
    if contract.status == Contract.Status.SIGNED:
        _agree(after, amount)
    return after.total > contract.total and rule_for(KIND, measure(after)) is not None


def _ask(actor: Actor, contract: Contract, said: dict[str, Any]) -> Contract:
    """Nothing of it counts yet; that all of it could is tried first and taken back."""
    require(actor, AMEND, contract)
    version, said = said.get("version"), {key: one for key, one in said.items() if key != "version"}
    with transaction.atomic():
        kept = Contract.objects.unscoped("an amendment asked for").select_for_update(of=("self",)).get(pk=contract.pk)
        if version is not None and version != kept.version:
            said = merge(kept, version, said)
        before, day = kept.total, said.get("on") or today()
        with transaction.atomic():
            _agreed_anew(actor, kept, **said)
            transaction.set_rollback(True)
        told = (money.display(one, kept.currency) for one in (before, kept.total))
        payload = {**said, "on": day, "plan": [asdict(part) for part in said.get("plan") or []]}
        ask_approval(
            actor,
            kind=KIND,
            row=contract,
            reason=said["reason"],
            measure=measure(kept),
            said=_("Amendment: %(change)s with tax, %(customer)s")
            % {"change": " → ".join(told), "customer": contract.account},
            payload=json.loads(json.dumps(payload, cls=DjangoJSONEncoder)),
        )
    return contract


def apply_amendment(actor: Actor, contract: Contract, asked: ApprovalRequest) -> None:
    """The amendment that was approved, as it was asked; where a draft was approved there is none."""
    if not asked.payload:
        return
    kept = Contract.objects.unscoped("an amendment approved").select_for_update(of=("self",)).get(pk=contract.pk)
    before, said, login = snapshot(kept), {**asked.payload}, asked.asker.user
    asker = actor_for(login) if login else actor
    for name in ("on", "ends_on"):
        said[name] = dt.date.fromisoformat(said[name]) if said.get(name) else None
    said["plan"] = [_part(one) for one in said["plan"]]
    _agreed_anew(asker, kept, **said)
    kept.version += 1
    kept.save(update_fields=["version"])
    add_event(actor, AMEND, kept, differences(before, snapshot(kept)), approval=asked.pk)


def _part(said: dict[str, Any]) -> Part:
    percent = Decimal(said["percent"]) if said["percent"] is not None else None
    return Part(dt.date.fromisoformat(said["due_on"]), percent, said["amount"], said["name"])


def _agreed_anew(
    actor: Actor,
    contract: Contract,
    *,
    reason: str,
    on: dt.date | None = None,
    amount: int | None = None,
    ends_on: dt.date | None = None,
    plan: Sequence[Part] | None = None,
) -> None:
    """Without a PLAN what is still open is parted anew as it was. Raises Refused where nothing changes, or where more
    has come in or was invoiced than is agreed now."""
    row = _begin(actor, contract, on or today(), reason)
    if amount is not None and amount != contract.amount:
        _agree(contract, amount)
    contract.ends_on = ends_on or contract.ends_on
    row.total_after, row.ends_after = contract.total, contract.ends_on
    more = row.total_after != row.total_before
    if not (plan or more or row.ends_after != row.ends_before):
        raise Refused(_("Say what changes: the amount, the end, or the payments."))
    if plan or more:
        row.plan_changed = _replan(actor, contract, plan, row)
    contract.full_clean()
    contract.save()
    follow_contract(actor, contract, row.ends_before)
    row.full_clean(exclude=["by"])
    row.save()


def _begin(actor: Actor, contract: Contract, day: dt.date, reason: str) -> ContractAmendment:
    if contract.status != Contract.Status.SIGNED:
        raise Refused(_("Only a signed contract is amended: a draft is edited, what is over stays."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the contract is amended.")})
    rows = ContractAmendment.objects.unscoped("amendments before").filter(contract=contract)
    last = rows.aggregate(number=Max("number"), day=Max("amended_on"))
    since = max(filter(None, (contract.signed_on, last["day"])), default=day)
    if not since <= day <= today():
        raise ValidationError({"on": _("Choose a day from %(day)s to today.") % {"day": since}})
    row = ContractAmendment(contract=contract, number=(last["number"] or 0) + 1, amended_on=day, reason=reason)
    row.total_before, row.ends_before, row.by_id = contract.total, contract.ends_on, actor.user_id
    return row


def _agree(contract: Contract, amount: int) -> None:
    """Another amount, with tax or without as the contract says; lines stay as they were signed, and so does the share
    of tax that they come to."""
    if lines_of(contract):
        contract.tax = rounded(Fraction(contract.tax * amount, contract.amount)) if contract.amount else 0
    else:
        contract.tax = tax_of(amount, contract.tax_rate, contract.tax_included)
    contract.amount = amount
    contract.total = amount if contract.tax_included else amount + contract.tax
    if contract.total <= 0:
        raise ValidationError({"amount": _("A contract is about more than nothing: terminate it instead.")})
    for held, sentence in (
        (contract.received, _("%(held)s have come in: the contract cannot be less. Refund first.")),
        (contract.invoiced, _("%(held)s are invoiced: the contract cannot be less. Take invoices back first.")),
    ):
        if contract.total < held:
            raise ValidationError({"amount": sentence % {"held": money.display(held, contract.currency)}})


def _replan(actor: Actor, contract: Contract, plan: Sequence[Part] | None, row: ContractAmendment) -> bool:
    """Payments of the new whole; whether they differ from those before."""
    rows = instalments_of(contract)
    before = [(one.due_on, one.amount, one.name) for one in rows]
    parts = list(plan) if plan else _parts(rows, contract.total, row.amended_on)
    planned = amounts(parts, contract.total, contract.currency)
    if min(planned) <= 0:
        raise Refused(_("Each payment is more than nothing."))
    if before == [(part.due_on, amount, part.name) for part, amount in zip(parts, planned, strict=True)]:
        return False
    said = _("Amendment %(number)s: %(reason)s") % {"number": row.number, "reason": row.reason}
    note_plan(actor, contract, rows, said[:300])
    write_plan(contract, rows, parts, planned)
    return True


def _parts(rows: list[Instalment], total: int, day: dt.date) -> list[Part]:
    """The plan of ROWS over TOTAL: in per cent where it was made so and nothing has come in."""
    if rows and all(one.percent is not None and not one.received for one in rows):
        return [Part(one.due_on, percent=one.percent, name=one.name) for one in rows]
    shares = parted([(one.amount, one.received) for one in rows], total)
    days = [*((one.due_on, one.name) for one in rows), (day + DUE_AFTER, "")]
    return [Part(due, amount=share, name=name) for share, (due, name) in zip(shares, days, strict=False)]


def parted(payments: Sequence[tuple[int, int]], total: int) -> list[int]:
    """PAYMENTS (amount, received) made anew so that they are TOTAL: what was paid in full stays, what is open of the
    others is parted as it was, and where all is paid one more takes the rest."""
    open_ = [at for at, (amount, received) in enumerate(payments) if received < amount]
    found = [received if at in open_ else amount for at, (amount, received) in enumerate(payments)]
    rest = total - sum(found)
    if not open_:
        return [*found, rest] if rest else found
    empty = [at for at in open_ if not found[at]]
    if rest < len(empty):
        raise Refused(_("The new amount leaves nothing for some payments: say the payments too."))
    weights = [payments[at][0] - payments[at][1] for at in open_]
    for at, part in zip(open_, split(rest, weights) if rest else [0] * len(open_), strict=True):
        found[at] += part
    for at in empty:
        if not found[at]:  # the smallest sum there is, from the one that can best spare it
            giver = max(open_, key=lambda one: found[one] - (payments[one][1] or 1))
            found[giver], found[at] = found[giver] - 1, 1
    return found
