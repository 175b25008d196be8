"""Saved views of lists."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.core.exceptions import ValidationError
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import action
from muster.access.crud import crud
from muster.access.models import SavedView, ViewUse
from muster.access.queries import views_at
from muster.access.scope import Actor
from muster.core.custom.show import listing_for
from muster.core.grouping import grouping

ALWAYS = {"group", "q", "sort", "col", "archived", "view"}


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
    if values.get("group"):
        grouping(listing, values["group"])
    return urlencode(values)


def one_opens(actor: Actor, view: SavedView, fields: dict[str, Any]) -> None:
    """A list opens with one view at most."""
    if "opens" in fields:
        _uses(view.user_id, view).filter(view=view).update(opens=view.opens)
    if view.opens:
        _close_others(view.user_id, view)


def _uses(user_id: int, view: SavedView) -> Any:
    return ViewUse.objects.unscoped("one's other views of the list").filter(user=user_id, view__path=view.path)


def _close_others(user_id: int, view: SavedView) -> None:
    others = SavedView.objects.unscoped("one's other views of the list").filter(user=user_id, path=view.path)
    others.exclude(pk=view.pk).filter(opens=True).update(opens=False)
    _uses(user_id, view).exclude(view=view).filter(opens=True).update(opens=False)


saved_views = crud(SavedView, before_save=check, after_save=one_opens)


@action(
    "access.savedview.use", gettext_lazy("Order one's saved views, and choose the one a list opens with"), SavedView
)
def use_view(actor: Actor, view: SavedView, *, opens: bool | None = None, up: bool = False) -> None:
    """For ACTOR alone, of his own view or one that is shared with him: his list opens with it or does so no more; it
    goes one place up in his menu."""
    user: Any = actor.user_id
    if opens is not None:
        if opens:
            _close_others(user, view)
        ViewUse.objects.unscoped("one's other views of the list").update_or_create(
            user_id=user, view=view, defaults={"opens": opens}
        )
    if up:
        order = [one.pk for one in views_at(actor, view.path)]
        at = order.index(view.pk)
        order[max(0, at - 1) : at + 1] = reversed(order[max(0, at - 1) : at + 1])
        for place, pk in enumerate(order, 1):
            ViewUse.objects.unscoped("one's other views of the list").update_or_create(
                user_id=user, view_id=pk, defaults={"position_no": place}
            )
