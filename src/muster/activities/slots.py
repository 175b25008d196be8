"""Where the activities room shows itself: side bar, palette, and the timeline and tasks on other rooms' pages."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.activities.models import Activity, Task
from muster.activities.queries import plans_of
from muster.core import commands, nav, slots
from muster.people.holdings import Holding
from muster.people.holdings import register as hold
from muster.people.skills.search import provide_plans

VIEW, TASKS = "activities.activity.view", "activities.task.view"

nav.register(nav.Item("day", _("Activities"), "calendar-event", "activity_list", VIEW, 30, "v"))
nav.register(nav.Item("day", _("Tasks"), "checkbox", "task_list", TASKS, 40, "t"))

commands.register(
    commands.Command(_("Log activity"), "message-plus", "activity_create", "activities.activity.create", key="c")
)
commands.register(commands.Command(_("New task"), "checkbox", "task_create", "activities.task.create"))

for _page, _kind, _place in [
    ("crm.account", "account", "side"),
    ("crm.deal", "deal", "side"),
    ("crm.contact", "contact", "side"),
    ("people.member", "member", "side"),
]:
    slots.register(slots.Slot(_page, "timeline", _("Timeline"), f"{_kind}_timeline", VIEW, _place, 50, "history"))
for _page, _kind in [("crm.account", "account"), ("crm.deal", "deal"), ("people.member", "member")]:
    slots.register(slots.Slot(_page, "tasks", _("Tasks"), f"{_kind}_tasks", TASKS, "main", 50, "checkbox"))

hold(Holding(Task, _("Open tasks"), "activities.task.edit", Q(done_on=None), group="account", order=40))
planned = Q(status=Activity.Status.PLANNED)
hold(Holding(Activity, _("Planned activities"), "activities.activity.edit", planned, group="account", order=50))
provide_plans(plans_of)
