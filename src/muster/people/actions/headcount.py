"""Seats that units are meant to have."""

import datetime as dt

from django.utils.translation import gettext_lazy

from muster.access.action import action
from muster.access.scope import Actor
from muster.people.models import HeadcountPlan, Unit


@action("people.headcountplan.set", gettext_lazy("Plan headcount"), Unit)
def plan_seats(actor: Actor, unit: Unit, *, seats: int, valid_from: dt.date) -> None:
    """UNIT itself, without those below it, is meant to have SEATS from a day on; an earlier plan holds until then."""
    row = HeadcountPlan.objects.unscoped("plan of a unit").filter(unit=unit, valid_from=valid_from).first()
    row = row or HeadcountPlan(unit=unit, valid_from=valid_from)
    row.seats = seats
    row.full_clean()
    row.save()
