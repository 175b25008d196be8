"""Records kept at hand."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from muster.access.crud import crud
from muster.access.models import Favourite
from muster.access.scope import Actor
from muster.core import finders

MOST = 100


def check(actor: Actor, row: Favourite, fields: dict[str, Any]) -> None:
    """One's own, of a record that one sees, and no more than one finds one's way in."""
    row.user_id = row.user_id or actor.user_id or 0
    if not finders.named(actor, [(row.record, row.object_id)]):
        raise ValidationError({"object_id": _("There is no such record for you.")})
    own = Favourite.objects.visible_to(actor).filter(archived_at=None)
    if own.count() >= MOST:
        raise ValidationError(_("You have %(most)s favourites already: take one away first.") % {"most": MOST})


favourites = crud(Favourite, before_save=check, before_restore=check)


def turn(actor: Actor, record: str, pk: int) -> bool:
    """Make the record a favourite, or none any more; is it one now?"""
    row = Favourite.objects.visible_to(actor).filter(record=record, object_id=pk).first()
    if row is None:
        favourites.create(actor, record=record, object_id=pk)
        return True
    if row.archived_at is None:
        favourites.archive(actor, row)
        return False
    favourites.restore(actor, row)
    return True
