"""Contacts whose e-mail address is doubtful, and that somebody says it is right after all."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from muster.access.action import Refused, action, append, make_event
from muster.access.scope import Actor
from muster.core import alike
from muster.core.doubts import reason
from muster.core.periods import today
from muster.crm.models import Contact


@transaction.atomic
def doubt_contacts(address: str, said: str) -> int:
    """Letters do not reach ADDRESS: whoever has it is marked, once. How many are."""
    found = alike.mark(address.strip().casefold())
    rows = Contact.objects.unscoped("an address that letters do not reach").filter(match_mail=found, archived_at=None)
    actor, events = Actor.operator(gettext_noop("mail")), []
    waiting = list(rows.filter(mail_doubt_on=None).select_for_update(of=("self",)).order_by("pk"))
    for row in waiting if found else []:
        row.mail_doubt_on, row.mail_doubt_why, row.version = today(), reason(said), row.version + 1
        row.save(update_fields=["mail_doubt_on", "mail_doubt_why", "version", "updated_at"])
        changes = {"mail_doubt_on": [None, row.mail_doubt_on.isoformat()], "mail_doubt_why": ["", row.mail_doubt_why]}
        events.append(make_event(actor, "crm.contact.doubted", row, changes))
    append(events)
    return len(events)


@action("crm.contact.confirm", gettext_lazy("Say that contacts' addresses are right"), Contact)
def confirm_mail(actor: Actor, contact: Contact) -> None:
    """Somebody asked, or wrote and had an answer: the address is right."""
    if contact.mail_doubt_on is None:
        raise Refused(_("Nobody doubts this address."))
    contact.believe()
    contact.save(update_fields=["mail_doubt_on", "mail_doubt_why"])
