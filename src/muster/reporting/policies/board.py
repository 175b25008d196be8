"""One's own dashboard is nobody else's; with what a role begins, sales operations says."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Actor, Policy, nothing, register
from muster.reporting.models import Widget

DEFAULTS = "reporting.widget.default"

permissions.register("reporting.widget.view", _("See one's own dashboard"))
permissions.register(DEFAULTS, _("Set the dashboards with which roles begin"))


@register
class WidgetPolicy(Policy):
    model = Widget
    owner = None
    user = "user_id"

    def rows(self, actor: Actor, permission: str) -> Q:
        if actor.system:
            return Q()
        own = Q(user=actor.user_id or 0) if actor.has(permission) else nothing()
        return own | Q(role__isnull=False) if actor.has(permission) and actor.has(DEFAULTS) else own
