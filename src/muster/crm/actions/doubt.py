"""Contacts and leads whose e-mail address is doubtful, and that somebody says it is right after all."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action
from muster.access.actions.doubting import mark_doubtful
from muster.access.scope import Actor
from muster.core import alike
from muster.crm.models import Contact, Lead


def doubt_contacts(address: str, said: str) -> int:
    """Letters do not reach ADDRESS: every contact and every open lead that has it is marked. How many are."""
    found = alike.mark(address.strip().casefold())
    if not found:
        return 0
    contacts = Contact.objects.unscoped("an address that letters do not reach")
    leads = Lead.objects.unscoped("an address that letters do not reach").filter(status__in=Lead.OPEN)
    contacts, leads = (rows.filter(match_mail=found, archived_at=None) for rows in (contacts, leads))
    return mark_doubtful(contacts, "crm.contact.doubted", said) + mark_doubtful(leads, "crm.lead.doubted", said)


@action("crm.contact.confirm", gettext_lazy("Say that contacts' addresses are right"), Contact)
def confirm_mail(actor: Actor, contact: Contact) -> None:
    """Somebody asked, or wrote and had an answer: the address is right."""
    _confirm(contact)


@action("crm.lead.confirm", gettext_lazy("Say that leads' addresses are right"), Lead)
def confirm_lead_mail(actor: Actor, lead: Lead) -> None:
    """The same of a lead."""
    _confirm(lead)


def _confirm(row: Any) -> None:
    if row.mail_doubt_on is None:
        raise Refused(_("Nobody doubts this address."))
    row.believe()
    row.save(update_fields=["mail_doubt_on", "mail_doubt_why"])
