"""Leaving a stale deal alone for a while, with a reason."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action, add_event
from muster.access.scope import Actor
from muster.core.periods import today
from muster.crm.models import Deal, DealSnooze

LONGEST = dt.timedelta(days=183)


@action("crm.deal.snooze", gettext_lazy("Leave stale deals alone for a while"), Deal)
def snooze_deal(actor: Actor, deal: Deal, *, until: dt.date, reason: str) -> None:
    """The deal is not listed as stale before UNTIL. Raises ValidationError for a day that is over or too far."""
    if deal.status != Deal.Status.OPEN:
        raise Refused(_("This deal is closed: there is nothing to wait for."))
    if until <= today():
        raise ValidationError({"until": _("Choose a day to come.")})
    if until - today() > LONGEST:
        raise ValidationError({"until": _("That is more than half a year: lose the deal, or say when to look again.")})
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it may wait: who looks at it next asks.")})
    row = DealSnooze(deal=deal, member_id=actor.member_id, until=until, reason=reason.strip())
    row.full_clean()
    row.save()


@action("crm.deal.wake", gettext_lazy("List snoozed deals as stale again"), Deal)
def wake_deal(actor: Actor, deal: Deal) -> None:
    """The wait is over before its day."""
    rows = DealSnooze.objects.unscoped("snoozes of a deal").filter(deal=deal, until__gt=today())
    if not rows.exists():
        raise Refused(_("Nobody has snoozed this deal."))
    for row in rows:
        add_event(actor, "crm.deal.wake", row, {"until": [row.until, today()]})
    rows.update(until=today())
