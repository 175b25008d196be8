import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.fields import EncryptedCharField


class Notification(ScopedModel):
    """Something a person should know, made from one event. The sentence is put together when it is read, in the
    reader's
    language, from what the reader may see then."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    event = models.ForeignKey("access.Event", models.CASCADE, db_constraint=False, related_name="+")
    at = models.DateTimeField(_("at"))
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-id"]
        indexes = [models.Index(fields=["user", "read_at", "-id"], name="notification_of_user")]
        constraints = [models.UniqueConstraint(fields=["user", "event"], name="notification_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.event}"


class EventCursor(models.Model):
    """How far a reader of the event stream has come."""

    reader = models.CharField(max_length=50, primary_key=True)
    last_id = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.reader}: {self.last_id}"


class Level(models.TextChoices):
    """How somebody hears of a type of notice."""

    NOW = "now", _("Here and by mail at once")
    DIGEST = "digest", _("Here and in the daily mail")
    HERE = "here", _("Here only")
    OFF = "off", _("No notice")


class NoticeSettings(ScopedModel):
    """How one person wants to hear: by type of notice, and when not at all."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    levels = models.JSONField(_("how to hear of what"), default=dict, blank=True)  # type → Level, where it was chosen
    quiet_from = models.TimeField(_("no mail from"), default=dt.time(20))
    quiet_to = models.TimeField(_("until"), default=dt.time(8, 30))
    only_workdays = models.BooleanField(_("no mail on days off"), default=True)
    digest_at = models.TimeField(_("daily mail at"), default=dt.time(8, 30))

    class Meta:
        verbose_name = _("notice settings")
        verbose_name_plural = _("notice settings")

    def __str__(self) -> str:
        return str(self.user)

    def get_absolute_url(self) -> str:
        return reverse("notice_settings")


class NoticeMute(ScopedModel):
    """One record of which one person wants to hear no more."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mutes")
    model = models.CharField(max_length=50)
    object_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("muted record")
        verbose_name_plural = _("muted records")
        constraints = [models.UniqueConstraint(fields=["user", "model", "object_id"], name="noticemute_once")]

    def __str__(self) -> str:
        return f"{self.model} {self.object_id}"

    def get_absolute_url(self) -> str:
        return reverse("notice_settings")


class GroupBot(ScopedModel):
    """A bot in a group chat. What it says is what the members of `unit` may know."""

    class Kind(models.TextChoices):
        WECOM = "wecom", _("WeCom")
        DINGTALK = "dingtalk", _("DingTalk")
        FEISHU = "feishu", _("Feishu")
        SLACK = "slack", "Slack"
        TEAMS = "teams", "Microsoft Teams"

    name = models.CharField(_("name"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    key = EncryptedCharField(_("webhook address"), editable=False)  # whoever knows it can speak in the group
    secret = EncryptedCharField(_("secret for signing"), blank=True, editable=False)
    unit = models.ForeignKey(
        "people.Unit",
        models.PROTECT,
        related_name="+",
        verbose_name=_("of the unit"),
        help_text=_("It tells only what concerns members of this unit and of those below."),
    )
    tells = models.JSONField(_("what it tells"), default=list)  # actions, as "crm.deal.win"
    names_customers = models.BooleanField(_("may name customers"), default=False)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="zh-hans")
    is_on = models.BooleanField(_("switched on"), default=True)
    quiet_until = models.DateTimeField(null=True, blank=True, editable=False)  # the platform asked for silence
    spoke_at = models.JSONField(default=list, blank=True, editable=False)  # seconds of its last messages
    problem = models.CharField(_("problem"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("group bot")
        verbose_name_plural = _("group bots")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("bot_detail", args=[self.pk])


class Delivery(ScopedModel):
    """One notice on its way out: to a person by mail, or to a group by its bot. Nobody gets one twice."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Queued")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        DROPPED = "dropped", _("Not needed")
        FAILED = "failed", _("Failed")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="deliveries")
    notification = models.OneToOneField(Notification, models.CASCADE, null=True, related_name="delivery")
    bot = models.ForeignKey(GroupBot, models.CASCADE, null=True, related_name="deliveries", verbose_name=_("group bot"))
    event = models.ForeignKey("access.Event", models.CASCADE, null=True, db_constraint=False, related_name="+")
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField(_("due at"))
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    error = models.CharField(_("error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "due_at"], name="delivery_due")]
        constraints = [
            models.UniqueConstraint(fields=["bot", "event"], name="delivery_by_bot_once"),
            models.CheckConstraint(
                condition=Q(bot=None, user__isnull=False) | Q(bot__isnull=False, user=None), name="delivery_to_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bot or self.user}: {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        return reverse("delivery_retry", args=[self.pk])
