"""Where mail shows itself, and what is held of members in it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from muster.activities.models import Mail, Mailbox, MailFile, MailThread
from muster.core import commands, nav, slots
from muster.crm.actions.belongs import Belonging, register
from muster.people.personal import Line, Part
from muster.people.personal import register as hold_on

VIEW, WRITE = "activities.mailthread.view", "activities.mail.create"

nav.register(nav.Item("day", pgettext_lazy("mail", "E-mail"), "mail", "mail_list", VIEW, 45))
commands.register(commands.Command(_("Write an e-mail"), "mail", "mail_write", WRITE))
for _page in ("account", "contact", "deal", "lead"):
    slots.register(
        slots.Slot(f"crm.{_page}", "mail", pgettext_lazy("mail", "E-mail"), f"{_page}_mail", VIEW, "main", 60, "mail")
    )
_LINKS = {f"crm.{one}": one for one in ("account", "contact", "deal", "lead")}
register(Belonging(MailThread, _LINKS, pgettext_lazy("mail", "E-mail"), order=78))

_LINE = (Line("To answer customers and know what was agreed", "与客户往来邮件", basis="interest", months=0),)
for _key, _model, _label, _columns, _link, _order in [
    ("mail-files", MailFile, _("Files of mails"), ("id", "file_name", "size"), "mail__member", 140),
    ("mails", Mail, _("Mails"), ("id", "at", "direction", "sender", "recipients", "subject"), "member", 141),
    ("mail-threads", MailThread, _("Mail conversations"), ("id", "subject", "last_at", "shared_at"), "member", 142),
    ("mailbox", Mailbox, _("Mailbox"), ("address", "login", "imap_host", "smtp_host", "since"), "member", 143),
]:
    hold_on(Part(_key, _model, _label, _LINE, _columns, link=_link, whole=True, order=_order))
