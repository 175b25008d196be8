"""Addresses of snoozes."""

from muster.access.routes import route
from muster.crm.views import snooze

urlpatterns = [
    route("deals/<int:pk>/snooze/", snooze.deal_snooze, name="deal_snooze", permission="crm.deal.snooze"),
    route("deals/<int:pk>/wake/", snooze.deal_wake, name="deal_wake", permission="crm.deal.wake"),
]
