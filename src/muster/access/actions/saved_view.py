"""Saved views of lists."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.core.exceptions import ValidationError
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from muster.access.crud import crud
from muster.access.models import SavedView
from muster.access.scope import Actor
from muster.core.custom.show import listing_for

ALWAYS = {"q", "sort", "col", "archived", "view"}


def check(actor: Actor, view: SavedView, fields: dict[str, Any]) -> None:
    """A view is of a list that exists, keeps what that list understands, and is shared by who may share it."""
    owner: Any = view.user_id or actor.user_id
    view.user_id = owner
    view.query = understood(actor, view)
    if view.share == SavedView.Share.EVERYBODY and not actor.has("access.savedview.share"):
        raise ValidationError({"share": _("Sharing with everybody is for managers: share it with your unit.")})
    if view.share == SavedView.Share.UNIT:
        view.unit = view.unit or actor.unit_id
        if view.unit is None:
            raise ValidationError({"share": _("You belong to no unit: keep the view for yourself.")})
    else:
        view.unit = None


def understood(actor: Actor, view: SavedView) -> str:
    """The view's parameters without paging and what the list does not know; refuses a value that cannot be read."""
    try:
        found = resolve(view.path).func
        listing = listing_for(found.listing, actor)  # type: ignore[attr-defined]
    except (Resolver404, AttributeError) as error:
        raise ValidationError({"path": _("There is no list at “%(path)s”.") % {"path": view.path[:80]}}) from error
    if not actor.has(found.permission):  # type: ignore[attr-defined]
        raise ValidationError({"path": _("There is no list at “%(path)s”.") % {"path": view.path[:80]}})
    known = ALWAYS | {one.key for one in listing.filters}
    values = {key: value for key, value in parse_qsl(view.query) if key in known}
    listing.rows(actor, values)
    listing.sorting(values.get("sort", ""))
    return urlencode(values)


def one_opens(actor: Actor, view: SavedView, fields: dict[str, Any]) -> None:
    """A list opens with one view at most."""
    if view.opens:
        others = SavedView.objects.unscoped("one's other views of the list").filter(user=view.user, path=view.path)
        others.exclude(pk=view.pk).filter(opens=True).update(opens=False)


saved_views = crud(SavedView, before_save=check, after_save=one_opens)
