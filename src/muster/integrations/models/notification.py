from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel


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
