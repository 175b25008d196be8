"""Addresses of the integrations room."""

from muster.access.routes import route
from muster.integrations.views import directories, imports, mailboxes, notifications

SEE, CHOOSE = "integrations.notification.view", "integrations.noticesettings.edit"
MUTE, UNMUTE = "integrations.noticemute.create", "integrations.noticemute.remove"
DELIVERY, BOT = "integrations.delivery", "integrations.groupbot"
BOX = "activities.mailbox"

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
    route("notifications/<int:pk>/", notifications.notification_open, name="notification_open", permission=SEE),
    route("notifications/<int:pk>/mute/", notifications.notification_mute, name="notification_mute", permission=MUTE),
    route("notifications/settings/", notifications.notice_settings, name="notice_settings", permission=CHOOSE),
    route("notifications/muted/<int:pk>/", notifications.notice_unmute, name="notice_unmute", permission=UNMUTE),
    route("deliveries/", notifications.delivery_list, name="delivery_list", permission=f"{DELIVERY}.view"),
    route("deliveries/<int:pk>/", notifications.delivery_retry, name="delivery_retry", permission=f"{DELIVERY}.retry"),
    route("bots/<int:pk>/", notifications.bot_detail, name="bot_detail", permission=f"{BOT}.view"),
    route("bots/", notifications.bot_list, name="bot_list", permission=f"{BOT}.view"),
    *(
        route(f"bots/{address}", getattr(notifications, f"bot_{verb}"), name=f"bot_{verb}", permission=f"{BOT}.{verb}")
        for verb, address in (
            ("create", "new/"),
            ("edit", "<int:pk>/edit/"),
            ("archive", "<int:pk>/archive/"),
            ("try", "<int:pk>/try/"),
        )
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
        "imports/<int:pk>/review/",
        imports.import_review,
        name="import_review",
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
    route(
        "directories/",
        directories.directory_list,
        name="directory_list",
        permission="integrations.directoryconnection.view",
    ),
    route(
        "directories/new/",
        directories.directory_create,
        name="directory_create",
        permission="integrations.directoryconnection.create",
    ),
    route(
        "directories/runs/", directories.run_list, name="directory_runs", permission="integrations.directoryrun.view"
    ),
    route(
        "directories/<int:pk>/",
        directories.directory_detail,
        name="directory_detail",
        permission="integrations.directoryconnection.view",
    ),
    route(
        "directories/<int:pk>/edit/",
        directories.directory_edit,
        name="directory_edit",
        permission="integrations.directoryconnection.edit",
    ),
    route(
        "directories/<int:pk>/archive/",
        directories.directory_archive,
        name="directory_archive",
        permission="integrations.directoryconnection.archive",
    ),
    route(
        "directories/<int:pk>/compare/",
        directories.directory_compare,
        name="directory_compare",
        permission="integrations.directoryrun.create",
    ),
    route(
        "directories/runs/<int:pk>/",
        directories.run_detail,
        name="directory_run",
        permission="integrations.directoryrun.view",
    ),
    route(
        "directories/runs/<int:pk>/progress/",
        directories.run_progress,
        name="directory_progress",
        permission="integrations.directoryrun.view",
    ),
    route(
        "directories/runs/<int:pk>/apply/",
        directories.run_apply,
        name="directory_apply",
        permission="integrations.directoryrun.apply",
    ),
    route("mailbox/", mailboxes.mailbox, name="mailbox", permission=f"{BOX}.view"),
    route("mailbox/<int:pk>/try/", mailboxes.mailbox_try, name="mailbox_try", permission=f"{BOX}.try"),
    route("mailbox/<int:pk>/read/", mailboxes.mailbox_read, name="mailbox_read", permission=f"{BOX}.try"),
]
