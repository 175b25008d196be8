"""Rows of the activities room: each belongs to the member whose work it is."""

from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Policy, register
from muster.activities.models import Activity, Task

for _name, _label in [
    ("activities.activity.view", _("See activities")),
    ("activities.activity.export", _("Export activities")),
    ("activities.task.view", _("See tasks")),
    ("activities.task.export", _("Export tasks")),
]:
    permissions.register(_name, _label)


@register
class ActivityPolicy(Policy):
    model = Activity


@register
class TaskPolicy(Policy):
    model = Task
