"""Rows of the integrations room."""

from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.policies import OfFirm, OfUser
from muster.access.scope import register
from muster.integrations.models import (
    Delivery,
    DirectoryChange,
    DirectoryConnection,
    DirectoryRun,
    ExternalKey,
    GroupBot,
    ImportBatch,
    ImportChange,
    ImportIssue,
    NoticeMute,
    NoticeSettings,
    Notification,
)

for _name, _label in [
    ("integrations.notification.view", _("See one's notifications")),
    ("integrations.noticesettings.view", _("See how one hears of what")),
    ("integrations.noticemute.view", _("See which records one muted")),
    ("integrations.groupbot.view", _("See group bots")),
    ("integrations.delivery.view", _("See which mails and messages went out")),
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
class NoticeSettingsPolicy(OfUser):
    model = NoticeSettings


@register
class NoticeMutePolicy(OfUser):
    model = NoticeMute


@register
class GroupBotPolicy(OfFirm):
    model = GroupBot


@register
class DeliveryPolicy(OfFirm):
    """Whom something was sent to, and whether it arrived; never what it said."""

    model = Delivery


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
class ImportChangePolicy(OfFirm):
    model = ImportChange
    parent = "batch"
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
