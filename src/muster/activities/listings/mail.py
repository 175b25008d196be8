"""Lists of mail: conversations, as far as the viewer may read them."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from muster.activities.models import MailThread
from muster.core.listings import Column, Filter, Listing


def _mine(rows: Any, value: bool, actor: Any) -> Any:
    own = Q(member=actor.member_id or 0)
    return rows.filter(own) if value else rows.exclude(own)


def _shared(rows: Any, value: bool, _actor: Any) -> Any:
    return rows.filter(shared_at__isnull=not value)


def subject_of(row: MailThread) -> Any:
    return row.subject or _("(no subject)")


THREADS = Listing(
    model=MailThread,
    key="mail",
    title=pgettext_lazy("mail", "E-mail"),
    columns=[
        Column("subject", _("subject"), subject_of, "link"),
        Column("contact", _("contact"), kind="record"),
        Column("account", _("account"), kind="record"),
        Column("last_at", _("last mail"), kind="datetime", order="last_at"),
        Column("member", _("member"), kind="member"),
        Column("shared", pgettext_lazy("mail", "shared"), lambda row: row.shared_at is not None, "bool"),
        Column("lead", _("lead"), kind="record", default=False),
        Column("deal", _("deal"), kind="record", default=False),
    ],
    filters=[
        Filter("mine", _("mine"), kind="bool", apply=_mine),
        Filter("shared", pgettext_lazy("mail", "shared"), kind="bool", apply=_shared),
        Filter("account", _("account"), kind="record", model="crm.account", lookup="account_id"),
        Filter("contact", _("contact"), kind="record", model="crm.contact", lookup="contact_id"),
        Filter("deal", _("deal"), kind="record", model="crm.deal", lookup="deal_id"),
    ],
    related=("account", "contact", "lead", "deal", "member"),
    order="-last_at",
    searchable=False,
    create_url="mail_write",
    create_permission="activities.mail.create",
    create_label=_("Write an e-mail"),
    empty_icon="mail",
    empty_title=_("No e-mails yet"),
    empty_text=_("Connect your mailbox: mail with your customers then stands here, for you alone until you share it."),
)
