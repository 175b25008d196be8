"""Development plans: for the member, the managers above, and whoever coaches a goal."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Actor, Policy, register
from muster.people.models import GrowthGoal, NextRole

permissions.register("people.growthgoal.view", _("See development plans"))
permissions.register_event("people.growthgoal.due", _("Development goal about to end"))
permissions.register_event("people.growthgoal.coach", _("Named as coach"))


@register
class GrowthGoalPolicy(Policy):
    model = GrowthGoal
    owner = "member_id"

    def rows(self, actor: Actor, permission: str) -> Q:
        """Who coaches reads the goal, and changes nothing of it."""
        own = super().rows(actor, permission)
        if permission != self.view or not actor.member_id or not actor.has(permission):
            return own
        return own | Q(coach=actor.member_id)


@register
class NextRolePolicy(Policy):
    model = NextRole
    owner = "member_id"
    permission = "people.growthgoal.view"
