"""Seats that are vacant: who does the work meanwhile, and who takes the seat in the end."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action
from muster.access.crud import check_links, crud
from muster.access.scope import Actor
from muster.people.actions.move import move_member
from muster.people.models import Member, VacantSeat


def _who_can(actor: Actor, seat: VacantSeat, fields: dict[str, Any]) -> None:
    if seat.filled_on:
        raise Refused(_("This seat is filled since %(day)s.") % {"day": seat.filled_on})
    if seat.acting and seat.acting.status == Member.Status.LEFT:
        raise ValidationError({"acting": _("%(name)s has left: choose somebody else.") % {"name": seat.acting}})


vacancies = crud(VacantSeat, before_save=_who_can)


@action("people.vacantseat.fill", gettext_lazy("Fill vacant seats"), VacantSeat)
def fill_seat(actor: Actor, seat: VacantSeat, *, member: Member, valid_from: dt.date) -> None:
    """MEMBER moves into the seat from a day on, by an ordinary move; it is vacant no more and nobody acts in it."""
    if seat.filled_on or seat.archived_at:
        raise Refused(_("This seat is not vacant any more."))
    if valid_from < seat.valid_from:
        raise ValidationError({"valid_from": _("The seat is there from %(day)s on.") % {"day": seat.valid_from}})
    check_links(actor, seat, {"filled_by": member})
    place: dict[str, Any] = {"unit": seat.unit, "position": seat.position}
    if seat.manager and seat.manager_id != member.pk:
        place["manager"] = seat.manager
    move_member(actor, member, valid_from=valid_from, reason=_("Takes a vacant seat"), **place)
    seat.filled_on, seat.filled_by, seat.acting = valid_from, member, None
    seat.save(update_fields=["filled_on", "filled_by", "acting"])
