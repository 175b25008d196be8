"""Quotes: offered in revisions, accepted into a contract."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action
from muster.access.crud import crud
from muster.access.scope import Actor
from muster.core.periods import today
from muster.crm.actions.account import keep_owner
from muster.crm.actions.contract import contracts, of_draft, of_one_customer, reckon
from muster.crm.actions.deal_line import IN_LINE, LISTED
from muster.crm.actions.discount import demand_approval, prices_changed
from muster.crm.actions.price_book import complete_listed, deal_lines_of, quote_lines_of
from muster.crm.actions.pricing import price
from muster.crm.actions.series import next_number
from muster.crm.models import Contract, ContractLine, Quote, QuoteLine

Status = Quote.Status
VALID_FOR = dt.timedelta(days=30)
OFFERED = ("name", "account", "deal", "amount", "currency", "tax_included", "tax_rate", "terms")


def _complete(actor: Actor, row: Quote, fields: dict[str, Any]) -> None:
    of_one_customer(row)
    if row.contact is not None and row.contact.account_id != row.account_id:
        raise ValidationError({"contact": _("%(name)s works for another customer.") % {"name": row.contact}})
    if row._state.adding:
        row.owner_id = row.owner_id or actor.member_id or row.account.owner_id
        _as_the_deal(row)
        row.number = row.number or next_number("quote", today().year)
        row.valid_until = row.valid_until or today() + VALID_FOR
        return
    keep_owner(actor, row, "crm.quote.edit")
    if row.status != Status.DRAFT:
        raise Refused(_("This quote was sent as it is: make a new revision of it."))


def _as_the_deal(row: Quote) -> None:
    """A quote takes over the lines of its deal, so it is in their currency and has the tax as they have it."""
    if row.deal is not None and deal_lines_of(row.deal):
        row.takes_over = True
        for name in ("currency", "tax_included", "tax_rate"):
            setattr(row, name, getattr(row.deal, name))


def _reckon(actor: Actor, row: Quote, fields: dict[str, Any]) -> None:
    if row.takes_over and row.deal is not None:
        row.takes_over = False
        for line in deal_lines_of(row.deal):
            QuoteLine(quote=row, **{name: getattr(line, name) for name in (*IN_LINE, *LISTED)}).save()
    reckon_quote(row)
    prices_changed(actor, row)


def reckon_quote(row: Quote) -> None:
    lines = quote_lines_of(row)
    price(row, lines)
    for line in lines:
        line.save(update_fields=["amount", "tax"])
    row.save(update_fields=["amount", "tax", "total"])


quotes = crud(Quote, before_save=_complete, after_save=_reckon)


def _line(actor: Actor, line: QuoteLine, fields: dict[str, Any]) -> None:
    of_draft(actor, line.quote)
    complete_listed(line, line.quote)
    if line._state.adding:
        line.position_no = len(quote_lines_of(line.quote)) + 1


def _line_saved(actor: Actor, line: QuoteLine, fields: dict[str, Any]) -> None:
    quote = Quote.objects.unscoped("lines of a quote").select_for_update(of=("self",)).get(pk=line.quote_id)
    reckon_quote(quote)
    prices_changed(actor, quote)
    line.refresh_from_db()


quote_lines = crud(QuoteLine, before_save=_line, after_save=_line_saved)


@action("crm.quoteline.remove", gettext_lazy("Take lines out of quotes"), QuoteLine)
def remove_quote_line(actor: Actor, line: QuoteLine) -> None:
    """Out of a draft; the amount follows."""
    of_draft(actor, line.quote)
    quote = line.quote
    line.delete()
    reckon_quote(quote)
    prices_changed(actor, quote)


@action("crm.quote.send", gettext_lazy("Send quotes"), Quote)
def send_quote(actor: Actor, quote: Quote) -> None:
    """It goes out as it is; from now on it only changes by a new revision."""
    if quote.status != Status.DRAFT:
        raise Refused(_("This quote was sent already."))
    if quote.total <= 0:
        raise Refused(_("Add a line or an amount first: a quote over nothing is none."))
    demand_approval(quote)
    quote.status, quote.quoted_on = Status.SENT, today()
    quote.save(update_fields=["status", "quoted_on"])


@action("crm.quote.revise", gettext_lazy("Revise quotes"), Quote)
def revise_quote(actor: Actor, quote: Quote) -> Quote:
    """The next revision, a draft with the same lines. This one is replaced. Returns the new one."""
    if quote.status not in (Status.SENT, Status.DECLINED):
        raise Refused(_("Only a quote that was sent and not accepted is revised."))
    row = Quote(number=quote.number, revision=quote.revision + 1, owner=quote.owner, contact=quote.contact)
    for name in OFFERED:
        setattr(row, name, getattr(quote, name))
    row.valid_until = today() + VALID_FOR
    row.full_clean()
    row.save()
    for line in quote_lines_of(quote):
        QuoteLine(quote=row, **{name: getattr(line, name) for name in (*IN_LINE, *LISTED)}).save()
    reckon_quote(row)
    quote.status = Status.REPLACED
    quote.save(update_fields=["status"])
    return row


@action("crm.quote.decline", gettext_lazy("Note that quotes were declined"), Quote)
def decline_quote(actor: Actor, quote: Quote) -> None:
    """The customer does not want it like this."""
    if quote.status != Status.SENT:
        raise Refused(_("Only a quote that was sent can be declined."))
    quote.status = Status.DECLINED
    quote.save(update_fields=["status"])


@action("crm.quote.accept", gettext_lazy("Accept quotes"), Quote)
def accept_quote(actor: Actor, quote: Quote) -> Contract:
    """The customer wants it: a draft of a contract with the same lines and amounts. Returns the contract."""
    if quote.status != Status.SENT:
        raise Refused(_("Only a quote that was sent can be accepted."))
    fields = {name: getattr(quote, name) for name in OFFERED}
    contract: Contract = contracts.create(actor, owner=quote.owner, **fields)
    for line in quote_lines_of(quote):
        ContractLine(contract=contract, **{name: getattr(line, name) for name in IN_LINE}).save()
    contract.quote = quote
    contract.save(update_fields=["quote"])
    reckon(contract)
    quote.status = Status.ACCEPTED
    quote.save(update_fields=["status"])
    return contract
