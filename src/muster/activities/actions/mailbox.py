"""A member's own mailbox: connect it, change it, take it away again."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action
from muster.access.scope import Actor
from muster.activities.models import Mailbox

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_WHERE = ("imap_host", "imap_port", "imap_security", "smtp_host", "smtp_port", "smtp_security", "login")


@action("activities.mailbox.create", gettext_lazy("Connect one's mailbox"), Mailbox, creates=True)
def connect_mailbox(actor: Actor, *, new_secret: str = "", **fields: Any) -> Mailbox:
    """Say where one's mail is. The password is encrypted, and nobody is ever shown it."""
    if actor.member_id is None:
        raise Refused(_("This login belongs to no member: it has no mailbox here."))
    if Mailbox.objects.unscoped("one mailbox for a member").filter(member=actor.member_id).exists():
        raise Refused(_("Your mailbox is connected already: change it."))
    if not new_secret:
        raise ValidationError({"new_secret": _("Enter the password, or the authorisation code of the provider.")})
    row = Mailbox(member_id=actor.member_id)
    _write(row, new_secret, fields)
    return row


@action("activities.mailbox.edit", gettext_lazy("Change one's mailbox"), Mailbox)
def edit_mailbox(actor: Actor, row: Mailbox, *, new_secret: str = "", **fields: Any) -> None:
    """An empty password leaves the one that is there, unless it would go to another server."""
    elsewhere = any(fields.get(name, getattr(row, name)) != getattr(row, name) for name in _WHERE)
    if not new_secret and row.secret_is_set and elsewhere:
        raise ValidationError({"new_secret": _("Enter the password again: it would go to another server.")})
    _write(row, new_secret, fields)


def _write(row: Mailbox, secret: str, fields: dict[str, Any]) -> None:
    for key, value in fields.items():
        setattr(row, key, value)
    row.login = row.login or row.address
    if secret:
        row.secret = secret
        row.problem = row.detail = ""
    for name in ("imap", "smtp"):
        host, security = getattr(row, f"{name}_host"), getattr(row, f"{name}_security")
        if host and security == Mailbox.Security.NONE and host not in LOOPBACK:
            text = _("The password would go over an open line: choose TLS or STARTTLS.")
            raise ValidationError({f"{name}_security": text})
    row.full_clean()
    row.save()


@action("activities.mailbox.disconnect", gettext_lazy("Disconnect one's mailbox"), Mailbox)
def disconnect_mailbox(actor: Actor, row: Mailbox) -> None:
    """The password is forgotten and nothing is read or sent any more; what was kept stays."""
    row.secret, row.is_on, row.problem, row.detail = "", False, "", ""
    row.save()
