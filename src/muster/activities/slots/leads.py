"""Timeline and tasks on the pages of leads; and that work goes along with what it was done for."""

from django.utils.translation import gettext_lazy as _

from muster.activities.models import Activity, Task
from muster.core import slots
from muster.crm.actions.belongs import Belonging, register

slots.register(
    slots.Slot(
        "crm.lead", "timeline", _("Timeline"), "lead_timeline", "activities.activity.view", "side", 50, "history"
    )
)
slots.register(
    slots.Slot("crm.lead", "tasks", _("Tasks"), "lead_tasks", "activities.task.view", "main", 50, "checkbox")
)

_OF = {"crm.account": "account", "crm.deal": "deal", "crm.lead": "lead"}
register(Belonging(Activity, {**_OF, "crm.contact": "contact"}, _("Activities"), order=40))
register(Belonging(Task, _OF, _("Tasks"), order=50))
