"""Vacant seats and what they hold: the firm's, for all who may see them."""

from muster.access.scope import Policy, register
from muster.people.models import SeatTerritory, VacantSeat


@register
class VacantSeatPolicy(Policy):
    model = VacantSeat
    owner = None


@register
class SeatTerritoryPolicy(Policy):
    model = SeatTerritory
    owner = None
    parent = "seat"
    permission = "people.vacantseat.view"
