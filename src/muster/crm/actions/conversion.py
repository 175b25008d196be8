"""A lead becomes a customer: account, contact and deal in one go, with all that hangs on it."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy

from muster.access.action import action, add_event
from muster.access.crud import check_links
from muster.access.scope import Actor
from muster.crm.actions.account import accounts, contacts, join_team
from muster.crm.actions.belongs import carry
from muster.crm.actions.deal import deals
from muster.crm.actions.lead import close, must_be_open
from muster.crm.models import Account, Contact, Deal, Lead

KEPT = ("industry", "city", "level", "source")


@action("crm.lead.convert", gettext_lazy("Convert leads"), Lead)
def convert_lead(
    actor: Actor,
    lead: Lead,
    *,
    account: Account | None = None,
    with_contact: bool = True,
    with_deal: bool = False,
    deal_name: str = "",
    amount: int | None = None,
    currency: str = "",
    expected_on: dt.date | None = None,
) -> None:
    """Make LEAD a customer: of ACCOUNT, or of a new one by its company's name. Plans, records, tasks and files go
    along. AMOUNT is in minor units. Raises ValidationError where it is closed, and makes nothing then."""
    must_be_open(lead)
    check_links(actor, lead, {"account": account})
    owner = lead.owner
    to = account or _new_account(actor, lead)
    if owner is not None:
        join_team(to, owner.pk)
    contact = _contact(actor, lead, to) if with_contact else None
    deal = None
    if with_deal:
        wanted: dict[str, Any] = {"name": deal_name or to.name, "amount": amount, "expected_on": expected_on}
        wanted |= {"owner": owner, "product": lead.product, "source": lead.source}
        wanted |= {"currency": currency} if currency else {}
        deal = deals.create(actor, account=to, contact=contact, **{key: one for key, one in wanted.items() if one})
    _settle(actor, lead, to, contact, deal)


def _new_account(actor: Actor, lead: Lead) -> Account:
    kept = {name: getattr(lead, name) for name in KEPT}
    made: Account = accounts.create(actor, name=lead.company or lead.name, owner=lead.owner, notes=lead.notes, **kept)
    return made


def _contact(actor: Actor, lead: Lead, account: Account) -> Contact:
    """The lead's person at ACCOUNT: one of that name who is there already, completed, or a new one."""
    rows = Contact.objects.visible_to(actor).filter(account=account, name=lead.name, archived_at=None)
    known: Contact | None = rows.order_by("pk").first()
    said = {name: lead.__dict__[name] for name in ("title", "phone", "email", "wechat")}
    if known is None:
        known = contacts.create(actor, account=account, name=lead.name, owner=lead.owner, **said)
    elif missing := {key: value for key, value in said.items() if value and not known.__dict__[key]}:
        known = contacts.edit(actor, known, **missing)
    if lead.mail_doubt_on and known.mail_doubt_on is None and known.match_mail == lead.match_mail:
        known.mail_doubt_on, known.mail_doubt_why = lead.mail_doubt_on, lead.mail_doubt_why
        known.save(update_fields=["mail_doubt_on", "mail_doubt_why"])
    return known


def _settle(actor: Actor, lead: Lead, account: Account, contact: Contact | None, deal: Deal | None) -> None:
    lead.account, lead.contact, lead.deal = account, contact, deal
    moved = carry(lead, {"crm.account": account, "crm.contact": contact, "crm.deal": deal})
    if lead.last_activity_on:
        touched: list[Any] = [account, *([deal] if deal else [])]
        for row in touched:
            rows = type(row).objects.unscoped("last contact").filter(pk=row.pk)
            rows.exclude(last_activity_on__gte=lead.last_activity_on).update(last_activity_on=lead.last_activity_on)
    close(actor, lead, Lead.Status.CONVERTED)
    add_event(actor, "crm.account.fromlead", account, {}, lead=lead.pk, **{"moved": moved} if moved else {})
