"""Addresses of the integrations room."""

from muster.access.routes import route
from muster.integrations.views import notifications

urlpatterns = [
    route(
        "notifications/",
        notifications.notification_list,
        name="notifications",
        permission="integrations.notification.view",
    ),
    route(
        "notifications/read/",
        notifications.notifications_read,
        name="notifications_read",
        permission="integrations.notification.view",
    ),
]
