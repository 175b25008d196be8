"""Where the access room shows itself."""

from django.utils.translation import gettext_lazy as _

from muster.core import nav

nav.register(nav.Item("admin", _("Users"), "user-cog", "user_list", "access.user.view", 10, "u"))
nav.register(nav.Item("admin", _("Roles"), "shield", "role_list", "access.role.view", 20))
nav.register(nav.Item("admin", _("Custom fields"), "forms", "custom_fields", "access.customfield.view", 25))
nav.register(nav.Item("admin", _("Bulk changes"), "edit", "bulk_list", "access.bulkchange.view", 58))
nav.register(nav.Item("admin", _("My exports"), "file-export", "export_list", "access.listexport.view", 59))
nav.register(nav.Item("admin", _("Audit trail"), "history", "audit_list", "access.event.view", 30))
nav.register(nav.Item("admin", _("Security"), "lock", "security", "", 90))
