"""Rows of the activities room: each belongs to the member whose work it is."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Actor, Policy, Scope, register
from muster.activities.models import Activity, Task
from muster.crm.models import Account, Lead

for _name, _label in [
    ("activities.activity.view", _("See activities")),
    ("activities.activity.export", _("Export activities")),
    ("activities.task.view", _("See tasks")),
    ("activities.task.export", _("Export tasks")),
]:
    permissions.register(_name, _label)


@register
class ActivityPolicy(Policy):
    """One's own and one's people's work, and what others did with the accounts and leads one sees: to see, not to
    change, and not counted as work of one's people."""

    model = Activity

    def rows(self, actor: Actor, permission: str) -> Q:
        work = super().rows(actor, permission)
        if permission != self.view or Scope.ALL in actor.scopes(permission) or not actor.has(permission):
            return work
        work |= Q(account__in=Account.objects.visible_to(actor))
        return work | Q(lead__in=Lead.objects.visible_to(actor)) if actor.has("crm.lead.view") else work

    def counted(self, actor: Actor) -> Q:
        return super().rows(actor, self.view)


@register
class TaskPolicy(Policy):
    model = Task
