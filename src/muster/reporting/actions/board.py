"""Arranging dashboards: one's own, and those with which roles begin."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import action, add_event
from muster.access.crud import crud
from muster.access.models import Role, SavedView
from muster.access.scope import Actor
from muster.core.periods import parse
from muster.metrics.dimensions import readable
from muster.metrics.metric import metrics
from muster.reporting.models import Widget
from muster.reporting.policies.board import DEFAULTS
from muster.reporting.queries.board import cards, default_of, of_role, own

MOST_CARDS = 24
Kind = Widget.Kind
KEPT = ("kind", "metric", "analysis", "view", "period", "width")


def check(actor: Actor, row: Widget, fields: dict[str, Any]) -> None:
    """A card has what its kind needs and nothing else, and shows what its maker may see."""
    if row.role_id and not actor.has(DEFAULTS):
        raise ValidationError({"role_id": _("Sales operations sets the dashboards of roles.")})
    of: Any = None if row.role_id else row.user_id or actor.user_id
    row.user_id = of
    row.metric = row.metric if row.kind in (Kind.NUMBER, Kind.TREND, Kind.RANKING) else ""
    row.analysis = row.analysis if row.kind == Kind.ANALYSIS else None
    row.view = row.view if row.kind == Kind.VIEW else None
    _check_content(actor, row)
    try:
        parse(row.period)
    except ValueError as error:
        raise ValidationError({"period": str(error)}) from error
    if row._state.adding:
        _place(actor, row)


def _check_content(actor: Actor, row: Widget) -> None:
    if row.kind in (Kind.NUMBER, Kind.TREND, Kind.RANKING):
        known = metrics().get(row.metric)
        if known is None or known.hidden or not readable(actor, known):
            raise ValidationError({"metric": _("Choose the number that it shows.")})
    for kind, name, words in (
        (Kind.ANALYSIS, "analysis", _("Choose the analysis that it shows.")),
        (Kind.VIEW, "view", _("Choose the saved list that it shows.")),
    ):
        chosen = getattr(row, name)
        if row.kind == kind and chosen is None:
            raise ValidationError({name: words})
        if chosen is not None and row.role_id and chosen.share != SavedView.Share.EVERYBODY:
            raise ValidationError({name: _("Share it with everybody first: the whole role is to see it.")})


def _place(actor: Actor, row: Widget) -> None:
    """A new card stands last."""
    before = of_role(row.role_id) if row.role_id else list(own(actor))
    if len(before) >= MOST_CARDS:
        raise ValidationError(_("%(most)s cards are on it: take one away first.") % {"most": MOST_CARDS})
    row.position_no = 1 + max((one.position_no for one in before), default=0)


widgets = crud(Widget, before_save=check)


def begin(actor: Actor, role: Role | None = None) -> None:
    """Make what ACTOR, or ROLE, sees by default into cards of their own, to be arranged; nothing where that is done."""
    there = of_role(role.pk) if role else list(own(actor))
    if there:
        return
    for one in default_of(role) if role else cards(actor):
        widgets.create(actor, role_id=role and role.pk, **{name: getattr(one, name) for name in KEPT})


@action("reporting.widget.move", gettext_lazy("Order the cards of dashboards"), Widget)
def move(actor: Actor, row: Widget, *, later: bool = False) -> None:
    """One place earlier, or LATER."""
    rows = of_role(row.role_id) if row.role_id else list(own(actor))
    order = [one.pk for one in rows]
    at = order.index(row.pk)
    to = min(max(at + (1 if later else -1), 0), len(order) - 1)
    order.insert(to, order.pop(at))
    for place, pk in enumerate(order, 1):
        Widget.objects.unscoped("the order of cards").filter(pk=pk).update(position_no=place)
    row.position_no = to + 1


@action("reporting.widget.remove", gettext_lazy("Take cards off dashboards"), Widget)
def remove(actor: Actor, row: Widget) -> None:
    """When the last one is gone, it is again what the role begins with."""
    add_event(actor, "reporting.widget.remove", row, {"kind": [row.kind, None], "metric": [row.metric, None]})
    row.delete()


def reset(actor: Actor, role: Role | None = None) -> None:
    """Back to what it was by default."""
    for row in of_role(role.pk) if role else list(own(actor)):
        remove(actor, row)
