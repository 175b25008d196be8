"""Contacts whose e-mail address is doubtful, and that somebody says it is right after all."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action
from muster.access.actions.doubting import mark_doubtful
from muster.access.scope import Actor
from muster.core import alike
from muster.crm.models import Contact


def doubt_contacts(address: str, said: str) -> int:
    """Letters do not reach ADDRESS: whoever has it is marked. How many are."""
    found = alike.mark(address.strip().casefold())
    rows = Contact.objects.unscoped("an address that letters do not reach").filter(match_mail=found, archived_at=None)
    return mark_doubtful(rows, "crm.contact.doubted", said) if found else 0


@action("crm.contact.confirm", gettext_lazy("Say that contacts' addresses are right"), Contact)
def confirm_mail(actor: Actor, contact: Contact) -> None:
    """Somebody asked, or wrote and had an answer: the address is right."""
    if contact.mail_doubt_on is None:
        raise Refused(_("Nobody doubts this address."))
    contact.believe()
    contact.save(update_fields=["mail_doubt_on", "mail_doubt_why"])
