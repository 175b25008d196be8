"""Contracts that somebody approves before they are signed: where the firm has a rule for it, or the owner asks."""

import hashlib
from typing import Any

from babel.numbers import format_decimal
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action
from muster.access.scope import Actor
from muster.core import money
from muster.crm.models import Contract, ContractLine, Instalment
from muster.people.actions.approval import ask_approval, is_approved, lapse_changed, requests_of, rule_for
from muster.people.models import ApprovalRequest

KIND = "contract"
MOST = 2**31 - 1  # that a measure holds
SAID = (
    *("name", "account_id", "amount", "total", "currency", "tax_included", "tax_rate"),
    *("starts_on", "ends_on", "terms"),
)


def measure(row: Contract) -> int:
    """The total with tax in whole units of its currency, and what is begun counts: 0.50 over a limit is over it."""
    return min(-(-row.total // money.scale(row.currency)), MOST)


def said_measure(above: int) -> str:
    return format_decimal(above, locale=money.locale())


def mark(row: Contract) -> str:
    """All that the customer will sign: head, lines and payments."""
    kept = Contract.objects.unscoped("what of a contract is approved").get(pk=row.pk)
    said = [str(getattr(kept, name)) for name in SAID]
    lines = ContractLine.objects.unscoped("what of a contract is approved").filter(contract=row, archived_at=None)
    said += [
        f"{one.name} {one.quantity:f} {one.unit_price} {one.discount:f} {one.tax_rate}" for one in lines.order_by("pk")
    ]
    parts = Instalment.objects.unscoped("what of a contract is approved").filter(contract=row)
    said += [f"{one.due_on} {one.amount} {one.name}" for one in parts.order_by("number")]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def standing(row: Contract) -> str:
    """How a draft stands: 'approved', 'open' while somebody decides, 'needed', or '' where nobody is asked. What was
    asked and came back is needed even without a rule."""
    asked = requests_of(row, KIND).exclude(status=ApprovalRequest.Status.RECALLED).order_by("-pk").first()
    if asked is None:
        return "needed" if rule_for(KIND, measure(row)) is not None else ""
    if asked.status == ApprovalRequest.Status.OPEN:
        return "open"
    return "approved" if is_approved(row, KIND) else "needed"


def demand_contract_approval(row: Contract) -> None:
    """Raises Refused where a draft has to be approved before it is signed and is not."""
    stands = standing(row)
    if stands == "open":
        raise Refused(_("This contract is being approved: it is signed after that."))
    if stands == "needed":
        raise Refused(_("This contract has to be approved as it is now before it is signed: ask for approval."))


def demand_settled(row: Contract) -> None:
    """Raises Refused while an amendment of what was signed is being approved: it is of the contract as it stands."""
    if row.status != Contract.Status.DRAFT and requests_of(row, KIND).filter(status=ApprovalRequest.Status.OPEN):
        raise Refused(_("An amendment of this contract is being approved: wait for that, or recall it first."))


def agreed_changed(actor: Actor, row: Contract) -> None:
    """The draft says something else: what was approved of it is approved no longer."""
    demand_settled(row)
    if row.status == Contract.Status.DRAFT and requests_of(row, KIND).exists():
        lapse_changed(actor, row, KIND)


@action("crm.contract.ask_approval", gettext_lazy("Ask for approval of contracts"), Contract)
def ask_contract_approval(actor: Actor, contract: Contract, *, reason: str = "") -> None:
    """Ask that the draft may be signed as it is. Who decides says the rule for its total; without one the manager."""
    if contract.status != Contract.Status.DRAFT:
        raise Refused(_("This contract is signed already."))
    if contract.total <= 0:
        raise Refused(_("State the amount first: a contract over nothing cannot be signed."))
    if is_approved(contract, KIND):
        raise Refused(_("This contract is approved already as it is."))
    said = _("%(total)s with tax, %(customer)s")
    told: dict[str, Any] = {"total": money.display(contract.total, contract.currency), "customer": contract.account}
    ask_approval(actor, kind=KIND, row=contract, reason=reason, measure=measure(contract), said=said % told)
