"""Addresses of the integrations room."""

from muster.access.routes import route
from muster.integrations.views import imports, notifications

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
    route("imports/", imports.import_list, name="import_list", permission="integrations.importbatch.view"),
    route("imports/new/", imports.import_new, name="import_new", permission="integrations.importbatch.create"),
    route(
        "imports/template/<slug:key>/",
        imports.import_template,
        name="import_template",
        permission="integrations.importbatch.create",
    ),
    route("imports/<int:pk>/", imports.import_detail, name="import_detail", permission="integrations.importbatch.view"),
    route(
        "imports/<int:pk>/progress/",
        imports.import_progress,
        name="import_progress",
        permission="integrations.importbatch.view",
    ),
    route(
        "imports/<int:pk>/errors/",
        imports.import_errors,
        name="import_errors",
        permission="integrations.importissue.view",
    ),
    route(
        "imports/<int:pk>/columns/",
        imports.import_columns,
        name="import_columns",
        permission="integrations.importbatch.map",
    ),
    route(
        "imports/<int:pk>/commit/",
        imports.import_commit,
        name="import_commit",
        permission="integrations.importbatch.commit",
    ),
    route(
        "imports/<int:pk>/undo/", imports.import_undo, name="import_undo", permission="integrations.importbatch.undo"
    ),
]
