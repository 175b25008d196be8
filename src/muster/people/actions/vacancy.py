"""Seats that are vacant: what they hold, who does the work meanwhile, and who takes the seat in the end."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action, add_event
from muster.access.crud import check_links, crud
from muster.access.scope import Actor
from muster.core.periods import today
from muster.people.actions.move import move_member
from muster.people.actions.present import in_force
from muster.people.actions.territory import part_with, refuse_twice
from muster.people.models import Member, SeatTerritory, Territory, TerritoryAssignment, VacantSeat


def _who_can(actor: Actor, seat: VacantSeat, fields: dict[str, Any]) -> None:
    if seat.filled_on:
        raise Refused(_("This seat is filled since %(day)s.") % {"day": seat.filled_on})
    if seat.acting and seat.acting.status == Member.Status.LEFT:
        raise ValidationError({"acting": _("%(name)s has left: choose somebody else.") % {"name": seat.acting}})


def _takes_over(actor: Actor, seat: VacantSeat, fields: dict[str, Any]) -> None:
    """What the one before holds until the seat is vacant goes to the seat on that day."""
    if fields.get("predecessor") is None or seat.predecessor is None:
        return
    rows = SeatTerritory.objects.unscoped("territories of a vacant seat").filter(seat=seat)
    held = set(rows.values_list("territory_id", flat=True))  # also what was taken from it again
    for area, until in part_with(seat.predecessor, seat.valid_from):
        if area not in held:
            SeatTerritory(seat=seat, territory_id=area, valid_from=seat.valid_from, valid_to=until).save()


def _lets_go(actor: Actor, seat: VacantSeat, fields: dict[str, Any]) -> None:
    _end(_held(seat), today())


vacancies = crud(VacantSeat, before_save=_who_can, after_save=_takes_over, before_archive=_lets_go)


def _held(seat: VacantSeat) -> Any:
    return SeatTerritory.objects.unscoped("territories of a vacant seat").filter(seat=seat, valid_to=None)


def _end(rows: Any, day: dt.date) -> None:
    rows.filter(valid_from__gte=day).delete()
    rows.filter(in_force(day)).update(valid_to=day)


@action("people.vacantseat.hold", gettext_lazy("Give territories to vacant seats"), VacantSeat)
def give_to_seat(actor: Actor, seat: VacantSeat, *, territory: Territory, valid_from: dt.date | None = None) -> None:
    """TERRITORY goes with the seat from a day on, at the earliest from when it is vacant, and to whoever fills it."""
    if seat.filled_on or seat.archived_at:
        raise Refused(_("This seat is not vacant any more."))
    day = max(valid_from or today(), seat.valid_from)
    row = SeatTerritory(seat=seat, valid_from=day)
    check_links(actor, row, {"territory": territory})
    row.territory = territory
    row.full_clean()
    row.save()
    add_event(actor, "people.vacantseat.hold", seat, {}, territory=str(territory), day=day.isoformat())


@action("people.vacantseat.release", gettext_lazy("Take territories from vacant seats"), VacantSeat)
def take_from_seat(actor: Actor, seat: VacantSeat, *, territory: Territory) -> None:
    """From today on TERRITORY goes with the seat no longer. Raises ValidationError where it did not."""
    rows = _held(seat).filter(territory=territory)
    if not rows.exists():
        raise ValidationError({"territory": _("This seat does not hold %(name)s.") % {"name": territory}})
    _end(rows, today())
    add_event(actor, "people.vacantseat.release", seat, {}, territory=str(territory))


@action("people.vacantseat.fill", gettext_lazy("Fill vacant seats"), VacantSeat)
def fill_seat(actor: Actor, seat: VacantSeat, *, member: Member, valid_from: dt.date) -> None:
    """MEMBER moves into the seat from a day on, by an ordinary move, and takes over its territories; who acts in it
    does so until that day."""
    if seat.filled_on or seat.archived_at:
        raise Refused(_("This seat is not vacant any more."))
    if valid_from < seat.valid_from:
        raise ValidationError({"valid_from": _("The seat is there from %(day)s on.") % {"day": seat.valid_from}})
    check_links(actor, seat, {"filled_by": member})
    place: dict[str, Any] = {"unit": seat.unit, "position": seat.position}
    if seat.manager and seat.manager_id != member.pk:
        place["manager"] = seat.manager
    move_member(actor, member, valid_from=valid_from, reason=_("Takes a vacant seat"), **place)
    _pass_on(seat, member, valid_from)
    seat.filled_on, seat.filled_by = valid_from, member
    seat.acting = seat.acting if valid_from > today() else None
    seat.save(update_fields=["filled_on", "filled_by", "acting"])


def _pass_on(seat: VacantSeat, member: Member, day: dt.date) -> None:
    """From DAY on the territories of SEAT are MEMBER's, but for those he holds already."""
    rows = SeatTerritory.objects.unscoped("territories of a vacant seat").filter(seat=seat)
    for one in rows.filter(Q(valid_to=None) | Q(valid_to__gt=day)):
        row = TerritoryAssignment(member=member, territory_id=one.territory_id, valid_to=one.valid_to)
        row.valid_from, row.reason = max(day, one.valid_from), _("Takes a vacant seat")
        try:
            refuse_twice(row)
        except ValidationError:
            continue  # it is in his hands
        row.save()
    _end(rows, day)


def end_acting(actor: Actor, member: Member) -> None:
    """Who has left acts in no seat any more."""
    for seat in VacantSeat.objects.unscoped("seats a leaver acts in").filter(acting=member, filled_on=None):
        vacancies.edit(actor, seat, acting=None)
