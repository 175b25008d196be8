"""Rows of the integrations room."""

from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.policies import OfFirm, OfUser
from muster.access.scope import register
from muster.integrations.models import (
    DirectoryChange,
    DirectoryConnection,
    DirectoryRun,
    ExternalKey,
    ImportBatch,
    ImportIssue,
    Notification,
)

for _name, _label in [
    ("integrations.notification.view", _("See one's notifications")),
    ("integrations.importbatch.view", _("See imports")),
    ("integrations.importissue.view", _("See what an import stumbled over")),
    ("integrations.directoryconnection.view", _("See connections to directories")),
    ("integrations.directoryrun.view", _("See what directories say")),
]:
    permissions.register(_name, _label)


@register
class NotificationPolicy(OfUser):
    model = Notification


@register
class ImportBatchPolicy(OfUser):
    model = ImportBatch


@register
class ImportIssuePolicy(OfFirm):
    model = ImportIssue
    parent = "batch"


@register
class ExternalKeyPolicy(OfFirm):
    model = ExternalKey
    permission = "integrations.importbatch.view"


@register
class DirectoryConnectionPolicy(OfFirm):
    model = DirectoryConnection


@register
class DirectoryRunPolicy(OfFirm):
    model = DirectoryRun


@register
class DirectoryChangePolicy(OfFirm):
    model = DirectoryChange
    permission = "integrations.directoryrun.view"
