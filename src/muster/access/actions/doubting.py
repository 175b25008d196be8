"""Letters that came back: whose address it is, is marked, once, and the trail says so."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from muster.access.action import append, make_event
from muster.access.scope import Actor
from muster.core.doubts import reason
from muster.core.periods import today


@transaction.atomic
def mark_doubtful(rows: QuerySet[Any], event: str, said: str) -> int:
    """ROWS with the address that letters do not reach, for what SAID a server; who is marked already stays as he is.
    How many are marked now."""
    actor, events = Actor.operator(gettext_noop("mail")), []
    for row in rows.filter(mail_doubt_on=None).select_for_update(of=("self",)).order_by("pk"):
        row.mail_doubt_on, row.mail_doubt_why, row.version = today(), reason(said), row.version + 1
        row.save(update_fields=["mail_doubt_on", "mail_doubt_why", "version", "updated_at"])
        changes = {"mail_doubt_on": [None, row.mail_doubt_on.isoformat()], "mail_doubt_why": ["", row.mail_doubt_why]}
        events.append(make_event(actor, event, row, changes))
    append(events)
    return len(events)
