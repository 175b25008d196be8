"""Payment plans: in amounts or in per cent, and the instalments are the contract to the last cent."""

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action
from muster.access.scope import Actor
from muster.core import money
from muster.core.periods import DAY, today
from muster.core.shares import split
from muster.crm.actions.contract_approval import agreed_changed
from muster.crm.models import Allocation, Contract, Instalment, PlanChange

MOST_INSTALMENTS = 120
DUE_AFTER = dt.timedelta(days=30)  # of a contract that was signed without a plan
WHOLE = Decimal(100)


@dataclass(frozen=True)
class Part:
    """One payment as it was planned: `percent` or `amount` (minor units); with neither it takes the rest."""

    due_on: dt.date
    percent: Decimal | None = None
    amount: int | None = None
    name: str = ""


def stepped(first: dt.date, months: int) -> dt.date:
    """MONTHS later on the same day, or the last one of a shorter month."""
    at = first.year * 12 + first.month - 1 + months
    last = calendar.monthrange(at // 12, at % 12 + 1)[1]
    return dt.date(at // 12, at % 12 + 1, min(first.day, last))


def from_template(shares: Sequence[Decimal], first: dt.date, every: int) -> list[Part]:
    """Payments of SHARES per cent, the first on a day and the others EVERY so many months."""
    return [Part(stepped(first, every * at), percent=share) for at, share in enumerate(shares)]


def equal_shares(count: int) -> list[Decimal]:
    """100 per cent in COUNT equal parts, with four decimals."""
    return [Decimal(part) / 10_000 for part in split(100 * 10_000, [1] * count)]


def amounts(parts: Sequence[Part], total: int, currency: str) -> list[int]:
    """What each of PARTS comes to; together TOTAL. Raises Refused with a sentence where they cannot."""
    if not parts:
        raise Refused(_("A plan has at least one payment."))
    if len(parts) > MOST_INSTALMENTS:
        raise Refused(_("A plan has at most %(most)s payments.") % {"most": MOST_INSTALMENTS})
    rest = [at for at, one in enumerate(parts) if one.percent is None and one.amount is None]
    if len(rest) > 1:
        raise Refused(_("Only one payment can take the rest: give the others an amount or a share."))
    if all(one.percent is not None for one in parts):
        return _of_percents([one.percent or WHOLE for one in parts], total)
    if any(one.percent is not None for one in parts) and any(one.amount is not None for one in parts):
        raise Refused(_("Plan all payments in per cent or all in amounts."))
    return _with_rest(parts, rest, total, currency)


def _of_percents(percents: list[Decimal], total: int) -> list[int]:
    if sum(percents) != WHOLE:
        raise Refused(_("The shares add up to %(sum)s %%, not to 100 %%.") % {"sum": f"{sum(percents):f}"})
    return split(total, percents)


def _with_rest(parts: Sequence[Part], rest: list[int], total: int, currency: str) -> list[int]:
    percents = [one.percent for one in parts if one.percent is not None]
    if percents:
        return _of_percents([WHOLE - sum(percents) if one.percent is None else one.percent for one in parts], total)
    given = sum(one.amount or 0 for one in parts)
    if (given != total and not rest) or given > total:
        said = {"sum": money.display(given, currency), "total": money.display(total, currency)}
        raise Refused(_("The payments add up to %(sum)s, the contract is %(total)s.") % said)
    return [total - given if at in rest else one.amount or 0 for at, one in enumerate(parts)]


@action("crm.contract.plan", gettext_lazy("Plan the payments of contracts"), Contract)
def set_plan(actor: Actor, contract: Contract, *, plan: Sequence[Part], reason: str = "") -> None:
    """The payments of CONTRACT are PLAN from now on. An instalment that money stands on stays in its place and never
    becomes smaller than that; once something was received, a reason is asked for."""
    if contract.status not in (Contract.Status.DRAFT, Contract.Status.SIGNED):
        raise Refused(_("This contract is over: its plan stays as it is."))
    if contract.total <= 0:
        raise Refused(_("State the amount of the contract first."))
    if contract.received and not reason.strip():
        raise ValidationError({"reason": _("Money has come in on this plan: say why it changes.")})
    planned = amounts(plan, contract.total, contract.currency)
    if min(planned) <= 0:
        raise Refused(_("Each payment is more than nothing."))
    rows = instalments_of(contract)
    note_plan(actor, contract, rows, reason)
    write_plan(contract, rows, plan, planned)
    agreed_changed(actor, contract)


def instalments_of(contract: Contract) -> list[Instalment]:
    rows = Instalment.objects.unscoped("instalments of a contract").select_for_update(of=("self",))
    return list(rows.filter(contract=contract).order_by("number"))


def note_plan(actor: Actor, contract: Contract, rows: list[Instalment], reason: str) -> None:
    """Keep the plan as it stood."""
    if not rows:
        return
    kept = PlanChange.objects.unscoped("plans before").filter(contract=contract)
    before = [
        {
            "number": one.number,
            "name": one.name,
            "due_on": one.due_on.isoformat(),
            "amount": one.amount,
            "received": one.received,
        }
        for one in rows
    ]
    change = PlanChange(contract=contract, number=kept.count() + 1, before=before, reason=reason, changed_on=today())
    change.by_id = actor.user_id
    change.save()


def write_plan(contract: Contract, rows: list[Instalment], plan: Sequence[Part], planned: list[int]) -> None:
    """PLAN with its amounts in the place of ROWS, number by number; what money stands on stays."""
    for row in rows[len(plan) :]:
        if row.received or Allocation.objects.unscoped("money on an instalment").filter(instalment=row).exists():
            raise Refused(_("Money was booked on payment %(number)s: it stays in the plan.") % {"number": row.number})
        row.delete()
    for at, (part, amount) in enumerate(zip(plan, planned, strict=True)):
        row = rows[at] if at < len(rows) else Instalment(contract=contract, number=at + 1)
        if amount < row.received:
            said = {"number": row.number, "received": money.display(row.received, contract.currency)}
            raise Refused(_("Payment %(number)s has received %(received)s: it cannot be smaller.") % said)
        if row.due_on != part.due_on:
            row.reminded = None
        row.due_on, row.late_on, row.name = part.due_on, part.due_on + DAY, part.name
        row.percent, row.amount = part.percent, amount
        row.over_on = (row.over_on or today()) if row.received == amount else None
        row.full_clean()
        row.save()


def follow_total(contract: Contract, before: int) -> None:
    """The plan of a draft whose total changed keeps its shares."""
    rows = instalments_of(contract) if contract.pk and contract.total != before else []
    if not rows:
        return
    if contract.total < len(rows):
        for row in rows:
            row.delete()
        return
    weights: list[Any] = [one.percent if one.percent is not None else one.amount for one in rows]
    if any(one.percent is None for one in rows):
        weights = [one.amount for one in rows]
    for row, amount in zip(rows, split(contract.total, weights), strict=True):
        row.amount = amount
        row.save(update_fields=["amount"])


def ensure_plan(contract: Contract, signed: dt.date) -> None:
    """A contract without a plan is paid at once, a month after it was signed."""
    if contract.total > 0 and not instalments_of(contract):
        write_plan(contract, [], [Part(signed + DUE_AFTER, percent=WHOLE)], [contract.total])
