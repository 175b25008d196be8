"""Rows of the integrations room."""

from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.policies import OfUser
from muster.access.scope import register
from muster.integrations.models import Notification

for _name, _label in [
    ("integrations.notification.view", _("See one's notifications")),
    ("integrations.importbatch.view", _("See imports")),
    ("integrations.importissue.view", _("See what an import stumbled over")),
]:
    permissions.register(_name, _label)


@register
class NotificationPolicy(OfUser):
    model = Notification
