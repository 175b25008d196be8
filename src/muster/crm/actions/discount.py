"""Prices below the floor: a quote with such a line is not sent and a deal not won before somebody approved it."""

import hashlib
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action
from muster.access.scope import Actor
from muster.core.money import rounded
from muster.crm.actions.price_book import deal_lines_of, quote_lines_of
from muster.crm.models import Deal, DealLine, Quote, QuoteLine
from muster.people.actions.approval import ask_approval, lapse_changed, requests_of, rule_for
from muster.people.models import ApprovalRequest

KIND = "discount"
WHOLE = 10_000
Lines = Sequence[DealLine | QuoteLine]


def said_measure(above: int) -> str:
    return f"{above / 100:g} %"


def lines_for(row: Deal | Quote) -> Lines:
    return deal_lines_of(row) if isinstance(row, Deal) else quote_lines_of(row)


def mark(row: Deal | Quote) -> str:
    """What prices ROW has: the same for a deal and for a quote that took over its lines."""
    said = [f"{row.currency} {row.tax_included}"]
    said += [
        f"{one.product_id} {one.name} {one.quantity:f} {one.unit_price} {one.discount:f}" for one in lines_for(row)
    ]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def paid(line: DealLine | QuoteLine) -> Fraction:
    """The price of one, less discount."""
    return Fraction(line.unit_price or 0) * (100 - Fraction(line.discount)) / 100


def off(line: DealLine | QuoteLine) -> int:
    """How far LINE is below its list price, in hundredths of a per cent; without one, its discount."""
    if not line.list_price:
        return rounded(Fraction(line.discount) * 100)
    return max(rounded((line.list_price - paid(line)) * WHOLE / line.list_price), 0)


def is_low(line: DealLine | QuoteLine) -> bool:
    """Below its floor; without one, with a discount for which there is a rule."""
    if line.least_price is None and line.most_discount is None:
        return off(line) > 0 and rule_for(KIND, off(line)) is not None
    price, floor = paid(line), line.most_discount
    if line.least_price is not None and price < line.least_price:
        return True
    return (
        floor is not None and bool(line.list_price) and price * 100 < (line.list_price or 0) * (100 - Fraction(floor))
    )


def low_lines(row: Deal | Quote) -> list[DealLine | QuoteLine]:
    return [one for one in lines_for(row) if is_low(one)]


def is_granted(row: Deal | Quote) -> bool:
    """Were these very prices approved, on the record itself or on a quote of the deal?"""
    prices, of = mark(row), [row]
    deal = row if isinstance(row, Deal) else row.deal
    if deal is not None:
        quotes = Quote.objects.unscoped("prices approved on a quote").filter(deal=deal)
        of += [deal, *quotes]
    approved = ApprovalRequest.Status.APPROVED
    return any(requests_of(one, KIND).filter(status=approved, mark=prices).exists() for one in of)


def demand_approval(row: Deal | Quote) -> None:
    """Raises Refused where a price of ROW is below the floor and nobody approved it."""
    low = low_lines(row)
    if low and not is_granted(row):
        text = _("%(names)s: the price is below the floor. Ask for approval of the discount first.")
        raise Refused(text % {"names": _(", ").join(one.name for one in low[:5])})


def prices_changed(actor: Actor, row: Deal | Quote) -> None:
    if requests_of(row, KIND).exists():
        lapse_changed(actor, row, KIND)


def _ask(actor: Actor, row: Any, reason: str) -> None:
    low = low_lines(row)
    if not low:
        raise Refused(_("No price is below the floor: nothing has to be approved."))
    if is_granted(row):
        raise Refused(_("These prices are approved already."))
    worst = max(off(one) for one in low)
    names = _(", ").join(f"{one.name} −{off(one) / 100:g} %" for one in low[:5])
    ask_approval(actor, kind=KIND, row=row, reason=reason, measure=worst, said=names)


@action("crm.quote.ask_discount", gettext_lazy("Ask for approval of discounts in quotes"), Quote)
def ask_quote_discount(actor: Actor, quote: Quote, *, reason: str) -> None:
    """Ask that the prices of the draft may be below the floor. Who decides says the rule for the largest discount."""
    if quote.status != Quote.Status.DRAFT:
        raise Refused(_("This quote was sent as it is: make a new revision of it."))
    _ask(actor, quote, reason)


@action("crm.deal.ask_discount", gettext_lazy("Ask for approval of discounts in deals"), Deal)
def ask_deal_discount(actor: Actor, deal: Deal, *, reason: str) -> None:
    """The same for the lines of an open deal."""
    if deal.status != Deal.Status.OPEN:
        raise Refused(_("This deal is closed: its lines stay as they are."))
    _ask(actor, deal, reason)
