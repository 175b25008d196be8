"""Where the integrations room shows itself."""

from django.utils.translation import gettext_lazy as _

from muster.core import commands, nav

nav.register(nav.Item("admin", _("Imports"), "file-import", "import_list", "integrations.importbatch.view", 60))
nav.register(
    nav.Item("admin", _("Directories"), "address-book", "directory_list", "integrations.directoryconnection.view", 65)
)
commands.register(
    commands.Command(_("New import"), "file-import", "import_new", "integrations.importbatch.create", False)
)
