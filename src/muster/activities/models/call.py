from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from muster.access.scope import ScopedModel
from muster.core.fields import SensitiveCharField
from muster.core.files import StoredFile


class Call(ScopedModel):
    """What is known of a call besides what was said: who rang whom, whether it came through, how long one talked."""

    class Direction(models.TextChoices):
        OUT = "out", pgettext_lazy("call", "Outgoing")
        IN = "in", pgettext_lazy("call", "Incoming")

    class Result(models.TextChoices):
        CONNECTED = "connected", pgettext_lazy("call", "Connected")
        NO_ANSWER = "no_answer", pgettext_lazy("call", "No answer")
        BUSY = "busy", pgettext_lazy("call", "Busy")
        VOICE_MAIL = "voice_mail", pgettext_lazy("call", "Voice mail")

    activity = models.OneToOneField("activities.Activity", models.CASCADE, related_name="call", verbose_name=_("call"))
    member = models.ForeignKey("people.Member", models.PROTECT, related_name="calls", verbose_name=_("member"))
    on = models.DateField(_("day"), editable=False)
    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices, default=Direction.OUT)
    result = models.CharField(
        pgettext_lazy("call", "result"), max_length=10, choices=Result.choices, default=Result.CONNECTED
    )
    seconds = models.PositiveIntegerField(_("talk time in seconds"), default=0)
    number = SensitiveCharField(_("phone number"), max_length=32, blank=True)

    class Meta:
        verbose_name = _("details of a call")
        verbose_name_plural = _("details of calls")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["member", "on"], include=["result", "seconds", "archived_at"], name="call_of_member"),
            models.Index(fields=["on"], include=["member", "result", "seconds", "archived_at"], name="call_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(result="connected") | models.Q(seconds=0), name="call_talk_needs_connection"
            )
        ]

    def __str__(self) -> str:
        return str(self.activity)

    def get_absolute_url(self) -> str:
        return reverse("activity_detail", args=[self.activity_id])

    @property
    def owner_id(self) -> int:
        return self.member_id

    @property
    def talked(self) -> str:
        """3:05, or 1:02:05."""
        minutes, seconds = divmod(self.seconds, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


class Recording(StoredFile, ScopedModel):
    """A recorded call, and that whoever is heard in it said yes. The file goes after `keep_until`; that there was one,
    and who agreed, stays as the proof."""

    class How(models.TextChoices):
        SPOKEN = "spoken", _("Said so at the beginning of the call")
        WRITTEN = "written", _("In writing")
        MESSAGE = "message", _("By message")

    call = models.ForeignKey(Call, models.CASCADE, related_name="recordings", verbose_name=_("call"))
    member = models.ForeignKey("people.Member", models.PROTECT, related_name="recordings", verbose_name=_("member"))
    consent_by = models.CharField(_("who agreed"), max_length=100)
    consent_at = models.DateTimeField(_("agreed at"))
    consent_how = models.CharField(_("how one agreed"), max_length=7, choices=How.choices)
    keep_until = models.DateField(_("kept until"), editable=False)
    erased_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["keep_until"], condition=models.Q(erased_at=None), name="recording_to_erase"),
            models.Index(fields=["member", "-id"], name="recording_of_member"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["call"], condition=models.Q(erased_at=None), name="recording_one_of_call")
        ]

    def __str__(self) -> str:
        return str(_("Recording of a call"))

    def get_absolute_url(self) -> str:
        return self.call.get_absolute_url()

    @property
    def owner_id(self) -> int:
        return self.member_id
