"""What people choose of notices, and what operators do about deliveries and bots."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action, add_event
from muster.access.crud import check_links
from muster.access.models import User
from muster.access.scope import Actor, policies
from muster.integrations.bots import SAYS, Failed, check_key, send
from muster.integrations.kinds import TOPICS
from muster.integrations.models import Delivery, GroupBot, Level, NoticeMute, NoticeSettings

MOST_MUTED = 500


def own_settings(user: User) -> NoticeSettings:
    """The choice of USER, as a row: made when he first chooses."""
    row: NoticeSettings
    row, _made = NoticeSettings.objects.unscoped("one's own choice").get_or_create(user=user)
    return row


def settings_shown(user: User) -> NoticeSettings:
    """The choice of USER as far as there is one, else the usual."""
    found: NoticeSettings | None = NoticeSettings.objects.unscoped("one's own choice").filter(user=user).first()
    return found or NoticeSettings(user=user)


@action("integrations.noticesettings.edit", gettext_lazy("Choose how to hear of what"), NoticeSettings)
def choose_notices(actor: Actor, row: NoticeSettings, **fields: Any) -> None:
    """FIELDS: levels (topic → Level), quiet_from, quiet_to, only_workdays, digest_at. Raises ValidationError for a
    topic that cannot be switched off."""
    levels = fields.pop("levels", None)
    if levels is not None:
        row.levels = {**row.levels, **_levels(levels)}
    for key, value in fields.items():
        setattr(row, key, value)
    row.full_clean()
    row.save()


def _levels(levels: dict[str, str]) -> dict[str, str]:
    for key, level in levels.items():
        if key not in TOPICS or level not in Level.values:
            raise ValidationError({"levels": _("“%(key)s: %(level)s” is no choice.") % {"key": key, "level": level}})
        if TOPICS[key].kept and level == Level.OFF:
            raise ValidationError({"levels": _("“%(topic)s” cannot be switched off.") % {"topic": TOPICS[key].label}})
    return levels


@action("integrations.noticemute.create", gettext_lazy("Mute records"), NoticeMute, creates=True)
def mute(actor: Actor, *, model: str, object_id: int) -> NoticeMute:
    """Tell me nothing more of this record. Raises ValidationError where I do not see it."""
    kinds = {one._meta.label_lower: one for one in policies()}
    kind: Any = kinds.get(model)
    if kind is None or not kind.objects.visible_to(actor).filter(pk=object_id).exists():
        raise ValidationError(_("There is no such record for you."))
    mine = NoticeMute.objects.unscoped("one's own choice").filter(user=actor.user_id)
    if mine.count() >= MOST_MUTED:
        raise Refused(_("You have muted %(most)s records: take some back first.") % {"most": MOST_MUTED})
    row = mine.filter(model=model, object_id=object_id).first() or NoticeMute(model=model, object_id=object_id)
    row.user_id = actor.user_id or 0
    row.save()
    return row


@action("integrations.noticemute.remove", gettext_lazy("Hear of muted records again"), NoticeMute)
def unmute(actor: Actor, row: NoticeMute) -> None:
    add_event(actor, "integrations.noticemute.remove", row, {})
    row.delete()


@action("integrations.delivery.retry", gettext_lazy("Send failed deliveries again"), Delivery)
def retry_delivery(actor: Actor, row: Delivery) -> None:
    """Try at once, from the beginning. Raises Refused unless it failed or waits."""
    if row.state not in (Delivery.State.FAILED, Delivery.State.WAITING):
        raise Refused(_("This was sent, or is being sent."))
    row.state, row.tries, row.due_at, row.error = Delivery.State.WAITING, 0, timezone.now(), ""
    row.save()


# -- bots ------------------------------------------------------------------------------------------------------------


@action("integrations.groupbot.create", gettext_lazy("Add group bots"), GroupBot, creates=True)
def create_bot(actor: Actor, *, new_key: str, new_secret: str = "", **fields: Any) -> GroupBot:
    """Say what a group hears. The webhook and the secret are encrypted, and nobody is ever shown them."""
    row = GroupBot()
    _write(actor, row, new_key, new_secret, fields)
    return row


@action("integrations.groupbot.edit", gettext_lazy("Change group bots"), GroupBot)
def edit_bot(actor: Actor, row: GroupBot, *, new_key: str = "", new_secret: str = "", **fields: Any) -> None:
    """An empty webhook or secret leaves the one that is there."""
    if not new_key and fields.get("kind", row.kind) != row.kind:
        raise ValidationError({"new_key": _("Enter the webhook of the other platform.")})
    _write(actor, row, new_key, new_secret, fields)


def _write(actor: Actor, row: GroupBot, key: str, secret: str, fields: dict[str, Any]) -> None:
    check_links(actor, row, fields)
    for name, value in fields.items():
        setattr(row, name, value)
    if unknown := set(row.tells) - set(SAYS):
        raise ValidationError({"tells": _("Unknown: %(names)s.") % {"names": ", ".join(sorted(unknown))}})
    if key:
        check_key(row.kind, key)
        row.key, row.problem, row.quiet_until = key, "", None
    if secret:
        row.secret = secret
    row.full_clean()
    row.save()


@action("integrations.groupbot.archive", gettext_lazy("Archive group bots"), GroupBot)
def archive_bot(actor: Actor, row: GroupBot) -> None:
    row.archived_at, row.is_on, row.key, row.secret = timezone.now(), False, "", ""
    row.save()


@action("integrations.groupbot.try", gettext_lazy("Try group bots"), GroupBot)
def try_bot(actor: Actor, row: GroupBot) -> None:
    """Say one sentence in the group now. Raises Refused with what the platform answered."""
    if row.archived_at:
        raise Refused(_("This bot is archived."))
    try:
        with translation.override(row.language):
            send(row, _("Muster can speak here."), timezone.now())
    except Failed as error:
        raise Refused(_("The platform did not take it: %(why)s") % {"why": error}) from error
    row.problem = ""
    row.save(update_fields=["problem"])
