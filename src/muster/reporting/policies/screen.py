"""A screen shows its maker's numbers, so it is nobody else's."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Actor, Policy, nothing, register
from muster.reporting.models import Screen

permissions.register("reporting.screen.view", _("See one's screens on walls"))


@register
class ScreenPolicy(Policy):
    model = Screen
    owner = None
    user = "user_id"

    def rows(self, actor: Actor, permission: str) -> Q:
        if actor.system:
            return Q()
        return Q(user=actor.user_id or 0) if actor.has(permission) else nothing()
