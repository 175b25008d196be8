"""Where the integrations room shows itself."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.core import commands, nav
from muster.integrations.models import ImportChange, NoticeMute, NoticeSettings, Notification
from muster.people.personal import Line, Part
from muster.people.personal import register as hold_on

nav.register(nav.Item("admin", _("Imports"), "file-import", "import_list", "integrations.importbatch.view", 60))
nav.register(
    nav.Item("admin", _("Directories"), "address-book", "directory_list", "integrations.directoryconnection.view", 65)
)
nav.register(nav.Item("admin", _("Group bots"), "robot", "bot_list", "integrations.groupbot.view", 66))
nav.register(nav.Item("admin", _("Mails and messages"), "mail", "delivery_list", "integrations.delivery.view", 67))
commands.register(
    commands.Command(_("New import"), "file-import", "import_new", "integrations.importbatch.create", False)
)

hold_on(
    Part(
        "notifications",
        Notification,
        _("Notifications"),
        (Line("To tell the member what concerns him or her", "及时提醒本人", months=0),),
        ("at", "read_at"),
        link="user__member",
        whole=True,
        order=130,
    )
)
for _key, _model, _label, _columns in [
    ("notice-settings", NoticeSettings, _("How one hears of what"), ("quiet_from", "quiet_to", "digest_at")),
    ("muted", NoticeMute, _("Muted records"), ("model", "object_id")),
]:
    _line = (Line("To tell the member what concerns him or her", "及时提醒本人", months=0),)
    hold_on(Part(_key, _model, _label, _line, _columns, link="user__member", whole=True, order=131))
hold_on(
    Part(
        "import-changes",
        ImportChange,
        _("What an import changed, to take it back"),
        (Line("To take a wrong import back", "导入有误时可以撤销", months=0),),
        ("created_at",),
        link="object_id",
        where=Q(model="people.member"),
        whole=True,
        order=132,
    )
)
