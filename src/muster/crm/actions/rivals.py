"""Competitors, and those who are in on a deal."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action, add_event, require
from muster.access.crud import crud
from muster.access.scope import Actor
from muster.crm.models import Competitor, Deal, DealCompetitor

Status = DealCompetitor.Status
MOST = 20

competitors = crud(Competitor)


def rivals_of(deal: Deal) -> Any:
    return DealCompetitor.objects.unscoped("competitors on a deal").filter(deal=deal, archived_at=None)


def _may(actor: Actor, deal: Deal) -> None:
    require(actor, "crm.deal.edit", deal)


def _rival(actor: Actor, row: DealCompetitor, fields: dict[str, Any]) -> None:
    _may(actor, row.deal)
    if row._state.adding and rivals_of(row.deal).count() >= MOST:
        raise Refused(_("At most %(n)s competitors on one deal.") % {"n": MOST})
    ended = {Status.WON: Deal.Status.LOST, Status.BEATEN: Deal.Status.WON}
    wanted = ended.get(Status(row.status))
    if wanted is not None and row.deal.status != wanted:
        raise ValidationError({"status": _("Close the deal first: until then a competitor is suspected or confirmed.")})


rivals = crud(DealCompetitor, before_save=_rival)


@action("crm.dealcompetitor.remove", gettext_lazy("Take competitors off deals"), DealCompetitor)
def remove_rival(actor: Actor, row: DealCompetitor) -> None:
    """He was not in on it after all."""
    _may(actor, row.deal)
    add_event(actor, "crm.dealcompetitor.remove", row, {"competitor": [row.competitor_id, None]})
    row.delete()


def demand_winner(deal: Deal, winner: DealCompetitor | None, nobody: bool) -> None:
    """Raises ValidationError where competitors are known and neither the WINNER nor that it was NOBODY of them was
    said."""
    if winner is not None and (winner.deal_id != deal.pk or nobody):
        raise ValidationError({"winner": _("Choose one of the competitors on this deal, or say that it was none.")})
    if winner is None and not nobody and rivals_of(deal).exists():
        raise ValidationError({"winner": _("Say who won it, or that it was none of them.")})


def end_rivals(deal: Deal, winner: DealCompetitor | None) -> None:
    """The deal ended: without a WINNER all were beaten, else he has it."""
    if winner is None:
        rivals_of(deal).update(status=Status.BEATEN)
    else:
        rivals_of(deal).filter(pk=winner.pk).update(status=Status.WON)


def open_rivals(deal: Deal) -> None:
    """The deal is open again, and so is who gets it."""
    rivals_of(deal).filter(status__in=(Status.WON, Status.BEATEN)).update(status=Status.CONFIRMED)
