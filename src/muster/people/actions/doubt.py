"""Members whose work e-mail does not arrive; `detail.verified` takes it back where it was changed or found right."""

from django.db import transaction
from django.utils.translation import gettext_noop

from muster.access.action import append, make_event
from muster.access.scope import Actor
from muster.core.doubts import reason
from muster.core.periods import today
from muster.people.models import Member


@transaction.atomic
def doubt_members(address: str, said: str) -> int:
    """Letters do not reach ADDRESS: whose it is at work is marked, once. How many are."""
    text = address.strip()
    rows = Member.objects.unscoped("an address that letters do not reach").filter(work_email__iexact=text)
    actor, events = Actor.operator(gettext_noop("mail")), []
    waiting = list(rows.filter(mail_doubt_on=None).select_for_update(of=("self",)).order_by("pk"))
    for row in waiting if text else []:
        row.mail_doubt_on, row.mail_doubt_why, row.version = today(), reason(said), row.version + 1
        row.save(update_fields=["mail_doubt_on", "mail_doubt_why", "version", "updated_at"])
        changes = {"mail_doubt_on": [None, row.mail_doubt_on.isoformat()], "mail_doubt_why": ["", row.mail_doubt_why]}
        events.append(make_event(actor, "people.member.doubted", row, changes))
    append(events)
    return len(events)
