"""Counting how often, and by how many days, the closing date of a deal is put off."""

import datetime as dt

from muster.access.scope import Actor
from muster.core.periods import today
from muster.crm.models import Deal, DealSlip


def note_slip(actor: Actor, deal: Deal) -> None:
    """Before an edited DEAL is saved: a later closing date of an open deal counts. An earlier one takes nothing back,
    and a first date is none."""
    rows = Deal.objects.unscoped("closing date before")
    before: dt.date | None = rows.values_list("expected_on", flat=True).get(pk=deal.pk)
    after = deal.expected_on
    if deal.status != Deal.Status.OPEN or before is None or after is None or after <= before:
        return
    days = (after - before).days
    deal.slips += 1
    deal.slipped_days += days
    row = DealSlip(deal=deal, from_on=before, to_on=after, days=days, pushed_on=today(), member_id=actor.member_id)
    row.save()
