"""Rows of the integrations room."""

from django.utils.translation import gettext_lazy as _

from muster.access import permissions

for _name, _label in [
    ("integrations.notification.view", _("See one's notifications")),
    ("integrations.importbatch.view", _("See imports")),
    ("integrations.importissue.view", _("See what an import stumbled over")),
]:
    permissions.register(_name, _label)
